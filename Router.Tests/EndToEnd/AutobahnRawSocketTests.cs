using System.Text.Json.Nodes;
using WampRouter.Tests.Conformance;

namespace WampRouter.Tests.EndToEnd;

/// <summary>npm's <c>autobahn</c> over RawSocket in node, at the port of WebSocket and at a Unix domain socket. It speaks JSON there; its neighbour comes by WebSocket, in CBOR. This router pings after half a second.</summary>
[TestFixture(RouterBuild.Dotnet)]
[TestFixture(RouterBuild.NativeAot)]
[Category("EndToEnd")]
[Over("rawsocket", "json")]
[Shows("rawsocket.feature", "rawsocket.not-sent", "rawsocket.clients-limit")]
public sealed class AutobahnRawSocketTests(RouterBuild build)
{
    // What autobahn-peers.js sends.
    private static readonly JsonNode Payload = JsonNode.Parse("""
        {
          "text": "Grüße, 世界 🌍 \"\\/\n\u0001",
          "numbers": [0, -1, 255, -32769, 4294967296, 9007199254740991, 1.5, -0.1, 1e+300],
          "others": [true, false, null, [], {}],
          "nested": { "a": [{ "b": [[1], { "c": "d" }] }] },
          "binary": "binary AAH+/w=="
        }
        """)!;

    private RouterProcess? _router;
    private JsonNode _seen = new JsonObject();

    [OneTimeSetUp]
    public async Task RunScript()
    {
        var path = Path.Combine(Path.GetTempPath(), $"wamprouter-{Path.GetRandomFileName()}.sock");
        _router = await RouterProcess.StartAsync(
            build, LabRealm.WriteTo, "--WampRouter:Transports:PingInterval=00:00:00.5", "--WampRouter:Transports:PingTimeout=00:00:01", $"--WampRouter:Listeners:1:Url=unix:{path}");
        _seen = await Script.RunAsync("autobahn-rawsocket", _router.WebSocket.AbsoluteUri, "cbor", path);
    }

    [OneTimeTearDown]
    public async Task StopRouter() => await (_router?.DisposeAsync() ?? ValueTask.CompletedTask);

    [Test]
    public void Login_TicketRightAndWrong_IsToldApart()
    {
        Expect("loggedIn", """["ada", "staff", "ticket"]""");
        Expect("wrongTicket", "\"wamp.error.authentication_denied\"");
        Expect("unknownRealm", "\"wamp.error.no_such_realm\"");
        Assert.That(_seen["transport"]!.Text("type"), Is.EqualTo("rawsocket"));
    }

    [Test]
    public void Event_BothWays_IsTheSame()
    {
        var expected = new JsonArray(new JsonObject { ["args"] = new JsonArray(Payload.DeepClone()), ["kwargs"] = Payload.DeepClone() });

        AssertJson.AreEqual(_seen["eventOfMine"], expected);
        AssertJson.AreEqual(_seen["eventForMe"], expected);
        Expect("refused", "\"wamp.error.invalid_uri\"");
    }

    [Test]
    public void Call_BothWays_ArgumentsAndResultsAreTheSame()
    {
        AssertJson.AreEqual(_seen["resultForMe"], new JsonArray(Payload.DeepClone(), 2));
        AssertJson.AreEqual(_seen["resultOfMine"], new JsonArray(Payload.DeepClone(), 2));
        Expect("noProcedure", "\"wamp.error.no_such_procedure\"");
    }

    [Test]
    public void Call_ManyAndLarge_AreAnswered()
    {
        Expect("burstAnswered", "true");
        Expect("large", "300000");
    }

    /// <summary>docs/clients.md warns of it.</summary>
    [Test]
    public void Call_LongerThanTheRouterTakes_IsNotSentAndEndsNothing() => Expect("isTooLongAnswered", "false");

    [Test]
    public void Result_LongerThanTheClientTakes_IsAnErrorAndEndsNothing()
    {
        Expect("tooLarge", "\"wamp.error.payload_size_exceeded\"");
        Expect("afterTooLarge", "10");
    }

    [Test]
    public void Event_LongerThanTheClientTakes_IsLeftOut() => Expect("lengthsOfEvents", "[5]");

    [Test]
    public void Client_AtAUnixDomainSocket_IsServed() => Expect("byFile", """["by file", 1]""");

    [Test]
    public void Client_SilentForManyPings_Lives() => Expect("afterSilence", "\"xxx\"");

    [Test]
    public void Close_OfAutobahn_ComesToItsEnd() => Expect("left", """{"how": "closed", "reason": "wamp.close.goodbye_and_out"}""");

    private void Expect(string member, string json) => AssertJson.AreEqual(_seen[member], JsonNode.Parse(json));
}
