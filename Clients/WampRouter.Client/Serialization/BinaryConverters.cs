using System.Buffers;
using System.Buffers.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace WampRouter.Client;

/// <summary>WAMP's convention for binary in JSON (spec: "Binary conversion of JSON strings"): U+0000 and base64.</summary>
internal static class JsonBinary
{
    private const int EscapedNulLength = 6;

    public static void Write(Utf8JsonWriter writer, ReadOnlySpan<byte> bytes)
    {
        var length = 2 + EscapedNulLength + Base64.GetMaxEncodedToUtf8Length(bytes.Length);
        var buffer = ArrayPool<byte>.Shared.Rent(length);
        "\"\\u0000"u8.CopyTo(buffer);
        Base64.EncodeToUtf8(bytes, buffer.AsSpan(1 + EscapedNulLength), out _, out var written);
        buffer[length - 1] = (byte)'"';
        writer.WriteRawValue(buffer.AsSpan(0, 2 + EscapedNulLength + written), skipInputValidation: true);
        ArrayPool<byte>.Shared.Return(buffer);
    }

    /// <summary>Plain base64 without the leading U+0000 is accepted too: many peers send binary that way.</summary>
    public static byte[] Read(ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.String)
        {
            throw new JsonException("Binary must be a string of base64.");
        }

        var length = reader.HasValueSequence ? checked((int)reader.ValueSequence.Length) : reader.ValueSpan.Length;
        var buffer = ArrayPool<byte>.Shared.Rent(length);
        try
        {
            ReadOnlySpan<byte> text = buffer.AsSpan(0, reader.CopyString(buffer));
            text = text.Length > 0 && text[0] == 0 ? text[1..] : text;
            var bytes = new byte[Base64.GetMaxDecodedFromUtf8Length(text.Length)];
            if (Base64.DecodeFromUtf8(text, bytes, out _, out var written) != OperationStatus.Done)
            {
                throw new JsonException("The string is not base64.");
            }

            return written == bytes.Length ? bytes : bytes[..written];
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}

internal sealed class ByteArrayConverter : JsonConverter<byte[]>
{
    public override byte[] Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => JsonBinary.Read(ref reader);

    public override void Write(Utf8JsonWriter writer, byte[] value, JsonSerializerOptions options) => JsonBinary.Write(writer, value);
}

internal sealed class ByteMemoryConverter : JsonConverterFactory
{
    public override bool CanConvert(Type typeToConvert) => typeToConvert == typeof(ReadOnlyMemory<byte>) || typeToConvert == typeof(Memory<byte>);

    public override JsonConverter CreateConverter(Type typeToConvert, JsonSerializerOptions options) =>
        typeToConvert == typeof(Memory<byte>) ? new Writable() : new ReadOnly();

    private sealed class ReadOnly : JsonConverter<ReadOnlyMemory<byte>>
    {
        public override ReadOnlyMemory<byte> Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => JsonBinary.Read(ref reader);

        public override void Write(Utf8JsonWriter writer, ReadOnlyMemory<byte> value, JsonSerializerOptions options) => JsonBinary.Write(writer, value.Span);
    }

    private sealed class Writable : JsonConverter<Memory<byte>>
    {
        public override Memory<byte> Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => JsonBinary.Read(ref reader);

        public override void Write(Utf8JsonWriter writer, Memory<byte> value, JsonSerializerOptions options) => JsonBinary.Write(writer, value.Span);
    }
}
