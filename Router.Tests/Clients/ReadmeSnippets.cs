using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;
using WampRouter.Client;

namespace WampRouter.Tests.Clients;

/// <summary>Every snippet of the client's README stands here word for word, so that it compiles; ReadmeTests compares them.</summary>
[SuppressMessage("Performance", "CA1822", Justification = "Snippets show instance methods.")]
[SuppressMessage("Reliability", "CA2016", Justification = "Snippets show the shortest form first.")]
[SuppressMessage("Style", "IDE0059", Justification = "Snippets show results.")]
internal static partial class ReadmeSnippets
{
    public static async Task ConnectAsync()
    {
        await using var client = new WampClient(new Uri("ws://127.0.0.1:8080/ws"), "realm1");
        await client.ConnectAsync();
    }

    public static async Task ConnectWithTicketAsync()
    {
        var options = new WampClientOptions
        {
            Transport = new WampWebSocketTransport(new Uri("wss://example.com/ws")),
            Realm = "secured",
            Serializers = [WampSerializer.MessagePack, WampSerializer.Json],
            Authentication = WampAuthentication.Ticket("sensor-7", ReadTicketAsync),
            Reconnect = new WampReconnectPolicy { RetryFirstConnect = true },
            WhenDisconnected = WampDisconnectedBehavior.Wait,
        };
        await using var client = new WampClient(options);
        client.StateChanged += (_, change) => Console.WriteLine($"{change.Current}: {change.Cause?.Message}");
        client.BackgroundError += (_, error) => Console.WriteLine($"{error.Kind} at {error.Uri}: {error.Exception.Message}");
        await client.ConnectAsync();
    }

    public static WampClientOptions Signing() => new()
    {
        Transport = new WampWebSocketTransport(new Uri("wss://example.com/ws")),
        Realm = "secured",
        Authentication = WampAuthentication.WampCra("sensor-7", ReadTicketAsync, maxIterations: 200_000),
    };

    public static WampClientOptions WithToken() => new()
    {
        Transport = new WampWebSocketTransport(new Uri("wss://example.com/ws")),
        Realm = "secured",
        Authentication = WampAuthentication.Bearer(ReadTokenAsync),
    };

    public static WampClientOptions TwoRounds() => new()
    {
        Transport = new WampWebSocketTransport(new Uri("wss://example.com/ws")),
        Realm = "secured",
        Authentication = WampAuthentication.Answering("password-and-code", "anna", async (challenge, cancellationToken) =>
            new WampChallengeResponse(challenge.Round == 1 ? await ReadTicketAsync(cancellationToken) : Console.ReadLine()!)),
    };

    public static WampClientOptions TwoRoundsByWhatIsAsked() => new()
    {
        Transport = new WampWebSocketTransport(new Uri("wss://example.com/ws")),
        Realm = "secured",
        Authentication = WampAuthentication.Answering("password-and-code", "anna", async (challenge, cancellationToken) =>
            new WampChallengeResponse(challenge.Extra.TryGet<string>("ask", out var ask) && ask == "code" ? Console.ReadLine()! : await ReadTicketAsync(cancellationToken))),
    };

    public static WampClientOptions Refused() => new()
    {
        Transport = new WampWebSocketTransport(new Uri("wss://example.com/ws")),
        Realm = "secured",
        Reconnect = new WampReconnectPolicy { RetryFirstConnect = true, WhenRefused = WampRefusedBehavior.GiveUp, GiveUpWhen = e => e.ErrorUri == "wamp.close.killed" },
    };

    public static WampClientOptions OpeningRequest(Tokens tokens, System.Net.CookieContainer cookies) => new()
    {
        Transport = new WampWebSocketTransport(new Uri("wss://example.com/ws"))
        {
            Configure = socket =>
            {
                socket.SetRequestHeader("Authorization", $"Bearer {tokens.Current}");
                socket.Cookies = cookies;
            },
        },
        Realm = "secured",
    };

    public sealed record Tokens(string Current);

    public sealed class PinAuthentication(string user, Func<string> askForPin) : WampAuthentication
    {
        public override string Method => "x_pin";

        public override string? AuthId => user;

        public override ValueTask<WampLogin> BeginAsync(WampJoin join, CancellationToken cancellationToken) => new(new PinLogin(askForPin));

        private sealed class PinLogin(Func<string> askForPin) : WampLogin
        {
            public override IReadOnlyDictionary<string, object?> AuthExtra => new Dictionary<string, object?> { ["device"] = "terminal-3" };

            public override ValueTask<WampChallengeResponse> RespondAsync(WampChallenge challenge, CancellationToken cancellationToken) =>
                new(new WampChallengeResponse(askForPin()));
        }
    }

    public static async Task TakeLeaveAsync(WampClient client, CancellationToken cancellationToken)
    {
        await client.CloseAsync("com.example.close.maintenance", "back at noon", cancellationToken);
    }

    public static async Task TestWithoutARouterAsync(StandInClient standIn)
    {
        await new Thermostat(standIn).StartAsync();
        await standIn.Subscribers["com.example.temperature"](WampModelFactory.Event("com.example.temperature", [18.5]));
    }

    public sealed class Thermostat(IWampClient client)
    {
        public Task<WampSubscription> StartAsync() => client.SubscribeAsync(
            "com.example.temperature",
            async (double celsius) => await client.PublishAsync("com.example.heating", [celsius < 20]));
    }

    public static async Task PublishAndSubscribeAsync(WampClient client)
    {
        await client.PublishAsync("com.example.temperature", [21.5]);
        await client.PublishAsync("com.example.temperature", new() { 21.5, { "unit", "C" } });
        long publicationId = await client.PublishAcknowledgedAsync("com.example.temperature", [21.5]);

        await using var subscription = await client.SubscribeAsync("com.example.temperature", (double celsius) => Console.WriteLine(celsius));
        await using var everything = await client.SubscribeAsync(
            "com.example",
            message => Console.WriteLine($"{message.Topic} {message.Arguments.Get<double>(0)} {message.Arguments.GetOr("unit", "C")}"),
            new WampSubscribeOptions { Match = WampMatch.Prefix });
    }

    public static async Task LookBackAndAheadAsync(WampClient client)
    {
        foreach (var (time, alarm) in await client.GetEventsAsync("com.example.alarm", new WampHistoryQuery { Reverse = true, Limit = 10 }))
        {
            Console.WriteLine($"{time:t} {alarm.Arguments.Get<string>(0)}");
        }

        await client.AddTestamentAsync("com.example.sensor.gone", ["sensor-7"]);
    }

    public static async Task ReadAsync(WampClient client, CancellationToken cancellationToken)
    {
        await using var feed = await client.SubscribeAsync("com.example.temperature", new WampSubscribeOptions { BufferSize = 100 });
        await foreach (var celsius in feed.ReadAllAsync<double>(cancellationToken))
        {
            Console.WriteLine(celsius);
        }
    }

    public static async Task CallAsync(WampClient client, CancellationToken cancellationToken)
    {
        int sum = await client.CallAsync<int>("com.example.add", [2, 3]);
        Order order = await client.CallAsync<Order>(
            "com.example.order",
            new() { "tea", { "count", 2 } },
            new WampCallOptions { Timeout = TimeSpan.FromSeconds(5) },
            cancellationToken);
    }

    public static async Task RegisterAsync(WampClient client)
    {
        await client.RegisterAsync("com.example.add", (int a, int b) => a + b);
        await client.RegisterAsync("com.example.order", async (string item, WampInvocation call, CancellationToken canceled) =>
        {
            await Task.Delay(TimeSpan.FromMilliseconds(1), TimeProvider.System, canceled);
            var count = call.Arguments.GetOr("count", 1);
            return count <= 10 ? new Order(item, count) : throw new WampException("com.example.error.sold_out", "There are only ten.");
        });
    }

    public static async Task CallProgressivelyAsync(WampClient client, CancellationToken cancellationToken)
    {
        await foreach (var percent in client.CallProgressivelyAsync<int>("com.example.backup", cancellationToken: cancellationToken))
        {
            Console.WriteLine($"{percent} %");
        }
    }

    public static async Task ReportProgressAsync(WampClient client)
    {
        await client.RegisterAsync("com.example.backup", async (WampInvocation call) =>
        {
            await call.ReportProgressAsync([50]);
            return 100;
        });
    }

    public static async Task UploadAsync(WampClient client, Stream file, CancellationToken cancellationToken)
    {
        async IAsyncEnumerable<WampPayload> ReadBlocksAsync()
        {
            var block = new byte[64 * 1024];
            while (await file.ReadAsync(block, cancellationToken) is > 0 and var length)
            {
                yield return [block[..length]];
            }
        }

        long size = await client.CallAsync<long>("com.example.upload", ReadBlocksAsync(), cancellationToken: cancellationToken);
    }

    public static async Task TakeUploadsAsync(WampClient client)
    {
        await client.RegisterAsync("com.example.upload", async (WampInvocation call) =>
        {
            var size = 0L;
            await foreach (var block in call.ReadPiecesAsync<byte[]>())
            {
                size += block.Length;
            }

            return size;
        });
    }

    public static async Task ShareCallsAsync(WampClient client)
    {
        await client.RegisterAsync("com.example.cart", (string customer) => customer, new WampRegisterOptions { Invoke = WampInvokePolicy.RoundRobin, NodeKey = "node-3" });
        var cart = await client.CallAsync("com.example.cart", ["anna"], new WampCallOptions { ResourceKey = "anna" });
    }

    public static async Task PublishToSomeAsync(WampClient client)
    {
        await client.PublishAsync("com.example.alarm", ["fire"], new WampPublishOptions { EligibleAuthRole = ["staff"], DiscloseMe = true, Retain = true });
        await using var alarms = await client.SubscribeAsync(
            "com.example.alarm",
            alarm => Console.WriteLine($"{alarm.Publisher.AuthId} {(alarm.IsRetained ? "earlier" : "now")}"),
            new WampSubscribeOptions { GetRetained = true });
    }

    public static async Task RegisterServiceAsync(WampClient client)
    {
        await using var calculator = await client.RegisterServiceAsync(new Calculator());
    }

    public static WampClientOptions OwnTypes(IWampTransport transport) => new()
    {
        Transport = transport,
        Realm = "realm1",
        PayloadSerializer = new WampJsonSerializer(ShopContext.Default),
    };

    public static WampClientOptions Resumable(IWampTransport transport) => new()
    {
        Transport = transport,
        Realm = "realm1",
        Resumption = new WampResumption { MaxKeptBytes = 1024 * 1024 },
    };

    public static WampClientOptions Batched() => new()
    {
        Transport = new WampWebSocketTransport(new Uri("ws://127.0.0.1:8080/ws")) { Batched = true },
        Realm = "realm1",
    };

    public static WampClientOptions Compressed() => new()
    {
        Transport = new WampWebSocketTransport(new Uri("wss://example.com/ws")) { Compressed = true },
        Realm = "realm1",
    };

    private static ValueTask<string> ReadTokenAsync(CancellationToken cancellationToken) => ValueTask.FromResult("wamp_x");

    private static ValueTask<string> ReadTicketAsync(CancellationToken cancellationToken) => ValueTask.FromResult("s3cret");

    public sealed class Calculator
    {
        [WampProcedure("com.example.multiply")]
        public int Multiply(int a, int b) => a * b;
    }

    public sealed record Order(string Item, int Count);

    [JsonSerializable(typeof(Order))]
    public sealed partial class ShopContext : JsonSerializerContext;
}
