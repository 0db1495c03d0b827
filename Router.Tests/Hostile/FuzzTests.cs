using System.Globalization;
using WampRouter.Client;
using WampRouter.Sessions.Connections;
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
            peer.Send(Spoil(mutator, format, mutator.Choose(SpoiledMessages.OfClients)));
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
                await peer.SendBytesAsync(Spoil(mutator, format, mutator.Choose(SpoiledMessages.OfRouters)));
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
        peer.Send(ReferenceCodec.Encode(format, SpoiledMessages.Hello));
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
