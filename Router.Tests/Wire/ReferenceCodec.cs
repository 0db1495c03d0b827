using System.Buffers.Binary;
using System.Formats.Cbor;
using System.Globalization;
using System.Numerics;
using System.Text;
using Newtonsoft.Json;
using Newtonsoft.Json.Linq;
using WampRouter.Wire;

namespace WampRouter.Tests.Wire;

/// <summary>
/// A second opinion on bytes, sharing no code with the router: Newtonsoft.Json for JSON, System.Formats.Cbor for CBOR, and a plain
/// reading of the specification for MessagePack. Values are null, bool, long, ulong, BigInteger, double, string, byte[], object?[]
/// and Dictionary&lt;string, object?&gt;.
/// </summary>
internal static class ReferenceCodec
{
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    public static byte[] Encode(WireFormat format, object? value)
    {
        switch (format)
        {
            case WireFormat.Json:
                return Utf8.GetBytes(JsonConvert.SerializeObject(ToJson(value), Formatting.None));
            case WireFormat.MessagePack:
                var output = new List<byte>();
                WriteMessagePack(output, value);
                return [.. output];
            default:
                var writer = new CborWriter();
                WriteCbor(writer, value);
                return writer.Encode();
        }
    }

    public static object? Decode(WireFormat format, byte[] bytes)
    {
        switch (format)
        {
            case WireFormat.Json:
                using (var reader = new JsonTextReader(new StringReader(Utf8.GetString(bytes))) { DateParseHandling = DateParseHandling.None })
                {
                    return FromJson(JToken.ReadFrom(reader));
                }

            case WireFormat.MessagePack:
                var rest = bytes.AsSpan();
                var value = ReadMessagePack(ref rest);
                Assert.That(rest.Length, Is.Zero, "bytes follow the value");
                return value;
            default:
                var cbor = new CborReader(bytes, CborConformanceMode.Strict);
                var decoded = ReadCbor(cbor);
                Assert.That(cbor.BytesRemaining, Is.Zero, "bytes follow the value");
                return decoded;
        }
    }

    /// <summary>Structural equality, in which 1 is not 1.0 and -0.0 is not 0.0, but all NaN are one.</summary>
    public static bool AreEqual(object? left, object? right) => (left, right) switch
    {
        (null, null) => true,
        (double a, double b) => BitConverter.DoubleToInt64Bits(a) == BitConverter.DoubleToInt64Bits(b) || (double.IsNaN(a) && double.IsNaN(b)),
        (long or ulong or BigInteger, long or ulong or BigInteger) => ToBig(left) == ToBig(right),
        (byte[] a, byte[] b) => a.AsSpan().SequenceEqual(b),
        (object?[] a, object?[] b) => a.Length == b.Length && a.Zip(b).All(p => AreEqual(p.First, p.Second)),
        (Dictionary<string, object?> a, Dictionary<string, object?> b) =>
            a.Count == b.Count && a.All(p => b.TryGetValue(p.Key, out var other) && AreEqual(p.Value, other)),
        _ => left is not null && left.GetType() == right?.GetType() && left.Equals(right),
    };

    private static BigInteger ToBig(object? value) => value switch { long l => l, ulong u => u, BigInteger b => b, _ => throw new ArgumentException("no integer") };

    private static JToken ToJson(object? value) => value switch
    {
        null => JValue.CreateNull(),
        bool b => new JValue(b),
        long l => new JValue(l),
        ulong u => new JValue(u),
        BigInteger i => new JRaw(i.ToString(CultureInfo.InvariantCulture)),
        double d => new JValue(d),
        string s => new JValue(s),
        byte[] bytes => new JValue("\0" + Convert.ToBase64String(bytes)),
        object?[] items => new JArray(items.Select(ToJson).ToArray<object>()),
        Dictionary<string, object?> entries => new JObject(entries.Select(e => new JProperty(e.Key, ToJson(e.Value))).ToArray<object>()),
        _ => throw new ArgumentException($"no value: {value.GetType()}"),
    };

    private static object? FromJson(JToken token) => token.Type switch
    {
        JTokenType.Null => null,
        JTokenType.Boolean => token.Value<bool>(),
        JTokenType.Integer => ((JValue)token).Value is BigInteger big && big.Sign > 0 && big <= ulong.MaxValue ? (ulong)big : ((JValue)token).Value,
        JTokenType.Float => token.Value<double>(),
        JTokenType.String => FromJsonText(token.Value<string>()!),
        JTokenType.Array => token.Select(FromJson).ToArray(),
        JTokenType.Object => ((JObject)token).Properties().ToDictionary(p => p.Name, p => FromJson(p.Value)),
        _ => throw new ArgumentException($"no value: {token.Type}"),
    };

    private static object FromJsonText(string text)
    {
        var bytes = new byte[text.Length];
        var isBinary = text.StartsWith('\0') && Convert.TryFromBase64String(text[1..], bytes, out var length)
            && Convert.ToBase64String(bytes = bytes[..length]) == text[1..];
        return isBinary ? bytes : text;
    }

    private static void WriteCbor(CborWriter writer, object? value)
    {
        switch (value)
        {
            case null: writer.WriteNull(); break;
            case bool b: writer.WriteBoolean(b); break;
            case long l: writer.WriteInt64(l); break;
            case ulong u: writer.WriteUInt64(u); break;
            case BigInteger i: writer.WriteBigInteger(i); break;
            case double d: writer.WriteDouble(d); break;
            case string s: writer.WriteTextString(s); break;
            case byte[] bytes: writer.WriteByteString(bytes); break;
            case object?[] items:
                writer.WriteStartArray(items.Length);
                Array.ForEach(items, item => WriteCbor(writer, item));
                writer.WriteEndArray();
                break;
            case Dictionary<string, object?> entries:
                writer.WriteStartMap(entries.Count);
                foreach (var (key, item) in entries)
                {
                    writer.WriteTextString(key);
                    WriteCbor(writer, item);
                }

                writer.WriteEndMap();
                break;
            default: throw new ArgumentException($"no value: {value.GetType()}");
        }
    }

    /// <summary>Whether bytes are one list, and nothing behind it. Values that WAMP has no name for may be in it: an extension, a key that is no text.</summary>
    public static bool IsList(WireFormat format, byte[] bytes)
    {
        switch (format)
        {
            case WireFormat.Json:
                return Decode(format, bytes) is object?[];
            case WireFormat.MessagePack:
                var rest = bytes.AsSpan();
                var isArray = rest[0] is (>= 0x90 and < 0xA0) or 0xDC or 0xDD;
                SkipMessagePack(ref rest);
                return isArray && rest.IsEmpty;
            default:
                var reader = new CborReader(bytes, CborConformanceMode.Lax);
                var isList = reader.PeekState() == CborReaderState.StartArray;
                reader.SkipValue();
                return isList && reader.BytesRemaining == 0;
        }
    }

    private static void SkipMessagePack(ref Span<byte> rest)
    {
        var tag = rest[0];
        var items = 0L;
        var ofWhat = rest[1..];
        switch (tag)
        {
            case >= 0x80 and < 0x90:
                items = 2 * (tag & 0xF);
                break;
            case >= 0x90 and < 0xA0:
                items = tag & 0xF;
                break;
            case 0xDC or 0xDD:
                items = Number(ref ofWhat, tag - 0xDB);
                break;
            case 0xDE or 0xDF:
                items = 2 * Number(ref ofWhat, tag - 0xDD);
                break;
            case 0xC7 or 0xC8 or 0xC9:
                Take(ref ofWhat, Number(ref ofWhat, tag - 0xC7) + 1);
                break;
            case >= 0xD4 and <= 0xD8:
                Take(ref ofWhat, (1 << (tag - 0xD4)) + 1);
                break;
            default:
                ReadMessagePack(ref rest);
                return;
        }

        for (rest = ofWhat; items > 0; items--)
        {
            SkipMessagePack(ref rest);
        }
    }

    private static object? ReadCbor(CborReader reader)
    {
        switch (reader.PeekState())
        {
            case CborReaderState.Null: reader.ReadNull(); return null;
            case CborReaderState.Boolean: return reader.ReadBoolean();
            case CborReaderState.UnsignedInteger: return reader.ReadUInt64();
            case CborReaderState.NegativeInteger: return reader.ReadInt64();
            case CborReaderState.Tag when reader.PeekTag() is CborTag.UnsignedBigNum or CborTag.NegativeBigNum: return reader.ReadBigInteger();
            case CborReaderState.Tag: reader.ReadTag(); return ReadCbor(reader);
            case CborReaderState.HalfPrecisionFloat or CborReaderState.SinglePrecisionFloat or CborReaderState.DoublePrecisionFloat: return reader.ReadDouble();
            case CborReaderState.TextString or CborReaderState.StartIndefiniteLengthTextString: return reader.ReadTextString();
            case CborReaderState.ByteString or CborReaderState.StartIndefiniteLengthByteString: return reader.ReadByteString();
            case CborReaderState.StartArray:
                reader.ReadStartArray();
                var items = new List<object?>();
                while (reader.PeekState() is not CborReaderState.EndArray)
                {
                    items.Add(ReadCbor(reader));
                }

                reader.ReadEndArray();
                return items.ToArray();
            case CborReaderState.StartMap:
                reader.ReadStartMap();
                var entries = new Dictionary<string, object?>();
                while (reader.PeekState() is not CborReaderState.EndMap)
                {
                    entries.Add(reader.ReadTextString(), ReadCbor(reader));
                }

                reader.ReadEndMap();
                return entries;
            case var state: throw new ArgumentException($"no value: {state}");
        }
    }

    /// <summary>Deliberately not the shortest form: readers must take every one.</summary>
    private static void WriteMessagePack(List<byte> output, object? value)
    {
        switch (value)
        {
            case null: output.Add(0xC0); break;
            case bool b: output.Add(b ? (byte)0xC3 : (byte)0xC2); break;
            case long l: Tagged(output, 0xD3, BitConverter.GetBytes(l)); break;
            case ulong u: Tagged(output, 0xCF, BitConverter.GetBytes(u)); break;
            case double d: Tagged(output, 0xCB, BitConverter.GetBytes(d)); break;
            case string s: Tagged(output, 0xDB, BitConverter.GetBytes(Utf8.GetByteCount(s))); output.AddRange(Utf8.GetBytes(s)); break;
            case byte[] bytes: Tagged(output, 0xC6, BitConverter.GetBytes(bytes.Length)); output.AddRange(bytes); break;
            case object?[] items:
                Tagged(output, 0xDD, BitConverter.GetBytes(items.Length));
                Array.ForEach(items, item => WriteMessagePack(output, item));
                break;
            case Dictionary<string, object?> entries:
                Tagged(output, 0xDF, BitConverter.GetBytes(entries.Count));
                foreach (var (key, item) in entries)
                {
                    WriteMessagePack(output, key);
                    WriteMessagePack(output, item);
                }

                break;
            default: throw new ArgumentException($"no value: {value.GetType()}");
        }
    }

    private static void Tagged(List<byte> output, byte tag, byte[] littleEndian)
    {
        output.Add(tag);
        output.AddRange(littleEndian.Reverse());
    }

    private static object? ReadMessagePack(ref Span<byte> rest)
    {
        var tag = Take(ref rest, 1)[0];
        return tag switch
        {
            < 0x80 => (long)tag,
            < 0x90 => ReadMap(ref rest, tag & 0xF),
            < 0xA0 => ReadArray(ref rest, tag & 0xF),
            < 0xC0 => Utf8.GetString(Take(ref rest, tag & 0x1F)),
            >= 0xE0 => (long)(sbyte)tag,
            0xC0 => null,
            0xC2 or 0xC3 => tag == 0xC3,
            0xC4 or 0xC5 or 0xC6 => Take(ref rest, Number(ref rest, tag - 0xC4)).ToArray(),
            0xCA => (double)BinaryPrimitives.ReadSingleBigEndian(Take(ref rest, 4)),
            0xCB => BinaryPrimitives.ReadDoubleBigEndian(Take(ref rest, 8)),
            0xCC or 0xCD or 0xCE => (long)Number(ref rest, tag - 0xCC),
            0xCF => BinaryPrimitives.ReadUInt64BigEndian(Take(ref rest, 8)),
            0xD0 => (long)(sbyte)Take(ref rest, 1)[0],
            0xD1 => (long)BinaryPrimitives.ReadInt16BigEndian(Take(ref rest, 2)),
            0xD2 => (long)BinaryPrimitives.ReadInt32BigEndian(Take(ref rest, 4)),
            0xD3 => BinaryPrimitives.ReadInt64BigEndian(Take(ref rest, 8)),
            0xD9 or 0xDA or 0xDB => Utf8.GetString(Take(ref rest, Number(ref rest, tag - 0xD9))),
            0xDC or 0xDD => ReadArray(ref rest, Number(ref rest, tag - 0xDB)),
            0xDE or 0xDF => ReadMap(ref rest, Number(ref rest, tag - 0xDD)),
            _ => throw new ArgumentException($"no value: 0x{tag:X2}"),
        };
    }

    private static object?[] ReadArray(ref Span<byte> rest, long count)
    {
        var items = new object?[count];
        for (var i = 0; i < count; i++)
        {
            items[i] = ReadMessagePack(ref rest);
        }

        return items;
    }

    private static Dictionary<string, object?> ReadMap(ref Span<byte> rest, long count)
    {
        var entries = new Dictionary<string, object?>();
        for (; count > 0; count--)
        {
            var key = (string)ReadMessagePack(ref rest)!;
            entries.Add(key, ReadMessagePack(ref rest));
        }

        return entries;
    }

    private static long Number(ref Span<byte> rest, int sizeLog2) => sizeLog2 switch
    {
        0 => Take(ref rest, 1)[0],
        1 => BinaryPrimitives.ReadUInt16BigEndian(Take(ref rest, 2)),
        _ => BinaryPrimitives.ReadUInt32BigEndian(Take(ref rest, 4)),
    };

    private static Span<byte> Take(ref Span<byte> rest, long count)
    {
        var taken = rest[..(int)count];
        rest = rest[(int)count..];
        return taken;
    }
}
