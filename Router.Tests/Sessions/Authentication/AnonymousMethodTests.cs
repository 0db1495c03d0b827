using System.Net;
using WampRouter.Sessions;
using WampRouter.Sessions.Authentication;
using WampRouter.Sessions.Connections;
using WampRouter.Tests.Doubles;
using WampRouter.Wire;

namespace WampRouter.Tests.Sessions.Authentication;

/// <summary>Anonymous sessions come in from everywhere, unless the realm wants them from its own machine only.</summary>
public sealed class AnonymousMethodTests
{
    [TestCase(false, "127.0.0.1", true)]
    [TestCase(false, "192.0.2.7", true)]
    [TestCase(false, "2001:db8::1", true)]
    [TestCase(true, "127.0.0.1", true)]
    [TestCase(true, "::1", true)]
    [TestCase(true, "192.0.2.7", false)]
    [TestCase(true, "2001:db8::1", false)]
    public void Hello_FromAnywhere_ComesInUnlessTheRealmIsForThisMachineOnly(bool loopbackOnly, string address, bool isWelcome)
    {
        var answer = Join(loopbackOnly, TestPeer.Local(WireFormat.Json) with { RemoteEndPoint = new IPEndPoint(IPAddress.Parse(address), 1) });

        Assert.That(answer, isWelcome ? Does.StartWith("[2,") : Does.StartWith("[3,").And.Contain("wamp.error.authentication_required"));
    }

    [TestCase(false, true)]
    [TestCase(true, false)]
    public void Hello_OverAProxyOfThisMachine_IsNotFromThisMachine(bool loopbackOnly, bool isWelcome)
    {
        var answer = Join(loopbackOnly, TestPeer.Local(WireFormat.Json) with { RemoteEndPoint = new IPEndPoint(IPAddress.Loopback, 1), IsForwarded = true });

        Assert.That(answer, isWelcome ? Does.StartWith("[2,") : Does.StartWith("[3,"));
    }

    [Test]
    public void Hello_Welcome_HasTheRealmsRoleAndANameNobodyElseHas()
    {
        using var router = new TestRouter();
        var welcomes = Enumerable.Range(0, 2).Select(_ => Newtonsoft.Json.Linq.JArray.Parse(router.Connect().Send(Hello).Take().Single())[2]).ToArray();

        Assert.That(welcomes.Select(details => ((string?)details["authrole"], (string?)details["authmethod"], (string?)details["authprovider"])), Is.All.EqualTo(("anonymous", "anonymous", "static")));
        Assert.That(welcomes.Select(details => ((string?)details["authid"])?.Length), Is.All.EqualTo(24));
        Assert.That((string?)welcomes[0]["authid"], Is.Not.EqualTo((string?)welcomes[1]["authid"]));
    }

    private const string Hello = """[1,"realm1",{"roles":{"caller":{}}}]""";

    private static string Join(bool loopbackOnly, object connection)
    {
        using var router = new TestRouter(sessions: new SessionSettings
        {
            Authentication = new AuthenticationSettings { Methods = [new AnonymousSettings { Role = "anonymous", LoopbackOnly = loopbackOnly }] },
        });
        return router.Connect((ConnectionDetails)connection).Send(Hello).Take().Single();
    }
}
