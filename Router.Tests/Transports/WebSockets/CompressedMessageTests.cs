using System.IO.Compression;
using System.Text;
using WampRouter.Tests.Conformance;
using WampRouter.Tests.Doubles;
using WampRouter.Tests.Transports.Compression;
using WampRouter.Transports;
using WampRouter.Transports.WebSockets;

namespace WampRouter.Tests.Transports.WebSockets;

/// <summary>Compressed messages frame by frame (RFC 7692 section 6), over every way in, with an echo server that compresses what has 100 bytes.</summary>
[TestFixture(WayIn.Pipe)]
[TestFixture(WayIn.FrontDoor)]
[TestFixture(WayIn.FrontDoorTls)]
[TestFixture(WayIn.Endpoint)]
[TestFixture(WayIn.EndpointTls)]
[TestFixture(WayIn.EndpointHttp2)]
[TestFixture(WayIn.EndpointHttp2Tls)]
[Shows("field.compression")]
internal sealed class CompressedMessageTests(WayIn way)
{
    private const int Rsv1 = 4;
    private const int ThresholdBytes = 100;
    private const string NoTakeover = "permessage-deflate; server_no_context_takeover; client_no_context_takeover";

    private static readonly byte[] Long = MessageInflaterTests.Text(5000);

    private WebSocketRig _rig = null!;
    private FrameClient _client = null!;

    private static byte[] Hello => MessageInflaterTests.Deflate("Hello"u8.ToArray());

    [OneTimeSetUp]
    public async Task StartAsync() => _rig = await WebSocketRig.StartAsync(configure: options => (options.Compression.Enabled, options.Compression.ThresholdBytes) = (true, ThresholdBytes));

    [OneTimeTearDown]
    public async Task StopAsync() => await _rig.DisposeAsync();

    [SetUp]
    public async Task ConnectAsync()
    {
        _client = await _rig.ConnectAsync(way, extensions: "permessage-deflate; client_max_window_bits");
        Assert.That(_client.Extensions, Is.EqualTo(NoTakeover));
    }

    [TearDown]
    public async Task DisconnectAsync() => await _client.DisposeAsync();

    [Test]
    public async Task Message_Compressed_ComesBack([Values(1, 2, 1000)] int piece)
    {
        await _client.SendChoppedAsync([.. Compressed(Hello), .. Compressed(MessageInflaterTests.Deflate(Long), WebSocketOpcode.Binary)], piece);

        await ExpectAsync(WebSocketOpcode.Text, "Hello"u8.ToArray(), isCompressed: false);
        await ExpectAsync(WebSocketOpcode.Binary, Long, isCompressed: true);
    }

    [Test]
    public async Task Message_FromTheThresholdOn_IsSentCompressed([Values] bool wasCompressed)
    {
        foreach (var size in (int[])[ThresholdBytes - 3, ThresholdBytes, 100_000])
        {
            var message = new byte[size];
            await _client.SendRawAsync(wasCompressed ? Compressed(MessageInflaterTests.Deflate(message), WebSocketOpcode.Binary) : FrameClient.Frame(WebSocketOpcode.Binary, message));
            await ExpectAsync(WebSocketOpcode.Binary, message, isCompressed: size >= ThresholdBytes);
        }
    }

    [Test]
    public async Task Message_ThatCompressionMakesNoSmaller_IsSentAsItIs()
    {
        var noise = MessageInflaterTests.Noise(10_000);

        await _client.SendAsync(WebSocketOpcode.Binary, noise);

        await ExpectAsync(WebSocketOpcode.Binary, noise, isCompressed: false);
    }

    [Test]
    public async Task Message_InCompressedFragments_ComesBack([Values(1, 1000)] int piece)
    {
        var whole = MessageInflaterTests.Deflate(Long);

        await _client.SendChoppedAsync(
        [
            .. FrameClient.Frame(WebSocketOpcode.Text, whole.AsSpan(0, 10), fin: false, rsv: Rsv1),
            .. FrameClient.Frame(WebSocketOpcode.Continuation, [], fin: false),
            .. FrameClient.Frame(WebSocketOpcode.Ping, "between"u8),
            .. FrameClient.Frame(WebSocketOpcode.Continuation, whole.AsSpan(10, 500), fin: false),
            .. FrameClient.Frame(WebSocketOpcode.Continuation, whole.AsSpan(510)),
        ], piece);

        await ExpectAsync(WebSocketOpcode.Pong, "between"u8.ToArray(), isCompressed: false);
        await ExpectAsync(WebSocketOpcode.Text, Long, isCompressed: true);
    }

    /// <summary>Wherever frames are cut, and reads: the message is the same.</summary>
    [Test]
    public async Task Message_CutAtEveryByte_ComesBack([Values] bool inFrames)
    {
        var plain = MessageInflaterTests.Text(90);
        var whole = MessageInflaterTests.Deflate(plain);
        var frame = Compressed(whole);
        for (var at = 0; at <= (inFrames ? whole.Length : frame.Length); at++)
        {
            if (inFrames)
            {
                await _client.SendRawAsync(FrameClient.Frame(WebSocketOpcode.Text, whole.AsSpan(0, at), fin: false, rsv: Rsv1));
                await _client.SendRawAsync(FrameClient.Frame(WebSocketOpcode.Continuation, whole.AsSpan(at)));
            }
            else
            {
                await _client.SendRawAsync(frame[..at]);
                await _client.SendRawAsync(frame[at..]);
            }

            await ExpectAsync(WebSocketOpcode.Text, plain, isCompressed: false);
        }
    }

    [Test]
    public async Task Message_Empty_ComesBackEmpty([Values("00", "0300", "")] string hex)
    {
        await _client.SendRawAsync([.. Compressed(Convert.FromHexString(hex)), .. FrameClient.Frame(WebSocketOpcode.Text, [], fin: false, rsv: Rsv1), .. FrameClient.Frame(WebSocketOpcode.Continuation, Convert.FromHexString(hex))]);

        await ExpectAsync(WebSocketOpcode.Text, [], isCompressed: false);
        await ExpectAsync(WebSocketOpcode.Text, [], isCompressed: false);
    }

    [Test]
    public async Task Messages_PlainAndCompressed_MayAlternate()
    {
        await _client.SendRawAsync([.. FrameClient.Frame(WebSocketOpcode.Text, "plain"u8), .. Compressed(Hello), .. FrameClient.Frame(WebSocketOpcode.Text, "again"u8), .. Compressed(Hello)]);

        foreach (var expected in (string[])["plain", "Hello", "again", "Hello"])
        {
            await ExpectAsync(WebSocketOpcode.Text, Encoding.ASCII.GetBytes(expected), isCompressed: false);
        }
    }

    [Test]
    public async Task Compression_SwitchedOffMeanwhile_NothingMoreIsSentCompressed()
    {
        await using var rig = await WebSocketRig.StartAsync(configure: options => (options.Compression.Enabled, options.Compression.ThresholdBytes) = (true, 0));
        await using var client = await rig.ConnectAsync(way, extensions: "permessage-deflate");
        await client.SendRawAsync(Compressed(MessageInflaterTests.Deflate(Long)));
        Assert.That((await client.ReceiveAsync())!.IsCompressed, Is.True);

        rig.Services.Apply(new TransportOptions());
        await client.SendRawAsync(Compressed(MessageInflaterTests.Deflate(Long)));
        await using var later = await rig.ConnectAsync(way, extensions: "permessage-deflate");

        var echo = await client.ReceiveAsync();
        Assert.That((echo!.IsCompressed, echo.Payload.Length), Is.EqualTo((false, Long.Length)));
        Assert.That(later.Extensions, Is.Null);
    }

    [TestCase(WebSocketOpcode.Ping)]
    [TestCase(WebSocketOpcode.Pong)]
    [TestCase(WebSocketOpcode.Close)]
    [TestCase((WebSocketOpcode)3)]
    [TestCase((WebSocketOpcode)11)]
    public async Task FirstReservedBit_OutsideOfMessages_FailsTheConnection(WebSocketOpcode opcode)
    {
        await _client.SendRawAsync(FrameClient.Frame(opcode, [], rsv: Rsv1));

        await ExpectFailureAsync(CloseCode.ProtocolError, "only the first frame of a message says that it is compressed");
    }

    [Test]
    public async Task FirstReservedBit_InALaterFragment_FailsTheConnection([Values] bool isCompressed)
    {
        await _client.SendRawAsync([.. FrameClient.Frame(WebSocketOpcode.Text, "a"u8, fin: false, rsv: isCompressed ? Rsv1 : 0), .. FrameClient.Frame(WebSocketOpcode.Continuation, "b"u8, rsv: Rsv1)]);

        await ExpectFailureAsync(CloseCode.ProtocolError, "only the first frame of a message says that it is compressed");
    }

    [Test]
    public async Task OtherReservedBits_FailTheConnection([Values(1, 2, 3, 5, 6, 7)] int rsv)
    {
        await _client.SendRawAsync(FrameClient.Frame(WebSocketOpcode.Text, Hello, rsv: rsv));

        await ExpectFailureAsync(CloseCode.ProtocolError, "the second and the third reserved bit must be 0");
    }

    [Test]
    public async Task FirstReservedBit_NothingAgreed_FailsTheConnection([Values(null, "permessage-deflate; server_max_window_bits=9")] string? extensions)
    {
        await using var plain = await _rig.ConnectAsync(way, extensions: extensions);
        Assert.That(plain.Extensions, Is.Null);

        await plain.SendRawAsync(Compressed(Hello));

        Assert.That((await plain.ReceiveAsync())!.Text[2..], Is.EqualTo("reserved bits must be 0: no extension was negotiated"));
    }

    [TestCase("FFFF", "a compressed message is not what deflate makes")]
    [TestCase("F348CDC9C90700F248CDC9C90700", "a compressed message goes on after its last block")]
    public async Task Message_NotWhatDeflateMakes_FailsTheConnectionAfterThoseBefore(string hex, string reason)
    {
        using var refused = new Measured(_rig.Meter, "wamp_router.compression.refusals");

        await _client.SendRawAsync([.. Compressed(Hello), .. Compressed(Convert.FromHexString(hex)), .. Compressed(Hello)]);

        await ExpectAsync(WebSocketOpcode.Text, "Hello"u8.ToArray(), isCompressed: false);
        await ExpectFailureAsync(CloseCode.InvalidPayload, reason);
        Assert.That(refused.Of("reason=broken"), Is.EqualTo(1));
    }

    [Test]
    public async Task Text_NotUtf8OnceDecompressed_FailsTheConnection([Values(4, 4000)] int size)
    {
        byte[] text = [.. Enumerable.Repeat((byte)'x', size), 0xC3];

        await _client.SendRawAsync(Compressed(MessageInflaterTests.Deflate(text)));

        await ExpectFailureAsync(CloseCode.InvalidPayload, "a text message must be UTF-8");
    }

    [Test]
    public async Task Message_RefersToTheOneBefore_FailsTheConnection()
    {
        await _client.SendRawAsync([.. Compressed(Hello), .. Compressed(Convert.FromHexString("F200110000"))]);

        await ExpectAsync(WebSocketOpcode.Text, "Hello"u8.ToArray(), isCompressed: false);
        await ExpectFailureAsync(CloseCode.InvalidPayload, "a compressed message is not what deflate makes");
    }

    [Test]
    public async Task Close_AfterCompressedMessages_IsAnswered()
    {
        await _client.SendRawAsync([.. Compressed(Hello), .. FrameClient.Frame(WebSocketOpcode.Text, Hello.AsSpan(0, 2), fin: false, rsv: Rsv1)]);
        await _client.SendCloseAsync();

        await ExpectAsync(WebSocketOpcode.Text, "Hello"u8.ToArray(), isCompressed: false);
        await ExpectAsync(WebSocketOpcode.Close, FrameClient.CloseBody(1000), isCompressed: false);
        Assert.That(await _client.ReceiveAsync(), Is.Null);
    }

    /// <summary>What a server frame carries, decompressed by the platform.</summary>
    internal static byte[] Inflate(ServerFrameSeen frame)
    {
        if (!frame.IsCompressed)
        {
            return frame.Payload;
        }

        using var stream = new DeflateStream(new MemoryStream([.. frame.Payload, 0, 0, 0xFF, 0xFF]), CompressionMode.Decompress);
        var plain = new MemoryStream();
        stream.CopyTo(plain);
        return plain.ToArray();
    }

    internal static byte[] Compressed(byte[] payload, WebSocketOpcode opcode = WebSocketOpcode.Text) => FrameClient.Frame(opcode, payload, rsv: Rsv1);

    private async Task ExpectAsync(WebSocketOpcode opcode, byte[] payload, bool isCompressed)
    {
        var frame = await _client.ReceiveAsync();
        Assert.That(frame, Is.Not.Null, "the server closed the transport");
        Assert.That((frame!.Opcode, frame.Fin, frame.IsCompressed), Is.EqualTo((opcode, true, isCompressed)), () => frame.Text);
        Assert.That(Inflate(frame).AsSpan().SequenceEqual(payload), Is.True, "payload");
    }

    private async Task ExpectFailureAsync(CloseCode code, string reason)
    {
        var frame = await _client.ReceiveAsync();
        Assert.That((frame?.Opcode, frame?.CloseCode), Is.EqualTo((WebSocketOpcode.Close, (int)code)));
        Assert.That(Encoding.UTF8.GetString(frame!.Payload.AsSpan(2)), Does.StartWith(reason));
    }
}
