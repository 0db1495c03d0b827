using WampRouter.Delivery;
using WampRouter.Tests.Doubles;
using WampRouter.Tests.Realms.Broker;

namespace WampRouter.Tests.Delivery;

/// <summary>Every outbox that was written to is flushed, however many there are.</summary>
public sealed class FlushBatchTests
{
    [Test]
    public void Flush_AnyNumberOfOutboxes_FlushesEachOnceAndForgetsIt([Values(0, 1, 63, 64, 65, 127, 128, 129, 1000)] int count)
    {
        var batch = new FlushBatch();
        var outboxes = Enumerable.Range(0, count).Select(_ => new CountingOutbox()).ToList();
        for (var round = 1; round <= 2; round++)
        {
            outboxes.ForEach(batch.Add);

            batch.Flush();
            batch.Flush();

            Assert.That(outboxes.Select(outbox => outbox.Flushes), Is.All.EqualTo(round));
        }
    }

    [Test]
    public void OfThread_EachThread_HasItsOwn()
    {
        var (here, again) = (FlushBatch.OfThread, FlushBatch.OfThread);
        FlushBatch? elsewhere = null;
        var thread = new Thread(() => elsewhere = FlushBatch.OfThread);
        thread.Start();
        thread.Join();

        Assert.That(again, Is.SameAs(here));
        Assert.That(elsewhere, Is.Not.Null.And.Not.SameAs(here));
    }

    [Test]
    public void Publish_MoreSubscribersThanABatchHoldsAtFirst_ReachesAll([Values(64, 65, 129, 300)] int count)
    {
        // A thread of its own, whose batch has never grown.
        var received = new List<int>();
        var thread = new Thread(() =>
        {
            using var router = new TestRouter();
            var subscribers = Enumerable.Range(0, count).Select(_ => router.Join()).ToList();
            subscribers.ForEach(subscriber => subscriber.Subscribe("com.topic"));
            router.Join().Publish("com.topic", "one").Publish("com.topic", "two");
            received.AddRange(subscribers.Select(subscriber => subscriber.TakeTexts().Count));
        });
        thread.Start();
        thread.Join();

        Assert.That(received, Has.Count.EqualTo(count).And.All.EqualTo(2));
    }

    private sealed class CountingOutbox : IFlushable
    {
        public int Flushes { get; private set; }

        public void Flush() => Flushes++;
    }
}
