using System.Text;
using WampRouter.Tests.Conformance;
using WampRouter.Transports.WebSockets;

namespace WampRouter.Tests.Transports.WebSockets;

/// <summary>Autobahn groups 1 (framing), 9 (large messages, chopped and fragmented) and 10 (many fragments).</summary>
internal sealed class FramingTests(WayIn way) : WebSocketSuite(way)
{
    private const int MiB = 1024 * 1024;

    [Test]
    public async Task Message_AnySize_ComesBackAsItWas(
        [Values(WebSocketOpcode.Text, WebSocketOpcode.Binary)] WebSocketOpcode opcode,
        [Values(0, 1, 125, 126, 127, 128, 4095, 65535, 65536, 65537, MiB)] int size)
    {
        var payload = PayloadOf(opcode, size);

        await Client.SendAsync(opcode, payload);

        await ExpectAsync(opcode, payload);
        await ExpectCleanCloseAsync();
    }

    [TestCase(WebSocketOpcode.Text, 65536, 997)]
    [TestCase(WebSocketOpcode.Binary, 65536, 997)]
    [TestCase(WebSocketOpcode.Text, 300, 1)]
    [TestCase(WebSocketOpcode.Text, MiB, 1024 * 64)]
    [TestCase(WebSocketOpcode.Binary, 4 * MiB, 256 * 1024)]
    public async Task Message_SentInPieces_ComesBackAsItWas(WebSocketOpcode opcode, int size, int piece)
    {
        var payload = PayloadOf(opcode, size);

        await Client.SendChoppedAsync(FrameClient.Frame(opcode, payload), piece);

        await ExpectAsync(opcode, payload);
        await ExpectCleanCloseAsync();
    }

    [TestCase(WebSocketOpcode.Text, 65536, 1300)]
    [TestCase(WebSocketOpcode.Text, MiB, 64 * 1024)]
    [TestCase(WebSocketOpcode.Binary, MiB, 64)]
    [Shows("transport.message-each")]
    public async Task Message_InManyFragments_ComesBackWhole(WebSocketOpcode opcode, int size, int fragment)
    {
        var payload = PayloadOf(opcode, size);
        var wire = new MemoryStream();
        for (var at = 0; at < size; at += fragment)
        {
            var piece = payload.AsSpan(at, Math.Min(fragment, size - at));
            wire.Write(FrameClient.Frame(at == 0 ? opcode : WebSocketOpcode.Continuation, piece, fin: at + fragment >= size));
        }

        await Client.SendRawAsync(wire.ToArray());

        await ExpectAsync(opcode, payload);
        await ExpectCleanCloseAsync();
    }

    [Test]
    public async Task Messages_ManyInOneWrite_ComeBackInOrder()
    {
        var wire = new MemoryStream();
        for (var i = 0; i < 1000; i++)
        {
            wire.Write(FrameClient.Frame(WebSocketOpcode.Text, Encoding.UTF8.GetBytes($"message {i}")));
        }

        await Client.SendRawAsync(wire.ToArray());

        for (var i = 0; i < 1000; i++)
        {
            await ExpectTextAsync($"message {i}");
        }
    }

    [TestCase(5, 2)]
    [TestCase(5, 8)]
    [TestCase(300, 8)]
    public async Task Message_LengthInMoreBytesThanNeeded_IsTaken(int size, int lengthBytes)
    {
        var payload = PayloadOf(WebSocketOpcode.Binary, size);

        await Client.SendRawAsync(FrameClient.Frame(WebSocketOpcode.Binary, payload, lengthBytes: lengthBytes));

        await ExpectAsync(WebSocketOpcode.Binary, payload);
    }

    [Test]
    public async Task Message_NotMasked_FailsTheConnection()
    {
        await Client.SendRawAsync(FrameClient.Frame(WebSocketOpcode.Text, "bare"u8, masked: false));

        await ExpectFailureAsync(CloseCode.ProtocolError);
    }

    [Test]
    public async Task Message_TopBitOfLengthSet_FailsTheConnection()
    {
        await Client.SendRawAsync([0x82, 0xFF, 0x80, 0, 0, 0, 0, 0, 0, 1, 1, 2, 3, 4]);

        var frame = await Client.ReceiveAsync();

        Assert.That(frame!.CloseCode, Is.EqualTo(1002));
    }

    [Test]
    [Shows("field.message-limit")]
    public async Task Message_PromisesMoreThanTheLimit_IsRefusedBeforeItComes()
    {
        await Client.SendRawAsync([0x82, 0xFF, 0, 0, 0, 1, 0, 0, 0, 0, 1, 2, 3, 4]);

        var frame = await Client.ReceiveAsync();

        Assert.That(frame!.CloseCode, Is.EqualTo(1009));
    }

    [Test]
    public async Task Message_FragmentsExceedTheLimit_FailsTheConnection()
    {
        await Client.SendAsync(WebSocketOpcode.Binary, new byte[3 * MiB], fin: false);
        await Client.SendAsync(WebSocketOpcode.Continuation, new byte[MiB], fin: false);

        await Client.SendAsync(WebSocketOpcode.Continuation, [1]);

        await ExpectFailureAsync(CloseCode.MessageTooBig);
    }

    private static byte[] PayloadOf(WebSocketOpcode opcode, int size)
    {
        var payload = new byte[size];
        for (var i = 0; i < size; i++)
        {
            payload[i] = (byte)(opcode == WebSocketOpcode.Text ? 'a' + (i % 23) : i * 7);
        }

        return payload;
    }
}
