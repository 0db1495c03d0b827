using System.Threading.Channels;
using WampRouter.Client;
using WampRouter.Sessions;
using WampRouter.Tests.Doubles;

namespace WampRouter.Tests.Clients.WithRouter;

[TestFixtureSource(typeof(RouterFixture), nameof(Everywhere))]
internal sealed class ReconnectTests(Way way, WampSerializer serializer) : RouterFixture(way, serializer)
{
    private static readonly WampReconnectPolicy Quickly = new() { InitialDelay = TimeSpan.FromMilliseconds(10), MaxDelay = TimeSpan.FromMilliseconds(50) };

    [Test]
    public async Task RouterShutsDown_WithoutReconnect_ClosesAsTheConnectionDid()
    {
        var cause = await CauseOfTheEndAsync(Router);

        Assert.That(cause, Is.InstanceOf<WampConnectionException>());
        Assert.That(cause!.Message, Way is Way.Memory or Way.RawSocket ? Is.Not.Empty : Does.Contain("1012"));
    }

    [Test]
    public async Task RouterShutsDownForGood_WithoutReconnect_ClosesWithTheRoutersReason()
    {
        await using var router = await RunningRouter.StartAsync(shutdown: WampShutdownNotice.Goodbye);

        Assert.That(await CauseOfTheEndAsync(router), Is.InstanceOf<WampConnectionException>().With.Property("ErrorUri").EqualTo("wamp.close.system_shutdown"));
    }

    private async Task<Exception?> CauseOfTheEndAsync(RunningRouter router)
    {
        var closed = new TaskCompletionSource<Exception?>();
        var client = Client(transport: router.Transport(Way));
        client.StateChanged += (_, change) =>
        {
            if (change.Current == WampClientState.Closed)
            {
                closed.TrySetResult(change.Cause);
            }
        };
        await client.ConnectAsync().Soon();

        await router.StopAsync();

        return await closed.Task.Soon();
    }

    [Test]
    public async Task RouterComesBack_OnTheSamePort_EverythingIsRestored([Values] WampShutdownNotice shutdown)
    {
        await using var router = await RunningRouter.StartAsync(shutdown: shutdown);
        var port = router.Port;
        RunningRouter? next = null;
        try
        {
            var client = Client(reconnect: Quickly, transport: new FollowingTransport(() => (next ?? router).Transport(Way)));
            var states = Channel.CreateUnbounded<WampClientState>();
            client.StateChanged += (_, change) => states.Writer.TryWrite(change.Current);
            await client.ConnectAsync().Soon();
            await client.RegisterAsync("com.example.echo", (int n) => n).Soon();
            await using var feed = await client.SubscribeAsync("com.example.t").Soon();

            await router.StopAsync();
            await ReachAsync(states.Reader, WampClientState.Reconnecting);
            next = await RunningRouter.StartAsync(port);
            await ReachAsync(states.Reader, WampClientState.Connected);

            var other = Client(transport: next.Transport(Way));
            await other.ConnectAsync().Soon();
            Assert.That(await other.CallAsync<int>("com.example.echo", [5]).Soon(), Is.EqualTo(5));
            await other.PublishAsync("com.example.t", [6]).Soon();
            Assert.That((await NextAsync(feed)).Arguments.Get<int>(0), Is.EqualTo(6));
        }
        finally
        {
            await StopClientsAsync();
            if (next is not null)
            {
                await next.DisposeAsync().Soon();
            }
        }
    }

    [Test]
    public async Task RouterShutsDown_CallUnderWay_EndsInsteadOfHanging()
    {
        var entered = new TaskCompletionSource();
        var (caller, callee) = (await JoinAsync(), await JoinAsync());
        await callee.RegisterAsync("com.example.never", async (CancellationToken token) =>
        {
            entered.SetResult();
            await new TaskCompletionSource().Task.WaitAsync(token);
            return 1;
        }).Soon();
        var call = caller.CallAsync("com.example.never");
        await entered.Task.Soon();

        await Router.StopAsync();

        Assert.CatchAsync<WampException>(() => call.Soon());
    }

    private static async Task ReachAsync(ChannelReader<WampClientState> states, WampClientState wanted)
    {
        while (await states.ReadAsync().Soon() != wanted)
        {
        }
    }

    /// <summary>Reaches the router that runs now.</summary>
    private sealed class FollowingTransport(Func<IWampTransport> current) : IWampTransport
    {
        public ValueTask<IWampConnection> ConnectAsync(IReadOnlyList<string> subprotocols, CancellationToken cancellationToken) =>
            current().ConnectAsync(subprotocols, cancellationToken);
    }
}
