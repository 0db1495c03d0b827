using Newtonsoft.Json;

namespace WampRouter.Client.Newtonsoft;

/// <summary>WAMP's convention for binary in JSON: U+0000 and base64. Plain base64 is read too.</summary>
internal sealed class BinaryConverter : JsonConverter
{
    public override bool CanConvert(Type objectType) =>
        objectType == typeof(byte[]) || objectType == typeof(ReadOnlyMemory<byte>) || objectType == typeof(Memory<byte>);

    public override void WriteJson(JsonWriter writer, object? value, JsonSerializer serializer)
    {
        ReadOnlyMemory<byte> bytes = value switch
        {
            byte[] array => array,
            Memory<byte> memory => memory,
            ReadOnlyMemory<byte> memory => memory,
            _ => default,
        };
        writer.WriteValue("\0" + Convert.ToBase64String(bytes.Span));
    }

    public override object? ReadJson(JsonReader reader, Type objectType, object? existingValue, JsonSerializer serializer)
    {
        if (reader.Value is null && objectType == typeof(byte[]))
        {
            return null;
        }

        var text = reader.Value as string ?? throw new JsonSerializationException("Binary must be a string of base64.");
        try
        {
            var bytes = Convert.FromBase64String(text.StartsWith('\0') ? text[1..] : text);
            return objectType == typeof(Memory<byte>) ? bytes.AsMemory() : objectType == typeof(byte[]) ? bytes : (object)new ReadOnlyMemory<byte>(bytes);
        }
        catch (FormatException e)
        {
            throw new JsonSerializationException("The string is not base64.", e);
        }
    }
}
