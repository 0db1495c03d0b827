using WampRouter.Tests.Doubles;
using WampRouter.Transports.WebSockets;

namespace WampRouter.Tests.Transports.WebSockets;

/// <summary>
/// How the router fails a connection (RFC 6455 section 7.1.7), and how it ends one whose Close came together with what it answers: the peer sees a Close
/// frame and the end of the stream, at once. The clock never moves here, so nothing can wait for the close timeout; a reset is an exception.
/// </summary>
[TestFixture(WayIn.Pipe)]
[TestFixture(WayIn.FrontDoor)]
[TestFixture(WayIn.FrontDoorTls)]
[TestFixture(WayIn.Endpoint)]
[TestFixture(WayIn.EndpointTls)]
[TestFixture(WayIn.EndpointHttp2)]
[TestFixture(WayIn.EndpointHttp2Tls)]
internal sealed class FailureTests(WayIn way)
{
    private static readonly byte[] Close = FrameClient.Frame(WebSocketOpcode.Close, FrameClient.CloseBody(1000));

    private readonly ManualTime _time = new();
    private WebSocketRig _rig = null!;
    private FrameClient _client = null!;

    [OneTimeSetUp]
    public async Task StartAsync() => _rig = await WebSocketRig.StartAsync(time: _time);

    [OneTimeTearDown]
    public async Task StopAsync() => await _rig.DisposeAsync();

    [SetUp]
    public async Task ConnectAsync() => _client = await _rig.ConnectAsync(way);

    [TearDown]
    public async Task DisconnectAsync() => await _client.DisposeAsync();

    private static byte[] Frame(WebSocketOpcode opcode, ReadOnlySpan<byte> payload, int rsv = 0, bool masked = true) => FrameClient.Frame(opcode, payload, rsv: rsv, masked: masked);

    /// <summary>What a peer sends, and the code it is told.</summary>
    public static IEnumerable<TestCaseData> FaultyFrames()
    {
        yield return Case("ReservedOpcode", CloseCode.ProtocolError, Frame((WebSocketOpcode)3, "x"u8));
        yield return Case("ReservedControlOpcode", CloseCode.ProtocolError, Frame((WebSocketOpcode)11, []));
        yield return Case("ReservedBit", CloseCode.ProtocolError, Frame(WebSocketOpcode.Text, "x"u8, rsv: 4));
        yield return Case("NoMask", CloseCode.ProtocolError, Frame(WebSocketOpcode.Text, "x"u8, masked: false));
        yield return Case("NothingToContinue", CloseCode.ProtocolError, Frame(WebSocketOpcode.Continuation, "x"u8));
        yield return Case("NotUtf8", CloseCode.InvalidPayload, Frame(WebSocketOpcode.Text, [0xFF]));
        yield return Case("PingTooLong", CloseCode.ProtocolError, Frame(WebSocketOpcode.Ping, new byte[126]));
        yield return Case("CloseOfOneByte", CloseCode.ProtocolError, Frame(WebSocketOpcode.Close, [3]));
        yield return Case("CloseWithABadCode", CloseCode.ProtocolError, Frame(WebSocketOpcode.Close, FrameClient.CloseBody(1005)));
        yield return Case("CloseWithReasonNotUtf8", CloseCode.InvalidPayload, Frame(WebSocketOpcode.Close, [0x03, 0xE8, 0xFF]));
        yield return Case("CloseTooLong", CloseCode.ProtocolError, Frame(WebSocketOpcode.Close, FrameClient.CloseBody(1000, new string('*', 124))));

        static TestCaseData Case(string name, CloseCode code, byte[] frame) => new TestCaseData(code, frame).SetArgDisplayNames(name);
    }

    [TestCaseSource(nameof(FaultyFrames))]
    public async Task Fault_AndNothingElse_EndsWithoutAnAnswer(CloseCode code, byte[] frame)
    {
        await _client.SendRawAsync(frame);

        await ExpectFailureAsync(code);
    }

    [TestCaseSource(nameof(FaultyFrames))]
    public async Task Fault_AndCloseInTheSameSegment_Ends(CloseCode code, byte[] frame)
    {
        await _client.SendRawAsync([.. frame, .. Close]);

        await ExpectFailureAsync(code);
    }

    [Test]
    public async Task Fault_FramesBehindIt_AreReadAndAnsweredByNothing()
    {
        await _client.SendRawAsync([.. Frame((WebSocketOpcode)3, "x"u8), .. Frame(WebSocketOpcode.Text, "never"u8), .. Frame(WebSocketOpcode.Ping, []), .. Frame((WebSocketOpcode)4, [])]);

        await ExpectFailureAsync(CloseCode.ProtocolError);
    }

    [Test]
    public async Task Fault_InsideAPayload_EndsWithTheFrame()
    {
        var frame = Frame(WebSocketOpcode.Text, [.. "good"u8, 0xFF, .. new byte[100]]);
        await _client.SendRawAsync(frame[..20]);
        Assert.That((await _client.ReceiveAsync())?.CloseCode, Is.EqualTo((int)CloseCode.InvalidPayload), "before the rest has come");

        await _client.SendRawAsync(frame[20..]);

        await _client.ExpectEndAsync();
    }

    [Test]
    public async Task Fault_InsideAPayloadWhoseRestNeverComes_EndsSoon()
    {
        await _client.SendRawAsync(Frame(WebSocketOpcode.Text, [.. "good"u8, 0xFF, .. new byte[100]])[..20]);
        Assert.That((await _client.ReceiveAsync())?.CloseCode, Is.EqualTo((int)CloseCode.InvalidPayload));

        _time.Advance(TimeSpan.FromSeconds(2)); // well before the close timeout

        await _client.ExpectEndAsync();
    }

    [Test]
    public async Task Fault_EndlessPayload_EndsAtTheBoundOfBytes()
    {
        byte[] endless = [0x82, 0xFF, 0x00, 0x00, 0x10, 0x00, 0x00, 0x00, 0x00, 0x00, 1, 2, 3, 4];
        await _client.SendRawAsync(endless);
        Assert.That((await _client.ReceiveAsync())?.CloseCode, Is.EqualTo((int)CloseCode.MessageTooBig));

        _ = FloodAsync();       // over HTTP/2 its last write never ends: there is no window for it any more

        Assert.That(() => _rig.Services.Roster.Count, Is.Zero.After(delayInMilliseconds: 10_000, pollingInterval: 1));

        async Task FloodAsync()
        {
            var flood = new byte[1024 * 1024];
            while (_rig.Services.Roster.Count > 0)
            {
                await _client.SendRawAsync(flood);
            }
        }
    }

    /// <summary>Close, and the end of the stream right behind it.</summary>
    private async Task ExpectFailureAsync(CloseCode code)
    {
        Assert.That((await _client.ReceiveAsync())?.CloseCode, Is.EqualTo((int)code));
        await _client.ExpectEndAsync();
    }
}
