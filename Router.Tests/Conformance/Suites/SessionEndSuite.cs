using WampRouter.Tests.Conformance.Exchange;
using WampRouter.Tests.Doubles;
using WampRouter.Wire;

namespace WampRouter.Tests.Conformance.Suites;

/// <summary>rfc/text/basic/sessions.md: ABORT, GOODBYE, and transports that break.</summary>
[TestFixtureSource(typeof(ConformanceSuite), nameof(Everywhere))]
internal sealed class SessionEndSuite(Way way, WireFormat format) : ConformanceSuite(way, format)
{
    private const string LeaveRealm = """[6,{},"wamp.close.close_realm"]""";
    private const string GoodbyeAndOut = """[6,{},"wamp.close.goodbye_and_out"]""";

    [TestCase(
        """[3,{},"wamp.error.whatever"]""",
        """[3,{"message":"enough"},"com.example.error"]""",
        """[3,{},"com.example.error",["why"],{"code":7}]""",
        """[3,{},"gone, sorry"]""")]
    [Shows("sessions.abort-not-answered", "sessions.abort-after-opening", "sessions.abort-payload", "sessions.abort-reason")]
    public async Task Abort_InASession_IsNotAnsweredAndEndsIt(params string[] aborts)
    {
        foreach (var (i, abort) in aborts.Index())
        {
            var (peer, other) = (await JoinAsync($"peer{i}"), await JoinAsync($"other{i}"));
            await OwnSomethingAsync(peer);

            await peer.SendAsync(abort);

            await peer.ExpectEndAsync();
            await ExpectNothingOwnedAsync(other);
        }
    }

    [Test]
    [Shows("sessions.abort-not-answered", "sessions.abort-at-opening")]
    public async Task Abort_InsteadOfAuthenticate_IsNotAnswered()
    {
        var peer = await ConnectAsync();
        await peer.ExchangeAsync("""[1,"tickets",{"roles":{"caller":{}},"authmethods":["ticket"],"authid":"ann"}]""", """[4,"ticket",{}]""");

        await peer.SendAsync("""[3,{},"wamp.error.authentication_failed"]""");

        await peer.ExpectEndAsync();
    }

    [TestCase(
        """[3,{},7]""",
        """[3,{},null]""",
        """[3,[],"wamp.error.whatever"]""",
        """[3,"wamp.error.whatever"]""")]
    [Shows("sessions.abort-reason", "sessions.abort-details")]
    public async Task Abort_Malformed_IsAViolation(params string[] aborts)
    {
        foreach (var (i, abort) in aborts.Index())
        {
            var peer = await JoinAsync($"peer{i}");

            await peer.SendAsync(abort);

            await peer.ExpectViolationAsync();
        }
    }

    [TestCase(
        """[6,{},7]""",
        """[6,[],"wamp.close.close_realm"]""",
        """[6,"wamp.close.close_realm"]""")]
    [Shows("sessions.goodbye-reason", "sessions.goodbye-details")]
    public async Task Goodbye_Malformed_IsAViolation(params string[] goodbyes)
    {
        foreach (var (i, goodbye) in goodbyes.Index())
        {
            var peer = await JoinAsync($"peer{i}");

            await peer.SendAsync(goodbye);

            await peer.ExpectViolationAsync();
        }
    }

    [TestCase(
        LeaveRealm,
        """[6,{"message":"The host is shutting down now."},"wamp.close.system_shutdown"]""",
        """[6,{},"wamp.close.normal"]""",
        """[6,{},"wamp.close.logout"]""",
        """[6,{},"wamp.error.close_realm"]""",
        """[6,{},"wamp.error.goodbye_and_out"]""")]
    [Shows("sessions.goodbye-answered", "sessions.goodbye-reason", "sessions.goodbye-details", "error-uri.close-realm", "error-uri.goodbye-and-out", "message.session", "field.legacy-goodbye")]
    public async Task Goodbye_FromAClient_IsAnswered(params string[] goodbyes)
    {
        foreach (var (i, goodbye) in goodbyes.Index())
        {
            var peer = await JoinAsync($"peer{i}");

            await peer.ExchangeAsync(goodbye, GoodbyeAndOut);
        }
    }

    [Test]
    [Shows("sessions.goodbye-ends", "transport.reuse", "field.nothing-behind-goodbye", "basic-pubsub.session-long")]
    public async Task Goodbye_ThenHelloOnTheSameTransport_BeginsAFreshSession()
    {
        var (peer, other) = (await JoinAsync("first"), await JoinAsync("other"));
        await OwnSomethingAsync(peer);
        await other.SendAsync("""[48,3,{},"com.mine"]""");
        await peer.ExpectAsync("""[68,1,"*",{}]""");

        await peer.ExchangeAsync(LeaveRealm, GoodbyeAndOut);
        await other.ExpectAsync("""[8,48,3,{},"wamp.error.canceled",["*"]]""");
        await other.ExchangeAsync("""[16,1,{"acknowledge":true},"com.mine"]""", """[17,1,"*"]""");
        await ExpectNothingOwnedAsync(other);

        await peer.JoinAsync("second");
        await peer.ExpectNothingAsync();
        Assert.That(Id("second"), Is.Not.EqualTo(Id("first")));
    }

    [Test]
    [Shows("state-machine.another-realm", "transport.reuse")]
    public async Task Goodbye_ThenHelloForAnotherRealm_AuthenticatesThere()
    {
        var peer = await JoinAsync("guest");

        await peer.ExchangeAsync(LeaveRealm, GoodbyeAndOut);
        await peer.LogInAsync("ann", "ann");

        await peer.ExpectNothingAsync();
    }

    [Test]
    [Shows("sessions.goodbye-from-router", "error-uri.system-shutdown", "field.shutdown-reason")]
    public async Task Goodbye_FromARouterThatStops_SaysWhyAndIsTheLastMessage()
    {
        var peer = await JoinAsync("peer");

        var stopping = Router.StopAsync();

        await peer.ExpectAsync("""[6,{"message":"*"},"wamp.close.system_shutdown"]""");
        await peer.ExpectEndAsync();
        await peer.DisposeAsync();      // this peer does not answer a WebSocket's Close, and the router would give it its time
        await stopping;
    }

    [Test]
    [Shows("advanced-uri.killed", "field.killed-without-reason", "sessions.goodbye-from-router")]
    public async Task Goodbye_SessionIsKilled_SaysSo()
    {
        var (killer, victim) = (await JoinAsync("killer"), await JoinAsync("victim"));

        await killer.SendAsync("""[48,1,{},"wamp.session.kill",["$victim"]]""");

        await victim.ExpectAsync("""[6,{"...":"*"},"wamp.close.killed"]""");
        await victim.ExpectEndAsync();
        await killer.ExpectAsync("""[50,1,{"...":"*"},"..."]""");
    }

    [Test]
    [Shows("sessions.transport-ends", "state-machine.transport-lost", "basic-pubsub.session-long")]
    public async Task Transport_Breaks_EndsItsSession()
    {
        var (peer, other) = (await JoinAsync("peer"), await JoinAsync("other"));
        await OwnSomethingAsync(peer);
        await other.ExchangeAsync("""[32,1,{},"wamp.session.on_leave"]""", """[33,1,"*"]""");

        await peer.DisposeAsync();

        await other.ExpectAsync("""[36,"*","*",{"...":"*"},["$peer","..."]]""");
        await ExpectNothingOwnedAsync(other);
    }

    private static async Task OwnSomethingAsync(Peer peer)
    {
        await peer.ExchangeAsync("""[32,1,{},"com.mine"]""", """[33,1,"*"]""");
        await peer.ExchangeAsync("""[64,2,{},"com.mine"]""", """[65,2,"*"]""");
    }

    private static async Task ExpectNothingOwnedAsync(Peer other)
    {
        await other.ExchangeAsync("""[48,11,{},"com.mine"]""", """[8,48,11,{},"wamp.error.no_such_procedure",["*"]]""");
        await other.ExchangeAsync("""[48,12,{},"wamp.subscription.lookup",["com.mine"]]""", """[50,12,{},[null]]""");
    }
}
