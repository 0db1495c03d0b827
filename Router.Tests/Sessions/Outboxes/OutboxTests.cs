using System.Buffers;
using System.IO.Pipelines;
using WampRouter.Delivery;
using WampRouter.Sessions.Outboxes;
using WampRouter.Tests.Doubles;

namespace WampRouter.Tests.Sessions.Outboxes;

/// <summary>The bound on what waits for a slow peer, over a pipe that says "pause" at 1,000 bytes.</summary>
public sealed class OutboxTests
{
    private const int PauseBytes = 1_000;
    private const int CapacityBytes = 10_000;
    private static readonly byte[] Frame = new byte[500];

    private Pipe _pipe = null!;
    private ByteBudget _budget = null!;
    private Outbox _outbox = null!;

    [SetUp]
    public void SetUp()
    {
        _pipe = new Pipe(new PipeOptions(readerScheduler: PipeScheduler.Inline, writerScheduler: PipeScheduler.Inline, pauseWriterThreshold: PauseBytes, resumeWriterThreshold: 1, useSynchronizationContext: false));
        _budget = new ByteBudget(1_000_000);
        _outbox = new Outbox(_pipe.Writer, _budget, CapacityBytes);
    }

    [Test]
    public void TryEnqueue_PeerKeepsUp_NeverFills()
    {
        for (var i = 0; i < 1_000; i++)
        {
            Assert.That(EnqueueAndFlush(), Is.EqualTo(EnqueueResult.Accepted));
            Read();
        }

        Assert.That(_budget.ReservedBytes, Is.Zero);
    }

    [Test]
    public void TryEnqueue_PeerStopsReading_IsFullAtTheCapacityAndNothingIsWritten()
    {
        var accepted = 0;
        while (accepted < 100 && EnqueueAndFlush() == EnqueueResult.Accepted)
        {
            accepted++;
        }

        Assert.That(accepted * Frame.Length, Is.EqualTo(PauseBytes + CapacityBytes));
        Assert.That(_budget.ReservedBytes, Is.EqualTo(CapacityBytes + Frame.Length), "the backlog and the flush that is stuck");
    }

    [Test]
    public void TryEnqueue_PeerReadsAgain_TheBacklogGoesOutInOrderAndTheBudgetIsGivenBack()
    {
        for (byte i = 0; i < 10; i++)
        {
            Enqueue([i]);
            Enqueue(Frame);
        }

        var bytes = new List<byte>();
        for (var read = Read(); read.Length > 0; read = Read())
        {
            bytes.AddRange(read);
        }

        Assert.That(bytes, Has.Count.EqualTo(10 * (Frame.Length + 1)));
        Assert.That(Enumerable.Range(0, 10).Select(i => bytes[i * (Frame.Length + 1)]), Is.EqualTo(Enumerable.Range(0, 10)));
        Assert.That(_budget.ReservedBytes, Is.Zero);
    }

    [Test]
    public void TryEnqueue_SharedBudgetSpent_IsFullBeforeItsOwnCapacity()
    {
        _budget = new ByteBudget(2_000);
        _outbox = new Outbox(_pipe.Writer, _budget, CapacityBytes);
        var accepted = 0;
        while (accepted < 100 && EnqueueAndFlush() == EnqueueResult.Accepted)
        {
            accepted++;
        }

        Assert.That(accepted, Is.LessThan(10));
        Assert.That(_budget.ReservedBytes, Is.LessThanOrEqualTo(2_000));
    }

    [Test]
    public void TryEnqueueExpendable_PeerStopsReading_LeavesRoomForWhatMustNotBeLost()
    {
        var batch = new FlushBatch();
        while (_outbox.TryEnqueueExpendable(new byte[10], gate: null, batch) == EnqueueResult.Accepted)
        {
            batch.Flush();
        }

        Assert.That(_outbox.BacklogBytes, Is.InRange((CapacityBytes * 7 / 8) - 10, CapacityBytes * 7 / 8));
        Assert.That(_outbox.TryEnqueue(new byte[100], batch), Is.EqualTo(EnqueueResult.Accepted));
    }

    [Test]
    public void TryEnqueue_OthersHoldTheWholeBudget_APeerThatIsAMomentLateLosesNothing()
    {
        _budget = new ByteBudget(100_000);
        _budget.Charge(100_000);
        _outbox = new Outbox(_pipe.Writer, _budget, 80_000);
        EnqueueAndFlush();
        for (var i = 0; i < 9; i++)
        {
            Assert.That(EnqueueAndFlush(), Is.EqualTo(EnqueueResult.Accepted));
        }

        Assert.That(Enqueue(new byte[20_000]), Is.EqualTo(EnqueueResult.Full), "more than its own");
    }

    [Test]
    public void TryEnqueueFinal_ThenMessages_AreRefusedButControlFramesPass()
    {
        var batch = new FlushBatch();

        Assert.That(_outbox.TryEnqueueFinal([1], batch), Is.EqualTo(EnqueueResult.Accepted));
        Assert.That(_outbox.TryEnqueue([2], batch), Is.EqualTo(EnqueueResult.Closed));
        Assert.That(_outbox.TryEnqueueExpendable([3], new OpenGate(), batch), Is.EqualTo(EnqueueResult.Closed));
        Assert.That(_outbox.TryEnqueueFinal([4], batch), Is.EqualTo(EnqueueResult.Closed));
        Assert.That(_outbox.TryEnqueueControl([5], batch), Is.EqualTo(EnqueueResult.Accepted));
        batch.Flush();

        Assert.That(Read(), Is.EqualTo(new byte[] { 1, 5 }));
    }

    [Test]
    public void TryEnqueueExpendable_GateShut_WritesNothing()
    {
        Assert.That(_outbox.TryEnqueueExpendable(Frame, new OpenGate { IsOpen = false }, new FlushBatch()), Is.EqualTo(EnqueueResult.Closed));
    }

    [Test]
    public async Task DrainAsync_PeerReadsEverything_Completes()
    {
        for (var i = 0; i < 4; i++)
        {
            EnqueueAndFlush();
        }

        var drained = _outbox.DrainAsync();
        Assert.That(drained.IsCompleted, Is.False);
        while (Read().Length > 0)
        {
        }

        await drained.Soon();
    }

    [Test]
    public async Task Close_WithABacklog_GivesTheBudgetBackAndRefusesMore()
    {
        for (var i = 0; i < 4; i++)
        {
            EnqueueAndFlush();
        }

        var drained = _outbox.DrainAsync();
        _outbox.Close();
        await drained.Soon();
        await _pipe.Writer.CompleteAsync();
        await _pipe.Reader.CompleteAsync();

        Assert.That(EnqueueAndFlush(), Is.EqualTo(EnqueueResult.Closed));
        Assert.That(_budget.ReservedBytes, Is.Zero);
    }

    [Test]
    public async Task TryEnqueue_ReaderGone_IsClosed()
    {
        await _pipe.Reader.CompleteAsync();

        EnqueueAndFlush();

        Assert.That(EnqueueAndFlush(), Is.EqualTo(EnqueueResult.Closed));
    }

    [Test]
    public void Add_ManyMessagesOfOneBatch_FlushEachOutboxOnce()
    {
        var batch = new FlushBatch();
        for (var i = 0; i < 3; i++)
        {
            _outbox.TryEnqueue([(byte)i], batch);
        }

        Assert.That(_pipe.Reader.TryRead(out _), Is.False, "nothing leaves before the end of the batch");
        batch.Flush();
        Assert.That(Read(), Is.EqualTo(new byte[] { 0, 1, 2 }));
    }

    private EnqueueResult EnqueueAndFlush() => Enqueue(Frame);

    private EnqueueResult Enqueue(ReadOnlySpan<byte> frame)
    {
        var batch = new FlushBatch();
        var result = _outbox.TryEnqueue(frame, batch);
        batch.Flush();
        return result;
    }

    private byte[] Read()
    {
        if (!_pipe.Reader.TryRead(out var result))
        {
            return [];
        }

        var bytes = result.Buffer.ToArray();
        _pipe.Reader.AdvanceTo(result.Buffer.End);
        return bytes;
    }

    private sealed class OpenGate : IDeliveryGate
    {
        public bool IsOpen { get; set; } = true;
    }
}
