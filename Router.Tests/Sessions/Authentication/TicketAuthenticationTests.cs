using System.Net;
using WampRouter.Sessions;
using WampRouter.Sessions.Authentication;
using WampRouter.Sessions.Connections;
using WampRouter.Sessions.Hello;
using WampRouter.Tests.Conformance;
using WampRouter.Tests.Doubles;
using WampRouter.Wire;

namespace WampRouter.Tests.Sessions.Authentication;

/// <summary>rfc/text/advanced/authentication_ticket.md, and the choice among methods.</summary>
public sealed class TicketAuthenticationTests
{
    private const string Roles = "\"roles\":{\"caller\":{}}";

    private static readonly (string Ticket, TicketHash Hash) Generated = TicketHash.Generate();
    private static readonly TicketHash Chosen = TicketHash.OfChosen("correct horse");

    private TestRouter _router = null!;

    [SetUp]
    public void SetUp() => _router = RouterWith(
        new TicketPrincipal { AuthId = "joe", Role = "anonymous", Tickets = [Generated.Hash] },
        new TicketPrincipal { AuthId = "local", Role = "anonymous", Tickets = [Generated.Hash], LoopbackOnly = true });

    [TearDown]
    public void TearDown() => _router.Dispose();

    [Test]
    [Shows("ticket.feature", "ticket.challenge")]
    public void Authenticate_RightTicket_Welcomes()
    {
        var peer = Challenge(_router.Connect(), "joe");

        var welcome = peer.Send($$"""[5,"{{Generated.Ticket}}",{}]""").Take().Single();

        Assert.That(welcome, Does.StartWith("[2,").And.Contain("\"authid\":\"joe\"").And.Contain("\"authmethod\":\"ticket\""));
    }

    [TestCase("joe", "wrong")]
    [TestCase("joe", "")]
    [TestCase("nobody", "wrong")]
    [Shows("ticket.abort", "ticket.users-not-told")]
    public void Authenticate_WrongTicketOrUser_AbortsWithTheSameWords(string authId, string ticket)
    {
        var peer = Challenge(_router.Connect(), authId);

        peer.Send($$"""[5,"{{ticket}}",{}]""");

        Assert.That(peer.Take(), Is.EqualTo(new[] { """[3,{"message":"unknown authid or wrong ticket"},"wamp.error.authentication_denied"]""" }));
        Assert.That(peer.Status, Is.EqualTo(ReceiveStatus.Close));
    }

    [TestCase("192.0.2.7", false)]
    [TestCase("127.0.0.1", true)]
    [TestCase("::1", true)]
    public void Authenticate_LoopbackOnlyUser_ComesInFromThisMachineOnly(string address, bool welcome)
    {
        var info = TestPeer.Local(WireFormat.Json) with { RemoteEndPoint = new IPEndPoint(IPAddress.Parse(address), 1) };
        var peer = Challenge(_router.Connect(info), "local");

        var answer = peer.Send($$"""[5,"{{Generated.Ticket}}",{}]""").Take().Single();

        Assert.That(answer, Does.StartWith(welcome ? "[2," : "[3,"));
    }

    [TestCase("correct horse", "[2,")]
    [TestCase("correct house", "[3,")]
    public async Task Authenticate_ChosenTicket_IsCheckedOffTheReadLoop(string ticket, string answer)
    {
        using var router = RouterWith(new TicketPrincipal { AuthId = "ann", Role = "anonymous", Tickets = [Chosen] });
        var peer = Challenge(router.Connect(), "ann");

        peer.Send($$"""[5,"{{ticket}}",{}]""");
        Assert.That(peer.Status, Is.EqualTo(ReceiveStatus.Wait));
        await peer.ResumeAsync();

        Assert.That(peer.Take().Single(), Does.StartWith(answer));
    }

    [Test]
    [Shows("ticket.users-not-told")]
    public async Task Authenticate_UnknownUserWhereOthersAreSlow_IsSlowToo()
    {
        using var router = RouterWith(
            new TicketPrincipal { AuthId = "ann", Role = "anonymous", Tickets = [Chosen] },
            new TicketPrincipal { AuthId = "quick", Role = "anonymous", Tickets = [Generated.Hash] });
        var (nobody, quick) = (Challenge(router.Connect(), "nobody"), Challenge(router.Connect(), "quick"));

        nobody.Send("""[5,"x",{}]""");
        quick.Send($$"""[5,"{{Generated.Ticket}}",{}]""");

        Assert.That((nobody.Status, quick.Status), Is.EqualTo((ReceiveStatus.Wait, ReceiveStatus.Wait)));
        await nobody.ResumeAsync();
        await quick.ResumeAsync();
        Assert.That(quick.Take().Single(), Does.StartWith("[2,"));
    }

    [Test]
    public async Task Authenticate_MoreSlowChecksThanTheBound_AreRefusedNotQueued()
    {
        using var verifier = new TicketVerifier(new WampSessionOptions { ConcurrentTicketChecks = 1, QueuedTicketChecks = 0 }, TimeProvider.System);
        using var release = new ManualResetEventSlim();
        var refusal = new AuthenticationStep.Refuse("a", "b", "c");
        var first = verifier.RunAsync(new TicketCheck(null, 1, _ => release.Wait(TimeSpan.FromSeconds(10)) ? refusal : throw new TimeoutException()));

        var second = await verifier.RunAsync(new TicketCheck(null, 2, _ => throw new InvalidOperationException("must not run"))).Soon();
        release.Set();

        Assert.That((second as AuthenticationStep.Refuse)?.LogDetail, Does.Contain("WampRouter:Sessions:QueuedTicketChecks"));
        Assert.That(await first.Soon(), Is.SameAs(refusal));
    }

    [Test]
    [Shows("advanced-uri.authentication-failed")]
    public async Task Authenticate_CheckCannotBeMade_IsRefusedAsFailed()
    {
        using var verifier = new TicketVerifier(new WampSessionOptions { ConcurrentTicketChecks = 0, QueuedTicketChecks = 0 }, TimeProvider.System);
        var method = new TicketMethod("realm1", new TicketSettings { Principals = new Dictionary<string, TicketPrincipal> { ["ann"] = new() { AuthId = "ann", Role = "anonymous", Tickets = [Chosen] } } }, verifier);
        var login = new LoginRequest(1, new HelloRequest { Realm = "realm1", AuthMethods = ["ticket"], AuthId = "ann" }, TestPeer.Local(WireFormat.Json));
        var challenge = (AuthenticationStep.Challenge)(await method.BeginAsync(login, CancellationToken.None))!;

        var step = await challenge.Pending.AnswerAsync("correct horse"u8, null, CancellationToken.None).AsTask().Soon();

        Assert.That((step as AuthenticationStep.Refuse)?.Reason, Is.EqualTo(WampErrors.AuthenticationFailed));
    }

    [TestCase("""{"authmethods":["wampcra","ticket"],"authid":"joe",""", "[4,\"ticket\",{}]")]
    [TestCase("""{"authmethods":["anonymous","ticket"],"authid":"joe",""", "[4,\"ticket\",{}]")]
    [TestCase("""{"authmethods":["ticket"],""", "wamp.error.authentication_denied")]
    [TestCase("""{"authmethods":["ticket"],"authid":"",""", "wamp.error.authentication_denied")]
    [TestCase("""{"authmethods":["wampcra"],"authid":"joe",""", "wamp.error.no_matching_auth_method")]
    [TestCase("""{"authmethods":[],"authid":"joe",""", "wamp.error.authentication_required")]
    [TestCase("""{""", "wamp.error.authentication_required")]
    [Shows("auth.clients-order", "ticket.authmethods", "ticket.authid", "field.other-authmethods")]
    public void Hello_RealmWithTicketsOnly_TakesTheFirstMethodBothSpeak(string details, string answer)
    {
        var peer = _router.Connect().Send($"[1,\"realm1\",{details}{Roles}}}]");

        Assert.That(peer.Take().Single(), Does.Contain(answer));
    }

    [Test]
    [Shows("auth.clients-order")]
    public void Hello_BothMethodsOffered_TheClientsOrderDecides()
    {
        using var router = RouterWith(new AnonymousSettings { Role = "anonymous" }, new TicketPrincipal { AuthId = "joe", Role = "anonymous", Tickets = [Generated.Hash] });

        var ticketFirst = router.Connect().Send($$"""[1,"realm1",{"authmethods":["ticket","anonymous"],"authid":"joe",{{Roles}}}]""").Take().Single();
        var anonymousFirst = router.Connect().Send($$"""[1,"realm1",{"authmethods":["anonymous","ticket"],"authid":"joe",{{Roles}}}]""").Take().Single();

        Assert.That((ticketFirst[..2], anonymousFirst[..2]), Is.EqualTo(("[4", "[2")));
    }

    [Test]
    public void Challenge_AnythingButAuthenticate_Aborts()
    {
        var peer = Challenge(_router.Connect(), "joe");

        peer.Send("""[16,1,{},"com.topic"]""");

        Assert.That(peer.Take().Single(), Does.Contain("wamp.error.protocol_violation"));
    }

    [Test]
    public void Anonymous_LoopbackOnlyFromElsewhere_IsRefused()
    {
        using var router = RouterWith(new AnonymousSettings { Role = "anonymous", LoopbackOnly = true });
        var info = TestPeer.Local(WireFormat.Json) with { RemoteEndPoint = new IPEndPoint(IPAddress.Parse("192.0.2.7"), 1) };

        var answer = router.Connect(info).Send($"[1,\"realm1\",{{{Roles}}}]").Take().Single();

        Assert.That(answer, Does.Contain("wamp.error.authentication_required"));
    }

    private static TestPeer Challenge(TestPeer peer, string authId)
    {
        peer.Send($$"""[1,"realm1",{"authmethods":["ticket"],"authid":"{{authId}}",{{Roles}}}]""");
        Assert.That(peer.Take(), Is.EqualTo(new[] { """[4,"ticket",{}]""" }));
        return peer;
    }

    private static TestRouter RouterWith(params TicketPrincipal[] principals) => RouterWith(null, principals);

    private static TestRouter RouterWith(AnonymousSettings? anonymous, params TicketPrincipal[] principals) => new(sessions: new SessionSettings
    {
        Authentication = new AuthenticationSettings
        {
            Methods = [.. anonymous is null ? Array.Empty<MethodSettings>() : [anonymous], new TicketSettings { Principals = principals.ToDictionary(p => p.AuthId) }],
        },
    });
}
