using System.IO.Pipelines;
using WampRouter.Delivery;
using WampRouter.Sessions.Outboxes;
using WampRouter.Tests.Doubles;
using WampRouter.Transports.WebSockets;
using WampRouter.Wire;

namespace WampRouter.Tests.Sessions.Outboxes;

/// <summary>The transport fails under the outbox: it takes no more, holds nothing back, and whoever enqueues is not told by an exception.</summary>
public sealed class OutboxFailureTests
{
    private static readonly byte[] Frame = new byte[100];

    private static IEnumerable<Exception> Failures() => [new IOException("broken"), new OperationCanceledException(), new InvalidOperationException("completed"), new ObjectDisposedException("socket")];

    [Test]
    public async Task Flush_TheTransportFails_ClosesTheOutbox([ValueSource(nameof(Failures))] Exception failure, [Values] bool atOnce)
    {
        var budget = new ByteBudget(1_000_000);
        var writer = new FailingWriter();
        var outbox = new Outbox(writer, budget, capacityBytes: 10_000);
        if (atOnce)
        {
            writer.Fail(failure);
        }

        Enqueue(outbox);
        var drained = outbox.DrainAsync();
        if (!atOnce)
        {
            Assert.That(drained.IsCompleted, Is.False);
            writer.Fail(failure);
        }

        await drained.Soon();
        Assert.That((Enqueue(outbox), budget.ReservedBytes), Is.EqualTo((EnqueueResult.Closed, 0L)));
    }

    [Test]
    public void Enqueue_TheServerHasCompletedThePipe_TheConnectionHasEndedAndNothingIsThrown([Values] bool isBatched, [Values] bool isControl)
    {
        var pipe = new Pipe();
        var budget = new ByteBudget(1_000_000);
        var outbox = new Outbox(pipe.Writer, budget, capacityBytes: 10_000, isBatched ? new OutboundBatches(WireFormat.Json) : null);
        Enqueue(outbox);
        pipe.Writer.Complete();

        var batch = new FlushBatch();
        var results = new[] { Put(), Put() };
        batch.Flush();
        outbox.Close();

        Assert.That(results, Is.All.EqualTo(EnqueueResult.Closed));
        Assert.That((outbox.Messages.Count, budget.ReservedBytes), Is.EqualTo((1L, 0L)));

        EnqueueResult Put() => isControl ? outbox.TryEnqueueControl(Frame, batch) : outbox.TryEnqueue(Frame, batch);
    }

    [Test]
    public void Flush_TheServerHasCompletedThePipeBehindABatch_ThrowsNothing([Values] bool closes)
    {
        var pipe = new Pipe();
        var outbox = new Outbox(pipe.Writer, new ByteBudget(1_000_000), capacityBytes: 10_000, new OutboundBatches(WireFormat.Json));
        var batch = new FlushBatch();
        outbox.TryEnqueue(Frame, batch);
        pipe.Writer.Complete();

        Assert.That(closes ? outbox.Close : batch.Flush, Throws.Nothing);
        Assert.That(outbox.TryEnqueue(Frame, batch), Is.EqualTo(EnqueueResult.Closed));
    }

    private static EnqueueResult Enqueue(Outbox outbox)
    {
        var batch = new FlushBatch();
        var result = outbox.TryEnqueue(Frame, batch);
        batch.Flush();
        return result;
    }

    /// <summary>Takes bytes, and fails when it is told to.</summary>
    private sealed class FailingWriter : PipeWriter
    {
        private readonly TaskCompletionSource<FlushResult> _flush = new();
        private readonly byte[] _buffer = new byte[1024];

        public void Fail(Exception failure) => _flush.SetException(failure);

        public override void Advance(int bytes)
        {
        }

        public override Memory<byte> GetMemory(int sizeHint = 0) => _buffer;

        public override Span<byte> GetSpan(int sizeHint = 0) => _buffer;

        public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default) => new(_flush.Task);

        public override void CancelPendingFlush()
        {
        }

        public override void Complete(Exception? exception = null)
        {
        }
    }
}
