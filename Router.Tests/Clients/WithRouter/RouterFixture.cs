using WampRouter.Client;
using WampRouter.Tests.Doubles;

namespace WampRouter.Tests.Clients.WithRouter;

/// <summary>A router for each test, and clients that reach it one way with one serializer: every suite here runs nine times. The client speaks no long-poll.</summary>
internal abstract class RouterFixture(Way way, WampSerializer serializer)
{
    private readonly List<WampClient> _clients = [];

    public static IEnumerable<TestFixtureData> Everywhere =>
        from way in (Way[])[Way.Memory, Way.WebSocket, Way.BatchedWebSocket]
        from serializer in Enum.GetValues<WampSerializer>()
        select new TestFixtureData(way, serializer);

    protected RunningRouter Router { get; private set; } = null!;

    protected Way Way => way;

    protected WampSerializer Serializer => serializer;

    [SetUp]
    public async Task StartAsync() => Router = await RunningRouter.StartAsync();

    [TearDown]
    public async Task StopAsync()
    {
        await StopClientsAsync();
        await Router.DisposeAsync().Soon();
    }

    protected async Task StopClientsAsync()
    {
        foreach (var client in _clients)
        {
            await client.DisposeAsync().Soon();
        }

        _clients.Clear();
    }

    /// <summary>A client that is not connected; the fixture disposes it.</summary>
    protected WampClient Client(
        string realm = RunningRouter.OpenRealm,
        WampAuthentication? authentication = null,
        WampReconnectPolicy? reconnect = null,
        IWampTransport? transport = null,
        WampResumption? resumption = null)
    {
        var client = new WampClient(new WampClientOptions
        {
            Transport = transport ?? Router.Transport(way),
            Realm = realm,
            Serializers = [serializer],
            Authentication = authentication ?? WampAuthentication.Anonymous,
            Reconnect = reconnect,
            Resumption = resumption,
            WhenDisconnected = resumption is null ? WampDisconnectedBehavior.Fail : WampDisconnectedBehavior.Wait,
        });
        _clients.Add(client);
        return client;
    }

    /// <summary>A client in the open realm.</summary>
    protected async Task<WampClient> JoinAsync()
    {
        var client = Client();
        await client.ConnectAsync().Soon();
        return client;
    }

    /// <summary>The next event of a feed.</summary>
    protected static async Task<WampEvent> NextAsync(WampEventFeed feed)
    {
        await using var events = feed.GetAsyncEnumerator();
        Assert.That(await events.MoveNextAsync().Soon(), Is.True);
        return events.Current;
    }

    /// <summary>The error a call or another request ends with.</summary>
    protected static WampException ErrorOf(Func<Task> request) => Assert.CatchAsync<WampException>(() => request().Soon())!;
}
