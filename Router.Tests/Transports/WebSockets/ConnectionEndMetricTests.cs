using System.IO.Pipelines;
using WampRouter.Sessions.Connections;
using WampRouter.Tests.Doubles;
using WampRouter.Transports;
using WampRouter.Transports.Admission;
using WampRouter.Transports.WebSockets;
using WampRouter.Wire;

namespace WampRouter.Tests.Transports.WebSockets;

/// <summary>Each connection is counted when it opens and when it ends, with its transport and why it ended.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class ConnectionEndMetricTests
{
    private const string Transport = "counted";

    private readonly ManualTime _time = new();
    private WebSocketRig _rig = null!;

    [SetUp]
    public async Task StartAsync() => _rig = await WebSocketRig.StartAsync(time: _time, configure: o => (o.PingInterval, o.PingTimeout) = (TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(10)));

    [TearDown]
    public async Task StopAsync() => await _rig.DisposeAsync();

    [TestCase("closed_by_peer")]
    [TestCase("closed_by_router")]
    [TestCase("connection_lost")]
    [TestCase("transport_violation")]
    [TestCase("ping_timeout")]
    public async Task Connection_EndsForAReason_IsCountedWithIt(string reason)
    {
        using var open = new Measured(_rig.Meter, "wamp_router.connection.active");
        using var ended = new Measured(_rig.Meter, "wamp_router.connection.ends");
        var (client, running) = Connect();
        await client.SendTextAsync("hello");
        await client.ReceiveAsync();
        var session = await _rig.Receivers.NextAsync();
        Assert.That(open.Of($"transport={Transport}", "serializer=json"), Is.EqualTo(1));

        await EndAsync(reason, client, session);
        await client.DisposeAsync();
        await running.Soon();

        Assert.That(ended.Tags, Is.EqualTo(new[] { $"transport={Transport},reason={reason}" }));
        Assert.That(open.Sum, Is.Zero);
    }

    private async Task EndAsync(string reason, FrameClient client, EchoReceiver session)
    {
        switch (reason)
        {
            case "closed_by_peer":
                await client.SendCloseAsync();
                break;
            case "closed_by_router":
                session.Connection.RequestClose();
                break;
            case "transport_violation":
                await client.SendRawAsync(FrameClient.Frame(WebSocketOpcode.Text, [0xFF]));
                break;
            case "ping_timeout":
                _time.Advance(TimeSpan.FromSeconds(60));
                break;
            default:
                await client.DisposeAsync();
                break;
        }

        await session.Ended;
    }

    private (FrameClient Client, Task Running) Connect()
    {
        var (toServer, toClient) = (new Pipe(new PipeOptions(useSynchronizationContext: false)), new Pipe(new PipeOptions(useSynchronizationContext: false)));
        var info = new ConnectionDetails { Transport = Transport, Encoding = new(WireFormat.Json, Framing.WebSocket), ConnectionId = "pipe" };
        Assert.That(_rig.Services.Roster.TryEnter(), Is.EqualTo(Room.Granted));
        var running = _rig.Transport.RunAsync(new PipePair(toServer.Reader, toClient.Writer), info, MessageKinds.Any, _rig.Receivers);
        return (new FrameClient(new PipePair(toClient.Reader, toServer.Writer)), running);
    }
}
