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

    [TestCaseSource(nameof(Formats))]
    public void End_Frame_IsHeaderAndBody(WireFormat format)
    {
        var writer = new MessageWriter(new WireEncoding(format, Framing.RawSocket));
        writer.Begin(MessageCode.Unsubscribed, 2);
        writer.WriteId(300);
        var frame = writer.End();

        Assert.That(frame[..4].ToArray(), Is.EqualTo(new byte[] { 0, 0, 0, (byte)writer.Body.Length }));
        Assert.That(frame[4..].SequenceEqual(writer.Body), Is.True);
    }

    [Test]
    public void Begin_AfterAHugeMessage_GivesTheMemoryBack()
    {
        var writer = new MessageWriter(new WireEncoding(WireFormat.Json, Framing.WebSocket));
        writer.Begin(MessageCode.Result, 4);
        writer.WriteText(new string('"', 4 * OutputBuffer.MaxKeptBytes));
        writer.End();
        Assert.That(writer.CapacityBytes, Is.GreaterThan(OutputBuffer.MaxKeptBytes));

        writer.Begin(MessageCode.Result, 2);

        Assert.That(writer.CapacityBytes, Is.LessThanOrEqualTo(OutputBuffer.MaxKeptBytes));
    }

    [Test]
    public void Begin_AfterAFault_StartsAfresh()
    {
        var writer = new MessageWriter(new WireEncoding(WireFormat.MessagePack, Framing.WebSocket));
        writer.Begin(MessageCode.Result, 4);
        Assert.That(writer.TryWritePayload(new Payload(WireFormat.Json, "[[18446744073709551617]]"u8, 1), out var fault), Is.False);
        Assert.That(fault, Does.Contain("too large"));

        writer.Begin(MessageCode.Unsubscribed, 2);
        writer.WriteId(1);
        writer.End();

        Assert.That(Convert.ToHexStringLower(writer.Body), Is.EqualTo("922301"));
    }

    [Test]
    public void ForThread_SameEncoding_IsTheSameWriterOnOneThreadOnly()
    {
        var encoding = new WireEncoding(WireFormat.Cbor, Framing.WebSocket);
        MessageWriter? others = null;
        var thread = new Thread(() => others = MessageWriter.ForThread(encoding));
        thread.Start();
        thread.Join(TimeSpan.FromSeconds(10));

        var first = MessageWriter.ForThread(encoding);
        var second = MessageWriter.ForThread(encoding);
        Assert.That(second, Is.SameAs(first).And.Not.SameAs(others));
        Assert.That(MessageWriter.ForThread(encoding with { Framing = Framing.RawSocket }), Is.Not.SameAs(first));
    }
}
