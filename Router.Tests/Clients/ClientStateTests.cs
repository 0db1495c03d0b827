using WampRouter.Client;
using WampRouter.Tests.Doubles;

namespace WampRouter.Tests.Clients;

/// <summary>What a client says of its session while it has none, and when it stops trying to get one.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class ClientStateTests
{
    private static readonly TimeSpan Delay = TimeSpan.FromSeconds(1);

    private readonly ManualTime _time = new();
    private readonly System.Threading.Channels.Channel<WampClientState> _states = System.Threading.Channels.Channel.CreateUnbounded<WampClientState>();

    [Test]
    public async Task Session_NotConnectedLostOrClosed_IsNone()
    {
        await using var router = new ScriptedRouter();
        await using var client = new WampClient(new WampClientOptions
        {
            Transport = router.Transport,
            Realm = "realm1",
            Serializers = [WampSerializer.Json],
            TimeProvider = _time,
            Reconnect = new WampReconnectPolicy { InitialDelay = Delay },
        });
        client.StateChanged += (_, e) => _states.Writer.TryWrite(e.Current);
        Assert.That(client.Session, Is.Null);

        var connecting = client.ConnectAsync();
        var peer = await router.WelcomeAsync();
        await connecting.Soon();
        Assert.That(client.Session!.Id, Is.EqualTo(9129137332));

        await peer.CloseAsync();
        await ReachAsync(WampClientState.Reconnecting);
        Assert.That(client.Session, Is.Null);

        await client.DisposeAsync().Soon();
        Assert.That((client.State, client.Session), Is.EqualTo((WampClientState.Closed, (WampSessionDetails?)null)));
    }

    [TestCase("wamp.error.not_authorized", true)]
    [TestCase("wamp.error.unavailable", false)]
    public async Task Reconnect_RefusedForAReason_GivesUpWhereThePolicySaysSo(string reason, bool isLast)
    {
        var policy = new WampReconnectPolicy { InitialDelay = Delay, MaxDelay = Delay, GiveUpWhen = e => e.ErrorUri == "wamp.error.not_authorized" };
        await using var joined = await JoinedClient.JoinAsync(WampSerializer.Json, _time, policy);
        joined.Client.StateChanged += (_, e) => _states.Writer.TryWrite(e.Current);
        await joined.Peer.CloseAsync();
        await ReachAsync(WampClientState.Reconnecting);

        await RetryAsync();
        var peer = await joined.Router.AcceptAsync();
        await peer.ReceiveAsync();
        await peer.SendAsync($"[3,{{}},\"{reason}\"]");

        if (isLast)
        {
            await ReachAsync(WampClientState.Closed);
        }
        else
        {
            await RetryAsync();
            await joined.Router.WelcomeAsync();
            await ReachAsync(WampClientState.Connected);
        }
    }

    private async Task RetryAsync()
    {
        await _time.WhenWaitedForAsync(Delay).Soon();
        _time.Advance(Delay);
    }

    private async Task ReachAsync(WampClientState state)
    {
        while (await _states.Reader.ReadAsync().Soon() != state)
        {
        }
    }
}
