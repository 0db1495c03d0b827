using WampRouter.Realms.Authorization;
using WampRouter.Realms.Patterns;
using WampRouter.Realms.Settings;
using WampRouter.Tests.Conformance.Exchange;
using WampRouter.Tests.Doubles;
using WampRouter.Wire;

namespace WampRouter.Tests.Conformance.Suites;

/// <summary>rfc/text/advanced/authorization.md: guests may do one thing each with some URIs, everything below <c>com.open.</c>, and nothing else.</summary>
[TestFixtureSource(typeof(ConformanceSuite), nameof(Everywhere))]
internal sealed class AuthorizationSuite(Way way, WireFormat format) : ConformanceSuite(way, format)
{
    private const string NotAuthorized = "\"wamp.error.not_authorized\",[\"*\"]";

    protected override RealmSettings Realm => base.Realm with
    {
        Roles =
        [
            new RoleSettings
            {
                Name = "guest",
                Permissions =
                [
                    Rule("conformance.", MatchPolicy.Prefix, Permissions.All),
                    Rule("com.open.", MatchPolicy.Prefix, Permissions.All),
                    Rule("com.open.but_closed.", MatchPolicy.Prefix, Permissions.None),
                    Rule("com.call", MatchPolicy.Exact, Permissions.Call),
                    Rule("com.register", MatchPolicy.Exact, Permissions.Register),
                    Rule("com.publish", MatchPolicy.Exact, Permissions.Publish),
                    Rule("com..subscribe", MatchPolicy.Wildcard, Permissions.Subscribe),
                ],
            },
        ],
    };

    [TestCase("no_such_procedure", "com.call", "com.open.anything")]
    [TestCase("not_authorized", "com.register", "com.elsewhere", "com.open.but_closed.anything", "wamp.session.count")]
    [Shows("authz.feature", "authz.call", "error-uri.not-authorized")]
    public async Task Call_ByUri_IsAllowedOrDenied(string error, params string[] procedures)
    {
        var guest = await JoinAsync("guest");

        foreach (var procedure in procedures)
        {
            await guest.ExchangeAsync($$"""[48,1,{},"{{procedure}}"]""", $$"""[8,48,1,{},"wamp.error.{{error}}",["*"]]""");
        }
    }

    [TestCase("exact", true, "com.register", "com.open.anything")]
    [TestCase("exact", false, "com.call", "com.elsewhere", "com.open.but_closed.anything")]
    [TestCase("prefix", true, "com.open.a", "com.open.but_opened.")]
    [TestCase("prefix", false, "com.", "com.register", "com.open.", "com.open.but_closed.")]
    [TestCase("wildcard", true, "com.open.a.", "com.open.a..b")]
    [TestCase("wildcard", false, "com.", "com.open..x")]
    [Shows("authz.feature", "authz.register", "error-uri.not-authorized")]
    public async Task Register_ByUriOrPattern_IsAllowedOrDenied(string match, bool isAllowed, params string[] procedures)
    {
        var guest = await JoinAsync("guest");

        foreach (var procedure in procedures)
        {
            await guest.ExchangeAsync($$"""[64,1,{"match":"{{match}}"},"{{procedure}}"]""", isAllowed ? """[65,1,"*"]""" : $$"""[8,64,1,{},{{NotAuthorized}}]""");
        }
    }

    [TestCase(true, "com.publish", "com.open.anything")]
    [TestCase(false, "com.call", "com.elsewhere", "com.open.but_closed.anything")]
    [Shows("authz.feature", "authz.publish", "error-uri.not-authorized")]
    public async Task Publish_ByUri_IsAllowedOrDenied(bool isAllowed, params string[] topics)
    {
        var guest = await JoinAsync("guest");

        foreach (var topic in topics)
        {
            await guest.ExchangeAsync($$"""[16,1,{"acknowledge":true},"{{topic}}"]""", isAllowed ? """[17,1,"*"]""" : $$"""[8,16,1,{},{{NotAuthorized}}]""");
        }
    }

    [TestCase("exact", true, "com.any.subscribe", "com.open.anything")]
    [TestCase("exact", false, "com.publish", "com.open.but_closed.x")]
    [TestCase("prefix", true, "com.open.")]
    [TestCase("prefix", false, "com.open.but_closed.", "org.")]
    [TestCase("wildcard", true, "com..subscribe")]
    [TestCase("wildcard", false, "org..subscribe")]
    [Shows("authz.feature", "authz.subscribe", "error-uri.not-authorized")]
    public async Task Subscribe_ByUriOrPattern_IsAllowedOrDenied(string match, bool isAllowed, params string[] topics)
    {
        var guest = await JoinAsync("guest");

        foreach (var topic in topics)
        {
            await guest.ExchangeAsync($$"""[32,1,{"match":"{{match}}"},"{{topic}}"]""", isAllowed ? """[33,1,"*"]""" : $$"""[8,32,1,{},{{NotAuthorized}}]""");
        }
    }

    [TestCase(
        """[32,1,{},"com.open.a"]""",
        """[64,1,{},"com.open.a"]""",
        """[48,1,{},"com.open.a"]""",
        """[16,1,{"acknowledge":true},"com.open.a"]""")]
    [Shows("authz.session-first")]
    public async Task Action_WithoutASession_IsAViolation(params string[] messages)
    {
        foreach (var message in messages)
        {
            var peer = await ConnectAsync();

            await peer.SendAsync(message);

            await peer.ExpectViolationAsync();
        }
    }

    private static PermissionRule Rule(string uri, MatchPolicy match, Permissions allow) => new() { Uri = uri, Match = match, Allow = allow };
}

/// <summary>Patterns must not lead around what is denied: guests may do everything, but only call and publish below <c>com.forbidden.</c>.</summary>
[TestFixtureSource(typeof(ConformanceSuite), nameof(Everywhere))]
internal sealed class AuthorizedPatternSuite(Way way, WireFormat format) : ConformanceSuite(way, format)
{
    protected override RealmSettings Realm => base.Realm with
    {
        Roles =
        [
            new RoleSettings
            {
                Name = "guest",
                Permissions =
                [
                    new PermissionRule { Uri = "", Match = MatchPolicy.Prefix, Allow = Permissions.All },
                    new PermissionRule { Uri = "com.forbidden.", Match = MatchPolicy.Prefix, Allow = Permissions.Call | Permissions.Publish },
                ],
            },
        ],
    };

    [TestCase("prefix", "com.", "com.forb")]
    [TestCase("wildcard", "com..secret", "..")]
    [Shows("authz.subscribe")]
    public async Task Subscribe_PatternReachesIntoWhatIsDenied_DeliversNothingOfIt(string match, params string[] patterns)
    {
        var guest = await JoinAsync("guest");
        foreach (var pattern in patterns)
        {
            await guest.ExchangeAsync($$"""[32,1,{"match":"{{match}}"},"{{pattern}}"]""", """[33,1,"*"]""");
        }

        await guest.ExchangeAsync("""[16,2,{"exclude_me":false,"acknowledge":true},"com.forbidden.secret"]""", """[17,2,"*"]""");

        await guest.ExpectNothingAsync();
    }

    [TestCase("prefix", "com.", "com.forb", "com.forbidden.secret")]
    [TestCase("wildcard", "com..secret", ".forbidden.", "..")]
    [Shows("authz.register")]
    public async Task Register_PatternReachesIntoWhatIsDenied_IsDenied(string match, params string[] patterns)
    {
        var guest = await JoinAsync("guest");

        foreach (var pattern in patterns)
        {
            await guest.ExchangeAsync($$"""[64,1,{"match":"{{match}}"},"{{pattern}}"]""", """[8,64,1,{},"wamp.error.not_authorized",["*"]]""");
        }
    }
}
