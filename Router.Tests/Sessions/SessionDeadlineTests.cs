using Microsoft.Extensions.Logging;
using WampRouter.Sessions;
using WampRouter.Tests.Conformance;
using WampRouter.Tests.Doubles;

namespace WampRouter.Tests.Sessions;

/// <summary>A connection without a session has a time limit, whenever and however it came to be without one; a session has none.</summary>
public sealed class SessionDeadlineTests
{
    private const string Goodbye = """[6,{},"wamp.close.close_realm"]""";

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(7);
    private static readonly TimeSpan AfterGoodbye = WampSessionOptions.TimeForAnotherHello;
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(1);

    private ManualTime _time = null!;
    private LogRecorder<Session> _log = null!;
    private TestRouter _router = null!;

    [SetUp]
    public void SetUp()
    {
        _time = new ManualTime();
        _log = new LogRecorder<Session>();
        _router = new TestRouter(options: new WampSessionOptions { HelloTimeout = Limit, GoodbyeTimeout = TimeSpan.FromSeconds(1) }, time: _time, logger: _log);
    }

    [TearDown]
    public void TearDown() => _router.Dispose();

    [Test]
    [Shows("state-machine.join-timer")]
    public void Goodbye_ThenSilence_ClosesTheConnectionSoonAndIsNoFault()
    {
        var peer = _router.Connect();
        var id = peer.Join();
        _time.Advance(Limit * 10);
        peer.Send(Goodbye);

        _time.Advance(AfterGoodbye - Moment);
        Assert.That((peer.Take().Count, peer.CloseRequested), Is.EqualTo((1, false)));
        _time.Advance(Moment);

        Assert.That(peer.CloseRequested, Is.True);
        Assert.That(_log.Entries[^1], Is.EqualTo((LogLevel.Debug, new EventId(1212), $"test: session {id} left and did not disconnect; closed by the router")));
    }

    [Test]
    public void Goodbye_WhereAHelloHasLessTime_HasNoMoreThanThat()
    {
        var limit = AfterGoodbye / 2;
        using var router = new TestRouter(options: new WampSessionOptions { HelloTimeout = limit }, time: _time);
        var peer = router.Join().Send(Goodbye);

        _time.Advance(limit - Moment);
        Assert.That(peer.CloseRequested, Is.False);
        _time.Advance(Moment);

        Assert.That(peer.CloseRequested, Is.True);
    }

    [Test]
    public void Goodbye_ThenAnotherHello_StopsTheClockUntilTheNextGoodbye()
    {
        var peer = _router.Join();
        for (var i = 0; i < 3; i++)
        {
            peer.Send(Goodbye).Take();
            _time.Advance(AfterGoodbye - Moment);
            peer.Join();
            _time.Advance(Limit * 10);
            Assert.That(peer.CloseRequested, Is.False);
        }

        peer.Send(Goodbye);
        _time.Advance(AfterGoodbye);

        Assert.That(peer.CloseRequested, Is.True);
    }

    [Test]
    public void Connection_SilentFromTheStart_HasExactlyTheTimeThatIsSet()
    {
        var peer = _router.Connect();

        _time.Advance(Limit - Moment);
        Assert.That(peer.CloseRequested, Is.False);
        _time.Advance(Moment);

        Assert.That(peer.CloseRequested, Is.True);
        Assert.That(_log.Entries[^1].Level, Is.EqualTo(LogLevel.Information));
    }

    [Test]
    public void Goodbye_OfTheRouterUnanswered_HasTheShorterTime()
    {
        var peer = _router.Join();
        _router.Live.Drain();
        _ = _router.Live.GoodbyeAsync("wamp.close.system_shutdown", "going");

        _time.Advance(TimeSpan.FromSeconds(1) - Moment);
        Assert.That(peer.CloseRequested, Is.False);
        _time.Advance(Moment);

        Assert.That(peer.CloseRequested, Is.True);
    }

    [Test]
    public void Disconnect_BeforeTheDeadline_LeavesNoTimerBehind()
    {
        var peer = _router.Connect();
        peer.Disconnect();

        _time.Advance(Limit);

        Assert.That(peer.CloseRequested, Is.False);
    }
}
