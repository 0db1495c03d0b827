using System.Text;
using WampRouter.Wire;

namespace WampRouter.Tests.Wire;

internal sealed class MessageWriterTests
{
    private static readonly WireFormat[] Formats = Enum.GetValues<WireFormat>();

    [TestCaseSource(nameof(Formats))]
    public void End_EveryKindOfToken_DecodesToWhatWasWritten(WireFormat format)
    {
        var writer = new MessageWriter(new WireEncoding(format, Framing.WebSocket));

        writer.Begin(MessageCode.Call, 6);
        writer.WriteId(7);
        writer.BeginDictionary(2);
        writer.WriteKey("timeout"u8);
        writer.WriteInteger(-5);
        writer.WriteKey("nested"u8);
        writer.BeginDictionary(0);
        writer.EndDictionary();
        writer.EndDictionary();
        writer.WriteText("com.myapp.\"quoted\"\\\n");
        writer.BeginList(8);
        writer.WriteNull();
        writer.WriteBoolean(true);
        writer.WriteBoolean(false);
        writer.WriteDouble(1);
        writer.WriteText("grüße 😀\u0001"u8);
        writer.WriteBinary([1, 2, 3]);
        writer.WriteUnsigned(ulong.MaxValue);
        writer.BeginList(0);
        writer.EndList();
        writer.EndList();
        writer.WriteEmptyDictionary();
        writer.End();

        object?[] expected =
        [
            48L, 7L, new Dictionary<string, object?> { ["timeout"] = -5L, ["nested"] = new Dictionary<string, object?>() },
            "com.myapp.\"quoted\"\\\n",
            new object?[] { null, true, false, 1.0, "grüße 😀\u0001", new byte[] { 1, 2, 3 }, ulong.MaxValue, Array.Empty<object?>() },
            new Dictionary<string, object?>(),
        ];
        Assert.That(ReferenceCodec.AreEqual(ReferenceCodec.Decode(format, writer.Body.ToArray()), expected), Is.True, Convert.ToHexString(writer.Body));
    }

    [Test]
    public void WritePayload_SameFormat_BytesAreUntouched()
    {
        const string tail = """[1.0, 3.14159265358979323846264338327950288 ,"\u0041"], {"b":1,"a":2, "b":3}""";
        MessageReader.TryRead(WireFormat.Json, Encoding.UTF8.GetBytes($$"""[16, 1, {}, "t", {{tail}} ]"""), out var message, out _);
        var writer = new MessageWriter(new WireEncoding(WireFormat.Json, Framing.WebSocket));

        writer.Begin(MessageCode.Event, 6);
        writer.WriteId(1);
        writer.WriteId(2);
        writer.WriteEmptyDictionary();
        writer.WritePayload(message.Payload);
        writer.End();

        Assert.That(Encoding.UTF8.GetString(writer.Body), Is.EqualTo($$"""[36,1,2,{},{{tail}}]"""));
    }
}
