using System.Text;
using WampRouter.Tests.Conformance;
using WampRouter.Wire;

namespace WampRouter.Tests.Wire;

/// <summary>Between peers of one serializer the payload arrives byte for byte, whatever a parser would have made of it.</summary>
internal sealed class PassThroughTests
{
    [TestCase("[1.0]")]
    [TestCase("[3.141592653589793238462643383279502884197169399375105820974944592307816406286]")]
    [TestCase("[1E5,1e+05,-0,0.10,123456789012345678901234567890]")]
    [TestCase("[],{\"b\":1,\"a\":2}")]
    [TestCase("[],{\"a\":1,\"a\":2}")]
    [TestCase("[ 1 ,\t2 ,\r\n[ ] ] , { \"a\" : { } }")]
    [TestCase("[\"\\u0041\\/\\u00e9\",\"é\"]")]
    [TestCase("[\"\\u0000AQID\",\"\\u0000no base64\"]")]
    [TestCase("[\"2024-01-01T00:00:00.000+00:00\"]")]
    [Shows("message.payload-unread", "json-binary.untouched", "serializer.long-decimals")]
    public void Json_Tail_IsUntouched(string tail) =>
        AssertUntouched(WireFormat.Json, Encoding.UTF8.GetBytes("[16,1,{},\"t\", " + tail + " ]"), Encoding.UTF8.GetBytes(tail));

    [TestCase("91cb3ff0000000000000", TestName = "MessagePack_WholeFloat_IsUntouched")]
    [TestCase("91d30000000000000001", TestName = "MessagePack_LongInteger_IsUntouched")]
    [TestCase("91df00000002a161 01 a161 02", TestName = "MessagePack_LongHeadAndDuplicateKeys_AreUntouched")]
    [TestCase("91820102c0c3", TestName = "MessagePack_KeysThatAreNotText_AreUntouched")]
    [TestCase("92d6ff00000000c70205aabb", TestName = "MessagePack_Extensions_AreUntouched")]
    [Shows("message.payload-unread")]
    public void MessagePack_Tail_IsUntouched(string hex)
    {
        var tail = Convert.FromHexString(hex.Replace(" ", string.Empty, StringComparison.Ordinal));
        AssertUntouched(WireFormat.MessagePack, [0x95, 16, 1, 0x80, 0xA1, (byte)'t', .. tail], tail);
    }

    [TestCase("81f93c00", TestName = "Cbor_HalfFloat_IsUntouched")]
    [TestCase("9f1b0000000000000001ff", TestName = "Cbor_IndefiniteListAndLongInteger_AreUntouched")]
    [TestCase("817f616160ff", TestName = "Cbor_Chunks_AreUntouched")]
    [TestCase("82c24901000000000000000 0d84043010203", TestName = "Cbor_Tags_AreUntouched")]
    [TestCase("83f7f0f8ff", TestName = "Cbor_SimpleValues_AreUntouched")]
    [Shows("message.payload-unread", "serializer.cbor")]
    public void Cbor_Tail_IsUntouched(string hex)
    {
        var tail = Convert.FromHexString(hex.Replace(" ", string.Empty, StringComparison.Ordinal));
        AssertUntouched(WireFormat.Cbor, [0x85, 16, 1, 0xA0, 0x61, (byte)'t', .. tail], tail);
        AssertUntouched(WireFormat.Cbor, [0xD9, 0xD9, 0xF7, 0x9F, 16, 1, 0xBF, 0xFF, 0x7F, 0x61, (byte)'t', 0xFF, .. tail, 0xFF], tail);
    }

    private static void AssertUntouched(WireFormat format, byte[] publish, byte[] tail)
    {
        Assert.That(MessageReader.TryRead(format, publish, out var message, out var fault), Is.True, fault);
        Assert.That(message.Payload.Tail.ToArray(), Is.EqualTo(tail));

        var writer = new MessageWriter(new WireEncoding(format, Framing.WebSocket));
        writer.Begin(MessageCode.Event, 4 + message.Payload.Count);
        writer.WriteId(1);
        writer.WriteId(2);
        writer.WriteEmptyDictionary();
        writer.WritePayload(message.Payload);
        writer.End();

        byte[] end = format is WireFormat.Json ? [.. tail, (byte)']'] : tail;
        Assert.That(writer.Body[^end.Length..].ToArray(), Is.EqualTo(end));
    }
}
