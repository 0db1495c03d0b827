using System.Security.Cryptography;
using System.Text;
using Newtonsoft.Json.Linq;
using WampRouter.Tests.Conformance.Exchange;
using WampRouter.Tests.Doubles;
using WampRouter.Wire;

namespace WampRouter.Tests.Conformance.Suites;

/// <summary>rfc/text/advanced/authentication_cra.md</summary>
[TestFixtureSource(typeof(ConformanceSuite), nameof(Everywhere))]
internal sealed class WampCraSuite(Way way, WireFormat format) : ConformanceSuite(way, format)
{
    private const string Roles = """ "roles":{"caller":{}} """;

    [Test]
    [Shows("wampcra.feature", "wampcra.authmethods", "wampcra.challenge", "wampcra.challenge-json", "wampcra.challenge-members", "wampcra.signature")]
    public async Task WampCra_Right_IsWelcomeAsTheUserThatTheChallengeNames()
    {
        var peer = await ConnectAsync();

        await peer.ExchangeAsync($$"""[1,"tickets",{ {{Roles}},"authmethods":["wampcra"],"authid":"cleo"}]""", """[4,"wampcra",{"challenge":"$challenge"}]""");
        await peer.ExchangeAsync(
            $$"""[5,"{{Sign(ConformanceRouter.SecretOf("cleo"))}}",{}]""",
            """[2,"$cleo",{"realm":"tickets","authid":"cleo","authrole":"staff","authmethod":"wampcra","authprovider":"static","_max_message_bytes":1048576,"roles":{"...":"*"},"agent":"*"}]""");

        var challenge = JObject.Parse(Text("challenge"));
        Assert.That(challenge.Properties().Select(member => member.Name), Is.EquivalentTo(new[] { "authid", "authrole", "authmethod", "authprovider", "nonce", "timestamp", "session" }));
        Assert.That(((string?)challenge["authid"], (string?)challenge["authrole"], (long)challenge["session"]!), Is.EqualTo(("cleo", "staff", Id("cleo"))));
    }

    [Test]
    [Shows("wampcra.salted")]
    public async Task WampCra_Salted_IsDerivedFromThePassword()
    {
        var peer = await ConnectAsync();

        await peer.ExchangeAsync($$"""[1,"tickets",{ {{Roles}},"authmethods":["wampcra"],"authid":"dora"}]""", """[4,"wampcra",{"challenge":"$challenge","salt":"$salt","iterations":1000,"keylen":32}]""");

        var key = Rfc2898DeriveBytes.Pbkdf2(ConformanceRouter.SecretOf("dora"), Encoding.UTF8.GetBytes(Text("salt")), 1_000, HashAlgorithmName.SHA256, 32);
        await peer.ExchangeAsync($$"""[5,"{{Sign(Convert.ToBase64String(key))}}",{}]""", """[2,"*",{"authid":"dora","...":"*"}]""");
    }

    [TestCase("cleo")]
    [TestCase("nobody")]
    [Shows("wampcra.abort", "wampcra.users-not-told")]
    public async Task WampCra_WrongOrOfNobody_IsRefusedWithTheSameWords(string authId)
    {
        var peer = await ConnectAsync();

        await peer.ExchangeAsync($$"""[1,"tickets",{ {{Roles}},"authmethods":["wampcra"],"authid":"{{authId}}"}]""", """[4,"wampcra",{"challenge":"$challenge","...":"*"}]""");
        await peer.ExchangeAsync($$"""[5,"{{Sign("wrong")}}",{}]""", """[3,{"message":"unknown authid or wrong signature"},"wamp.error.authentication_denied"]""");

        await peer.ExpectEndAsync();
    }

    [Test]
    [Shows("wampcra.authmethods")]
    public async Task WampCra_NotNamed_IsNotBegun()
    {
        var peer = await ConnectAsync();

        await peer.ExchangeAsync($$"""[1,"tickets",{ {{Roles}},"authmethods":["scram"],"authid":"cleo"}]""", """[3,{"message":"*"},"wamp.error.no_matching_auth_method"]""");
    }

    [Test]
    [Shows("wampcra.authid")]
    public async Task WampCra_WithoutAuthId_IsNotBegun()
    {
        var peer = await ConnectAsync();

        await peer.ExchangeAsync($$"""[1,"tickets",{ {{Roles}},"authmethods":["wampcra"]}]""", """[3,{"message":"*"},"wamp.error.authentication_denied"]""");
    }

    private string Sign(string secret) => Convert.ToBase64String(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), Encoding.UTF8.GetBytes(Text("challenge"))));
}
