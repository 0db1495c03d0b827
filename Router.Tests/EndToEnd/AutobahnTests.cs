using System.Text.Json.Nodes;
using WampRouter.Client;
using WampRouter.Tests.Conformance;

namespace WampRouter.Tests.EndToEnd;

/// <summary>
/// npm's <c>autobahn</c> in node: one session in the serializer under test, its neighbour in another, and a callee on our own client for what Autobahn
/// cannot do, which is to be interrupted.
/// </summary>
[TestFixtureSource(nameof(Fixtures))]
public sealed class AutobahnTests(RouterBuild build, WampSerializer serializer, WampSerializer neighbour) : RunningRouter(build)
{
    // Something of everything; node/autobahn.js sends it.
    private static readonly JsonNode Payload = JsonNode.Parse("""
        {
          "text": "Grüße, 世界 🌍 \"\\/\n\u0001",
          "numbers": [0, -1, 255, -32769, 4294967296, 9007199254740991, 1.5, -0.1, 1e+300],
          "others": [true, false, null, [], {}],
          "nested": { "a": [{ "b": [[1], { "c": "d" }] }] },
          "binary": "binary AAH+/w=="
        }
        """)!;

    private readonly TaskCompletionSource _interrupted = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private JsonNode _seen = new JsonObject();

    public static IEnumerable<TestFixtureData> Fixtures() =>
        from build in Enum.GetValues<RouterBuild>()
        from pair in new[]
        {
            (WampSerializer.Json, WampSerializer.MessagePack),
            (WampSerializer.MessagePack, WampSerializer.Cbor),
            (WampSerializer.Cbor, WampSerializer.Json),
        }
        select new TestFixtureData(build, pair.Item1, pair.Item2);

    [OneTimeSetUp]
    public async Task RunScript()
    {
        await using var callee = await Router.JoinAsync(serializer: neighbour);
        await callee.RegisterAsync("com.example.test.endless", async invocation =>
        {
            invocation.CancellationToken.Register(() => _interrupted.TrySetResult());
            await callee.PublishAsync("com.example.test.endless_began");
            await _interrupted.Task;
            throw new WampException(WampErrorUri.Canceled, "stopped half-way");
        });
        _seen = await Script.RunAsync("autobahn", Router.WebSocket.AbsoluteUri, Name(serializer), Name(neighbour));
    }

    [Test]
    public void Join_Anonymous_SpeaksTheSerializerAskedFor()
    {
        Assert.That(_seen.Text("protocol"), Is.EqualTo($"wamp.2.{Name(serializer)}"));
        Expect("roles", """["broker", "dealer"]""");
    }

    [Test]
    [Shows("serializer.between")]
    public void Publish_NeighbourSpeaksAnotherSerializer_EventIsTheSame()
    {
        AssertJson.AreEqual(_seen["event"]!["args"], new JsonArray(Payload.DeepClone()));
        AssertJson.AreEqual(_seen["event"]!["kwargs"], Payload);
        Expect("isSamePublication", "true");
    }

    [Test]
    public void Publish_OwnSubscription_GetsOnlyWhatIncludesIt() => Expect("eventsOfMyOwn", """["to me too"]""");

    [Test]
    public void Publish_BadUri_IsRefused() => Assert.That(_seen["publishRefused"]!.Text("error"), Is.EqualTo("wamp.error.invalid_uri"));

    [Test]
    [Shows("serializer.between")]
    public void Call_NeighbourSpeaksAnotherSerializer_ArgumentsAndResultAreTheSame()
    {
        AssertJson.AreEqual(_seen["result"]!["args"], new JsonArray(Payload.DeepClone(), 2));
        AssertJson.AreEqual(_seen["result"]!["kwargs"], Payload);
    }

    [Test]
    public void Call_CalleeFails_CallerGetsUriAndArguments()
    {
        var error = _seen["error"]!;

        Assert.That(error.Text("error"), Is.EqualTo("com.example.error.sold_out"));
        AssertJson.AreEqual(error["args"], new JsonArray("nothing left", Payload.DeepClone()));
        AssertJson.AreEqual(error["kwargs"], JsonNode.Parse("""{"left": 0, "of": 7}"""));
    }

    [Test]
    public void Register_TakenProcedure_IsRefused() => Assert.That(_seen["secondOffer"]!.Text("error"), Is.EqualTo("wamp.error.procedure_already_exists"));

    [Test]
    public void Unregister_ThenCall_FindsNoProcedure() => Assert.That(_seen["unregistered"]!.Text("error"), Is.EqualTo("wamp.error.no_such_procedure"));

    [Test]
    public void Cancel_Kill_InterruptsCalleeAndCallerGetsItsError()
    {
        Assert.That(_interrupted.Task.IsCompleted, Is.True);
        Expect("cancelled", """{"error": "wamp.error.canceled", "args": ["stopped half-way"], "kwargs": {}}""");
    }

    [Test]
    public void Invocation_RuleOfRealm_DisclosesCallerOnlyThere()
    {
        Expect("disclosed", """[true, "browser", "frontend"]""");
        Expect("undisclosed", """["undefined", null]""");
    }

    [Test]
    public void Login_RightTicket_WelcomesWithRole() => Expect("loggedIn", """{"authid": "browser", "authrole": "frontend", "authmethod": "ticket"}""");

    [Test]
    public void Login_WrongTicketOrUnknownUser_LooksTheSame()
    {
        Assert.That(_seen["wrongTicket"]!.Text("error"), Does.StartWith("wamp.error.authentication_"));
        AssertJson.AreEqual(_seen["wrongTicket"], _seen["unknownUser"]);
    }

    [TestCase("noTicket", "wamp.error.authentication_required")]
    [TestCase("unknownRealm", "wamp.error.no_such_realm")]
    public void Login_Impossible_AbortsWithReasonAndText(string attempt, string reason)
    {
        Assert.That(_seen[attempt]!.Text("error"), Is.EqualTo(reason));
        Assert.That(_seen[attempt]!["args"]![0]!.ToString(), Is.Not.Empty);
    }

    [Test]
    public void Publish_WithoutPermission_IsRefused() => Assert.That(_seen["notPermitted"]!.Text("error"), Is.EqualTo("wamp.error.not_authorized"));

    private static string Name(WampSerializer serializer) => serializer switch
    {
        WampSerializer.Json => "json",
        WampSerializer.MessagePack => "msgpack",
        _ => "cbor",
    };

    private void Expect(string member, string json) => AssertJson.AreEqual(_seen[member], JsonNode.Parse(json));
}
