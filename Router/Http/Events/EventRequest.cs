using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Json;
using WampRouter.Wire;

namespace WampRouter.Http.Events;

/// <summary>Which events a request wants, as its query says: <c>topic</c>, once or several times, and how each is subscribed to: <c>match</c>, <c>get_retained</c>, and all further options as a JSON dictionary in <c>options</c>. Immutable.</summary>
/// <param name="Topics">The topics or patterns.</param>
/// <param name="Subscribes">A SUBSCRIBE for each of them.</param>
internal sealed record EventRequest(IReadOnlyList<string> Topics, IReadOnlyList<RequestMessage> Subscribes)
{
    /// <summary>What a query may have, that of a poll included.</summary>
    private static readonly string[] Known = ["topic", "match", "get_retained", "options", "last_event_id", "wait"];

    /// <summary>More topics are better told by a pattern.</summary>
    private const int MostTopics = 16;

    /// <summary>Reads a query.</summary>
    public static bool TryParse(IQueryCollection query, [NotNullWhen(true)] out EventRequest? request, [NotNullWhen(false)] out string? fault)
    {
        (request, fault) = (null, null);
        if (query.Keys.FirstOrDefault(static key => !Known.Contains(key)) is { } unknown)
        {
            fault = $"There is no '{unknown}': the query may have {string.Join(", ", Known)}.";
            return false;
        }

        string[] topics = [.. query["topic"].OfType<string>()];
        if (topics.Length is 0 or > MostTopics)
        {
            fault = topics.Length == 0 ? "The query must have 'topic'." : FormattableString.Invariant($"The query has more than {MostTopics} times 'topic': use a pattern, or several requests.");
        }
        else if (topics.Distinct(StringComparer.Ordinal).Count() < topics.Length)
        {
            fault = "The query has the same 'topic' twice.";
        }
        else if (TryReadOptions(query, out var options, out fault))
        {
            RequestMessage[] subscribes = [.. topics.Select(topic => new RequestMessage(MessageCode.Subscribe, options, TextOf(topic)))];
            fault = subscribes.Select(static subscribe => subscribe.FindFault()).FirstOrDefault(static found => found is not null);
            request = new EventRequest(topics, subscribes);
        }

        return fault is null;
    }

    /// <summary>A text in JSON.</summary>
    public static byte[] TextOf(string text)
    {
        var output = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(output))
        {
            json.WriteStringValue(text);
        }

        return output.WrittenSpan.ToArray();
    }

    private static bool TryReadOptions(IQueryCollection query, out byte[] options, out string? fault)
    {
        options = [];
        fault = query["get_retained"].ToString() is not ("" or "true" or "false") ? "'get_retained' must be true or false." : null;
        var output = new ArrayBufferWriter<byte>();
        try
        {
            // The more a key of the query says itself, the later it is written: of two the last counts.
            using var given = JsonDocument.Parse(query["options"].ToString() is { Length: > 0 } text ? text : "{}");
            using var json = new Utf8JsonWriter(output);
            json.WriteStartObject();
            foreach (var option in given.RootElement.EnumerateObject())
            {
                option.WriteTo(json);
            }

            if (query["match"].ToString() is { Length: > 0 } match)
            {
                json.WriteString("match"u8, match);
            }

            if (query["get_retained"].ToString() is "true")
            {
                json.WriteBoolean("get_retained"u8, true);
            }

            json.WriteEndObject();
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or EncoderFallbackException or ArgumentException)
        {
            fault = "'options' is no JSON dictionary.";
        }

        options = output.WrittenSpan.ToArray();
        return fault is null;
    }
}
