using System.Formats.Cbor;
using System.Numerics;
using System.Text;
using WampRouter.Tests.Conformance;
using WampRouter.Wire;

namespace WampRouter.Tests.Wire;

internal sealed class PayloadTranscoderTests
{
    private static readonly WireFormat[] Formats = Enum.GetValues<WireFormat>();

    private static IEnumerable<TestCaseData> Pairs() =>
        from source in Formats from target in Formats where source != target select new TestCaseData(source, target);

    [TestCaseSource(nameof(Pairs))]
    [Shows("serializer.between", "json-binary.written", "json-binary.read")]
    public void TryTranscode_RandomTrees_ThereAndBackLosesNothing(WireFormat source, WireFormat target)
    {
        var values = new RandomValues(seed: 20_251_122 + (10 * (int)source) + (int)target);
        for (var round = 0; round < 2_000; round++)
        {
            var value = values.Next(depth: 5);
            var there = Transcode(source, ReferenceCodec.Encode(source, value), target);
            var back = Transcode(target, there, source);

            Assert.That(ReferenceCodec.AreEqual(ReferenceCodec.Decode(target, there), value), Is.True, $"there, round {round}");
            Assert.That(ReferenceCodec.AreEqual(ReferenceCodec.Decode(source, back), value), Is.True, $"back, round {round}");
        }
    }

    [TestCase("1.0", "fb3ff0000000000000")]
    [TestCase("-0", "fb8000000000000000")]
    [TestCase("1e2", "fb4059000000000000")]
    [TestCase("3.14159265358979323846", "fb400921fb54442d18")]
    [TestCase("9007199254740993", "1b0020000000000001")]
    [TestCase("18446744073709551615", "1bffffffffffffffff")]
    [TestCase("18446744073709551616", "c249010000000000000000")]
    [TestCase("-9223372036854775809", "3b8000000000000000")]
    [TestCase("-18446744073709551616", "3bffffffffffffffff")]
    [TestCase("-18446744073709551617", "c349010000000000000000")]
    [TestCase("[ ]", "80")]
    [TestCase("{\"\\u0041\\ud83d\\ude00\": null}", "a16541f09f9880f6")]
    [TestCase("\"\\u0000AQID\"", "43010203")]
    [TestCase("\"\\u0000A\\/8=\"", "4203ff")]
    [TestCase("\"\\u0000\"", "40")]
    [TestCase("\"\\u0000QR==\"", "65005152 3d3d")]
    [TestCase("\"\\u0000AQK=\"", "650041514b3d")]
    [TestCase("\"\\u0000AQ ID\"", "66004151204944")]
    [Shows("serializer.between", "json-binary.read", "json-binary.other-strings")]
    public void TryTranscode_JsonToCbor_ByTheBook(string json, string cborHex)
    {
        var cbor = Transcode(WireFormat.Json, Encoding.UTF8.GetBytes(json), WireFormat.Cbor);

        Assert.That(Convert.ToHexStringLower(cbor), Is.EqualTo(cborHex.Replace(" ", string.Empty, StringComparison.Ordinal)));
    }

    [TestCase("f7", "null")]
    [TestCase("f97e00", "null")]
    [TestCase("fb7ff0000000000000", "null")]
    [TestCase("f93c00", "1.0")]
    [TestCase("fa3dcccccd", "0.10000000149011612")]
    [TestCase("1bffffffffffffffff", "18446744073709551615")]
    [TestCase("c249010000000000000000", "18446744073709551616")]
    [TestCase("c34900ffffffffffffffff", "-18446744073709551616")]
    [TestCase("d84043010203", "\"\\u0000AQID\"")]
    [TestCase("c074323031332d30332d32315432303a30343a30305a", "\"2013-03-21T20:04:00Z\"")]
    [TestCase("9f01820203ff", "[1,[2,3]]")]
    [TestCase("bf6161 01 6162 9f ff ff", "{\"a\":1,\"b\":[]}")]
    [TestCase("7f 6161 60 62c3a9 ff", "\"aé\"")]
    [TestCase("5f 4101 420203 ff", "\"\\u0000AQID\"")]
    [TestCase("a201022003", "{\"1\":2,\"-1\":3}")]
    [Shows("serializer.between", "json-binary.written", "field.tagged-binary", "message.string-keys")]
    public void TryTranscode_CborToJson_ByTheBook(string cborHex, string json)
    {
        var bytes = Transcode(WireFormat.Cbor, Hex(cborHex), WireFormat.Json);

        Assert.That(Encoding.UTF8.GetString(bytes), Is.EqualTo(json));
    }

    [TestCase("d6ff00000000", "\"1970-01-01T00:00:00Z\"")]
    [TestCase("d7ff0000000400000001", "\"1970-01-01T00:00:01.000000001Z\"")]
    [TestCase("c70cff3b9ac9ffffffffffffffffff", "\"1969-12-31T23:59:59.999999999Z\"")]
    [TestCase("d400ff", "null")]
    [TestCase("d405ff", "\"\\u0000/w==\"")]
    [TestCase("ca3fc00000", "1.5")]
    [TestCase("81 01 c3", "{\"1\":true}")]
    [Shows("serializer.between")]
    public void TryTranscode_MessagePackToJson_ByTheBook(string messagePackHex, string json)
    {
        var bytes = Transcode(WireFormat.MessagePack, Hex(messagePackHex), WireFormat.Json);

        Assert.That(Encoding.UTF8.GetString(bytes), Is.EqualTo(json));
    }

    [TestCase(WireFormat.MessagePack)]
    [TestCase(WireFormat.Cbor)]
    [Shows("serializer.long-decimals")]
    public void TryTranscode_DecimalOfMoreDigitsThanAFloatHas_IsTheNearestFloat(WireFormat other)
    {
        var decoded = ReferenceCodec.Decode(other, Transcode(WireFormat.Json, "3.14159265358979323846264338327950288"u8.ToArray(), other));

        Assert.That(decoded, Is.EqualTo(Math.PI));
    }

    [Test]
    public void TryTranscode_MessagePackTimestampToCbor_IsTaggedText()
    {
        var cbor = new CborReader(Transcode(WireFormat.MessagePack, Hex("d7ff0000000400000001"), WireFormat.Cbor));

        Assert.That(cbor.ReadTag(), Is.EqualTo(CborTag.DateTimeString));
        Assert.That(cbor.ReadTextString(), Is.EqualTo("1970-01-01T00:00:01.000000001Z"));
    }

    [Test]
    public void TryTranscode_PowerOfTwoBeyond64Bits_IsExactFloatInMessagePack()
    {
        var json = Encoding.UTF8.GetBytes(BigInteger.Pow(2, 100).ToString(null, null));

        var decoded = ReferenceCodec.Decode(WireFormat.MessagePack, Transcode(WireFormat.Json, json, WireFormat.MessagePack));

        Assert.That(decoded, Is.EqualTo(Math.Pow(2, 100)));
    }

    private static IEnumerable<TestCaseData> Refused()
    {
        yield return new TestCaseData(WireFormat.Json, "18446744073709551617"u8.ToArray(), WireFormat.MessagePack);
        yield return new TestCaseData(WireFormat.Json, "1e999"u8.ToArray(), WireFormat.Cbor);
        yield return new TestCaseData(WireFormat.Json, Encoding.UTF8.GetBytes(new string('9', 1_000_000)), WireFormat.Cbor);
        yield return new TestCaseData(WireFormat.Cbor, Hex("c2 58 ff" + new string('f', 510)), WireFormat.Json);
        yield return new TestCaseData(WireFormat.Cbor, Hex("f0"), WireFormat.Json);
        yield return new TestCaseData(WireFormat.Cbor, Hex("f8ff"), WireFormat.MessagePack);
        yield return new TestCaseData(WireFormat.Cbor, Hex("a1 f5 01"), WireFormat.Json);
        yield return new TestCaseData(WireFormat.MessagePack, Hex("81 80 01"), WireFormat.Json);
    }

    [TestCaseSource(nameof(Refused))]
    public void TryTranscode_NoFormInTheTarget_FaultAndNoException(WireFormat source, byte[] bytes, WireFormat target)
    {
        var isDone = PayloadTranscoder.TryTranscode(source, bytes, 1, new MessageWriter(new WireEncoding(target, Framing.WebSocket)), out var fault);

        Assert.That(isDone, Is.False);
        Assert.That(fault, Is.Not.Null.And.Not.Empty);
    }

    [TestCaseSource(nameof(Pairs))]
    public void TryTranscode_LargeAndDeepContainers_SurviveWithLongHeads(WireFormat source, WireFormat target)
    {
        object? value = Enumerable.Range(0, 70_000).Select(i => (object?)(long)i).ToArray();
        for (var depth = 0; depth < 50; depth++)
        {
            value = new Dictionary<string, object?> { ["deeper"] = value };
        }

        var there = Transcode(source, ReferenceCodec.Encode(source, value), target);

        Assert.That(ReferenceCodec.AreEqual(ReferenceCodec.Decode(target, there), value), Is.True);
    }

    private static byte[] Hex(string hex) => Convert.FromHexString(hex.Replace(" ", string.Empty, StringComparison.Ordinal));

    private static byte[] Transcode(WireFormat source, byte[] bytes, WireFormat target)
    {
        var writer = new MessageWriter(new WireEncoding(target, Framing.WebSocket));
        Assert.That(PayloadTranscoder.TryTranscode(source, bytes, 1, writer, out var fault), Is.True, fault);
        return writer.Output.Written.ToArray();
    }
}
