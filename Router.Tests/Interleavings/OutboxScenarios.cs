using System.IO.Pipelines;
using WampRouter.Delivery;
using WampRouter.Sessions.Outboxes;
using static WampRouter.Interleavings.Scenario;

namespace WampRouter.Interleavings;

/// <summary>Outboxes, and the budget that they share.</summary>
internal static class OutboxScenarios
{
    private const int FrameBytes = 100;
    private const int CapacityBytes = 100_000;

    public static IEnumerable<Scenario> All =>
    [
        new("outbox: two senders, the transport, and the end of the connection", () => SendersMeetTheEnd(static outbox => outbox.Close())),
        new("outbox: two senders, the transport, and a connection that is dropped", () => SendersMeetTheEnd(static outbox => outbox.Drop())),
        new("outbox: two senders and the transport", SendersMeetTheTransport),
        new("budget: who has room is not refused for one who has none", RefusalsMeet),
        new("budget: never more than all may hold", ReservationsMeet),
    ];

    /// <summary>However they meet, the budget gets back all that it was charged.</summary>
    private static void SendersMeetTheEnd(Action<Outbox> end)
    {
        var budget = new ByteBudget(CapacityBytes);
        var pipe = NewPipe();
        var outbox = new Outbox(pipe.Writer, budget, CapacityBytes);
        Meet(() => Send(outbox, sender: 1), () => Send(outbox, sender: 2), () => Take(pipe, reads: 2), () => end(outbox));

        outbox.Close();
        pipe.Reader.Complete();     // whoever still waits for a flush is let go
        ExpectEqual(budget.ReservedBytes, 0, "bytes that the budget counts when all is over");
    }

    /// <summary>However they meet, nothing is lost, nothing is torn, and what one sender sent stays in order.</summary>
    private static void SendersMeetTheTransport()
    {
        var budget = new ByteBudget(CapacityBytes);
        var pipe = NewPipe();
        var outbox = new Outbox(pipe.Writer, budget, CapacityBytes);
        var taken = new List<byte>();
        Meet(() => Send(outbox, sender: 1), () => Send(outbox, sender: 2), () => taken.AddRange(Take(pipe, reads: 3)));

        taken.AddRange(Take(pipe, reads: 10));
        ExpectEqual(outbox.BacklogBytes, 0, "bytes in the outbox");
        ExpectEqual(budget.ReservedBytes, 0, "bytes that the budget counts");
        ExpectEqual(string.Join(' ', Frames(taken, sender: 1)), "10 11", "the frames of the first sender");
        ExpectEqual(string.Join(' ', Frames(taken, sender: 2)), "20 21", "the frames of the second sender");
    }

    private static void RefusalsMeet()
    {
        var budget = new ByteBudget(1_000);
        var (first, second) = (false, false);
        Meet(
            () => Expect(!budget.TryReserve(5_000, held: 0), "nobody gets more than there is"),
            () => Expect(!budget.TryReserve(5_000), "nobody gets more than there is"),
            () => first = budget.TryReserve(100, held: 0),
            () => second = budget.TryReserve(100));

        Expect(first && second, "there was room");
        ExpectEqual(budget.ReservedBytes, 200, "bytes reserved");
    }

    private static void ReservationsMeet()
    {
        var budget = new ByteBudget(1_000);
        Meet(Reserve, Reserve, Reserve);
        ExpectEqual(budget.ReservedBytes, 0, "bytes reserved when all is over");

        void Reserve()
        {
            if (budget.TryReserve(600))
            {
                Expect(budget.ReservedBytes <= budget.CapacityBytes, "never more than all may hold");
                budget.Release(600);
            }
        }
    }

    /// <summary>A transport that is behind as soon as it has anything.</summary>
    private static Pipe NewPipe() => new(new PipeOptions(readerScheduler: PipeScheduler.Inline, writerScheduler: PipeScheduler.Inline, pauseWriterThreshold: 1, resumeWriterThreshold: 1, useSynchronizationContext: false));

    private static void Send(Outbox outbox, byte sender)
    {
        var batch = new FlushBatch();
        for (var i = 0; i < 2; i++)
        {
            var frame = new byte[FrameBytes];
            Array.Fill(frame, (byte)((10 * sender) + i));
            outbox.TryEnqueue(frame, batch);
            batch.Flush();
        }
    }

    private static byte[] Take(Pipe pipe, int reads)
    {
        var taken = new MemoryStream();
        for (var i = 0; i < reads; i++)
        {
            if (pipe.Reader.TryRead(out var read))
            {
                foreach (var memory in read.Buffer)
                {
                    taken.Write(memory.Span);
                }

                pipe.Reader.AdvanceTo(read.Buffer.End);
            }
        }

        return taken.ToArray();
    }

    /// <summary>The numbers of a sender's frames, in the order they came in.</summary>
    private static IEnumerable<byte> Frames(List<byte> taken, int sender)
    {
        foreach (var frame in taken.Chunk(FrameBytes))
        {
            Expect(frame.Length == FrameBytes && frame.AsSpan().IndexOfAnyExcept(frame[0]) < 0, "a frame is whole");
            if (frame[0] / 10 == sender)
            {
                yield return frame[0];
            }
        }
    }
}
