using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using WampRouter.Client;
using WampRouter.Tests.Conformance;
using WampRouter.Tests.Doubles;

namespace WampRouter.Tests.EndToEnd;

/// <summary>A method of an application in two rounds, with clients that know nothing of it but how to answer challenges: npm's <c>autobahn</c> in node, and the .NET client over WebSocket.</summary>
[Category("EndToEnd")]
[Shows("auth.two-rounds", "auth.extras")]
public sealed class AutobahnRoundsTests
{
    private WebApplication _app = null!;

    [OneTimeSetUp]
    public async Task StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddWampRouter().AddRealm("realm1", static realm =>
        {
            realm.AddRole("staff").AllowEverything();
            realm.Logins.AddMethod<PasswordAndCode>("password-and-code");
        });
        _app = builder.Build();
        _app.MapWampRouter();
        await _app.StartAsync().Soon();
    }

    [OneTimeTearDown]
    public async Task StopAsync() => await _app.DisposeAsync();

    [TestCase("json")]
    [TestCase("msgpack")]
    [TestCase("cbor")]
    public async Task Autobahn_BothRightInTwoRounds_IsLetIn(string serializer)
    {
        var seen = await Script.RunAsync("autobahn-rounds", Address.AbsoluteUri, serializer);

        Assert.That(seen["asked"]!.AsArray().Select(asked => $"{asked![0]} {asked[1]!["ask"]} {asked[1]!["round"]}"), Is.EqualTo(new[] { "password-and-code password 1", "password-and-code code 2" }));
        AssertJson.AreEqual(seen["welcome"], JsonNode.Parse("""["ada", "staff", "password-and-code", "application"]"""));
        AssertJson.AreEqual(seen["authextra"], JsonNode.Parse("""{"device": "tablet", "attempt": 1}"""));
        AssertJson.AreEqual(seen["isSessionTheOneOfTheChallenge"], JsonValue.Create(true));
        Assert.That((seen.Text("wrongPassword"), seen.Text("wrongCode")), Is.EqualTo(("wamp.error.authentication_denied", "wamp.error.authentication_denied")));
    }

    [TestCase(WampSerializer.Json)]
    [TestCase(WampSerializer.MessagePack)]
    [TestCase(WampSerializer.Cbor)]
    public async Task DotNetClient_BothRightInTwoRounds_IsLetIn(WampSerializer serializer)
    {
        await using var client = new WampClient(new WampClientOptions
        {
            Transport = new WampWebSocketTransport(Address),
            Realm = "realm1",
            Serializers = [serializer],
            Authentication = WampAuthentication.Answering("password-and-code", "ada", static (challenge, _) => ValueTask.FromResult(new WampChallengeResponse(challenge.Round == 1 ? "s3cret" : "123456"))),
        });

        await client.ConnectAsync().Soon();

        Assert.That((client.Session!.AuthId, client.Session.AuthMethod), Is.EqualTo(("ada", "password-and-code")));
    }

    private Uri Address => new UriBuilder(_app.Urls.Single()) { Scheme = "ws", Path = "/ws" }.Uri;

    private sealed class PasswordAndCode : IWampAuthenticator
    {
        private WampLoginRequest? _request;
        private bool _hasPassword;

        public ValueTask<WampLoginStep> BeginAsync(WampLoginRequest request, CancellationToken cancellationToken)
        {
            _request = request;
            return ValueTask.FromResult(Challenge("password", 1));
        }

        public ValueTask<WampLoginStep> AnswerAsync(WampLoginAnswer answer, CancellationToken cancellationToken)
        {
            if (answer.Round == 1)
            {
                _hasPassword = answer.Signature == "s3cret";
                return ValueTask.FromResult(Challenge("code", 2));
            }

            var identity = new WampIdentity(_request!.AuthId!, "staff")
            {
                AuthExtra = new JsonObject { ["device"] = _request.AuthExtra?["device"]?.DeepClone(), ["attempt"] = answer.Extra?["attempt"]?.DeepClone() },
            };
            return ValueTask.FromResult(_hasPassword && answer.Signature == "123456" ? WampLoginStep.Accept(identity) : WampLoginStep.Refuse());
        }

        private WampLoginStep Challenge(string what, int round) => WampLoginStep.Challenge(new JsonObject { ["ask"] = what, ["round"] = round, ["session"] = _request!.Session });
    }
}
