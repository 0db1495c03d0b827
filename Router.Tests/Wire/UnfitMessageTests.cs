using System.Text;
using WampRouter.Wire;

namespace WampRouter.Tests.Wire;

/// <summary>What is wrong with a value alone, and what that leaves of its message.</summary>
internal sealed class UnfitMessageTests
{
    private const int Deep = 100_000;

    private static readonly WireFormat[] Formats = Enum.GetValues<WireFormat>();

    /// <summary>Values whose content is at fault, and what is said of them.</summary>
    private static IEnumerable<(WireFormat Format, string Name, byte[] Value, string Fault)> Values()
    {
        yield return (WireFormat.Json, "high half", [.. "\"\\ud83d\""u8], "half of a surrogate pair");
        yield return (WireFormat.Json, "low half", [.. "\"\\ude00 x\""u8], "half of a surrogate pair");
        yield return (WireFormat.Json, "halves in the wrong order", [.. "{\"a\":[\"]}\\\"\\ude00\\ud83d\"]}"u8], "half of a surrogate pair");
        yield return (WireFormat.Json, "half in a key", [.. "[{\"\\ud83d\":1}]"u8], "half of a surrogate pair");
        yield return (WireFormat.Json, "deep lists", Encoding.ASCII.GetBytes(new string('[', Deep) + new string(']', Deep)), "deeper than 64");
        yield return (WireFormat.Json, "deep dictionaries", Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat("{\"]\":", 70)) + "1" + new string('}', 70)), "deeper than 64");
        yield return (WireFormat.MessagePack, "invalid UTF-8", [0xA1, 0xFF], "not valid UTF-8");
        yield return (WireFormat.MessagePack, "invalid UTF-8 inside", [0x92, 0x81, 0xA2, 0xC0, 0x80, 0x01, 0xC0], "not valid UTF-8");
        yield return (WireFormat.MessagePack, "deep lists", [.. Enumerable.Repeat((byte)0x91, Deep), 0x90], "deeper than 64");
        yield return (WireFormat.MessagePack, "deep dictionaries", [.. Enumerable.Repeat<byte[]>([0x81, 0xA0], Deep).SelectMany(b => b), 0xC0], "deeper than 64");
        yield return (WireFormat.MessagePack, "tagged text and deep below", [0x82, 0xA1, 0xFF, 0x01, 0xA1, (byte)'a', 0x91, 0xC0], "not valid UTF-8");
        yield return (WireFormat.Cbor, "invalid UTF-8", [0x61, 0xFF], "not valid UTF-8");
        yield return (WireFormat.Cbor, "invalid UTF-8 in a chunk", [0x82, 0x7F, 0x61, 0x41, 0x61, 0xFF, 0xFF, 0xA0], "not valid UTF-8");
        yield return (WireFormat.Cbor, "deep lists", [.. Enumerable.Repeat((byte)0x81, Deep), 0x80], "deeper than 64");
        yield return (WireFormat.Cbor, "deep indefinite lists", [.. Enumerable.Repeat((byte)0x9F, 1000), .. Enumerable.Repeat((byte)0xFF, 1000)], "deeper than 64");
        yield return (WireFormat.Cbor, "deep mixed", [.. Enumerable.Repeat<byte[]>([0xBF, 0x60, 0x82, 0x01], 100).SelectMany(b => b), 0x80, .. Enumerable.Repeat((byte)0xFF, 100)], "deeper than 64");
        yield return (WireFormat.Cbor, "tags", [.. Enumerable.Repeat((byte)0xC0, Deep), 0x01], "deeper than 64");
    }

    private static IEnumerable<TestCaseData> Cases() =>
        from value in Values() select new TestCaseData(value.Format, value.Value, value.Fault).SetArgDisplayNames(value.Format.ToString(), value.Name);

    [TestCaseSource(nameof(Cases))]
    public void Read_ValueInThePayload_LeavesIdsAndOptions(WireFormat format, byte[] value, string expected)
    {
        var reading = MessageReader.Read(format, Call(format, value, inOptions: false), out var message, out var fault);

        Assert.That((reading, fault), Is.EqualTo((Reading.Unfit, fault)));
        Assert.That(fault, Does.Contain(expected));
        Assert.That((message.Code, message.Request, Encoding.UTF8.GetString(message.Text)), Is.EqualTo((MessageCode.Call, 7UL, "p")));
        Assert.That(message.FindFlag("flag"u8), Is.True);
    }

    [TestCaseSource(nameof(Cases))]
    public void Read_ValueInTheOptions_LeavesTheOtherOptionsAndWhatFollows(WireFormat format, byte[] value, string expected)
    {
        var reading = MessageReader.Read(format, Call(format, value, inOptions: true), out var message, out var fault);

        Assert.That((reading, fault), Is.EqualTo((Reading.Unfit, fault)));
        Assert.That(fault, Does.Contain(expected));
        Assert.That((message.Request, Encoding.UTF8.GetString(message.Text)), Is.EqualTo((7UL, "p")));
        Assert.That(message.FindFlag("flag"u8), Is.True);
        Assert.That(message.FindFlag("other"u8), Is.False);
    }

    [TestCaseSource(nameof(Cases))]
    public void Read_CutBehindTheValue_IsNoMessage(WireFormat format, byte[] value, string expected)
    {
        var whole = Call(format, value, inOptions: true);
        for (var length = whole.Length - 1; length > Math.Max(8, whole.Length - 40); length--)
        {
            Assert.That(MessageReader.Read(format, whole.AsSpan(0, length), out _, out _), Is.EqualTo(Reading.Broken), $"{expected}, {length} bytes");
        }
    }

    [TestCase("[\"\\ud83d\",tru]")]
    [TestCase("[\"\\ud83d\",01]")]
    [TestCase("[\"\\ud83d\" 1]")]
    [TestCase("[\"\\ud83d\",]")]
    [TestCase("[\"\\ud83d\"}")]
    [TestCase("[\"\\ud83d\",{\"a\" 1}]")]
    [TestCase("[\"\\ud83d\",{a:1}]")]
    [TestCase("[\"\\ud83d\",{\"a\":1,}]")]
    [TestCase("[\"\\ud83d\",\"\\x\"]")]
    [TestCase("[\"\\ud83d\\u12\"]")]
    [TestCase("[\"\\ud83d\n\"]")]
    public void Read_MalformedJsonBehindContentAtFault_IsNoMessage(string value)
    {
        var deep = new string('[', 70) + value + new string(']', 70);
        foreach (var payload in new[] { $"[{value}]", $"[{deep}]" })
        {
            Assert.That(MessageReader.Read(WireFormat.Json, Encoding.UTF8.GetBytes($$"""[48,7,{},"p",{{payload}}]"""), out _, out _), Is.EqualTo(Reading.Broken), payload);
            Assert.That(MessageReader.Read(WireFormat.Json, Encoding.UTF8.GetBytes($$"""[48,7,{"x":{{payload}}},"p"]"""), out _, out _), Is.EqualTo(Reading.Broken), payload);
        }
    }

    [Test]
    public void Read_MalformedCborBehindContentAtFault_IsNoMessage()
    {
        byte[] chunkOfAnotherType = [0x82, 0x61, 0xFF, 0x7F, 0x41, 0x41, 0xFF];
        byte[] chunkWithoutLength = [0x82, 0x61, 0xFF, 0x7F, 0x7F, 0x61, 0x41, 0xFF, 0xFF];
        byte[] simple = [0x82, 0x61, 0xFF, 0xF8, 0x10];
        foreach (var value in new[] { chunkOfAnotherType, chunkWithoutLength, simple })
        {
            Assert.That(MessageReader.Read(WireFormat.Cbor, Call(WireFormat.Cbor, value, inOptions: false), out _, out _), Is.EqualTo(Reading.Broken), Convert.ToHexString(value));
        }
    }

    [TestCase(WireFormat.MessagePack, new byte[] { 0x81, 1, 0xA1, (byte)'a' })]
    [TestCase(WireFormat.MessagePack, new byte[] { 0x91, 0x81, 0xC0, 0xA1, (byte)'a' })]
    [TestCase(WireFormat.Cbor, new byte[] { 0xA1, 1, 0x61, (byte)'a' })]
    [TestCase(WireFormat.Cbor, new byte[] { 0xBF, 0xF6, 0x61, (byte)'a', 0xFF })]
    public void Read_KeyInTheOptionsThatIsNotText_LeavesTheOtherOptionsAndWhatFollows(WireFormat format, byte[] value)
    {
        Assert.That(MessageReader.Read(format, Call(format, value, inOptions: true), out var message, out var fault), Is.EqualTo(Reading.Unfit));
        Assert.That(fault, Is.EqualTo("a key of the options is not text"));
        Assert.That((message.Request, Encoding.UTF8.GetString(message.Text), message.FindFlag("flag"u8)), Is.EqualTo((7UL, "p", (bool?)true)));
        Assert.That(MessageReader.Read(format, Call(format, value, inOptions: false), out _, out _), Is.EqualTo(Reading.Whole), "arguments may have any keys");
    }

    [TestCase("true,\"acknowledge\":false", false)]
    [TestCase("false,\"acknowledge\":true", true)]
    [TestCase("true,\"acknowledge\":null", true)]
    public void FindFlag_KeyThatComesTwice_TheLastThatIsGivenCounts(string value, bool expected)
    {
        MessageReader.Read(WireFormat.Json, Encoding.UTF8.GetBytes($$"""[16,1,{"acknowledge":{{value}}},"com.topic"]"""), out var message, out _);

        Assert.That(message.FindFlag("acknowledge"u8), Is.EqualTo(expected));
    }

    [Test]
    public void Read_JsonThatIsNotUtf8_IsNoMessage() =>
        Assert.That(MessageReader.Read(WireFormat.Json, [.. "[48,7,{},\"p\",[\""u8, 0xFF, .. "\"]]"u8], out _, out _), Is.EqualTo(Reading.Broken));

    [Test]
    public void Read_JsonThatTheTransportHasChecked_IsNotLookedAtAgain() =>
        Assert.That(MessageReader.Read(WireFormat.Json, [.. "[48,7,{},\"p\",[\""u8, 0xFF, .. "\"]]"u8], out _, out _, isUtf8: true), Is.EqualTo(Reading.Whole));

    [TestCaseSource(nameof(Formats))]
    public void Read_TextAtFault_LeavesTheIds(WireFormat format)
    {
        byte[] bytes = format switch
        {
            WireFormat.Json => [.. "[48,7,{},\"\\ud83d\",[1]]"u8],
            WireFormat.MessagePack => [0x95, 48, 7, 0x80, 0xA1, 0xFF, 0x91, 1],
            _ => [0x85, 0x18, 48, 7, 0xA0, 0x61, 0xFF, 0x81, 1],
        };

        Assert.That(MessageReader.Read(format, bytes, out var message, out _), Is.EqualTo(Reading.Unfit));
        Assert.That((message.Request, message.Text.Length), Is.EqualTo((7UL, 0)));
    }

    [TestCaseSource(nameof(Formats))]
    public void TryReadHead_EveryCutBehindTheIds_GivesThemAndTheOptionsThereAre(WireFormat format)
    {
        var whole = ReferenceCodec.Encode(format, new object?[]
        {
            16L, 7L, new Dictionary<string, object?> { ["acknowledge"] = true, ["eligible"] = new object?[] { 1L, 2L, 3L } }, "com.topic", new object?[] { new string('x', 100) },
        });
        var afterFlag = whole.AsSpan().IndexOf("acknowledge"u8) + "acknowledge\":true,".Length;
        var afterOptions = whole.AsSpan().IndexOf("com.topic"u8) - 1;
        for (var length = Math.Max(8, whole.AsSpan().IndexOf("acknowledge"u8)); length < whole.Length; length++)
        {
            Assert.That(MessageReader.TryReadHead(format, whole.AsSpan(0, length), out var message, out var fault), Is.True, $"{length}: {fault}");
            Assert.That((message.Code, message.Request), Is.EqualTo((MessageCode.Publish, 7UL)));
            Assert.That(message.FindFlag("acknowledge"u8), length >= afterFlag && (format is WireFormat.Json || length >= afterOptions) ? Is.True : Is.Null.Or.True, $"{length}");
            Assert.That(message.FindFlag("retain"u8), length > afterOptions + 1 ? Is.False : Is.Null.Or.False, $"{length}");
        }
    }

    [TestCase("[")]
    [TestCase("[16")]
    [TestCase("[16,")]
    [TestCase("{\"a\":")]
    [TestCase("[999,1,{},\"x\"")]
    [TestCase("[16,\"1\",{},\"x\"")]
    [TestCase("[16,1,[],\"x\"")]
    public void TryReadHead_NoBeginningOfAMessage_IsAFault(string json)
    {
        Assert.That(MessageReader.TryReadHead(WireFormat.Json, Encoding.ASCII.GetBytes(json), out _, out var fault), Is.False);
        Assert.That(fault, Is.Not.Null);
    }

    /// <summary><c>[48, 7, {"x": …, "flag": true}, "p", [1]]</c>, with the value in the options or as the second argument.</summary>
    private static byte[] Call(WireFormat format, byte[] value, bool inOptions) => (format, inOptions) switch
    {
        (WireFormat.Json, true) => [.. "[48,7,{\"x\":"u8, .. value, .. ",\"flag\":true},\"p\",[1]]"u8],
        (WireFormat.Json, false) => [.. "[48,7,{\"flag\":true},\"p\",[1, "u8, .. value, .. "], {\"k\":1}]"u8],
        (WireFormat.MessagePack, true) => [0x95, 48, 7, 0x82, 0xA1, (byte)'x', .. value, 0xA4, .. "flag"u8, 0xC3, 0xA1, (byte)'p', 0x91, 1],
        (WireFormat.MessagePack, false) => [0x96, 48, 7, 0x81, 0xA4, .. "flag"u8, 0xC3, 0xA1, (byte)'p', 0x92, 1, .. value, 0x81, 0xA1, (byte)'k', 1],
        (_, true) => [0x85, 0x18, 48, 7, 0xA2, 0x61, (byte)'x', .. value, 0x64, .. "flag"u8, 0xF5, 0x61, (byte)'p', 0x81, 1],
        _ => [0x86, 0x18, 48, 7, 0xA1, 0x64, .. "flag"u8, 0xF5, 0x61, (byte)'p', 0x82, 1, .. value, 0xA1, 0x61, (byte)'k', 1],
    };
}
