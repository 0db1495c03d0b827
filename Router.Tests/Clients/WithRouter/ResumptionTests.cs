using WampRouter.Client;
using WampRouter.Tests.Conformance;
using WampRouter.Tests.Doubles;

namespace WampRouter.Tests.Clients.WithRouter;

[TestFixtureSource(typeof(RouterFixture), nameof(Everywhere))]
internal sealed class ResumptionTests(Way way, WampSerializer serializer) : RouterFixture(way, serializer)
{
    private const int Messages = 300;

    [Test]
    [Shows("resumption.random-losses", "resumption.what-was-missed")]
    public async Task Connection_CutAnywhere_EverythingHappensOnceAndInOrder([Values(1, 2, 3)] int seed)
    {
        var transport = new CuttingTransport(Router.Transport(Way), seed);
        var (cut, whole) = (Resumable(transport), await JoinAsync());
        await cut.ConnectAsync().Soon();
        var session = cut.Session!.Id;
        var down = await cut.SubscribeAsync("com.example.down", new WampSubscribeOptions { BufferSize = 10 * Messages }).Soon();
        await cut.RegisterAsync("com.example.cut", (int n) => n + 1).Soon();
        var up = await whole.SubscribeAsync("com.example.up", new WampSubscribeOptions { BufferSize = 10 * Messages }).Soon();
        await whole.RegisterAsync("com.example.whole", (int n) => n + 1).Soon();
        await whole.RegisterAsync("com.example.who", (WampInvocation call) => call.Caller.SessionId).Soon();

        await Task.WhenAll(
            PublishAsync(cut, "com.example.up"),
            PublishAsync(whole, "com.example.down"),
            CallAsync(cut, "com.example.whole"),
            CallAsync(whole, "com.example.cut")).Soon();

        Assert.That(await ReadAsync(up).Soon(), Is.EqualTo(Enumerable.Range(0, Messages)));
        Assert.That(await ReadAsync(down).Soon(), Is.EqualTo(Enumerable.Range(0, Messages)));
        transport.IsCalm = true;
        Assert.That(await cut.CallAsync<long>("com.example.who", options: new WampCallOptions { DiscloseMe = true }).Soon(), Is.EqualTo(session));
        Assert.That(transport.Connections, Is.GreaterThan(3));
    }

    [Test]
    public async Task RouterKeepsNothing_ComesBackAsEver()
    {
        await using var router = await RunningRouter.StartAsync(keepsSessions: false);
        var callee = Client(transport: router.Transport(Way));
        await callee.ConnectAsync().Soon();
        await callee.RegisterAsync("com.example.never", (CancellationToken canceled) => new TaskCompletionSource<int>().Task.WaitAsync(canceled)).Soon();
        var transport = new CuttingTransport(router.Transport(Way), seed: 1, cuts: 1);
        var client = Resumable(transport);
        await client.ConnectAsync().Soon();
        var (first, back) = (client.Session!.Id, new TaskCompletionSource());
        client.StateChanged += (_, change) =>
        {
            if (change.Current == WampClientState.Connected)
            {
                back.TrySetResult();
            }
        };

        var never = client.CallAsync("com.example.never");
        while (!back.Task.IsCompleted)
        {
            // One that is under way when the connection breaks fails; the next waits for another connection.
            await client.PublishAsync("com.example.t").Soon().ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        await back.Task.Soon();
        Assert.CatchAsync<WampConnectionException>(() => never.Soon());
        Assert.That(client.Session!.Id, Is.Not.EqualTo(first));
        Assert.That(client.Session.IsResumed, Is.False);
        await StopClientsAsync();
    }

    private static async Task PublishAsync(WampClient client, string topic)
    {
        for (var i = 0; i < Messages; i++)
        {
            await client.PublishAsync(topic, [i]);
        }
    }

    private static async Task CallAsync(WampClient client, string procedure)
    {
        for (var i = 0; i < Messages; i++)
        {
            Assert.That(await client.CallAsync<int>(procedure, [i]), Is.EqualTo(i + 1));
        }
    }

    private static async Task<List<int>> ReadAsync(WampEventFeed feed)
    {
        var read = new List<int>();
        await foreach (var number in feed.ReadAllAsync<int>())
        {
            read.Add(number);
            if (read.Count == Messages)
            {
                break;
            }
        }

        return read;
    }

    private WampClient Resumable(IWampTransport transport) => Client(
        transport: transport,
        reconnect: new WampReconnectPolicy { InitialDelay = TimeSpan.FromMilliseconds(1), MaxDelay = TimeSpan.FromMilliseconds(2) },
        resumption: new WampResumption());
}
