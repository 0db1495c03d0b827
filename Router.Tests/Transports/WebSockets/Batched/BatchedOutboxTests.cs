using System.Buffers;
using System.IO.Pipelines;
using WampRouter.Delivery;
using WampRouter.Sessions.Outboxes;
using WampRouter.Tests.Conformance;
using WampRouter.Tests.Doubles;
using WampRouter.Transports.WebSockets;
using WampRouter.Wire;

namespace WampRouter.Tests.Transports.WebSockets.Batched;

/// <summary>What an outbox writes where messages share frames, over a pipe that says "pause" at 1,000 bytes.</summary>
[TestFixture(WireFormat.Json)]
[TestFixture(WireFormat.MessagePack)]
[TestFixture(WireFormat.Cbor)]
internal sealed class BatchedOutboxTests(WireFormat format)
{
    private const int PauseBytes = 1_000;
    private const int CapacityBytes = 10_000;

    private OutboundBatches _batches = null!;
    private Pipe _pipe = null!;
    private ByteBudget _budget = null!;
    private Outbox _outbox = null!;

    [SetUp]
    public void SetUp() => Open(PauseBytes);

    [Test]
    [Shows("batched.feature", "batched.json", "batched.lengths")]
    public void Flush_SeveralMessages_AreOneFrame()
    {
        byte[][] messages = [Message(1, 10), Message(2, 20), Message(3, 30)];

        var batch = new FlushBatch();
        foreach (var message in messages)
        {
            _outbox.TryEnqueue(message, batch);
        }

        Assert.That(_pipe.Reader.TryRead(out _), Is.False, "nothing leaves before the end of the batch");
        batch.Flush();
        var frame = BatchedBytes.Frames(ReadAll()).Single();
        Assert.That(frame.Opcode, Is.EqualTo(BatchedBytes.OpcodeOf(format)));
        Assert.That(frame.Payload, Is.EqualTo(BatchedBytes.Join(format, messages)));
    }

    [Test]
    [Shows("batched.of-one")]
    public void Flush_OneMessage_IsABatchOfOne([Values(1, 121, 124, 125, 126, 127, 2043, 2047, 2048, 2049, 5_000, 65_530, 65_535, 65_536, 200_000)] int size)
    {
        Enqueue(Message(7, size));

        Assert.That(BatchedBytes.Frames(ReadAll()).Single().Payload, Is.EqualTo(BatchedBytes.Join(format, [Message(7, size)])));
    }

    [Test]
    public void Flush_ManyMessagesOfAllSizes_KeepTheirOrderInFewFrames()
    {
        Open(pauseBytes: 0);
        var random = new Random(1);
        var messages = Enumerable.Range(0, 2_000).Select(i => Message((byte)(i % 200), random.Next(100) switch { 0 => 70_000, < 10 => random.Next(1, 5_000), _ => random.Next(1, 200) })).ToArray();

        var batch = new FlushBatch();
        foreach (var message in messages)
        {
            Assert.That(_outbox.TryEnqueue(message, batch), Is.EqualTo(EnqueueResult.Accepted));
        }

        batch.Flush();
        var frames = BatchedBytes.Frames(ReadAll());
        Assert.That(MessagesOf(frames), Is.EqualTo(messages));
        Assert.That(frames, Has.Count.LessThan(messages.Length / 3));
    }

    [Test]
    public void TryEnqueueControl_BetweenMessages_KeepsItsPlace()
    {
        var batch = new FlushBatch();
        _outbox.TryEnqueue(Message(1, 10), batch);
        _outbox.TryEnqueue(Message(2, 10), batch);
        _outbox.TryEnqueueControl([0x89, 0], batch);
        _outbox.TryEnqueue(Message(3, 10), batch);
        _outbox.TryEnqueueLast([0x88, 0], batch);
        batch.Flush();

        var frames = BatchedBytes.Frames(ReadAll());
        var data = BatchedBytes.OpcodeOf(format);
        Assert.That(frames.Select(f => f.Opcode), Is.EqualTo([data, WebSocketOpcode.Ping, data, WebSocketOpcode.Close]));
        Assert.That(MessagesOf(frames), Is.EqualTo([Message(1, 10), Message(2, 10), Message(3, 10)]));
    }

    [Test]
    public void TryEnqueueFinal_ThenMessages_AreRefusedButControlFramesPass()
    {
        var batch = new FlushBatch();

        Assert.That(_outbox.TryEnqueueExpendable(Message(1, 10), new Gate(true), batch), Is.EqualTo(EnqueueResult.Accepted));
        Assert.That(_outbox.TryEnqueueExpendable(Message(9, 10), new Gate(false), batch), Is.EqualTo(EnqueueResult.Closed));
        Assert.That(_outbox.TryEnqueueFinal(Message(2, 10), batch), Is.EqualTo(EnqueueResult.Accepted));
        Assert.That(_outbox.TryEnqueue(Message(9, 10), batch), Is.EqualTo(EnqueueResult.Closed));
        Assert.That(_outbox.TryEnqueueExpendable(Message(9, 10), new Gate(true), batch), Is.EqualTo(EnqueueResult.Closed));
        Assert.That(_outbox.TryEnqueueFinal(Message(9, 10), batch), Is.EqualTo(EnqueueResult.Closed));
        Assert.That(_outbox.TryEnqueueLast([0x88, 0], batch), Is.EqualTo(EnqueueResult.Accepted));
        Assert.That(_outbox.TryEnqueueControl([0x89, 0], batch), Is.EqualTo(EnqueueResult.Closed));
        batch.Flush();

        var frames = BatchedBytes.Frames(ReadAll());
        Assert.That(frames.Select(f => f.Opcode), Is.EqualTo([BatchedBytes.OpcodeOf(format), WebSocketOpcode.Close]));
        Assert.That(MessagesOf(frames), Is.EqualTo([Message(1, 10), Message(2, 10)]));
    }

    [Test]
    public void TryEnqueue_PeerStopsReading_IsFullAtTheCapacityAndLosesNothingItAccepted()
    {
        var accepted = new List<byte[]>();
        for (var i = 0; i < 1_000; i++)
        {
            var message = Message((byte)i, 50 + (i % 100));
            if (Enqueue(message) != EnqueueResult.Accepted)
            {
                break;
            }

            accepted.Add(message);
        }

        var bytes = BatchedBytes.Join(format, accepted).Length;
        Assert.That(bytes, Is.InRange(CapacityBytes, CapacityBytes + (2 * PauseBytes)));
        Assert.That(_budget.ReservedBytes, Is.InRange(CapacityBytes - 200, CapacityBytes + PauseBytes + 200), "the backlog and the flush that is stuck");
        var frames = BatchedBytes.Frames(ReadAll());
        Assert.That(MessagesOf(frames), Is.EqualTo(accepted));
        Assert.That(frames, Has.Count.LessThan(accepted.Count / 4), "what piles up shares frames");
        Assert.That(_budget.ReservedBytes, Is.Zero);
        Assert.That(Enqueue(Message(1, 10)), Is.EqualTo(EnqueueResult.Accepted));
    }

    [Test]
    public void TryEnqueue_SharedBudgetSpent_IsFullBeforeItsOwnCapacity()
    {
        _budget = new ByteBudget(2_000);
        _outbox = new Outbox(_pipe.Writer, _budget, CapacityBytes, _batches);
        var accepted = 0;
        while (accepted < 100 && Enqueue(Message(1, 500)) == EnqueueResult.Accepted)
        {
            accepted++;
        }

        Assert.That(accepted, Is.LessThan(10));
        Assert.That(_budget.ReservedBytes, Is.LessThanOrEqualTo(2_000));
        Assert.That(MessagesOf(BatchedBytes.Frames(ReadAll())), Has.Count.EqualTo(accepted));
    }

    [Test]
    public void TryEnqueue_MoreThanOneFlushShouldHold_LeavesEarly()
    {
        Open(pauseBytes: 0);
        var batch = new FlushBatch();
        for (var i = 0; i < 700; i++)
        {
            _outbox.TryEnqueue(Message((byte)(i % 200), 100), batch);
        }

        Assert.That(ReadAll(), Has.Length.GreaterThan(60_000));
        batch.Flush();
    }

    [Test]
    public async Task Close_WithAnOpenBatch_WhatWasAcceptedIsStillInThePipe()
    {
        _outbox.TryEnqueue(Message(1, 10), new FlushBatch());

        _outbox.Close();
        _outbox.Close();
        await _pipe.Writer.CompleteAsync();

        Assert.That(_outbox.TryEnqueue(Message(2, 10), new FlushBatch()), Is.EqualTo(EnqueueResult.Closed));
        Assert.That(MessagesOf(BatchedBytes.Frames(ReadAll())), Is.EqualTo([Message(1, 10)]));
    }

    [Test]
    public async Task TryEnqueue_ReaderGone_IsClosed()
    {
        await _pipe.Reader.CompleteAsync();

        Enqueue(Message(1, 10));

        Assert.That(Enqueue(Message(2, 10)), Is.EqualTo(EnqueueResult.Closed));
        _outbox.Close();
    }

    [Test]
    public async Task TryEnqueue_ManyThreadsAndASlowReader_EverySendersOrderHolds()
    {
        const int Each = 2_000;
        Open(PauseBytes, capacityBytes: int.MaxValue);
        var senders = Enumerable.Range(0, 4).Select(sender => Task.Run(() =>
        {
            for (var i = 0; i < Each; i++)
            {
                var batch = FlushBatch.OfThread;
                _outbox.TryEnqueue([(byte)('A' + sender), .. System.Text.Encoding.ASCII.GetBytes($"{i:D6}"), .. new byte[i % 90]], batch);
                if (i % 5 == 0)
                {
                    batch.Flush();
                }
            }

            FlushBatch.OfThread.Flush();
        })).ToArray();

        var all = Task.WhenAll(senders).ContinueWith(_ => _outbox.DrainAsync(), TaskScheduler.Default).Unwrap().ContinueWith(_ => _pipe.Writer.Complete(), TaskScheduler.Default);
        var bytes = new List<byte>();
        ReadResult read;
        do
        {
            read = await _pipe.Reader.ReadAsync().Soon();
            bytes.AddRange(read.Buffer.ToArray());
            _pipe.Reader.AdvanceTo(read.Buffer.End);
        }
        while (!read.IsCompleted);

        await all.Soon();
        var messages = MessagesOf(BatchedBytes.Frames([.. bytes])).Select(m => System.Text.Encoding.ASCII.GetString(m, 0, 7)).ToArray();
        Assert.That(messages, Has.Length.EqualTo(4 * Each));
        foreach (var ofOne in messages.GroupBy(m => m[0]))
        {
            Assert.That(ofOne, Is.Ordered.And.Exactly(Each).Items);
        }
    }

    [Test]
    public void TryEnqueue_WarmedUp_AllocatesNothing()
    {
        Open(pauseBytes: 0);
        var message = Message(1, 100);

        Assert.That(AllocatedBytes.LeastOf(() => Send(100)), Is.Zero);

        void Send(int times)
        {
            var batch = FlushBatch.OfThread;
            for (var i = 0; i < times; i++)
            {
                _outbox.TryEnqueue(message, batch);
                _outbox.TryEnqueue(message, batch);
                batch.Flush();
                _pipe.Reader.TryRead(out var read);
                _pipe.Reader.AdvanceTo(read.Buffer.End);
            }
        }
    }

    [Test]
    public void Separator_ChangedByThePeer_BeginsANewFrame()
    {
        if (format is not WireFormat.Json)
        {
            Assert.Pass("Only JSON has a separator.");
        }

        var batch = new FlushBatch();
        _outbox.TryEnqueue(Message(1, 10), batch);
        _batches.Separator = 0x18;
        _outbox.TryEnqueue(Message(2, 10), batch);
        _outbox.TryEnqueue(Message(3, 3_000), batch);
        batch.Flush();

        var frames = BatchedBytes.Frames(ReadAll());
        Assert.That(frames.Select(f => f.Payload[^1]), Is.EqualTo(new byte[] { 0x1E, 0x18, 0x18 }));
    }

    private static byte[] Message(byte tag, int size)
    {
        var message = new byte[size];
        Array.Fill(message, (byte)'x');
        message[0] = (byte)(tag | 0x80); // no separator, whatever the tag
        return message;
    }

    private void Open(long pauseBytes, int capacityBytes = CapacityBytes)
    {
        _batches = new OutboundBatches(format);
        _pipe = new Pipe(new PipeOptions(readerScheduler: PipeScheduler.Inline, writerScheduler: PipeScheduler.Inline, pauseWriterThreshold: pauseBytes, resumeWriterThreshold: pauseBytes == 0 ? 0 : 1, useSynchronizationContext: false));
        _budget = new ByteBudget(1_000_000_000);
        _outbox = new Outbox(_pipe.Writer, _budget, capacityBytes, _batches);
    }

    private EnqueueResult Enqueue(ReadOnlySpan<byte> message)
    {
        var batch = new FlushBatch();
        var result = _outbox.TryEnqueue(message, batch);
        batch.Flush();
        return result;
    }

    private List<byte[]> MessagesOf(IEnumerable<ServerFrameSeen> frames) =>
        [.. frames.Where(f => f.Opcode == BatchedBytes.OpcodeOf(format)).SelectMany(f => BatchedBytes.Split(format, f.Payload))];

    private byte[] ReadAll()
    {
        var bytes = new List<byte>();
        while (_pipe.Reader.TryRead(out var read))
        {
            bytes.AddRange(read.Buffer.ToArray());
            _pipe.Reader.AdvanceTo(read.Buffer.End);
            if (read.IsCompleted)
            {
                break;
            }
        }

        return [.. bytes];
    }

    private sealed class Gate(bool isOpen) : IDeliveryGate
    {
        public bool IsOpen => isOpen;
    }
}
