using Newtonsoft.Json.Linq;
using WampRouter.Realms.Members;
using WampRouter.Realms.Settings;
using WampRouter.Tests.Doubles;

namespace WampRouter.Tests.Realms.Meta;

/// <summary><c>wamp.session.on_stats</c>: how much a session sends and receives.</summary>
public sealed class SessionStatisticsTests
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);

    private ManualTime _time = null!;
    private TestRouter _router = null!;
    private TestPeer _monitor = null!;

    [SetUp]
    public void SetUp() => Start(new StatisticsSettings { Interval = Interval });

    [TearDown]
    public void TearDown() => _router.Dispose();

    [Test]
    public void Tick_ASessionWithTraffic_IsToldOfWithWhatWentBothWays()
    {
        var (peer, session) = _router.JoinNamed();
        var answer = peer.Send("""[48,1,{},"wamp.session.count"]""").TakeBytes().Single();
        peer.Send("""[16,2,{},"com.é"]""");
        _time.Advance(Interval);

        var told = Told().Single();

        Assert.That((ulong)told[0]!["session"]!, Is.EqualTo(session));
        Assert.That((string?)told[0]!["authid"], Is.Not.Empty);
        Assert.That((string?)told[0]!["authrole"], Is.EqualTo("anonymous"));
        Assert.That((string?)told[0]!["realm"], Is.EqualTo("realm1"));
        Assert.That(told[1]!["received"]!.ToString(Newtonsoft.Json.Formatting.None), Is.EqualTo($$"""{"messages":2,"bytes":{{"[48,1,{},\"wamp.session.count\"]".Length + "[16,2,{},\"com.é\"]".Length + 1}}}"""));
        Assert.That(told[1]!["sent"]!.ToString(Newtonsoft.Json.Formatting.None), Is.EqualTo($$"""{"messages":1,"bytes":{{answer.Length + 4}}}"""), "with the head of its frame");
        Assert.That((int)told[1]!["messages"]!, Is.EqualTo(3));
        Assert.That((long)told[1]!["bytes"]!, Is.EqualTo((long)told[1]!["received"]!["bytes"]! + (long)told[1]!["sent"]!["bytes"]!));
        Assert.That((long)told[1]!["duration"]!, Is.EqualTo(10_000_000_000));
        Assert.That((long)told[1]!["timestamp"]!, Is.EqualTo(10_000_000_000));
        Assert.That((string?)told[1]!["serializer"], Is.EqualTo("json"));
        Assert.That(CycleOf(told), Is.EqualTo("1 first"));
    }

    [Test]
    public void Tick_SecondEvent_TellsWhatCameSinceTheFirst()
    {
        var peer = _router.Join();
        peer.Send("""[16,1,{},"com.a"]""").Send("""[16,2,{},"com.a"]""");
        _time.Advance(Interval);
        _time.Advance(Interval);
        peer.Send("""[16,3,{},"com.a"]""");
        _time.Advance(Interval);

        var told = Told();

        Assert.That(told.Select(stats => (int)stats[1]!["messages"]!), Is.EqualTo(new[] { 2, 1 }), "nothing is told of a silent session");
        Assert.That(told.Select(stats => (long)stats[1]!["duration"]! / 1_000_000_000), Is.EqualTo(new long[] { 10, 20 }));
        Assert.That(told.Select(CycleOf), Is.EqualTo(new[] { "1 first", "2" }));
    }

    [Test]
    public void Tick_NobodyListened_TheFirstWhoDoesHearsOfAll()
    {
        using var router = new TestRouter(TestRouter.OpenRealm with { Statistics = new StatisticsSettings { Interval = Interval } }, time: _time);
        var peer = router.Join();
        peer.Send("""[16,1,{},"com.a"]""");
        _time.Advance(Interval);
        peer.Send("""[16,2,{},"com.a"]""");
        _monitor = Monitor(router);
        _time.Advance(Interval);

        var told = Told().Single();

        Assert.That((int)told[1]!["received"]!["messages"]!, Is.EqualTo(2));
        Assert.That((long)told[1]!["duration"]!, Is.EqualTo(20_000_000_000));
    }

    [Test]
    public void Tick_FewerMessagesThanConfigured_WaitsForTheNext()
    {
        _router.Dispose();
        Start(new StatisticsSettings { Interval = Interval, MinMessages = 3 });
        var peer = _router.Join();
        peer.Send("""[16,1,{},"com.a"]""").Send("""[16,2,{},"com.a"]""");
        _time.Advance(Interval);
        Assert.That(Told(), Is.Empty);

        peer.Send("""[16,3,{},"com.a"]""");
        _time.Advance(Interval);
        Assert.That((int)Told().Single()[1]!["messages"]!, Is.EqualTo(3));
    }

    [Test]
    public void Tick_TheListenerItself_IsNotToldOfItself()
    {
        _monitor.Send("""[16,2,{},"com.a"]""");

        _time.Advance(Interval);
        _time.Advance(Interval);

        Assert.That(_monitor.Take(), Is.Empty);
    }

    [Test]
    public void Leave_ASession_TellsTheRestAndNothingAfterIt()
    {
        _monitor.Send("""[32,2,{},"wamp.session.on_leave"]""").Take();
        var peer = _router.Join();
        peer.Send("""[16,1,{},"com.a"]""");
        _time.Advance(Interval);
        _monitor.Take();

        peer.Send("""[6,{},"wamp.close.close_realm"]""");
        _time.Advance(Interval);

        var events = _monitor.TakeEvents();
        Assert.That(events, Has.Count.EqualTo(2));
        Assert.That(CycleOf(JArray.Parse(events[0])), Is.EqualTo("2 last"));
        Assert.That(JArray.Parse(events[1]), Has.Count.EqualTo(3), "on_leave comes after");
    }

    [Test]
    public void Join_AfterGoodbyeOnTheSameConnection_CountsFromThereOn()
    {
        var peer = _router.Join();
        for (var i = 1; i <= 5; i++)
        {
            peer.Send($$"""[16,{{i}},{},"com.a"]""");
        }

        peer.Send("""[6,{},"wamp.close.close_realm"]""").Take();
        peer.Join();
        _monitor.Take();
        peer.Send("""[16,1,{},"com.a"]""");
        _time.Advance(Interval);

        Assert.That((int)Told().Single()[1]!["messages"]!, Is.EqualTo(1));
    }

    [Test]
    public void Tick_NotConfigured_NothingIsTold()
    {
        using var router = new TestRouter(time: _time);
        _monitor = Monitor(router);
        router.Join().Send("""[16,1,{},"com.a"]""").Send("""[6,{},"wamp.close.close_realm"]""");

        _time.Advance(TimeSpan.FromDays(1));

        Assert.That(_monitor.Take(), Is.Empty);
    }

    [Test]
    public void TryTake_AfterTheLast_ATickThatSawTheSessionBeforeItLeftHasNothingToTell()
    {
        var peer = new RecordingPeer();
        var traffic = new SessionTraffic(peer, timestamp: 0);
        Assert.That(traffic.TryTake(now: 1, minMessages: 1, isLast: true, out _), Is.True);
        peer.Sent.Add("[16]");

        Assert.That(traffic.TryTake(now: 2, minMessages: 1, isLast: false, out _), Is.False);
    }

    private static TestPeer Monitor(TestRouter router)
    {
        var monitor = router.Join();
        monitor.Send("""[32,1,{},"wamp.session.on_stats"]""").Take();
        return monitor;
    }

    private static string CycleOf(JArray told)
    {
        var stats = told[1]!;
        return string.Concat((string?)stats["cycle"], (bool)stats["first"]! ? " first" : "", (bool)stats["last"]! ? " last" : "");
    }

    private void Start(StatisticsSettings settings)
    {
        _time = new ManualTime();
        _router = new TestRouter(TestRouter.OpenRealm with { Statistics = settings }, time: _time);
        _monitor = Monitor(_router);
    }

    private List<JArray> Told() => [.. _monitor.TakeEvents().Select(JArray.Parse)];
}
