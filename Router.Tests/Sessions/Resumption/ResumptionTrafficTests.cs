using Newtonsoft.Json.Linq;
using WampRouter.Realms.Settings;
using WampRouter.Tests.Doubles;

namespace WampRouter.Tests.Sessions.Resumption;

/// <summary>What a session that is resumed has sent and received is that of all its connections.</summary>
internal sealed class ResumptionTrafficTests
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);

    private readonly ManualTime _time = new();

    [Test]
    public void Statistics_OfAResumedSession_GoOnWhereItsFormerConnectionEnded()
    {
        using var router = new TestRouter(TestRouter.OpenRealm with { Statistics = new StatisticsSettings { Interval = Interval } }, time: _time);
        var monitor = router.Join();
        monitor.Send("""[32,1,{},"wamp.session.on_stats"]""").Take();
        var client = ResumableClient.Join(router);

        Publish(client, 3);
        Assert.That(ReceivedBy(client, monitor), Is.EqualTo(3));
        Publish(client, 5);
        client.Lose();
        Assert.That(ReceivedBy(client, monitor), Is.EqualTo(5), "while it has no connection");
        client.Resume();
        Publish(client, 2);
        Assert.That(ReceivedBy(client, monitor), Is.EqualTo(2).Or.EqualTo(3), "since the last time");
    }

    private static void Publish(ResumableClient client, int messages)
    {
        for (var i = 1; i <= messages; i++)
        {
            client.Send($$"""[16,{{i}},{},"com.topic"]""");
        }
    }

    private int ReceivedBy(ResumableClient client, TestPeer monitor)
    {
        _time.Advance(Interval);
        return monitor.Take()
            .Select(JArray.Parse)
            .Where(message => (ulong)message[4][0]!["session"]! == client.Id)
            .Sum(message => (int)message[4][1]!["received"]!["messages"]!);
    }
}
