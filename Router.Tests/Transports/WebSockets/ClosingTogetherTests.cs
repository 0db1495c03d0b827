using WampRouter.Tests.Doubles;
using WampRouter.Transports.Admission;
using WampRouter.Transports.WebSockets;

namespace WampRouter.Tests.Transports.WebSockets;

/// <summary>
/// Sessions whose client says its last WAMP message and its WebSocket Close in one segment: both are understood, so the connection ends at once. The
/// clock never moves, so nothing can wait for a timeout.
/// </summary>
[TestFixture(WayIn.FrontDoor)]
[TestFixture(WayIn.FrontDoorTls)]
[TestFixture(WayIn.Endpoint)]
[TestFixture(WayIn.EndpointHttp2)]
internal sealed class ClosingTogetherTests(WayIn way)
{
    private const string Hello = """[1,"realm1",{"roles":{"subscriber":{}}}]""";

    private static readonly byte[] Close = FrameClient.Frame(WebSocketOpcode.Close, FrameClient.CloseBody(1000));

    private readonly ManualTime _time = new();
    private TestRouter _router = null!;
    private WebSocketRig _rig = null!;
    private FrameClient _client = null!;

    [SetUp]
    public async Task JoinAsync()
    {
        _router = new TestRouter(time: _time);
        _rig = await WebSocketRig.StartAsync(SubprotocolPolicy.Wamp, _time, sessions: _router.Sessions);
        _client = await _rig.ConnectAsync(way, "wamp.2.json");
        await _client.SendTextAsync(Hello);
        Assert.That((await _client.ReceiveAsync())!.Text, Does.StartWith("[2,"));
    }

    [TearDown]
    public async Task StopAsync()
    {
        await _client.DisposeAsync();
        await _rig.DisposeAsync();
        _router.Dispose();
    }

    [TestCase("""[6,{},"wamp.close.close_realm"]""", "[6,", 1000, TestName = "Goodbye_AndCloseInOneSegment_IsAnsweredAndEnds")]
    [TestCase("[99]", "[3,", 1000, TestName = "Violation_AndCloseInOneSegment_IsAbortedAndEnds")]
    [TestCase("""[3,{},"wamp.error.failed"]""", null, 1000, TestName = "Abort_AndCloseInOneSegment_Ends")]
    [TestCase("""[32,1,{},"com.topic"]""", "[33,1,", 1000, TestName = "Subscribe_AndCloseInOneSegment_IsAnsweredAndEnds")]
    public async Task LastMessage(string message, string? answer, int code)
    {
        await _client.SendRawAsync([.. FrameClient.Frame(WebSocketOpcode.Text, System.Text.Encoding.UTF8.GetBytes(message)), .. Close]);

        if (answer is not null)
        {
            Assert.That((await _client.ReceiveAsync())!.Text, Does.StartWith(answer));
        }

        Assert.That((await _client.ReceiveAsync())?.CloseCode, Is.EqualTo(code));
        await _client.ExpectEndAsync();
    }

    [Test]
    public async Task GoodbyeOfTheRouter_AnsweredTogetherWithClose_Ends()
    {
        _router.Live.Drain();
        var ended = _router.Live.GoodbyeAsync("wamp.close.system_shutdown", "test");
        Assert.That((await _client.ReceiveAsync())!.Text, Does.Contain("wamp.close.system_shutdown"));

        await _client.SendRawAsync([.. FrameClient.Frame(WebSocketOpcode.Text, """[6,{},"wamp.close.goodbye_and_out"]"""u8), .. Close]);

        Assert.That((await _client.ReceiveAsync())?.CloseCode, Is.EqualTo(1000));
        await _client.ExpectEndAsync();
        await ended.Soon();
    }

    [Test]
    public async Task Hello_RefusedAndCloseInOneSegment_Ends()
    {
        await using var stranger = await _rig.ConnectAsync(way, "wamp.2.json");

        await stranger.SendRawAsync([.. FrameClient.Frame(WebSocketOpcode.Text, """[1,"nowhere",{"roles":{"caller":{}}}]"""u8), .. Close]);

        Assert.That((await stranger.ReceiveAsync())!.Text, Does.Contain("no_such_realm"));
        Assert.That((await stranger.ReceiveAsync())?.CloseCode, Is.EqualTo(1000));
        await stranger.ExpectEndAsync();
    }
}
