using System.Diagnostics.CodeAnalysis;
using WampRouter.Client;

namespace WampRouter.Tests.Clients;

/// <summary>Our snippets of docs/from-wampsharp.md, word for word; ReadmeTests compares them.</summary>
[SuppressMessage("Reliability", "CA2016", Justification = "Snippets show the shortest form.")]
[SuppressMessage("Style", "IDE0059", Justification = "Snippets show results.")]
internal static partial class FromWampSharpSnippets
{
    public static async Task ConnectAsync()
    {
        await using var client = new WampClient(new Uri("ws://127.0.0.1:8080/ws"), "realm1");
        await client.ConnectAsync();
    }

    public static async Task ReconnectAsync()
    {
        var options = new WampClientOptions
        {
            Transport = new WampWebSocketTransport(new Uri("wss://example.com/ws")),
            Realm = "realm1",
            Reconnect = new WampReconnectPolicy { RetryFirstConnect = true, MaxDelay = TimeSpan.FromSeconds(5) },
            WhenDisconnected = WampDisconnectedBehavior.Wait,
        };
        await using var client = new WampClient(options);
        client.StateChanged += (_, change) => Console.WriteLine($"{change.Current}: {change.Cause?.Message}");
        await client.ConnectAsync();
        await client.RegisterAsync<IArgumentsService>(new ArgumentsService());
    }

    public static WampClientOptions Authenticate(IWampTransport transport) => new()
    {
        Transport = transport,
        Realm = "realm1",
        Authentication = WampAuthentication.Ticket("joe", _ => ValueTask.FromResult(ReadTicket())),
    };

    public static async Task CallAsync(IWampClient client)
    {
        await using var service = await client.RegisterAsync<IArgumentsService>(new ArgumentsService());
        var proxy = client.CreateProxy<IArgumentsService>();
        int five = await proxy.Add2Async(2, 3);
    }

    public static async Task CallProgressivelyAsync(ILongOp proxy, CancellationToken cancellationToken)
    {
        await foreach (var step in proxy.LongOpAsync(10, cancellationToken))
        {
            Console.WriteLine(step);
        }
    }

    public static async Task PublishAsync(IWampClient client)
    {
        await using var subscription = await client.SubscribeAsync("com.myapp.topic1", (int counter) => Console.WriteLine(counter));
        await client.PublishAsync("com.myapp.topic1", [42]);
    }

    public static async Task ReadAsync(IWampClient client, CancellationToken cancellationToken)
    {
        await using var feed = await client.SubscribeAsync("com.myapp.topic1");
        await foreach (var even in feed.ReadAllAsync<int>(cancellationToken).Where(counter => counter % 2 == 0))
        {
            Console.WriteLine(even);
        }
    }

    public static async Task SubscribeAsync(IWampClient client)
    {
        await using var subscriptions = await client.SubscribeAsync<IHeartbeat>(new Heartbeats());
        await client.CreateProxy<IHeartbeat>().BeatAsync(1, "pump");
    }

    public static async Task CallRawAsync(IWampClient client)
    {
        WampArguments result = await client.CallAsync("com.arguments.add2", [2, 3]);
        Console.WriteLine(result.Get<int>(0));
        await client.PublishAsync("com.myapp.topic1", new() { 42, { "source", "pump" } }, new WampPublishOptions { DiscloseMe = true });
    }

    public static async Task RegisterRawAsync(IWampClient client)
    {
        await client.RegisterAsync("com.arguments.count", (WampInvocation call) => call.Arguments.Count);
    }

    private static string ReadTicket() => "magic_secret_2";

    [WampContract]
    public partial interface IArgumentsService
    {
        [WampProcedure("com.arguments.add2")]
        Task<int> Add2Async(int a, int b);

        [WampProcedure("com.arguments.orders")]
        Task<string[]> OrdersAsync(string product, int limit = 5);
    }

    [WampContract]
    public partial interface ILongOp
    {
        [WampProcedure("com.example.longop")]
        IAsyncEnumerable<int> LongOpAsync(int steps, CancellationToken cancellationToken = default);
    }

    [WampContract]
    public partial interface IHeartbeat
    {
        [WampTopic("com.myapp.heartbeat")]
        Task BeatAsync(int counter, string source, WampEvent? message = null);
    }

    private sealed class ArgumentsService : IArgumentsService
    {
        public Task<int> Add2Async(int a, int b) => Task.FromResult(a + b);

        public Task<string[]> OrdersAsync(string product, int limit) => Task.FromResult(Enumerable.Range(0, limit).Select(_ => product).ToArray());
    }

    private sealed class Heartbeats : IHeartbeat
    {
        public Task BeatAsync(int counter, string source, WampEvent? message) => Task.CompletedTask;
    }
}
