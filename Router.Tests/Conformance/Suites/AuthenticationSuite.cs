using WampRouter.Tests.Conformance.Exchange;
using WampRouter.Tests.Doubles;
using WampRouter.Wire;

namespace WampRouter.Tests.Conformance.Suites;

/// <summary>rfc/text/advanced/authentication.md and rfc/text/advanced/authentication_ticket.md</summary>
[TestFixtureSource(typeof(ConformanceSuite), nameof(Everywhere))]
internal sealed class AuthenticationSuite(Way way, WireFormat format) : ConformanceSuite(way, format)
{
    private const string Roles = """ "roles":{"caller":{}} """;

    [Test]
    [Shows("ticket.feature", "ticket.challenge", "ticket.welcome", "auth.challenge", "auth.welcome-or-abort", "authz.principal", "advanced-message.challenge", "advanced-message.authenticate")]
    public async Task Ticket_Right_IsWelcomeAsItsUser()
    {
        var peer = await ConnectAsync();

        await peer.ExchangeAsync($$"""[1,"tickets",{ {{Roles}},"authmethods":["ticket"],"authid":"sue"}]""", """[4,"ticket",{}]""");
        await peer.ExchangeAsync(
            $$"""[5,"{{ConformanceRouter.TicketOf("sue")}}",{}]""",
            """[2,"$sue",{"realm":"tickets","authid":"sue","authrole":"staff","authmethod":"ticket","authprovider":"static","_max_message_bytes":1048576,"roles":{"...":"*"},"agent":"*"}]""");
    }

    [TestCase("sue", "wrong")]
    [TestCase("sue", "")]
    [TestCase("nobody", "wrong")]
    [Shows("ticket.abort", "ticket.users-not-told", "auth.welcome-or-abort", "advanced-uri.authentication-denied")]
    public async Task Ticket_WrongOrOfNobody_IsRefusedWithTheSameWords(string authId, string ticket)
    {
        var peer = await ConnectAsync();

        await peer.ExchangeAsync($$"""[1,"tickets",{ {{Roles}},"authmethods":["ticket"],"authid":"{{authId}}"}]""", """[4,"ticket",{}]""");
        await peer.ExchangeAsync($$"""[5,"{{ticket}}",{}]""", """[3,{"message":"unknown authid or wrong ticket"},"wamp.error.authentication_denied"]""");

        await peer.ExpectEndAsync();
    }

    [Test]
    [Shows("ticket.checked")]
    public async Task Ticket_OfSomebodyElse_IsWrong()
    {
        var peer = await ConnectAsync();

        await peer.ExchangeAsync($$"""[1,"tickets",{ {{Roles}},"authmethods":["ticket"],"authid":"sue"}]""", """[4,"ticket",{}]""");
        await peer.ExchangeAsync($$"""[5,"{{ConformanceRouter.TicketOf("ann")}}",{}]""", """[3,{"message":"*"},"wamp.error.authentication_denied"]""");
    }

    [TestCase(
        """["cryptosign","ticket"]""",
        """["unheard_of","anonymous","ticket","scram"]""")]
    [Shows("auth.clients-order", "field.other-authmethods", "ticket.authmethods")]
    public async Task Methods_Several_TheFirstThatBothHaveIsTaken(params string[] lists)
    {
        foreach (var methods in lists)
        {
            var peer = await ConnectAsync();

            await peer.ExchangeAsync($$"""[1,"tickets",{ {{Roles}},"authmethods":{{methods}},"authid":"sue"}]""", """[4,"ticket",{}]""");
        }
    }

    [TestCase(
        """ "authmethods":["cryptosign"],"authid":"sue" """,
        """ "authmethods":["anonymous"],"authid":"sue" """)]
    [Shows("auth.no-method-at-once", "ticket.authmethods", "advanced-uri.no-matching-auth-method")]
    public Task Methods_NoneThatTheRealmTakes_IsRefusedAtOnce(params string[] details) => ExpectRefusalAsync("tickets", "wamp.error.no_matching_auth_method", details);

    [TestCase(
        """ "authmethods":["ticket"] """,
        """ "authmethods":["ticket"],"authid":null """)]
    [Shows("ticket.authid")]
    public Task Ticket_WithoutAuthId_IsNotBegun(params string[] details) => ExpectRefusalAsync("tickets", "wamp.error.authentication_denied", details);

    [Test]
    [Shows("auth.per-realm", "advanced-uri.authentication-required")]
    public Task Anonymous_WhereTicketsAreAsked_IsRefused() => ExpectRefusalAsync("tickets", "wamp.error.authentication_required", """ "agent":"x" """);

    [Test]
    [Shows("ticket.skipped")]
    public Task Ticket_WhereNoneAreTaken_IsRefused() => ExpectRefusalAsync("open", "wamp.error.no_matching_auth_method", """ "authmethods":["ticket"],"authid":"sue" """);

    [Test]
    [Shows("ticket.skipped", "auth.clients-order", "auth.per-realm")]
    public async Task Ticket_WhereNoneAreTaken_IsSkippedForTheNextMethod()
    {
        var peer = await ConnectAsync();

        await peer.ExchangeAsync($$"""[1,"open",{ {{Roles}},"authmethods":["ticket","anonymous"],"authid":"sue"}]""", """[2,"*",{"authmethod":"anonymous","authrole":"guest","...":"*"}]""");
    }

    [Test]
    [Shows("authz.same-principal")]
    public async Task Principal_OfSeveralSessions_IsTheSame()
    {
        var (first, second) = (await LogInAsync("ann"), await (await ConnectAsync()).LogInAsync("another", "ann"));

        await first.ExchangeAsync("""[48,1,{},"wamp.session.get",["$another"]]""", """[50,1,{},[{"session":"$another","authid":"ann","authrole":"manager","...":"*"}]]""");
        await second.ExchangeAsync("""[48,1,{},"wamp.session.get",["$ann"]]""", """[50,1,{},[{"session":"$ann","authid":"ann","authrole":"manager","...":"*"}]]""");
    }

    private async Task ExpectRefusalAsync(string realm, string reason, params string[] details)
    {
        foreach (var some in details)
        {
            var peer = await ConnectAsync();
            await peer.ExchangeAsync($$"""[1,"{{realm}}",{ {{Roles}},{{some}}}]""", $$"""[3,{"message":"*"},"{{reason}}"]""");
            await peer.ExpectEndAsync();
        }
    }
}
