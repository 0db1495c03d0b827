using Newtonsoft.Json.Linq;
using WampRouter.Sessions;
using WampRouter.Sessions.Connections;
using WampRouter.Sessions.Resumption;
using WampRouter.Tests.Doubles;

namespace WampRouter.Tests.Sessions.Resumption;

/// <summary>A client that can resume its session and does not read fast enough: it loses its connection, and nothing else while there is room.</summary>
public sealed class ResumptionOverflowTests
{
    private const int OutboxBytes = 2_000;

    [Test]
    public void Attached_OutboxIsFull_DropsTheConnectionAndLosesNothing()
    {
        using var router = new TestRouter();
        var (client, publisher) = (SlowSubscriber(router), router.Join());

        var sent = PublishUntil(publisher, () => client.Peer.Aborted);
        var events = client.Take().Select(Argument).ToList();
        client.Lose(reason: DisconnectReason.ClosedByRouter);
        client.Resume();
        events.AddRange(client.Take().Select(Argument));

        Assert.Multiple(() =>
        {
            Assert.That(client.IsResumed, Is.True);
            Assert.That(events, Is.EqualTo(Enumerable.Range(1, sent)));
        });
    }

    [Test]
    public void Attached_OutboxHoldsMoreThanIsKept_ResumptionSaysSo()
    {
        using var router = new TestRouter(sessions: TestRouter.Anonymous with { Resumption = new ResumptionSettings { MaxBytes = 200 } });
        var (client, publisher) = (SlowSubscriber(router), router.Join());

        PublishUntil(publisher, () => client.Peer.Aborted);
        client.Peer.Disconnect(DisconnectReason.ClosedByRouter);    // what is in the pipe never arrives
        client.Resume();

        Assert.That(client.IsResumed, Is.False);
    }

    [Test]
    public void Attached_DropEvents_KeepsTheConnectionAndCountsNoDroppedEvent()
    {
        using var router = new TestRouter(sessions: TestRouter.Anonymous with { Overflow = OverflowPolicy.DropEvents });
        var (client, publisher) = (SlowSubscriber(router), router.Join());
        for (var i = 1; i <= 100; i++)
        {
            Publish(publisher, i);
        }

        var arrived = client.Take().Count;
        client.Lose();
        client.Resume();

        Assert.Multiple(() =>
        {
            Assert.That(client.Peer.Aborted, Is.False);
            Assert.That(arrived, Is.InRange(2, 99));
            Assert.That(client.IsResumed, Is.True);
            Assert.That(client.Take(), Is.Empty, "the dropped ones are not kept, and not counted either");
        });
    }

    [Test]
    public void Resumed_NewConnectionCannotTakeAllThatWaits_TheNextOneGetsTheRest()
    {
        using var router = new TestRouter();
        var client = ResumableClient.Join(router);
        client.Send("""[32,1,{},"com.topic"]""");
        client.Lose();
        var publisher = router.Join();
        for (var i = 1; i <= 2_000; i++)
        {
            Publish(publisher, i);
        }

        var events = new List<int>();
        var (connections, dropped) = (0, 0);
        for (; events.Count < 2_000 && connections < 100; connections++)
        {
            client.Resume(Slow(router));
            events.AddRange(client.Take().Where(message => message.StartsWith("[36,", StringComparison.Ordinal)).Select(Argument));
            dropped += client.Peer.Aborted ? 1 : 0;
            client.Lose(reason: client.Peer.Aborted ? DisconnectReason.ClosedByRouter : DisconnectReason.ConnectionLost);
        }

        Assert.Multiple(() =>
        {
            Assert.That(connections, Is.GreaterThan(1));
            Assert.That(dropped, Is.EqualTo(connections - 1), "who has not got all is not left waiting");
            Assert.That(events, Is.EqualTo(Enumerable.Range(1, 2_000)));
        });
    }

    private static TestPeer Slow(TestRouter router) => new(router.Sessions, outboxBytes: OutboxBytes, pauseWriterThreshold: 100);

    private static ResumableClient SlowSubscriber(TestRouter router)
    {
        var client = ResumableClient.Join(router, peer: Slow(router));
        client.Send("""[32,1,{},"com.topic"]""");
        client.Take();
        return client;
    }

    private static int PublishUntil(TestPeer publisher, Func<bool> isDone)
    {
        var sent = 0;
        while (!isDone() && sent < 1_000)
        {
            Publish(publisher, ++sent);
        }

        return sent;
    }

    private static void Publish(TestPeer publisher, int number) => publisher.Send($$"""[16,{{number}},{},"com.topic",[{{number}}]]""");

    private static int Argument(string message) => (int)JArray.Parse(message)[4][0]!;
}
