using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace WampRouter.Http;

/// <summary>The JSON of answers. What WAMP peers have said is in it as they have written it.</summary>
internal static class JsonBody
{
    // Nobody takes it for HTML: its type is JSON, and browsers are told not to guess.
    private static readonly JsonWriterOptions Options = new() { SkipValidation = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private static readonly SearchValues<byte> LineEnds = SearchValues.Create("\r\n"u8);

    /// <summary>An answer that says no, as problem details.</summary>
    public static byte[] Of(Problem problem, string title) => Write(json =>
    {
        json.WriteString("type"u8, "about:blank"u8);
        json.WriteString("title"u8, title);
        json.WriteNumber("status"u8, problem.Status);
        json.WriteString("detail"u8, problem.Detail);
        if (problem.Error is { } error)
        {
            json.WriteString("error"u8, error);
        }

        WriteRaw(json, "args"u8, problem.Args);
        WriteRaw(json, "kwargs"u8, problem.Kwargs);
    });

    /// <summary>The answer to an acknowledged PUBLISH.</summary>
    public static byte[] OfPublication(ulong publication) => Write(json => json.WriteNumber("publication"u8, publication));

    /// <summary>A result of a call.</summary>
    public static byte[] OfResult(Reply result) => Write(json =>
    {
        WriteRaw(json, "args"u8, result.Args is [] ? "[]"u8 : result.Args);
        WriteRaw(json, "kwargs"u8, result.Kwargs is [] ? "{}"u8 : result.Kwargs);
        WriteRaw(json, "details"u8, result.Details);
    });

    /// <summary>An event.</summary>
    /// <param name="topic">What it was published to.</param>
    /// <param name="received">The event.</param>
    /// <param name="timestamp">When it was stored, in JSON; empty where it comes as it is published.</param>
    public static byte[] OfEvent(string topic, Reply received, ReadOnlyMemory<byte> timestamp) => Write(json =>
    {
        json.WriteString("topic"u8, topic);
        json.WriteNumber("publication"u8, received.Publication);
        WriteRaw(json, "timestamp"u8, timestamp.Span);
        WriteRaw(json, "args"u8, received.Args is [] ? "[]"u8 : received.Args);
        WriteRaw(json, "kwargs"u8, received.Kwargs is [] ? "{}"u8 : received.Kwargs);
        WriteRaw(json, "details"u8, received.Details);
    });

    /// <summary>A dictionary of texts; null is left out.</summary>
    public static byte[] OfTexts(params ReadOnlySpan<(string Name, string? Value)> texts)
    {
        var output = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(output, Options))
        {
            json.WriteStartObject();
            foreach (var (name, value) in texts)
            {
                if (value is not null)
                {
                    json.WriteString(name, value);
                }
            }

            json.WriteEndObject();
        }

        return output.WrittenSpan.ToArray();
    }

    /// <summary>Puts a text of JSON into one line: the line ends that it has lie between its values, never in them.</summary>
    public static byte[] InOneLine(byte[] json)
    {
        for (int at; (at = json.AsSpan().IndexOfAny(LineEnds)) >= 0;)
        {
            json[at] = (byte)' ';
        }

        return json;
    }

    private static byte[] Write(Action<Utf8JsonWriter> write)
    {
        var output = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(output, Options))
        {
            json.WriteStartObject();
            write(json);
            json.WriteEndObject();
        }

        return output.WrittenSpan.ToArray();
    }

    private static void WriteRaw(Utf8JsonWriter json, ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        if (!value.IsEmpty)
        {
            json.WritePropertyName(name);
            json.WriteRawValue(value, skipInputValidation: true);
        }
    }
}
