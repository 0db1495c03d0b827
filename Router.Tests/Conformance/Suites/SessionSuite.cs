using WampRouter.Tests.Conformance.Exchange;
using WampRouter.Tests.Doubles;
using WampRouter.Wire;

namespace WampRouter.Tests.Conformance.Suites;

/// <summary>rfc/text/basic/sessions.md and rfc/session-state-machine.md: from HELLO to WELCOME or ABORT.</summary>
[TestFixtureSource(typeof(ConformanceSuite), nameof(Everywhere))]
internal sealed class SessionSuite(Way way, WireFormat format) : ConformanceSuite(way, format)
{
    [TestCase(
        """[32,1,{},"com.topic"]""",
        """[6,{},"wamp.close.close_realm"]""",
        """[5,"signature",{}]""")]
    [Shows("sessions.hello-first")]
    public async Task Connection_AnotherMessageBeforeHello_IsAborted(params string[] messages)
    {
        foreach (var message in messages)
        {
            var peer = await ConnectAsync();

            await peer.SendAsync(message);

            await peer.ExpectViolationAsync();
        }
    }

    [Test]
    [Shows("sessions.hello-once", "violation.hello")]
    public async Task Hello_Again_AbortsTheSession()
    {
        var peer = await JoinAsync("peer");

        await peer.SendAsync($"""[1,"open",{Peer.NoFeature}]""");

        await peer.ExpectViolationAsync();
    }

    [Test]
    [Shows("sessions.welcome-first", "sessions.router-roles", "sessions.router-features", "sessions.agent", "intro.one-role", "message.session", "message.unique-keys")]
    public async Task Hello_NothingToProve_IsAnsweredWithWelcomeAtOnce()
    {
        var peer = await ConnectAsync();

        await peer.SendAsync($"""[1,"open",{Peer.NoFeature}]""");

        await peer.ExpectAsync("""
            [2,"$session",{
              "agent":"*text","realm":"open","authid":"*text","authrole":"guest","authmethod":"anonymous","authprovider":"static","_max_message_bytes":1048576,
              "roles":{
                "broker":{"...":"*","features":{"publisher_exclusion":true,"...":"*"}},
                "dealer":{"...":"*","features":{"call_canceling":true,"...":"*"}}}}]
            """);
    }

    [TestCase(
        "[1]",
        """[1,"open"]""",
        """[1,"open",[]]""",
        """[1,{"roles":{"caller":{}}},"open"]""",
        """[1,"open",{"roles":{"caller":{}}},[]]""",
        """["1","open",{"roles":{"caller":{}}}]""")]
    [Shows("sessions.invalid-hello")]
    public async Task Hello_Malformed_IsAborted(params string[] hellos)
    {
        foreach (var hello in hellos)
        {
            var peer = await ConnectAsync();

            await peer.SendAsync(hello);

            await peer.ExpectViolationAsync();
        }
    }

    [TestCase(
        "{}",
        """{"roles":{}}""",
        """{"roles":["caller"]}""",
        """{"roles":{"caller":1}}""",
        """{"roles":{"dealer":{}}}""")]
    [Shows("sessions.client-roles")]
    public async Task Hello_WithoutARole_IsAborted(params string[] allDetails)
    {
        foreach (var details in allDetails)
        {
            var peer = await ConnectAsync();

            await peer.SendAsync($"""[1,"open",{details}]""");

            await peer.ExpectViolationAsync();
        }
    }

    [TestCase(
        """{"roles":{"caller":{}}}""",
        """{"roles":{"callee":{},"publisher":{}}}""",
        """{"roles":{"subscriber":{},"publisher":{},"caller":{}}}""",
        """{"roles":{"subscriber":{},"juggler":{}}}""")]
    [Shows("sessions.any-roles", "sessions.client-roles")]
    public async Task Hello_AnyRoles_JoinsAndMayDoWhatItsPermissionsSay(params string[] allDetails)
    {
        foreach (var (i, details) in allDetails.Index())
        {
            var peer = await JoinAsync($"peer{i}", details);

            await peer.ExchangeAsync("""[32,1,{},"com.topic"]""", """[33,1,"*"]""");
        }
    }

    [Test]
    [Shows("sessions.agent")]
    public Task Hello_NamesItsAgent_Joins() => JoinAsync("peer", """{"agent":"AutobahnJS-0.9.14","roles":{"subscriber":{}}}""");

    [Test]
    [Shows("sessions.no-such-realm", "sessions.abort-at-opening", "sessions.abort-reason", "sessions.abort-details", "error-uri.no-such-realm", "advanced-uri.no-such-realm")]
    public async Task Hello_UnknownRealm_IsAborted()
    {
        var peer = await ConnectAsync();

        await peer.ExchangeAsync($"""[1,"com.example.realm1",{Peer.NoFeature}]""", """[3,{"message":"*text"},"wamp.error.no_such_realm"]""");

        await peer.ExpectEndAsync();
    }

    [TestCase(
        "not a uri",
        "com..realm",
        "realm#1",
        "")]
    [Shows("state-machine.realm-uri", "error-uri.invalid-uri")]
    public async Task Hello_RealmThatIsNoUri_IsAborted(params string[] realms)
    {
        foreach (var realm in realms)
        {
            var peer = await ConnectAsync();

            await peer.ExchangeAsync($"""[1,"{realm}",{Peer.NoFeature}]""", """[3,{"message":"*"},"wamp.error.invalid_uri"]""");

            await peer.ExpectEndAsync();
        }
    }

    [TestCase(
        """[1,null,{"roles":{"caller":{}}}]""",
        """[1,7,{"roles":{"caller":{}}}]""",
        """[1,"open",{"roles":{"caller":{}},"authmethods":"anonymous"}]""",
        """[1,"open",{"roles":{"caller":{}},"authmethods":[1]}]""",
        """[1,"open",{"roles":{"caller":{}},"authid":7}]""")]
    [Shows("field.hello-limit")]
    public async Task Hello_MemberOfAWrongType_IsAborted(params string[] hellos)
    {
        foreach (var hello in hellos)
        {
            var peer = await ConnectAsync();

            await peer.SendAsync(hello);

            await peer.ExpectViolationAsync();
        }
    }

    [Test]
    [Shows("sessions.authenticate-unasked")]
    public async Task Authenticate_Unasked_FailsTheSession()
    {
        var peer = await JoinAsync("peer");

        await peer.SendAsync("""[5,"signature",{}]""");

        await peer.ExpectViolationAsync();
    }

    [TestCase(
        """[32,1,{},"com.topic"]""",
        """[6,{},"wamp.close.close_realm"]""",
        """[1,"open",{"roles":{"caller":{}}}]""")]
    [Shows("sessions.other-than-authenticate")]
    public async Task Challenge_AnsweredWithSomethingElse_FailsTheSession(params string[] messages)
    {
        foreach (var message in messages)
        {
            var peer = await ConnectAsync();
            await peer.ExchangeAsync("""[1,"tickets",{"roles":{"caller":{}},"authmethods":["ticket"],"authid":"ann"}]""", """[4,"ticket",{}]""");

            await peer.SendAsync(message);

            await peer.ExpectViolationAsync();
        }
    }

    [Test]
    [Shows("sessions.invalid-authenticate")]
    public async Task Authenticate_Invalid_IsAborted()
    {
        var peer = await ConnectAsync();
        await peer.ExchangeAsync("""[1,"tickets",{"roles":{"caller":{}},"authmethods":["ticket"],"authid":"ann"}]""", """[4,"ticket",{}]""");

        await peer.ExchangeAsync("""[5,"wrong",{}]""", """[3,{"message":"*"},"wamp.error.authentication_denied"]""");

        await peer.ExpectEndAsync();
    }
}
