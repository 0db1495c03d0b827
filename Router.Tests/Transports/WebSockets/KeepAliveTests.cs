using WampRouter.Sessions.Connections;
using WampRouter.Tests.Conformance;
using WampRouter.Tests.Doubles;
using WampRouter.Transports.WebSockets;

namespace WampRouter.Tests.Transports.WebSockets;

/// <summary>Silence, pings and their deadlines, on a clock that only the test moves.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class KeepAliveTests
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(10);

    /// <summary>How often the heartbeat looks, at most.</summary>
    private static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(1);

    private readonly ManualTime _time = new();
    private WebSocketRig _rig = null!;
    private FrameClient _client = null!;
    private EchoReceiver _session = null!;

    [SetUp]
    public async Task ConnectAsync()
    {
        _rig = await WebSocketRig.StartAsync(time: _time, configure: o => (o.PingInterval, o.PingTimeout) = (Interval, Timeout));
        _client = await _rig.ConnectAsync(WayIn.Pipe);
        _session = await _rig.Receivers.NextAsync();
    }

    [TearDown]
    public async Task StopAsync()
    {
        await _client.DisposeAsync();
        await _rig.DisposeAsync();
    }

    [Test]
    public async Task Peer_Silent_IsPingedAfterTheInterval()
    {
        _time.Advance(Interval + Heartbeat);

        var ping = await _client.ReceiveAsync();

        Assert.That((ping!.Opcode, ping.Payload), Is.EqualTo((WebSocketOpcode.Ping, new byte[] { 0, 0, 0, 0, 0, 0, 0, 1 })));
    }

    [Test]
    public async Task Peer_Answers_RoundTripIsMeasured()
    {
        using var measured = new Measured(_rig.Meter, "wamp_router.connection.round_trip");
        _time.Advance(Interval + Heartbeat);
        var ping = await _client.ReceiveAsync();

        _time.Advance(TimeSpan.FromSeconds(3));
        await _client.SendAsync(WebSocketOpcode.Pong, ping!.Payload);
        await RoundTripThroughTheSessionAsync();

        Assert.That(_session.Connection.RoundTrip, Is.InRange(TimeSpan.FromSeconds(3), TimeSpan.FromSeconds(4)));
        Assert.That(measured.Values, Is.EqualTo(new[] { _session.Connection.RoundTrip.TotalSeconds }));
    }

    [Test]
    public async Task Peer_AnswersWithAnotherPong_LivesButIsNotMeasured()
    {
        _time.Advance(Interval + Heartbeat);
        await _client.ReceiveAsync();

        await _client.SendAsync(WebSocketOpcode.Pong, "another!"u8);
        await RoundTripThroughTheSessionAsync();
        _time.Advance(Timeout + Heartbeat);

        Assert.That(_session.Connection.RoundTrip, Is.EqualTo(TimeSpan.Zero));
        await RoundTripThroughTheSessionAsync();
    }

    [Test]
    public async Task Peer_AnswersEveryPing_IsKeptAndPingedAgain()
    {
        for (byte number = 1; number <= 3; number++)
        {
            _time.Advance(Interval + Heartbeat + Heartbeat);
            var ping = await _client.ReceiveAsync();
            Assert.That(ping!.Payload[^1], Is.EqualTo(number));
            await _client.SendAsync(WebSocketOpcode.Pong, ping.Payload);
            await RoundTripThroughTheSessionAsync();
        }
    }

    [Test]
    [Shows("field.keep-alive")]
    public async Task Peer_DoesNotAnswer_IsGivenUpAfterTheTimeout()
    {
        _time.Advance(Interval + Heartbeat);
        await _client.ReceiveAsync();
        _time.Advance(Timeout - Heartbeat - Heartbeat);
        Assert.That(_session.DisconnectedCalls, Is.Zero);

        _time.Advance(Heartbeat + Heartbeat + Heartbeat);

        Assert.That(await _session.Ended, Is.EqualTo(DisconnectReason.PingTimeout));
        Assert.That(await _client.ReceiveAsync(), Is.Null);
    }

    [Test]
    public async Task Peer_BusySending_IsNotPinged()
    {
        for (var i = 0; i < 5; i++)
        {
            _time.Advance(Interval / 2);
            await RoundTripThroughTheSessionAsync();
        }
    }

    [Test]
    public async Task Session_BusyForLong_DoesNotCostThePeerItsConnection()
    {
        var work = new TaskCompletionSource<ReceiveStatus>(TaskCreationOptions.RunContinuationsAsynchronously);
        _session.OnMessage = text => text == "slow" ? ReceiveStatus.Wait : ReceiveStatus.Continue;
        var resumed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _session.OnResume = () =>
        {
            resumed.SetResult();
            return work.Task;
        };
        await _client.SendTextAsync("slow");
        await _client.ReceiveAsync();
        await resumed.Task.Soon();

        _time.Advance(Interval + Timeout + Interval);
        work.SetResult(ReceiveStatus.Continue);

        await RoundTripThroughTheSessionAsync();
    }

    [Test]
    public async Task Peer_PingedWhenClosing_IsNot()
    {
        _session.Connection.RequestClose();
        Assert.That((await _client.ReceiveAsync())!.Opcode, Is.EqualTo(WebSocketOpcode.Close));

        _time.Advance(Interval + Heartbeat);

        Assert.That(await _client.ReceiveAsync(), Is.Null, "dropped at the close timeout, without a ping before");
    }

    /// <summary>After this the read loop has seen whatever was sent before; the next frame is no ping.</summary>
    private async Task RoundTripThroughTheSessionAsync()
    {
        await _client.SendTextAsync("hello");
        Assert.That((await _client.ReceiveAsync())!.Text, Is.EqualTo("hello"));
    }
}
