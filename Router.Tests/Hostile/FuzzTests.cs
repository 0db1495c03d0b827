using System.Globalization;
using WampRouter.Client;
using WampRouter.Sessions;
using WampRouter.Tests.Doubles;
using WampRouter.Tests.Wire;
using WampRouter.Wire;

namespace WampRouter.Tests.Hostile;

/// <summary>
/// Spoiled messages, to the router's sessions and to the .NET client, in all serializers. What comes of one is an answer, or the end of the session that got it; never an
/// exception, never a message that others cannot read. Ten minutes in all; <c>WAMP_FUZZ_MINUTES</c> says otherwise. The seed of a failure stands in it.
/// </summary>
[Category("EndToEnd")]
[Category("Long")]
internal sealed class FuzzTests
{
    private const int PerSeed = 2_000;      // messages that one seed makes: as many are to be repeated to see a failure again
    private const string Probe = "com.fuzz.probe";
    private const int Targets = 6;          // router and client, three serializers each

    private static readonly WireFormat[] Formats = Enum.GetValues<WireFormat>();

    private static readonly Dictionary<string, object?> Nothing = [];

    private static readonly Dictionary<string, object?> Roles = new()
    {
        ["caller"] = new Dictionary<string, object?> { ["features"] = new Dictionary<string, object?> { ["progressive_call_results"] = true, ["progressive_call_invocations"] = true, ["call_canceling"] = true } },
        ["callee"] = new Dictionary<string, object?> { ["features"] = new Dictionary<string, object?> { ["progressive_call_results"] = true, ["call_canceling"] = true, ["shared_registration"] = true } },
        ["publisher"] = Nothing,
        ["subscriber"] = Nothing,
    };

    private static readonly object?[] Hello = [1L, "realm1", new Dictionary<string, object?> { ["roles"] = Roles, ["resumable"] = true }];

    /// <summary>What a client says, in about the order in which it would.</summary>
    private static readonly object?[][] OfClients =
    [
        [32L, 1L, Nothing, "com.fuzz.topic"],
        [32L, 2L, new Dictionary<string, object?> { ["match"] = "prefix", ["get_retained"] = true }, "com.fuzz."],
        [32L, 3L, new Dictionary<string, object?> { ["match"] = "wildcard", ["nkey"] = "a" }, "com..topic"],
        [34L, 4L, 1L],
        [16L, 5L, new Dictionary<string, object?> { ["acknowledge"] = true, ["exclude"] = new object?[] { 3L }, ["eligible_authrole"] = new object?[] { "anonymous" } }, "com.fuzz.topic", new object?[] { 1L, "two", 3.5 }, new Dictionary<string, object?> { ["k"] = null }],
        [16L, 6L, new Dictionary<string, object?> { ["retain"] = true, ["exclude_me"] = false, ["rkey"] = "a" }, "com.fuzz.topic", new object?[] { new byte[] { 1, 2 } }],
        [64L, 7L, new Dictionary<string, object?> { ["invoke"] = "roundrobin", ["concurrency"] = 1L }, "com.fuzz.served"],
        [64L, 8L, new Dictionary<string, object?> { ["match"] = "wildcard" }, "com..served"],
        [66L, 9L, 1L],
        [48L, 10L, new Dictionary<string, object?> { ["receive_progress"] = true, ["timeout"] = 1000L, ["disclose_me"] = true }, "com.fuzz.echo", new object?[] { 1L }, new Dictionary<string, object?> { ["a"] = new object?[] { 1L } }],
        [48L, 11L, new Dictionary<string, object?> { ["progress"] = true }, "com.fuzz.served", new object?[] { "x" }],
        [48L, 12L, Nothing, "wamp.session.list"],
        [48L, 13L, Nothing, "wamp.subscription.match", new object?[] { "com.fuzz.topic" }],
        [48L, 14L, Nothing, "wamp.session.add_testament", new object?[] { "com.fuzz.gone", new object?[] { 1L }, Nothing }],
        [48L, 15L, Nothing, "wamp.session.kill_by_authid", new object?[] { "nobody" }],
        [49L, 10L, new Dictionary<string, object?> { ["mode"] = "skip" }],
        [70L, 1L, new Dictionary<string, object?> { ["progress"] = true }, new object?[] { 1L }],
        [70L, 1L, Nothing, new object?[] { 1L }],
        [8L, 68L, 1L, Nothing, "com.fuzz.error", new object?[] { "why" }],
        [5L, "ticket", Nothing],
        [6L, Nothing, "wamp.close.close_realm"],
        Hello,
    ];

    /// <summary>What a router says.</summary>
    private static readonly object?[][] OfRouters =
    [
        [33L, 1L, 5L],
        [35L, 1L],
        [35L, 0L, new Dictionary<string, object?> { ["subscription"] = 5L, ["reason"] = "x" }],
        [36L, 5L, 7L, new Dictionary<string, object?> { ["topic"] = "com.fuzz.topic", ["publisher"] = 3L }, new object?[] { 1L, "two" }, new Dictionary<string, object?> { ["k"] = 0.5 }],
        [65L, 1L, 6L],
        [67L, 0L, new Dictionary<string, object?> { ["registration"] = 6L }],
        [68L, 1L, 6L, new Dictionary<string, object?> { ["receive_progress"] = true, ["caller"] = 3L }, new object?[] { 1L }],
        [69L, 1L, new Dictionary<string, object?> { ["mode"] = "kill" }],
        [50L, 1L, Nothing, new object?[] { 1L }],
        [50L, 1L, new Dictionary<string, object?> { ["progress"] = true }, new object?[] { 1L }],
        [8L, 48L, 1L, Nothing, "wamp.error.not_authorized", new object?[] { "why" }],
        [8L, 32L, 1L, Nothing, "wamp.error.not_authorized"],
        [17L, 1L, 7L],
        [6L, Nothing, "wamp.close.system_shutdown"],
        [3L, new Dictionary<string, object?> { ["message"] = "why" }, "wamp.error.no_such_realm"],
    ];

    private static TimeSpan Share => TimeSpan.FromMinutes(double.Parse(Environment.GetEnvironmentVariable("WAMP_FUZZ_MINUTES") ?? "10", CultureInfo.InvariantCulture) / Targets);

    [TestCaseSource(nameof(Formats))]
    public void Router_SpoiledMessages_AreAnsweredOrEndTheirSession(WireFormat format) => ForAWhile(seed =>
    {
        using var router = new TestRouter();
        var witnesses = Formats.Select(each => Joined(router, each)).ToArray();
        witnesses[0].Send("""[64,1,{},"com.fuzz.echo"]""");
        foreach (var (witness, each) in witnesses.Zip(Formats))
        {
            witness.Send(ReferenceCodec.Encode(each, (object?[])[32L, 2L, new Dictionary<string, object?> { ["match"] = "prefix" }, "com.fuzz."]));
        }

        var mutator = new Mutator(seed);
        var peer = Joined(router, format);
        for (var i = 0; i < PerSeed; i++)
        {
            peer.Send(Spoil(mutator, format, mutator.Choose(OfClients)));
            AssertReadable(peer, format, seed);
            foreach (var (witness, each) in witnesses.Zip(Formats))
            {
                AssertReadable(witness, each, seed);
            }

            if (peer.Status != ReceiveStatus.Continue)
            {
                peer.Disconnect();
                peer = Joined(router, format);
            }
        }

        witnesses[0].Send("""[48,99,{},"wamp.session.count"]""");
        Assert.That(witnesses[0].Take().Single(), Does.StartWith("[50,99,"), $"seed {seed}");
    });

    [TestCaseSource(nameof(Formats))]
    public void Client_SpoiledMessages_AreTakenOrEndItsConnection(WireFormat format) => ForAWhile(seed => AttackClientAsync(format, seed).GetAwaiter().GetResult());

    private static async Task AttackClientAsync(WireFormat format, int seed)
    {
        await using var router = new ScriptedRouter();
        var mutator = new Mutator(seed);
        for (var i = 0; i < PerSeed;)
        {
            await using var client = new WampClient(new WampClientOptions
            {
                Transport = router.Transport,
                Realm = "realm1",
                Serializers = [format switch { WireFormat.Json => WampSerializer.Json, WireFormat.MessagePack => WampSerializer.MessagePack, _ => WampSerializer.Cbor }],
                Reconnect = null,
            });
            var connecting = client.ConnectAsync();
            var peer = await router.WelcomeAsync();
            await connecting.Soon();
            var call = client.CallAsync("com.fuzz.echo", [1]);
            var subscribing = client.SubscribeAsync("com.fuzz.topic", (int number) => { });
            var registering = client.RegisterAsync("com.fuzz.served", (int number) => number);
            Task probe = Task.CompletedTask;
            for (var isThere = true; i < PerSeed && isThere; i++)
            {
                await peer.SendBytesAsync(Spoil(mutator, format, mutator.Choose(OfRouters)));
                (isThere, probe) = await ProbeAsync(client, peer);
            }

            await peer.CloseAsync();
            foreach (var request in (Task[])[call, subscribing, registering, probe])
            {
                await EndsAsWampDoesAsync(request, seed);
            }
        }
    }

    /// <summary>Whether the client, having looked at all that it was sent, still makes a call. Everything it says before that is passed over.</summary>
    private static async Task<(bool IsThere, Task Probe)> ProbeAsync(WampClient client, ScriptedPeer peer)
    {
        var probe = client.CallAsync(Probe);
        while (await peer.TryReceiveAsync() is { } message)
        {
            if (message.Contains(Probe, StringComparison.Ordinal))
            {
                await peer.SendAsync($"[50,{message.Split(',')[1]},{{}}]");
                await Task.WhenAny(probe).Soon();
                return (client.State == WampClientState.Connected, probe);
            }
        }

        return (false, probe);
    }

    /// <summary>A request ends with its answer, or as requests end whose router refuses, or is gone.</summary>
    private static async Task EndsAsWampDoesAsync(Task request, int seed)
    {
        try
        {
            await request.Soon();
        }
        catch (Exception e) when (e is WampException or WampConnectionException or WampSerializationException or OperationCanceledException)
        {
            // As it should.
        }
        catch (Exception e)
        {
            Assert.Fail($"seed {seed}: {e}");
        }
    }

    private static void ForAWhile(Action<int> attack)
    {
        var start = TimeProvider.System.GetTimestamp();
        var seeds = 0;
        while (TimeProvider.System.GetElapsedTime(start) < Share)
        {
            var seed = Random.Shared.Next();
            try
            {
                attack(seed);
            }
            catch (Exception e) when (e is not AssertionException)
            {
                throw new AssertionException($"seed {seed}: {e}");
            }

            seeds++;
        }

        TestContext.Out.WriteLine($"{seeds * PerSeed} messages");
    }

    private static byte[] Spoil(Mutator mutator, WireFormat format, object?[] message)
    {
        var bytes = ReferenceCodec.Encode(format, mutator.Happens(2) ? mutator.Mutate(message) : message);
        return mutator.Happens(3) ? mutator.Mutate(bytes) : bytes;
    }

    private static TestPeer Joined(TestRouter router, WireFormat format)
    {
        var peer = router.Connect(TestPeer.Local(format));
        peer.Send(ReferenceCodec.Encode(format, Hello));
        peer.Discard();
        return peer;
    }

    /// <summary>What it was sent is a list, for readers that share no code with the router.</summary>
    private static void AssertReadable(TestPeer peer, WireFormat format, int seed)
    {
        foreach (var message in peer.TakeBytes())
        {
            Assert.That(ReferenceCodec.IsList(format, message), Is.True, $"seed {seed}");
        }
    }
}
