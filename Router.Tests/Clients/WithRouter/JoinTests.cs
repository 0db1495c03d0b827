using WampRouter.Client;
using WampRouter.Tests.Conformance;
using WampRouter.Tests.Doubles;

namespace WampRouter.Tests.Clients.WithRouter;

[TestFixtureSource(typeof(RouterFixture), nameof(Everywhere))]
internal sealed class JoinTests(Way way, WampSerializer serializer) : RouterFixture(way, serializer)
{
    [Test]
    [Shows("serializer.several", "transport.several")]
    public async Task ConnectAsync_Anonymous_JoinsWithTheSerializer()
    {
        var client = await JoinAsync();

        Assert.That(client.Session!.Realm, Is.EqualTo(RunningRouter.OpenRealm));
        Assert.That(client.Session.Id, Is.Positive);
        Assert.That(client.Session.Subprotocol, Is.EqualTo(
            $"wamp.2.{(Serializer == WampSerializer.MessagePack ? "msgpack" : Serializer.ToString().ToLowerInvariant())}{(Way == Way.BatchedWebSocket ? ".batched" : "")}"));
        Assert.That(client.Session.AuthRole, Is.EqualTo("staff"));
    }

    [Test]
    [Shows("ticket.feature", "ticket.client")]
    public async Task ConnectAsync_RightTicket_JoinsAsTheUser()
    {
        var client = Client(RunningRouter.TicketRealm, WampAuthentication.Ticket(RunningRouter.User, RunningRouter.Ticket));

        await client.ConnectAsync().Soon();

        Assert.That((client.Session!.AuthId, client.Session.AuthMethod), Is.EqualTo((RunningRouter.User, "ticket")));
    }

    [TestCase(RunningRouter.User, "the wrong ticket")]
    [TestCase("nobody", RunningRouter.Ticket)]
    [Shows("ticket.abort")]
    public void ConnectAsync_WrongTicketOrUser_IsRefusedAlike(string user, string ticket)
    {
        var client = Client(RunningRouter.TicketRealm, WampAuthentication.Ticket(user, ticket));

        Assert.That(ErrorOf(() => client.ConnectAsync()).ErrorUri, Is.EqualTo(WampErrorUri.AuthenticationDenied));
        Assert.That(client.State, Is.EqualTo(WampClientState.Disconnected));
    }

    [Test]
    public async Task ConnectAsync_BearerToken_JoinsAsItsHolder()
    {
        var client = Client(RunningRouter.TicketRealm, WampAuthentication.Bearer(RunningRouter.Token));

        await client.ConnectAsync().Soon();

        Assert.That((client.Session!.AuthId, client.Session.AuthRole, client.Session.AuthMethod), Is.EqualTo((RunningRouter.TokenHolder, "staff", "bearer")));
    }

    [Test]
    public void ConnectAsync_WrongBearerToken_IsRefused()
    {
        var client = Client(RunningRouter.TicketRealm, WampAuthentication.Bearer(RunningRouter.Ticket));

        Assert.That(ErrorOf(() => client.ConnectAsync()).ErrorUri, Is.EqualTo(WampErrorUri.AuthenticationDenied));
    }

    [Test]
    public void ConnectAsync_AnonymousWhereTicketsAreAsked_IsRefused()
    {
        var client = Client(RunningRouter.TicketRealm);

        Assert.That(ErrorOf(() => client.ConnectAsync()).ErrorUri, Is.EqualTo("wamp.error.no_matching_auth_method"));
    }

    [Test]
    public void ConnectAsync_UnknownRealm_SaysSo()
    {
        var client = Client("com.example.nowhere");

        var error = ErrorOf(() => client.ConnectAsync());

        Assert.That(error.ErrorUri, Is.EqualTo(WampErrorUri.NoSuchRealm));
        Assert.That(error.Message, Does.Contain("com.example.nowhere"));
    }

    [Test]
    public async Task DisposeAsync_Joined_IsOrderlyAndFreesTheProcedure()
    {
        var first = await JoinAsync();
        await first.RegisterAsync("com.example.echo", (int n) => n).Soon();
        await first.DisposeAsync().Soon();

        var second = await JoinAsync();
        await second.RegisterAsync("com.example.echo", (int n) => n + 1).Soon();

        Assert.That(await second.CallAsync<int>("com.example.echo", [1]).Soon(), Is.EqualTo(2));
    }
}
