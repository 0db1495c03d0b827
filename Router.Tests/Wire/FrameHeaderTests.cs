using WampRouter.Tests.Conformance;
using WampRouter.Wire;

namespace WampRouter.Tests.Wire;

internal sealed class FrameHeaderTests
{
    [TestCase(0, "8100")]
    [TestCase(125, "817d")]
    [TestCase(126, "817e007e")]
    [TestCase(65535, "817effff")]
    [TestCase(65536, "817f0000000000010000")]
    [TestCase(int.MaxValue, "817f000000007fffffff")]
    [Shows("transport.json-text")]
    public void Write_WebSocketJson_IsAnUnmaskedTextFrame(int length, string expectedHex) =>
        Assert.That(Written(new WireEncoding(WireFormat.Json, Framing.WebSocket), length), Is.EqualTo(expectedHex));

    [TestCase(WireFormat.MessagePack)]
    [TestCase(WireFormat.Cbor)]
    [Shows("transport.msgpack-binary", "transport.cbor-binary")]
    public void Write_WebSocketMessagePackOrCbor_IsABinaryFrame(WireFormat format) =>
        Assert.That(Written(new WireEncoding(format, Framing.WebSocket), 5), Is.EqualTo("8205"));

    [TestCase(0, "00000000")]
    [TestCase(0x123456, "00123456")]
    [TestCase(0xFFFFFF, "00ffffff")]
    [TestCase(0x1000000, "08000000")]
    public void Write_RawSocket_IsTypeAndLength(int length, string expectedHex) =>
        Assert.That(Written(new WireEncoding(WireFormat.Cbor, Framing.RawSocket), length), Is.EqualTo(expectedHex));

    [Test]
    public void TryWrite_LongerThanRawSocketCarries_SaysSo()
    {
        var encoding = new WireEncoding(WireFormat.Cbor, Framing.RawSocket);

        Assert.That(FrameHeader.TryWrite(encoding, RawSocketPrefix.MaxLength, new byte[FrameHeader.MaxSize], out _), Is.True);
        Assert.That(FrameHeader.TryWrite(encoding, RawSocketPrefix.MaxLength + 1, new byte[FrameHeader.MaxSize], out _), Is.False);
    }

    [TestCase(Framing.WebSocket, 0)]
    [TestCase(Framing.WebSocket, 125)]
    [TestCase(Framing.WebSocket, 126)]
    [TestCase(Framing.WebSocket, 65_535)]
    [TestCase(Framing.WebSocket, 65_536)]
    [TestCase(Framing.RawSocket, 126)]
    [TestCase(Framing.Batched, 126)]
    public void SizeOf_WholeFrame_IsWhatTryWriteWrote(Framing framing, int bodyLength)
    {
        var encoding = new WireEncoding(WireFormat.Cbor, framing);
        FrameHeader.TryWrite(encoding, bodyLength, new byte[FrameHeader.MaxSize], out var size);

        Assert.That(FrameHeader.SizeOf(encoding, bodyLength + size), Is.EqualTo(size));
    }

    [TestCase(5)]
    [TestCase(100_000)]
    public void Write_Batched_IsLeftToTheOutbox(int length) =>
        Assert.That(Written(new WireEncoding(WireFormat.Cbor, Framing.Batched), length), Is.Empty);

    [Test]
    public void Index_EveryEncoding_IsDense()
    {
        var indices = from framing in Enum.GetValues<Framing>() from format in Enum.GetValues<WireFormat>() select new WireEncoding(format, framing).Index;

        Assert.That(indices, Is.EquivalentTo(Enumerable.Range(0, WireEncoding.Count)));
    }

    private static string Written(WireEncoding encoding, int length)
    {
        var headroom = new byte[FrameHeader.MaxSize];
        Assert.That(FrameHeader.TryWrite(encoding, length, headroom, out var size), Is.True);
        return Convert.ToHexStringLower(headroom.AsSpan(^size..));
    }
}
