using System.Text;
using WampRouter.Tests.Doubles;
using WampRouter.Tests.Transports.Compression;
using WampRouter.Tests.Transports.WebSockets.Batched;
using WampRouter.Transports.Admission;
using WampRouter.Transports.WebSockets;
using WampRouter.Wire;

namespace WampRouter.Tests.Transports.WebSockets;

/// <summary>Messages that are small on the way and large when they are decompressed: no more of them is decompressed than a message may have, and whoever may send large ones is answered.</summary>
internal sealed class CompressionBombTests
{
    private const int MaxMessageBytes = 100_000;
    private const int MaxBeforeLogin = 20_000;
    private const int HeadBytes = 64 * 1024;
    private const int StepBytes = 16 * 1024;

    private WebSocketRig _rig = null!;
    private FrameClient _client = null!;
    private EchoReceiver _session = null!;

    [OneTimeSetUp]
    public async Task StartAsync() => _rig = await WebSocketRig.StartAsync(SubprotocolPolicy.Wamp, configure: options =>
    {
        (options.MaxMessageBytes, options.MaxMessageBytesBeforeLogin) = (MaxMessageBytes, MaxBeforeLogin);
        (options.Compression.Enabled, options.Compression.ContextTakeover) = (true, true);
    });

    [OneTimeTearDown]
    public async Task StopAsync() => await _rig.DisposeAsync();

    [TearDown]
    public async Task DisconnectAsync() => await _client.DisposeAsync();

    [Test]
    public async Task Message_TooLargeOnceDecompressed_IsReadPastAndOthersAreTaken([Values(MaxMessageBytes + 1, 50_000_000)] int size)
    {
        using var io = new Measured(_rig.Meter, "wamp_router.compression.io");
        using var refused = new Measured(_rig.Meter, "wamp_router.compression.refusals");
        await ConnectAsync("wamp.2.cbor", "permessage-deflate; client_no_context_takeover");
        var before = io.Of("direction=received", "form=plain");

        await _client.SendRawAsync([.. Bomb(size), .. CompressedMessageTests.Compressed(MessageInflaterTests.Deflate("after"u8.ToArray()), WebSocketOpcode.Binary)]);

        Assert.That(await TextAsync(), Does.Match($"^1[0-9]{{5}} bytes, kept {HeadBytes}, of which -1$"));
        Assert.That(await TextAsync(), Is.EqualTo("after"));
        Assert.That(io.Of("direction=received", "form=plain") - before, Is.LessThan(MaxMessageBytes + StepBytes + 100));
        Assert.That(refused.Of("reason=too_large"), Is.EqualTo(1));
        Assert.That(_rig.Services.Inbound.ReservedBytes, Is.Zero);
    }

    [Test]
    public async Task Message_OfTheLargestSize_IsTaken([Values] bool compressible)
    {
        await ConnectAsync("wamp.2.cbor", "permessage-deflate; client_no_context_takeover");
        var message = compressible ? MessageInflaterTests.Text(MaxMessageBytes) : MessageInflaterTests.Noise(MaxMessageBytes);

        await _client.SendRawAsync(CompressedMessageTests.Compressed(MessageInflaterTests.Deflate(message), WebSocketOpcode.Binary));

        Assert.That(CompressedMessageTests.Inflate((await _client.ReceiveAsync())!).AsSpan().SequenceEqual(message), Is.True);
    }

    [Test]
    public async Task Message_TooLargeEvenAsItCame_IsReadPastWithItsHead()
    {
        await ConnectAsync("wamp.2.cbor", "permessage-deflate; client_no_context_takeover");
        byte[] message = [.. Enumerable.Repeat((byte)'h', 30), .. MessageInflaterTests.Noise(2 * MaxMessageBytes)];
        var compressed = MessageInflaterTests.Deflate(message);

        await _client.SendRawAsync(CompressedMessageTests.Compressed(compressed, WebSocketOpcode.Binary));

        Assert.That(await TextAsync(), Does.Match($"^{compressed.Length} bytes, kept [0-9]+, of which 30$"));
    }

    [Test]
    public async Task Message_TooLargeWhereOthersReferToIt_FailsTheConnection()
    {
        await ConnectAsync("wamp.2.cbor", "permessage-deflate");

        await _client.SendRawAsync(Bomb(50_000_000));

        await ExpectTooBigAsync("a message has at most 100000 bytes here");
    }

    [Test]
    public async Task Message_BeforeTheLogin_FailsTheConnection([Values(MaxBeforeLogin + 1, 50_000_000)] int size)
    {
        await ConnectAsync("wamp.2.cbor", "permessage-deflate; client_no_context_takeover");
        _session.ReadsPastTooLarge = false;

        await _client.SendRawAsync(Bomb(size));

        await ExpectTooBigAsync("a message has at most 20000 bytes before the login");
    }

    [Test]
    public async Task Batch_TooLargeOnceDecompressed_FailsTheConnection()
    {
        await ConnectAsync("wamp.2.cbor.batched", "permessage-deflate; client_no_context_takeover");

        await _client.SendRawAsync(Bomb(50_000_000));

        await ExpectTooBigAsync("a batch has at most 200000 bytes here before it is compressed");
    }

    [Test]
    public async Task Message_TooLargeInACompressedBatch_IsReadPastAndOthersAreTaken()
    {
        await ConnectAsync("wamp.2.cbor.batched", "permessage-deflate; client_no_context_takeover");
        var batch = BatchedBytes.Join(WireFormat.Cbor, ["before"u8.ToArray(), new byte[MaxMessageBytes + 1], "after"u8.ToArray()]);

        await _client.SendRawAsync(CompressedMessageTests.Compressed(MessageInflaterTests.Deflate(batch), WebSocketOpcode.Binary));

        var texts = new List<string>();
        while (texts.Count < 3)
        {
            texts.AddRange(BatchedBytes.Split(WireFormat.Cbor, CompressedMessageTests.Inflate((await _client.ReceiveAsync())!)).Select(Encoding.UTF8.GetString));
        }

        Assert.That(texts, Is.EqualTo(new[] { "before", $"{MaxMessageBytes + 1} bytes, kept {HeadBytes}, of which -1", "after" }));
    }

    private static byte[] Bomb(int size) => CompressedMessageTests.Compressed(MessageInflaterTests.Deflate(new byte[size]), WebSocketOpcode.Binary);

    private async Task ConnectAsync(string subprotocol, string extensions)
    {
        _client = await _rig.ConnectAsync(WayIn.FrontDoor, subprotocol, extensions);
        Assert.That(_client.Extensions, Is.EqualTo(extensions));
        _session = await _rig.Receivers.NextAsync();
        _session.ReadsPastTooLarge = true;
    }

    private async Task<string> TextAsync() => Encoding.UTF8.GetString(CompressedMessageTests.Inflate((await _client.ReceiveAsync())!));

    private async Task ExpectTooBigAsync(string reason)
    {
        var frame = await _client.ReceiveAsync();
        Assert.That((frame?.Opcode, frame?.CloseCode), Is.EqualTo((WebSocketOpcode.Close, (int)CloseCode.MessageTooBig)));
        Assert.That(Encoding.UTF8.GetString(frame!.Payload.AsSpan(2)), Does.StartWith(reason));
    }
}
