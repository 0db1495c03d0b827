using WampRouter.Sessions.Connections;
using WampRouter.Tests.Doubles;
using WampRouter.Transports.WebSockets;

namespace WampRouter.Tests.Transports.WebSockets;

/// <summary>Peers that send and ping and never read, on a clock that only the test moves.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class StalledPeerTests
{
    private const int MessageBytes = 200_000;
    private static readonly TimeSpan StallTimeout = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(1);

    /// <summary>What the flush of a message is given besides, and a heartbeat or two.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(MessageBytes / (4 * 1024)) + (3 * Heartbeat);

    private readonly ManualTime _time = new();
    private readonly LogRecorder<WebSocketTransport> _log = new();
    private readonly List<FrameClient> _clients = [];
    private WebSocketRig _rig = null!;

    [TearDown]
    public async Task StopAsync()
    {
        foreach (var client in _clients)
        {
            await client.DisposeAsync();
        }

        await _rig.DisposeAsync();
    }

    [Test]
    public async Task Peer_PingsAndNeverReads_IsDroppedAtItsTimeAndTheLogSaysWho()
    {
        await StartAsync(totalBytes: null);
        var (client, session) = await ConnectAsync();
        session.AuthId = "joe";
        await FillAsync(client, session, messages: 2);

        for (var passed = TimeSpan.Zero; passed < StallTimeout; passed += 10 * Heartbeat)
        {
            Assert.That(session.DisconnectedCalls, Is.Zero);
            await client.SendAsync(WebSocketOpcode.Ping, "alive"u8);
            _time.Advance(10 * Heartbeat);
        }

        _time.Advance(Grace);

        Assert.That(await session.Ended, Is.EqualTo(DisconnectReason.Stalled));
        Assert.That(_log.Of(1111).Single(), Does.Match("""pipe \(.*, joe\) is dropped: it has taken nothing for 10\d s and 400\d\d\d bytes wait"""));
    }

    [Test]
    public async Task Peer_ReadsALittleNowAndThen_IsKept()
    {
        await StartAsync(totalBytes: null);
        var (client, session) = await ConnectAsync();
        await FillAsync(client, session, messages: 4);

        for (var i = 0; i < 4; i++)
        {
            _time.Advance(StallTimeout - Heartbeat);
            Assert.That((await client.ReceiveAsync())!.Payload, Has.Length.EqualTo(MessageBytes));

            // The second flush hands over the other three: it is over when they are taken.
            Assert.That(() => session.Connection.Outbox.Backlog?.Flush ?? 3, Is.EqualTo(i < 3 ? 2 : 3).After(delayInMilliseconds: 10_000, pollingInterval: 1));
        }

        _time.Advance(2 * StallTimeout);
        Assert.That(session.DisconnectedCalls, Is.Zero, "and nothing waits for it any more");
    }

    [Test]
    public async Task Outboxes_NearTheirBudget_TheLongestStalledGoesAndTheOthersStay()
    {
        await StartAsync(totalBytes: 1_000_000);
        var (first, firstSession) = await ConnectAsync();
        await FillAsync(first, firstSession, messages: 2);
        _time.Advance(20 * Heartbeat);
        var (second, secondSession) = await ConnectAsync();
        await FillAsync(second, secondSession, messages: 1);
        _time.Advance(20 * Heartbeat);
        Assert.That(firstSession.DisconnectedCalls, Is.Zero, "600,000 of 750,000 bytes");
        var (third, thirdSession) = await ConnectAsync();
        await FillAsync(third, thirdSession, messages: 1);

        _time.Advance(Heartbeat);

        Assert.That(await firstSession.Ended, Is.EqualTo(DisconnectReason.OutboxPressure));
        _time.Advance(Heartbeat);
        Assert.That((secondSession.DisconnectedCalls, thirdSession.DisconnectedCalls), Is.EqualTo((0, 0)));
        Assert.That(_log.Of(1112), Has.Count.EqualTo(1));
        Assert.That((await third.ReceiveAsync())!.Payload, Has.Length.EqualTo(MessageBytes), "it lost nothing");
    }

    private async Task StartAsync(long? totalBytes) => _rig = await WebSocketRig.StartAsync(time: _time, logger: _log, configure: options =>
    {
        (options.StallTimeout, options.OutboxBytes, options.OutboxTotalBytes) = (StallTimeout, 1_000_000, totalBytes);
        (options.PingInterval, options.PingTimeout) = (TimeSpan.FromMinutes(30), TimeSpan.FromMinutes(30));
    });

    private async Task<(FrameClient Client, EchoReceiver Session)> ConnectAsync()
    {
        var client = await _rig.ConnectAsync(WayIn.Pipe);
        _clients.Add(client);
        return (client, await _rig.Receivers.NextAsync());
    }

    /// <summary>Has messages echoed to a client that does not read them; returns when they wait.</summary>
    private static async Task FillAsync(FrameClient client, EchoReceiver session, int messages)
    {
        var echoed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        session.OnResume = () =>
        {
            echoed.TrySetResult();
            return Task.FromResult(ReceiveStatus.Continue);
        };
        for (var i = 0; i < messages; i++)
        {
            await client.SendAsync(WebSocketOpcode.Binary, new byte[MessageBytes]);
        }

        // Behind the last of them the session is awaited: after its flush.
        session.OnMessage = text => text == "awaited" ? ReceiveStatus.Wait : ReceiveStatus.Continue;
        await client.SendTextAsync("awaited");
        await echoed.Task.Soon();
    }
}
