using System.Globalization;
using WampRouter.Sessions;
using WampRouter.Sessions.Connections;
using WampRouter.Tests.Doubles;
using WampRouter.Tests.Realms.Broker;
using WampRouter.Tests.Realms.Dealer;

namespace WampRouter.Tests.Sessions;

/// <summary>A peer that does not read: what its realm's policy says it loses, that it loses nothing in silence, and that nobody else notices.</summary>
internal sealed class SessionOverflowTests
{
    private const int OutboxBytes = 2_000;
    private const int Published = 200;
    private const int LogOverflow = 1220;
    private const int LogDropping = 1221;
    private const int LogRefusing = 1222;
    private const string Address = "192.0.2.7";

    private LogRecorder<Session> _log = null!;
    private TestRouter _router = null!;

    [TearDown]
    public void TearDown() => _router.Dispose();

    [Test]
    public void Event_OutboxIsFull_EndsTheConnectionWithoutAGap()
    {
        Start(OverflowPolicy.Disconnect);
        using var overflows = new Measured(_router.Meter, "wamp_router.session.overflows");
        var (slow, other, publisher) = (Subscriber(Slow()), Subscriber(_router.Connect()), _router.Join());

        Publish(publisher);

        var arrived = Take(slow);
        Assert.That((slow.Aborted, other.Aborted, publisher.Aborted), Is.EqualTo((true, false, false)));
        Assert.That(arrived, Is.EqualTo(Enumerable.Range(1, arrived.Count)).And.Count.LessThan(Published));
        Assert.That(Take(other), Has.Count.EqualTo(Published));
        Assert.That((overflows.Sum, _log.Of(LogOverflow).Count, _log.Of(LogDropping).Count), Is.EqualTo((1, 1, 0)), "once, however often it was found full");
    }

    [Test]
    public void Event_OutboxIsFullAndEventsMayBeDropped_KeepsTheSessionAndCountsEachOne()
    {
        Start(OverflowPolicy.DropEvents);
        using var dropped = new Measured(_router.Meter, "wamp_router.outbox.dropped_events");
        var (slow, publisher) = (Subscriber(Slow()), _router.Join());

        Publish(publisher);
        var first = Take(slow);
        Publish(publisher);
        var second = Take(slow);

        Assert.That(slow.Aborted, Is.False);
        Assert.That(first, Is.EqualTo(Enumerable.Range(1, first.Count)).And.Not.Empty);
        Assert.That(second, Is.EqualTo(first), "what was drained is room again");
        Assert.That(dropped.Sum, Is.EqualTo((2 * Published) - first.Count - second.Count));
        Assert.That(_log.Of(LogDropping), Has.Count.EqualTo(1), "logged once in a session");
    }

    [TestCase(OverflowPolicy.Disconnect)]
    [TestCase(OverflowPolicy.DropEvents)]
    public void Result_OutboxIsFull_EndsTheConnectionWhateverTheEventsMay(OverflowPolicy policy)
    {
        Start(policy);
        var callee = _router.Join();
        callee.Register("com.procedure");
        var slow = Slow();
        slow.Join();

        for (var request = 1; request <= Published && !slow.Aborted; request++)
        {
            slow.Call(request);
            callee.Send($"[70,{request.ToString(CultureInfo.InvariantCulture)},{{}},[\"{new string('x', 50)}\"]]");
        }

        Assert.That((slow.Aborted, callee.Aborted), Is.EqualTo((true, false)), "an answer is never dropped");
        Assert.That(_log.Of(LogOverflow), Has.Count.EqualTo(1));
    }

    [TestCase(OverflowPolicy.Disconnect, LogOverflow)]
    [TestCase(OverflowPolicy.DropEvents, LogDropping)]
    public void Event_OutboxIsFull_TheLogSaysFromWhere(OverflowPolicy policy, int line)
    {
        Start(policy);
        var publisher = _router.Join();
        Subscriber(Slow());

        Publish(publisher);

        Assert.That(_log.Of(line).Single(), Does.StartWith($"test ({Address}): "));
    }

    [Test]
    public void Call_OutboxIsFull_TheLogSaysFromWhere()
    {
        Start(OverflowPolicy.DropEvents);
        var (callee, caller) = (Slow(), _router.Join());
        callee.Join();
        callee.Register("com.procedure");

        for (var request = 1; request <= Published; request++)
        {
            caller.Call(request);
        }

        Assert.That(_log.Of(LogRefusing).Single(), Does.StartWith($"test ({Address}): "));
    }

    private void Start(OverflowPolicy policy)
    {
        _log = new LogRecorder<Session>();
        _router = new TestRouter(sessions: TestRouter.Anonymous with { Overflow = policy }, logger: _log);
    }

    private TestPeer Slow() => new(_router.Sessions, From, outboxBytes: OutboxBytes, pauseWriterThreshold: 100);

    private static ConnectionDetails From => TestPeer.Local(WampRouter.Wire.WireFormat.Json) with { RemoteEndPoint = new System.Net.IPEndPoint(System.Net.IPAddress.Parse(Address), 4711) };

    private static TestPeer Subscriber(TestPeer peer)
    {
        peer.Join();
        peer.Subscribe("com.topic");
        return peer;
    }

    private static void Publish(TestPeer publisher)
    {
        for (var i = 1; i <= Published; i++)
        {
            publisher.Publish("com.topic", i.ToString(CultureInfo.InvariantCulture));
        }
    }

    private static List<int> Take(TestPeer peer) => [.. peer.TakeTexts().Select(text => int.Parse(text, CultureInfo.InvariantCulture))];
}
