using System.Buffers;
using System.Globalization;
using System.Text.Json;
using WampRouter.Client;

namespace WampRouter.Http.Webhooks;

/// <summary>What is posted: the JSON of Standard Webhooks, with a WAMP message as its data. Any thread.</summary>
internal static class WebhookBody
{
    /// <summary>An event.</summary>
    public static byte[] Of(string realm, WampEvent message, DateTimeOffset time) => Write(message.Topic, time, message.Arguments, data =>
    {
        data.WriteString("realm"u8, realm);
        data.WriteString("topic"u8, message.Topic);
        data.WriteNumber("publication"u8, message.PublicationId);
    }, details =>
    {
        WritePeer(details, "publisher", message.Publisher, message.TrustLevel);
        if (message.IsRetained)
        {
            details.WriteBoolean("retained"u8, true);
        }
    });

    /// <summary>A call.</summary>
    public static byte[] Of(string realm, WampInvocation call, DateTimeOffset time) => Write(call.Procedure, time, call.Arguments, data =>
    {
        data.WriteString("realm"u8, realm);
        data.WriteString("procedure"u8, call.Procedure);
    }, details => WritePeer(details, "caller", call.Caller, call.TrustLevel));

    /// <summary>A time as JSON has it: UTC, in milliseconds.</summary>
    public static string Show(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    private static byte[] Write(string type, DateTimeOffset time, WampArguments arguments, Action<Utf8JsonWriter> head, Action<Utf8JsonWriter> details)
    {
        var json = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(json))
        {
            writer.WriteStartObject();
            writer.WriteString("type"u8, type);
            writer.WriteString("timestamp"u8, Show(time));
            writer.WriteStartObject("data"u8);
            head(writer);
            WriteArguments(writer, arguments);
            writer.WriteStartObject("details"u8);
            details(writer);
            WritePassthru(writer, arguments.Passthru);
            writer.WriteEndObject();
            writer.WriteEndObject();
            writer.WriteEndObject();
        }

        return json.WrittenSpan.ToArray();
    }

    private static void WriteArguments(Utf8JsonWriter writer, WampArguments arguments)
    {
        writer.WriteStartArray("args"u8);
        for (var i = 0; i < arguments.Count; i++)
        {
            writer.WriteRawValue(arguments.Get<RawJson>(i).Utf8.Span, skipInputValidation: true);
        }

        writer.WriteEndArray();
        writer.WriteStartObject("kwargs"u8);
        foreach (var name in arguments.Names)
        {
            writer.WritePropertyName(name);
            writer.WriteRawValue(arguments.Get<RawJson>(name).Utf8.Span, skipInputValidation: true);
        }

        writer.WriteEndObject();
    }

    private static void WritePeer(Utf8JsonWriter writer, string role, WampPeer peer, long? trustLevel)
    {
        if (peer.SessionId is { } session)
        {
            writer.WriteNumber(role, session);
        }

        WriteText(writer, $"{role}_authid", peer.AuthId);
        WriteText(writer, $"{role}_authrole", peer.AuthRole);
        if (trustLevel is { } level)
        {
            writer.WriteNumber("trustlevel"u8, level);
        }
    }

    private static void WritePassthru(Utf8JsonWriter writer, WampPassthru? passthru)
    {
        WriteText(writer, "ppt_scheme", passthru?.Scheme);
        WriteText(writer, "ppt_serializer", passthru?.Serializer);
        WriteText(writer, "ppt_cipher", passthru?.Cipher);
        WriteText(writer, "ppt_keyid", passthru?.KeyId);
    }

    private static void WriteText(Utf8JsonWriter writer, string name, string? value)
    {
        if (value is not null)
        {
            writer.WriteString(name, value);
        }
    }
}
