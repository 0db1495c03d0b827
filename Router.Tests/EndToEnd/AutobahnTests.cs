using System.Text.Json.Nodes;
using WampRouter.Client;
using WampRouter.Tests.Conformance;

namespace WampRouter.Tests.EndToEnd;

/// <summary>The shipped realms with Autobahn|JS, and a callee on our own client for what Autobahn cannot do, which is to be interrupted.</summary>
[TestFixtureSource(nameof(Fixtures))]
[Shows("autobahn.basics")]
public sealed class AutobahnTests(RouterBuild build, WampSerializer serializer, WampSerializer neighbour) : AutobahnScript(build, serializer, neighbour, "autobahn")
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

    [Test]
    public void Join_Anonymous_SpeaksTheSerializerAskedFor()
    {
        Assert.That(Seen.Text("protocol"), Is.EqualTo($"wamp.2.{SerializerName}"));
        Expect("roles", """["broker", "dealer"]""");
    }

    [Test]
    [Shows("serializer.between")]
    public void Publish_NeighbourSpeaksAnotherSerializer_EventIsTheSame()
    {
        AssertJson.AreEqual(Seen["event"]!["args"], new JsonArray(Payload.DeepClone()));
        AssertJson.AreEqual(Seen["event"]!["kwargs"], Payload);
        Expect("isSamePublication", "true");
    }

    [Test]
    public void Publish_OwnSubscription_GetsOnlyWhatIncludesIt() => Expect("eventsOfMyOwn", """["to me too"]""");

    [Test]
    public void Publish_BadUri_IsRefused() => Assert.That(Seen["publishRefused"]!.Text("error"), Is.EqualTo("wamp.error.invalid_uri"));

    [Test]
    [Shows("serializer.between")]
    public void Call_NeighbourSpeaksAnotherSerializer_ArgumentsAndResultAreTheSame()
    {
        AssertJson.AreEqual(Seen["result"]!["args"], new JsonArray(Payload.DeepClone(), 2));
        AssertJson.AreEqual(Seen["result"]!["kwargs"], Payload);
    }

    [Test]
    public void Call_CalleeFails_CallerGetsUriAndArguments()
    {
        var error = Seen["error"]!;

        Assert.That(error.Text("error"), Is.EqualTo("com.example.error.sold_out"));
        AssertJson.AreEqual(error["args"], new JsonArray("nothing left", Payload.DeepClone()));
        AssertJson.AreEqual(error["kwargs"], JsonNode.Parse("""{"left": 0, "of": 7}"""));
    }

    [Test]
    public void Register_TakenProcedure_IsRefused() => Assert.That(Seen["secondOffer"]!.Text("error"), Is.EqualTo("wamp.error.procedure_already_exists"));

    [Test]
    public void Unregister_ThenCall_FindsNoProcedure() => Assert.That(Seen["unregistered"]!.Text("error"), Is.EqualTo("wamp.error.no_such_procedure"));

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
        Assert.That(Seen["wrongTicket"]!.Text("error"), Does.StartWith("wamp.error.authentication_"));
        AssertJson.AreEqual(Seen["wrongTicket"], Seen["unknownUser"]);
    }

    [TestCase("noTicket", "wamp.error.authentication_required")]
    [TestCase("unknownRealm", "wamp.error.no_such_realm")]
    public void Login_Impossible_AbortsWithReasonAndText(string attempt, string reason)
    {
        Assert.That(Seen[attempt]!.Text("error"), Is.EqualTo(reason));
        Assert.That(Seen[attempt]!["args"]![0]!.ToString(), Is.Not.Empty);
    }

    [Test]
    public void Publish_WithoutPermission_IsRefused() => Assert.That(Seen["notPermitted"]!.Text("error"), Is.EqualTo("wamp.error.not_authorized"));

    private protected override async Task<JsonNode> RunAsync()
    {
        await using var callee = await Router.JoinAsync(serializer: Neighbour);
        await callee.RegisterAsync("com.example.test.endless", async invocation =>
        {
            invocation.CancellationToken.Register(() => _interrupted.TrySetResult());
            await callee.PublishAsync("com.example.test.endless_began");
            await _interrupted.Task;
            throw new WampException(WampErrorUri.Canceled, "stopped half-way");
        });
        return await base.RunAsync();
    }
}
