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
    private readonly string _transport = $"counted-{Guid.NewGuid()}";       // other tests run beside this one
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
        using var open = new Measured("wamprouter.connections.open");
        using var ended = new Measured("wamprouter.connections.ended");
        var (client, running) = Connect();
        await client.SendTextAsync("hello");
        await client.ReceiveAsync();
        var session = await _rig.Receivers.NextAsync();
        Assert.That(open.Tags.Count(tags => tags == $"transport={_transport}"), Is.EqualTo(1));

        await EndAsync(reason, client, session);
        await client.DisposeAsync();
        await running.Soon();

        Assert.That(ended.Tags.Where(tags => tags.Contains(_transport, StringComparison.Ordinal)), Is.EqualTo(new[] { $"transport={_transport},reason={reason}" }));
        Assert.That(open.Tags.Count(tags => tags == $"transport={_transport}"), Is.EqualTo(2), "once up, once down");
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
        var info = new ConnectionDetails { Transport = _transport, Encoding = new(WireFormat.Json, Framing.WebSocket), ConnectionId = "pipe" };
        Assert.That(_rig.Services.Roster.TryEnter(), Is.EqualTo(Room.Granted));
        var running = _rig.Transport.RunAsync(new PipePair(toServer.Reader, toClient.Writer), info, MessageKinds.Any, _rig.Receivers);
        return (new FrameClient(new PipePair(toClient.Reader, toServer.Writer)), running);
    }
}
