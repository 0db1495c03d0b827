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
    public void Write_RawSocketTooLong_IsABugOfTheCaller() =>
        Assert.That(() => Written(new WireEncoding(WireFormat.Cbor, Framing.RawSocket), FrameHeader.MaxRawSocketBody + 1), Throws.InstanceOf<ArgumentOutOfRangeException>());

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
        var size = FrameHeader.Write(encoding, length, headroom);
        return Convert.ToHexStringLower(headroom.AsSpan(^size..));
    }
}
