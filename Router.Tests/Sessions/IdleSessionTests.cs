using WampRouter.Sessions;
using WampRouter.Sessions.Connections;
using WampRouter.Tests.Doubles;

namespace WampRouter.Tests.Sessions;

/// <summary>Sessions from and to which nothing goes.</summary>
internal sealed class IdleSessionTests
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(60);

    private readonly ManualTime _time = new();

    [Test]
    public void Session_NothingGoesEitherWay_GetsGoodbye()
    {
        using var router = new TestRouter(options: new WampSessionOptions { IdleTimeout = Timeout }, time: _time);
        var peer = router.Join();
        Beat(peer);
        _time.Advance(Timeout - TimeSpan.FromSeconds(1));
        Beat(peer);
        Assert.That(peer.Take(), Is.Empty);

        using var idle = new Measured(router.Meter, "wamp_router.session.idle_ends");
        _time.Advance(TimeSpan.FromSeconds(1));
        Beat(peer);

        Assert.That(peer.Take().Single(), Does.Contain("wamp.error.timeout"));
        Assert.That(idle.Sum, Is.EqualTo(1));
        Beat(peer);
        Assert.That(peer.Take(), Is.Empty, "once");
    }

    [Test]
    public void Session_MessagesGoOneWay_Lives()
    {
        using var router = new TestRouter(options: new WampSessionOptions { IdleTimeout = Timeout }, time: _time);
        var (publisher, subscriber) = (router.Join(), router.Join());
        subscriber.Send("""[32,1,{},"com.a"]""");
        for (var i = 0; i < 4; i++)
        {
            Beat(publisher, subscriber);
            _time.Advance(Timeout / 2);
            publisher.Send("""[16,1,{},"com.a"]""");
        }

        Beat(publisher, subscriber);
        Assert.That(publisher.Take().Concat(subscriber.Take()), Has.None.Contains("wamp.error.timeout"));
    }

    [TestCase(60, 20, "WampRouter:Listeners:1:IdleTimeout")]
    [TestCase(null, 20, "WampRouter:Listeners:1:IdleTimeout")]
    [TestCase(20, 60, "WampRouter:Sessions:IdleTimeout")]
    [TestCase(20, null, "WampRouter:Sessions:IdleTimeout")]
    public void Session_OfAListenerWithATimeout_EndsByTheShorterOneAndIsToldItsName(int? ofRouter, int? ofListener, string setting)
    {
        using var router = new TestRouter(options: new WampSessionOptions { IdleTimeout = Seconds(ofRouter) }, time: _time);
        var peer = router.Connect();
        peer.IdleLimit = Seconds(ofListener) is { } timeout ? new IdleLimit(timeout, "WampRouter:Listeners:1:IdleTimeout") : null;
        peer.Join();
        Beat(peer);
        _time.Advance(TimeSpan.FromSeconds(19));
        Beat(peer);
        Assert.That(peer.Take(), Is.Empty);

        _time.Advance(TimeSpan.FromSeconds(1));
        Beat(peer);

        Assert.That(peer.Take().Single(), Does.Contain("wamp.error.timeout").And.Contain(setting));

        static TimeSpan? Seconds(int? seconds) => seconds is { } count ? TimeSpan.FromSeconds(count) : null;
    }

    [Test]
    public void Session_NoTimeoutIsSet_LivesForEver()
    {
        using var router = new TestRouter(time: _time);
        var peer = router.Join();
        Beat(peer);
        _time.Advance(TimeSpan.FromDays(100));
        Beat(peer);

        Assert.That(peer.Take(), Is.Empty);
    }

    private void Beat(params TestPeer[] peers)
    {
        foreach (var peer in peers)
        {
            peer.Heartbeat(_time.GetTimestamp());
        }
    }
}
