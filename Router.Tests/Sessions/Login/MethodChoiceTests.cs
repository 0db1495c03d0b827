using System.Net;
using WampRouter.Sessions;
using WampRouter.Sessions.Authentication;
using WampRouter.Tests.Conformance;
using WampRouter.Tests.Doubles;
using WampRouter.Wire;

namespace WampRouter.Tests.Sessions.Login;

/// <summary>A method that will not do for this client is passed over, and only if none is left it is told why (<c>rfc/text/advanced/authentication.md</c>).</summary>
public sealed class MethodChoiceTests
{
    private const string Roles = "\"roles\":{\"caller\":{}}";

    private static readonly IPAddress Elsewhere = IPAddress.Parse("192.0.2.7");

    [TestCase("""["anonymous","ticket"]""", false, """[4,"ticket",{}]""")]
    [TestCase("""["ticket","anonymous"]""", false, """[4,"ticket",{}]""")]
    [TestCase("""["unheard-of","anonymous","ticket"]""", false, """[4,"ticket",{}]""")]
    [TestCase("""["anonymous","ticket"]""", true, "[2,")]
    [TestCase("""["anonymous"]""", false, "wamp.error.authentication_required")]
    [TestCase("""["anonymous","unheard-of"]""", false, "wamp.error.authentication_required")]
    [Shows("auth.clients-order")]
    public void Hello_AnonymousIsForThisMachineOnly_OthersAreOfferedTheNextMethod(string methods, bool isLocal, string answer)
    {
        using var router = RouterWithBoth();
        var info = TestPeer.Local(WireFormat.Json) with { RemoteEndPoint = new IPEndPoint(isLocal ? IPAddress.Loopback : Elsewhere, 1) };

        var peer = router.Connect(info).Send($"[1,\"realm1\",{{\"authmethods\":{methods},\"authid\":\"joe\",{Roles}}}]");

        Assert.That(peer.Take().Single(), Does.StartWith(answer[0] == '[' ? answer : "[3,").And.Contain(answer));
    }

    private static TestRouter RouterWithBoth() => new(sessions: new SessionSettings
    {
        Authentication = new AuthenticationSettings
        {
            Methods =
            [
                new AnonymousSettings { Role = "anonymous", LoopbackOnly = true },
                new TicketSettings { Principals = new Dictionary<string, TicketPrincipal> { ["joe"] = new() { AuthId = "joe", Role = "anonymous", Tickets = [TicketHash.Generate().Hash] } } },
            ],
        },
    });
}
