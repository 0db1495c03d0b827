using System.Threading.Channels;
using WampRouter.Client;
using WampRouter.Tests.Doubles;

namespace WampRouter.Tests.Clients.WithRouter;

[TestFixtureSource(typeof(RouterFixture), nameof(Everywhere))]
internal sealed class ReconnectTests(Way way, WampSerializer serializer) : RouterFixture(way, serializer)
{
    private static readonly WampReconnectPolicy Quickly = new() { InitialDelay = TimeSpan.FromMilliseconds(10), MaxDelay = TimeSpan.FromMilliseconds(50) };

    [Test]
    public async Task RouterShutsDown_WithoutReconnect_ClosesWithTheRoutersReason()
    {
        var closed = new TaskCompletionSource<Exception?>();
        var client = Client();
        client.StateChanged += (_, change) =>
        {
            if (change.Current == WampClientState.Closed)
            {
                closed.TrySetResult(change.Cause);
            }
        };
        await client.ConnectAsync().Soon();

        await Router.StopAsync();

        Assert.That(await closed.Task.Soon(), Is.InstanceOf<WampConnectionException>().With.Property("ErrorUri").EqualTo("wamp.close.system_shutdown"));
    }

    [Test]
    public async Task RouterComesBack_OnTheSamePort_EverythingIsRestored()
    {
        var port = Router.Port;
        RunningRouter? next = null;
        try
        {
            var client = Client(reconnect: Quickly, transport: new FollowingTransport(() => (next ?? Router).Transport(Way)));
            var states = Channel.CreateUnbounded<WampClientState>();
            client.StateChanged += (_, change) => states.Writer.TryWrite(change.Current);
            await client.ConnectAsync().Soon();
            await client.RegisterAsync("com.example.echo", (int n) => n).Soon();
            await using var feed = await client.SubscribeAsync("com.example.t").Soon();

            await Router.StopAsync();
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
