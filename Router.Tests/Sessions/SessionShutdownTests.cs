using WampRouter.Sessions;
using WampRouter.Sessions.Authentication;
using WampRouter.Sessions.Connections;
using WampRouter.Tests.Doubles;

namespace WampRouter.Tests.Sessions;

/// <summary>Sessions that begin or end while the router goes down.</summary>
public sealed class SessionShutdownTests
{
    [Test]
    public void Goodbye_AgainBeforeThePeerAnswered_ClosesTheConnection()
    {
        using var router = new TestRouter();
        var peer = router.Connect();
        var session = router.Live.Find(peer.Join())!;

        session.Goodbye("wamp.close.killed", null);
        Assert.That(peer.CloseRequested, Is.False, "its answer is waited for");
        session.Goodbye("wamp.close.system_shutdown", null);

        Assert.That(peer.CloseRequested, Is.True);
        Assert.That(peer.Take().Single(), Does.StartWith("[6,").And.Contain("wamp.close.killed"), "one GOODBYE, the first");
    }

    [Test]
    public void Authenticate_TheRouterBeganToGoDownMeanwhile_IsRefusedAndIsNoMember()
    {
        var (ticket, hash) = TicketHash.Generate();
        using var router = new TestRouter(options: new WampSessionOptions { Shutdown = WampShutdownNotice.Goodbye }, sessions: new SessionSettings
        {
            Authentication = new AuthenticationSettings { Methods = [new TicketSettings { Principals = new Dictionary<string, TicketPrincipal> { ["joe"] = new() { AuthId = "joe", Role = "anonymous", Tickets = [hash] } } }] },
        });
        var peer = router.Connect().Send("""[1,"realm1",{"authmethods":["ticket"],"authid":"joe","roles":{"caller":{}}}]""");
        Assert.That(peer.Take().Single(), Does.StartWith("[4,"));

        router.Live.Drain();
        peer.Send($$"""[5,"{{ticket}}",{}]""");

        Assert.That(peer.Take().Single(), Does.StartWith("[3,").And.Contain("wamp.close.system_shutdown"));
        Assert.That((peer.Status, router.Hosted.Realm.Members, router.Live.Count), Is.EqualTo((ReceiveStatus.Close, 0, 0)));
    }

    [Test]
    public async Task GoodbyeAsync_EveryoneHasLeft_IsDoneAtOnce()
    {
        using var router = new TestRouter();
        router.Join().Disconnect();
        router.Live.Drain();

        await router.Live.GoodbyeAsync("wamp.close.system_shutdown", "going").Soon();
    }

    [Test]
    public async Task GoodbyeAsync_SomebodyIsThere_IsDoneWhenTheLastHasLeft()
    {
        using var router = new TestRouter();
        var (first, second) = (router.Join(), router.Join());
        router.Live.Drain();

        var gone = router.Live.GoodbyeAsync("wamp.close.system_shutdown", "going");
        first.Disconnect();
        Assert.That(gone.IsCompleted, Is.False);
        second.Disconnect();

        await gone.Soon();
    }
}
