using WampRouter.Transports.WebSockets;

namespace WampRouter.Tests.Transports.WebSockets;

/// <summary>One echo server for the whole suite: the tests of every fixture only open connections of their own.</summary>
[SetUpFixture]
public sealed class SuiteServer
{
    internal static WebSocketRig Rig { get; private set; } = null!;

    [OneTimeSetUp]
    public async Task StartAsync() => Rig = await WebSocketRig.StartAsync();

    [OneTimeTearDown]
    public async Task StopAsync() => await Rig.DisposeAsync();
}

/// <summary>
/// What RFC 6455 asks of a server, in the groups of the Autobahn test suite: every fixture that derives from this runs over every way in.
/// </summary>
[TestFixture(WayIn.Pipe)]
[TestFixture(WayIn.FrontDoor)]
[TestFixture(WayIn.FrontDoorTls)]
[TestFixture(WayIn.Endpoint)]
[TestFixture(WayIn.EndpointTls)]
[TestFixture(WayIn.EndpointHttp2)]
[TestFixture(WayIn.EndpointHttp2Tls)]
internal abstract class WebSocketSuite(WayIn way)
{
    protected FrameClient Client { get; private set; } = null!;

    [SetUp]
    public async Task ConnectAsync() => Client = await SuiteServer.Rig.ConnectAsync(way);

    [TearDown]
    public async Task DisconnectAsync() => await Client.DisposeAsync();

    protected async Task ExpectAsync(WebSocketOpcode opcode, byte[] payload)
    {
        var frame = await Client.ReceiveAsync();
        Assert.That(frame, Is.Not.Null, "the server closed the transport");
        Assert.That((frame!.Opcode, frame.Fin), Is.EqualTo((opcode, true)), () => $"close code {frame.CloseCode}");
        Assert.That(frame.Payload.AsSpan().SequenceEqual(payload), Is.True, "payload");
    }

    protected Task ExpectTextAsync(string text) => ExpectAsync(WebSocketOpcode.Text, System.Text.Encoding.UTF8.GetBytes(text));

    /// <summary>The server fails the connection: Close with this code, and after our Close the end of the transport.</summary>
    protected async Task ExpectFailureAsync(CloseCode code)
    {
        var frame = await Client.ReceiveAsync();
        Assert.That(frame?.Opcode, Is.EqualTo(WebSocketOpcode.Close));
        Assert.That(frame!.CloseCode, Is.EqualTo((int)code), frame.Payload.Length > 2 ? System.Text.Encoding.UTF8.GetString(frame.Payload.AsSpan(2)) : "no reason");
        await Client.SendCloseAsync((int)code);
        Assert.That(await Client.ReceiveAsync(), Is.Null, "a frame after Close");
    }

    /// <summary>The connection is still good: it closes in an orderly way.</summary>
    protected async Task ExpectCleanCloseAsync()
    {
        await Client.SendCloseAsync();
        await ExpectAsync(WebSocketOpcode.Close, FrameClient.CloseBody(1000));
        Assert.That(await Client.ReceiveAsync(), Is.Null, "a frame after Close");
    }
}
