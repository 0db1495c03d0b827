using WampRouter.Client;
using WampRouter.Tests.Conformance;
using WampRouter.Tests.Doubles;

namespace WampRouter.Tests.Clients;

/// <summary>How the client signs a challenge, and what it does not let a router make it do.</summary>
[TestFixture(WampSerializer.Json)]
[TestFixture(WampSerializer.MessagePack)]
[TestFixture(WampSerializer.Cbor)]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class WampCraAuthenticationTests(WampSerializer serializer)
{
    private readonly ScriptedRouter _router = new();

    [TearDown]
    public async Task DisposeAsync() => await _router.DisposeAsync();

    /// <summary>RFC 4231 section 4.3.</summary>
    [Test]
    [Shows("wampcra.client")]
    public async Task Challenge_WithoutSalt_IsSignedWithTheSecret()
    {
        await using var client = Client(WampAuthentication.WampCra("anna", "Jefe"));
        var connecting = client.ConnectAsync();
        var peer = await _router.AcceptAsync();

        var hello = await peer.AnswerAsync("""[4,"wampcra",{"challenge":"what do ya want for nothing?"}]""");
        var authenticate = await peer.AnswerAsync("""[2,77,{"authmethod":"wampcra"}]""");
        await connecting.Soon();

        Assert.That(hello, Does.Contain("\"authmethods\":[\"wampcra\"],\"authid\":\"anna\""));
        Assert.That(authenticate, Is.EqualTo($$"""[5,"{{Convert.ToBase64String(Convert.FromHexString("5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"))}}",{}]"""));
    }

    /// <summary>The key is that of RFC 7914 section 11 in Base64.</summary>
    [TestCase(""","iterations":1,"keylen":64""", "55ac046e56e3089fec1691c22544b605f94185216dde0465e68b9d57c20dacbc49ca9cccf179b645991664b39d77ef317c71b845b1e30bd509112041d3a19783")]
    [TestCase(""","iterations":1,"keylen":32""", "55ac046e56e3089fec1691c22544b605f94185216dde0465e68b9d57c20dacbc")]
    [Shows("wampcra.client")]
    public async Task Challenge_WithSalt_IsSignedWithTheDerivedKey(string salting, string key)
    {
        await using var client = Client(WampAuthentication.WampCra("anna", _ => ValueTask.FromResult("passwd"), maxIterations: 1));
        var connecting = client.ConnectAsync();
        var peer = await _router.AcceptAsync();

        await peer.AnswerAsync($$"""[4,"wampcra",{"challenge":"{}","salt":"salt"{{salting}}}]""");
        var authenticate = await peer.AnswerAsync("""[2,77,{"authmethod":"wampcra"}]""");
        await connecting.Soon();

        var secret = System.Text.Encoding.ASCII.GetBytes(Convert.ToBase64String(Convert.FromHexString(key)));
        Assert.That(authenticate, Is.EqualTo($$"""[5,"{{Convert.ToBase64String(System.Security.Cryptography.HMACSHA256.HashData(secret, "{}"u8))}}",{}]"""));
    }

    [TestCase("""{"challenge":"{}","salt":"s","iterations":1000001,"keylen":32}""", "1000001 iterations")]
    [TestCase("""{"challenge":"{}","salt":"s","iterations":9007199254740992,"keylen":32}""", "9007199254740992 iterations")]
    [TestCase("""{"challenge":"{}","salt":"s","iterations":0,"keylen":32}""", "0 iterations")]
    [TestCase("""{"challenge":"{}","salt":"s","iterations":1000,"keylen":65}""", "a key of 65 bytes")]
    [TestCase("""{"challenge":"{}","salt":"s","iterations":1000,"keylen":0}""", "a key of 0 bytes")]
    [TestCase("""{"challenge":7}""", "challenge is no text")]
    [TestCase("{}", "challenge is no text")]
    [Shows("wampcra.client")]
    public async Task Challenge_ThatAsksForTooMuchOrNothing_IsNotAnswered(string extra, string problem)
    {
        var asked = 0;
        await using var client = Client(WampAuthentication.WampCra("anna", _ => ValueTask.FromResult($"{asked++}")));
        var connecting = client.ConnectAsync();
        var peer = await _router.AcceptAsync();

        await peer.AnswerAsync($$"""[4,"wampcra",{{extra}}]""");

        var error = Assert.CatchAsync<WampConnectionException>(() => connecting.Soon())!;
        Assert.That((error.ErrorUri, asked), Is.EqualTo((WampErrorUri.ProtocolViolation, 0)), "the secret was not fetched");
        Assert.That(error.Message, Does.Contain(problem));
        Assert.That(await peer.ReceiveAsync(), Does.StartWith("[3,"));
    }

    [Test]
    public async Task Challenge_Twice_IsAnsweredOnce()
    {
        await using var client = Client(WampAuthentication.WampCra("anna", "secret"));
        var connecting = client.ConnectAsync();
        var peer = await _router.AcceptAsync();

        await peer.AnswerAsync("""[4,"wampcra",{"challenge":"a"}]""");
        Assert.That(await peer.AnswerAsync("""[4,"wampcra",{"challenge":"b"}]"""), Does.StartWith("[5,"));

        Assert.That(Assert.CatchAsync<WampConnectionException>(() => connecting.Soon())!.Message, Does.Contain("CHALLENGE came twice"));
        Assert.That(await peer.ReceiveAsync(), Does.StartWith("[3,"));
    }

    [Test]
    public async Task Answering_SeveralRounds_IsAskedForEachAndToldWhich()
    {
        await using var client = Client(WampAuthentication.Answering(
            "two-step",
            "anna",
            static (challenge, _) => ValueTask.FromResult(new WampChallengeResponse($"{challenge.Method} {challenge.Round} {(challenge.Extra.TryGet<string>("ask", out var ask) ? ask : null)}") { Extra = new Dictionary<string, object?> { ["round"] = challenge.Round } }),
            new Dictionary<string, object?> { ["device"] = "tablet" }));
        var connecting = client.ConnectAsync();
        var peer = await _router.AcceptAsync();

        Assert.That(await peer.AnswerAsync("""[4,"two-step",{"ask":"password"}]"""), Does.Contain("\"authid\":\"anna\",\"authextra\":{\"device\":\"tablet\"}"));
        Assert.That(await peer.AnswerAsync("""[4,"two-step",{"ask":"code"}]"""), Is.EqualTo("""[5,"two-step 1 password",{"round":1}]"""));
        Assert.That(await peer.AnswerAsync("[2,77,{}]"), Is.EqualTo("""[5,"two-step 2 code",{"round":2}]"""));
        await connecting.Soon();
    }

    [Test]
    public void WampCra_WhatCannotBe_IsRefused()
    {
        Assert.That(() => WampAuthentication.WampCra("", "secret"), Throws.ArgumentException.With.Property("ParamName").EqualTo("authId"));
        Assert.That(() => WampAuthentication.WampCra("joe", ""), Throws.ArgumentException.With.Property("ParamName").EqualTo("secret"));
        Assert.That(() => WampAuthentication.WampCra("joe", "secret", 0), Throws.InstanceOf<ArgumentOutOfRangeException>().With.Property("ParamName").EqualTo("maxIterations"));
        Assert.That(() => WampAuthentication.Answering("", null, static (_, _) => default), Throws.ArgumentException.With.Property("ParamName").EqualTo("method"));
    }

    private WampClient Client(WampAuthentication authentication) => new(new WampClientOptions
    {
        Transport = _router.Transport,
        Realm = "realm1",
        Serializers = [serializer],
        Authentication = authentication,
        CloseTimeout = TimeSpan.FromMilliseconds(50),       // this router does not say goodbye
    });
}
