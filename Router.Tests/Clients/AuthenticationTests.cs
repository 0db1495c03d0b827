using WampRouter.Client;
using WampRouter.Tests.Doubles;

namespace WampRouter.Tests.Clients;

/// <summary>What an authentication method of an application's own can say and hear while the client joins, and what becomes of its faults.</summary>
[TestFixture(WampSerializer.Json)]
[TestFixture(WampSerializer.MessagePack)]
[TestFixture(WampSerializer.Cbor)]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class AuthenticationTests(WampSerializer serializer)
{
    private readonly ScriptedRouter _router = new();
    private readonly Handshaking _method = new("scramble");

    [TearDown]
    public async Task DisposeAsync() => await _router.DisposeAsync();

    [Test]
    public async Task ConnectAsync_MethodWithExtras_SendsAndReadsThemAll()
    {
        await using var client = Client(_method);
        var connecting = client.ConnectAsync();
        var peer = await _router.AcceptAsync();

        var hello = await peer.AnswerAsync("""[4,"scramble",{"salt":"c2FsdA==","rounds":4096}]""");
        var authenticate = await peer.AnswerAsync("""[2,77,{"authmethod":"scramble","authextra":{"verifier":"1"}}]""");
        await connecting.Soon();

        Assert.That(hello, Does.Contain("""
            "authmethods":["scramble"],"authid":"anna","authextra":{"nonce":1,"pubkey":"\u0000AQI="},
            """.Trim()));
        Assert.That(authenticate, Is.EqualTo("""[5,"c2FsdA==/4096",{"nonce":1,"list":[1,"x",null]}]"""));
        Assert.That(client.Session!.AuthExtra!.TryGet<string>("verifier", out var verifier) ? verifier : null, Is.EqualTo("1"));
        Assert.That(_method.Joins.Single().Realm, Is.EqualTo("realm1"));
        Assert.That(_method.Joins.Single().Connection.Subprotocol, Does.StartWith("wamp.2."));
    }

    [Test]
    public async Task ConnectAsync_SeveralRounds_AnswersEach()
    {
        await using var client = Client(_method);
        var connecting = client.ConnectAsync();
        var peer = await _router.AcceptAsync();

        await peer.AnswerAsync("""[4,"scramble",{"salt":"a","rounds":1}]""");
        Assert.That(await peer.AnswerAsync("""[4,"scramble",{"salt":"b","rounds":2}]"""), Does.StartWith("""[5,"a/1","""));
        Assert.That(await peer.AnswerAsync("""[4,"scramble",{"salt":"c","rounds":3}]"""), Does.StartWith("""[5,"b/2","""));
        Assert.That(await peer.AnswerAsync("""[2,77,{"authextra":{"verifier":"1"}}]"""), Does.StartWith("""[5,"c/3","""));
        await connecting.Soon();
    }

    [Test]
    public async Task Reconnect_MethodWithExtras_IsAskedForThemAnew()
    {
        await using var client = Client(_method, new WampReconnectPolicy { InitialDelay = TimeSpan.FromMilliseconds(1) });
        var connecting = client.ConnectAsync();
        var first = await _router.AcceptAsync();
        await first.AnswerAsync("""[2,77,{"authextra":{"verifier":"1"}}]""");
        await connecting.Soon();

        await first.CloseAsync();

        Assert.That(await (await _router.AcceptAsync()).ReceiveAsync(), Does.Contain("""
            "nonce":2
            """.Trim()));
    }

    [Test]
    public async Task ConnectAsync_RouterDoesNotProveWhoItIs_IsNotJoined()
    {
        await using var client = Client(_method);
        var states = new List<WampClientState>();
        client.StateChanged += (_, change) => states.Add(change.Current);
        var connecting = client.ConnectAsync();
        var peer = await _router.AcceptAsync();

        await peer.AnswerAsync("""[2,77,{"authextra":{"verifier":"2"}}]""");

        var error = Assert.CatchAsync<WampConnectionException>(() => connecting.Soon())!;
        Assert.That((error.ErrorUri, error.Message), Is.EqualTo((WampErrorUri.AuthenticationDenied, "The router's verifier is wrong.")));
        Assert.That(await peer.ReceiveAsync(), Is.EqualTo("""[6,{"message":"The router's verifier is wrong."},"wamp.error.authentication_denied"]"""));
        Assert.That(await peer.TryReceiveAsync(), Is.Null);
        Assert.That(states, Is.EqualTo(new[] { WampClientState.Connecting, WampClientState.Disconnected }));
    }

    [Test]
    public async Task ConnectAsync_MethodFails_TellsItsOwnerWhyAndTheRouterThatItDid()
    {
        await using var client = Client(WampAuthentication.Ticket("anna", _ => throw new IOException("The file /etc/ticket is not there.")));
        var connecting = client.ConnectAsync();
        var peer = await _router.AcceptAsync();

        await peer.AnswerAsync("""[4,"ticket",{}]""");

        var error = Assert.CatchAsync<WampConnectionException>(() => connecting.Soon())!;
        Assert.That(error.ErrorUri, Is.EqualTo(WampErrorUri.AuthenticationFailed));
        Assert.That(error.Message, Is.EqualTo("The client could not authenticate for realm 'realm1': The file /etc/ticket is not there."));
        Assert.That(await peer.ReceiveAsync(), Is.EqualTo("""[3,{},"wamp.error.authentication_failed"]"""));
    }

    [Test]
    public async Task ConnectAsync_MethodFailsBeforeHello_SaysNothingToTheRouter()
    {
        await using var client = Client(new Handshaking("scramble") { BeginFails = true });
        var connecting = client.ConnectAsync();
        var peer = await _router.AcceptAsync();

        Assert.That(Assert.CatchAsync<WampConnectionException>(() => connecting.Soon())!.Message, Does.EndWith("no key"));
        Assert.That(await peer.TryReceiveAsync(), Is.Null);
    }

    [Test]
    public async Task AnyOf_RouterChoosesTheSecond_ItAnswersAndChecks()
    {
        await using var client = Client(WampAuthentication.AnyOf(WampAuthentication.Ticket("anna", "s3cret"), _method));
        var connecting = client.ConnectAsync();
        var peer = await _router.AcceptAsync();

        Assert.That(await peer.AnswerAsync("""[4,"scramble",{"salt":"a","rounds":1}]"""), Does.Contain("""
            "authmethods":["ticket","scramble"],"authid":"anna","authextra":{"nonce":1,
            """.Trim()));
        Assert.That(await peer.AnswerAsync("""[4,"ticket",{}]"""), Does.StartWith("""[5,"a/1","""));
        Assert.That(await peer.AnswerAsync("""[2,77,{"authmethod":"scramble"}]"""), Is.EqualTo("""[5,"s3cret",{}]"""));
        Assert.That(() => connecting.Soon(), Throws.InstanceOf<WampConnectionException>().With.Message.EqualTo("The router's verifier is wrong."));
    }

    [Test]
    public async Task AnyOf_RouterChoosesTheTicket_TheOtherHasNothingToCheck()
    {
        await using var client = Client(WampAuthentication.AnyOf(_method, WampAuthentication.Ticket("anna", "s3cret")));
        var connecting = client.ConnectAsync();
        var peer = await _router.AcceptAsync();

        await peer.AnswerAsync("""[4,"ticket",{}]""");
        await peer.AnswerAsync("""[2,77,{"authmethod":"ticket"}]""");

        await connecting.Soon();
    }

    [Test]
    public void AnyOf_MethodsThatDoNotGoTogether_AreRefused()
    {
        Assert.That(() => WampAuthentication.AnyOf(), Throws.ArgumentException.With.Property("ParamName").EqualTo("methods"));
        Assert.That(() => WampAuthentication.AnyOf(WampAuthentication.Anonymous, WampAuthentication.Anonymous), Throws.ArgumentException.With.Message.Contains("twice"));
        Assert.That(() => WampAuthentication.AnyOf(_method, WampAuthentication.Ticket("bob", "x")), Throws.ArgumentException.With.Message.Contains("anna and bob"));
    }

    private WampClient Client(WampAuthentication authentication, WampReconnectPolicy? reconnect = null) => new(new WampClientOptions
    {
        Transport = _router.Transport,
        Realm = "realm1",
        Serializers = [serializer],
        Authentication = authentication,
        Reconnect = reconnect,
    });

    /// <summary>A method that has everything: a number of its own for each join, answers with extras, and a router that must know that number.</summary>
    internal sealed class Handshaking(string name) : WampAuthentication
    {
        public List<WampJoin> Joins { get; } = [];

        public bool BeginFails { get; init; }

        public override string Method => name;

        public override string? AuthId => "anna";

        public override ValueTask<WampLogin> BeginAsync(WampJoin join, CancellationToken cancellationToken)
        {
            Joins.Add(join);
            return BeginFails ? throw new InvalidOperationException("no key") : new(new Login(Joins.Count));
        }
    }

    private sealed class Login(int nonce) : WampLogin
    {
        public override IReadOnlyDictionary<string, object?>? AuthExtra => new Dictionary<string, object?> { ["nonce"] = nonce, ["pubkey"] = new byte[] { 1, 2 } };

        public override ValueTask<WampChallengeResponse> RespondAsync(WampChallenge challenge, CancellationToken cancellationToken)
        {
            Assert.That(challenge.Method, Is.EqualTo("scramble"));
            challenge.Extra.TryGet<string>("salt", out var salt);
            challenge.Extra.TryGet<int>("rounds", out var rounds);
            return new(new WampChallengeResponse($"{salt}/{rounds}") { Extra = new Dictionary<string, object?> { ["nonce"] = nonce, ["list"] = new object?[] { 1, "x", null } } });
        }

        public override ValueTask CheckWelcomeAsync(WampSessionDetails session, CancellationToken cancellationToken) =>
            session.AuthExtra?.TryGet<string>("verifier", out var verifier) == true && verifier == $"{nonce}"
                ? ValueTask.CompletedTask
                : throw new WampException(WampErrorUri.AuthenticationDenied, "The router's verifier is wrong.");
    }
}
