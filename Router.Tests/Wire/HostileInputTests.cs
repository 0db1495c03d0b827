using System.Text;
using WampRouter.Tests.Conformance;
using WampRouter.Tests.Doubles;
using WampRouter.Wire;

namespace WampRouter.Tests.Wire;

/// <summary>Whatever bytes come in, reading ends with a message or a fault, and whatever was read can be walked and rewritten.</summary>
internal sealed class HostileInputTests
{
    private const int Mutations = 70_000;       // per format

    private static readonly WireFormat[] Formats = Enum.GetValues<WireFormat>();

    private static readonly object?[] Sample =
    [
        48L, 7814135L, new Dictionary<string, object?> { ["timeout"] = 1000L, ["nested"] = new object?[] { 1L, "x" } }, "com.myapp.grüße\n",
        new object?[] { "Hello \"wörld\" 😀", 1.5, -3L, true, null, new byte[] { 1, 2, 250 }, ulong.MaxValue, new object?[] { Array.Empty<object?>() } },
        new Dictionary<string, object?> { ["key"] = new Dictionary<string, object?> { ["a"] = 0.1 } },
    ];

    [TestCaseSource(nameof(Formats))]
    public void TryRead_MutatedMessages_NeverThrowsAndWhatIsReadCanBeRewritten(WireFormat format)
    {
        var original = ReferenceCodec.Encode(format, Sample);
        var random = new Mutator(seed: 4711 + (int)format);
        var accepted = 0;
        for (var i = 0; i < Mutations; i++)
        {
            accepted += TryReadAndWalk(format, random.Mutate(original)) ? 1 : 0;
        }

        Assert.That(accepted, Is.GreaterThan(0).And.LessThan(Mutations));
    }

    [TestCaseSource(nameof(Formats))]
    public void TryRead_RandomBytes_NeverThrows(WireFormat format)
    {
        var random = new Mutator(seed: 815);

        Assert.DoesNotThrow(() =>
        {
            for (var i = 0; i < Mutations / 2; i++)
            {
                TryReadAndWalk(format, random.Bytes());
            }
        });
    }

    [TestCaseSource(nameof(Formats))]
    [Shows("violation.undecodable")]
    public void TryRead_EveryTruncation_IsAFault(WireFormat format)
    {
        var original = ReferenceCodec.Encode(format, Sample);
        for (var length = 0; length < original.Length; length++)
        {
            var isRead = MessageReader.TryRead(format, original.AsSpan(0, length), out _, out var fault);

            Assert.That(isRead, Is.False, $"{length} bytes");
            Assert.That(fault, Is.Not.Null);
        }
    }

    [TestCaseSource(nameof(Formats))]
    [Shows("violation.undecodable")]
    public void TryRead_TrailingByte_IsAFault(WireFormat format)
    {
        byte[] bytes = [.. ReferenceCodec.Encode(format, Sample), (byte)'1'];

        Assert.That(MessageReader.TryRead(format, bytes, out _, out var fault), Is.False);
        Assert.That(fault, Is.EqualTo("bytes follow the message"));
    }

    [TestCaseSource(nameof(Formats))]
    public void TryRead_Depth_64IsTakenAnd65Refused(WireFormat format)
    {
        // The message is the first level, Arguments the second.
        Assert.That(MessageReader.TryRead(format, Nested(format, 64), out _, out var fault), Is.True, fault);
        Assert.That(MessageReader.TryRead(format, Nested(format, 65), out _, out fault), Is.False);
        Assert.That(fault, Does.Contain("deeper than 64"));
        Assert.That(MessageReader.TryRead(format, Nested(format, 1_000_000), out _, out fault), Is.False);
        Assert.That(fault, Does.Contain("deeper than 64"));
    }

    private static IEnumerable<TestCaseData> Corpus()
    {
        byte[] cborHead = [0x85, 0x18, 48, 1, 0xA0, 0x61, (byte)'p'];
        byte[] packHead = [0x95, 48, 1, 0x80, 0xA1, (byte)'p'];
        foreach (var (name, json, pack, cbor) in new (string, string?, string?, string?)[]
        {
            ("invalid UTF-8", "5b22ff225d", "91a1ff", "8161ff"),
            ("overlong UTF-8", "5b22c080225d", "91a2c080", "8162c080"),
            ("surrogate in UTF-8", "5b22eda080225d", "91a3eda080", "8163eda080"),
            ("length beyond the end", "5b22", "91dbffffffff", "817bffffffffffffffff"),
            ("count beyond the end", "5b5b", "91ddffffffff", "819bffffffffffffffff"),
            ("pairs beyond the end", "5b7b", "91dfffffffff", "81bbffffffffffffffff"),
            ("half the pairs", "5b7b22", "9181c0", "81a1f6"),
            ("reserved", "5b615d", "91c1", "811c"),
            ("break out of place", null, null, "81ff"),
            ("chunk of another type", null, null, "817f4101ff"),
            ("chunk of indefinite length", null, null, "817f7fffff"),
            ("malformed simple value", null, null, "81f810"),
            ("odd items in an indefinite dictionary", null, null, "81bf01ff"),
            ("endless tags", null, null, "81" + string.Concat(Enumerable.Repeat("c0", 100_000)) + "01"),
            ("lone surrogate", "5b225c7564383030225d", null, null),
            ("unknown escape", "5b225c78225d", null, null),
            ("control character", "5b220a225d", null, null),
            ("leading zero", "5b30315d", null, null),
            ("plus sign", "5b2b315d", null, null),
            ("bare fraction", "5b312e5d", null, null),
            ("bare exponent", "5b31655d", null, null),
            ("bare minus", "5b2d5d", null, null),
            ("comma at the end", "5b312c5d", null, null),
            ("two commas", "5b312c2c325d", null, null),
            ("wrong bracket", "5b317d", null, null),
            ("key without value", "5b7b2261227d5d", null, null),
            ("key that is no string", "5b7b313a327d5d", null, null),
            ("NaN", "5b4e614e5d", null, null),
            ("comment", "5b312f2a2a2f5d", null, null),
        })
        {
            if (json is not null)
            {
                yield return Case(WireFormat.Json, name, [.. "[48,1,{},\"p\","u8, .. Convert.FromHexString(json), (byte)']']);
            }

            if (pack is not null)
            {
                yield return Case(WireFormat.MessagePack, name, [.. packHead, .. Convert.FromHexString(pack)]);
            }

            if (cbor is not null)
            {
                yield return Case(WireFormat.Cbor, name, [.. cborHead, .. Convert.FromHexString(cbor)]);
            }
        }
    }

    private static TestCaseData Case(WireFormat format, string name, byte[] bytes) => new TestCaseData(format, bytes).SetArgDisplayNames(format.ToString(), name);

    [TestCaseSource(nameof(Corpus))]
    [Shows("violation.undecodable")]
    public void TryRead_MalformedArguments_FaultSaysWhy(WireFormat format, byte[] bytes)
    {
        Assert.That(MessageReader.TryRead(format, bytes, out _, out var fault), Is.False);
        Assert.That(fault, Is.Not.Null.And.Not.Empty);
    }

    private static byte[] Nested(WireFormat format, int levels)
    {
        var inner = levels - 1;
        return format switch
        {
            WireFormat.Json => Encoding.ASCII.GetBytes("[48,1,{},\"p\"," + new string('[', inner) + new string(']', inner) + "]"),
            WireFormat.MessagePack => [0x95, 48, 1, 0x80, 0xA1, (byte)'p', .. Enumerable.Repeat((byte)0x91, inner - 1), 0x90],
            _ => [0x85, 0x18, 48, 1, 0xA0, 0x61, (byte)'p', .. Enumerable.Repeat((byte)0x81, inner - 1), 0x80],
        };
    }

    private static bool TryReadAndWalk(WireFormat format, byte[] bytes)
    {
        if (!MessageReader.TryRead(format, bytes, out var message, out var fault))
        {
            Assert.That(fault, Is.Not.Null);
            return false;
        }

        Walk(new DictionaryReader(format, message.Options));
        OptionRules.TryCheck(format, message, out _);
        foreach (var target in Formats)
        {
            var writer = MessageWriter.ForThread(new WireEncoding(target, Framing.RawSocket));
            writer.Begin(MessageCode.Call, 1 + message.Payload.Count);
            if (writer.TryWritePayload(message.Payload, out _) && writer.TryEnd(out _))
            {
                Assert.That(MessageReader.TryRead(target, Prefixed(writer, target, message.Payload.Count), out _, out fault), Is.True, fault);
            }
        }

        return true;
    }

    /// <summary>The payload just written, in a message that may have it.</summary>
    private static byte[] Prefixed(MessageWriter written, WireFormat format, int payloadCount)
    {
        var tail = written.Body.ToArray();
        var skip = format switch { WireFormat.Json => "[48".Length, WireFormat.MessagePack => 2, _ => 3 };
        return format switch
        {
            WireFormat.Json => [.. "[50,1,{\"enc_algo\":0}"u8, .. tail.AsSpan(skip)],
            WireFormat.MessagePack => [(byte)(0x93 + payloadCount), 50, 1, 0x81, 0xA8, .. "enc_algo"u8, 0, .. tail.AsSpan(skip)],
            _ => [(byte)(0x83 + payloadCount), 0x18, 50, 1, 0xA1, 0x68, .. "enc_algo"u8, 0, .. tail.AsSpan(skip)],
        };
    }

    private static void Walk(DictionaryReader entries)
    {
        while (entries.TryReadNext(out _, out var value))
        {
            value.TryGetBoolean(out _);
            value.TryGetInteger(out _);
            value.TryGetDouble(out _);
            value.TryGetText(out _);
            value.TryGetBinary(out _);
            Walk(value.AsDictionary());
            var items = value.AsList();
            while (items.TryReadNext(out var item))
            {
                item.TryGetId(out _);
            }
        }
    }
}
