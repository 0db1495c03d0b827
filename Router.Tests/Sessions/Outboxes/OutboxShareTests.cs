using System.IO.Pipelines;
using WampRouter.Delivery;
using WampRouter.Sessions.Outboxes;

namespace WampRouter.Tests.Sessions.Outboxes;

/// <summary>Rivals for the budget of all outboxes: those who take what they can get, and one who is a moment late.</summary>
internal sealed class OutboxShareTests
{
    private const int CapacityBytes = 8 * 1024 * 1024;
    private const long TotalBytes = 40 * 1024 * 1024;       // five of them would use it up
    private static readonly byte[] Frame = new byte[60_000];

    [Test]
    public void TryEnqueue_TwelveRivalsTakeAllTheyCanAtEveryStep_WhoIsAMomentLateIsNeverRefused()
    {
        var budget = new ByteBudget(TotalBytes);
        var rivals = Enumerable.Range(0, 12).Select(_ => Stuck(budget)).ToArray();
        var late = Stuck(budget);

        for (var step = 0; step < 10; step++)
        {
            foreach (var rival in rivals)
            {
                while (Enqueue(rival) == EnqueueResult.Accepted)
                {
                }
            }

            Assert.That(Enqueue(late), Is.EqualTo(EnqueueResult.Accepted), $"frame {step} with {budget.ReservedBytes} of {TotalBytes} bytes used");
        }

        Assert.That(budget.ReservedBytes, Is.LessThan(TotalBytes / 4 * 3), "somebody else who comes finds room too");
    }

    [Test]
    public void TryEnqueue_NobodyElseHoldsAnything_GetsAllOfItsOwnCapacity()
    {
        var budget = new ByteBudget(TotalBytes);
        var outbox = Stuck(budget);
        while (Enqueue(outbox) == EnqueueResult.Accepted)
        {
        }

        Assert.That(outbox.BacklogBytes, Is.InRange(CapacityBytes - Frame.Length, CapacityBytes));
    }

    [Test]
    public void Backlog_TransportIsBehind_SaysWhichFlushAndHowMuch()
    {
        var pipe = new Pipe(new PipeOptions(readerScheduler: PipeScheduler.Inline, writerScheduler: PipeScheduler.Inline, pauseWriterThreshold: 1_000, resumeWriterThreshold: 1, useSynchronizationContext: false));
        var outbox = new Outbox(pipe.Writer, new ByteBudget(TotalBytes), CapacityBytes);
        Assert.That(outbox.Backlog, Is.Null);

        Enqueue(outbox);
        Enqueue(outbox);
        Assert.That(outbox.Backlog, Is.EqualTo(new OutboxBacklog(1, Frame.Length, 2 * Frame.Length)));
        Read();
        Assert.That(outbox.Backlog, Is.EqualTo(new OutboxBacklog(2, Frame.Length, Frame.Length)), "progress shows");
        Read();
        Assert.That(outbox.Backlog, Is.Null);

        void Read()
        {
            Assert.That(pipe.Reader.TryRead(out var read), Is.True);
            pipe.Reader.AdvanceTo(read.Buffer.End);
        }
    }

    /// <summary>An outbox whose transport takes nothing.</summary>
    private static Outbox Stuck(ByteBudget budget)
    {
        var outbox = new Outbox(new Pipe(new PipeOptions(pauseWriterThreshold: 1_000, resumeWriterThreshold: 1, useSynchronizationContext: false)).Writer, budget, CapacityBytes);
        Enqueue(outbox);
        return outbox;
    }

    private static EnqueueResult Enqueue(Outbox outbox)
    {
        var batch = new FlushBatch();
        var result = outbox.TryEnqueue(Frame, batch);
        batch.Flush();
        return result;
    }
}
