using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using WampRouter.Sessions.Hello;
using WampRouter.Wire;

namespace WampRouter.Sessions.Authentication;

/// <summary>Dictionaries of a login as an application sees them: JSON objects, whatever the client speaks.</summary>
internal static class ApplicationExtras
{
    private static readonly JsonDocumentOptions Strict = new() { MaxDepth = WireLimits.MaxDepth, AllowDuplicateProperties = false };

    /// <summary>Reads what a client says.</summary>
    /// <param name="extra">What it says; null: nothing.</param>
    /// <param name="json">The same; null where it says nothing.</param>
    /// <param name="problem">Why JSON has no way to say it.</param>
    public static bool TryRead(EncodedExtra? extra, out JsonObject? json, out string? problem)
    {
        (json, problem) = (null, null);
        if (extra is null)
        {
            return true;
        }

        if (!extra.TryConvert(WireFormat.Json, out var text, out problem))
        {
            return false;
        }

        try
        {
            json = JsonNode.Parse(text!.ToArray(), documentOptions: Strict) as JsonObject;
            return json is not null;
        }
        catch (JsonException)
        {
            problem = "a key is there twice";       // anything else is no dictionary of a message
            return false;
        }
    }

    /// <summary>Writes what an application says.</summary>
    /// <param name="json">What it says; null: nothing.</param>
    /// <param name="extra">The same; null where it says nothing.</param>
    /// <param name="problem">What is wrong with it.</param>
    /// <exception cref="JsonException">It is nested too deep.</exception>
    public static bool TryWrite(JsonObject? json, out EncodedExtra? extra, out string? problem)
    {
        (extra, problem) = (null, null);
        if (json is null)
        {
            return true;
        }

        var bytes = JsonSerializer.SerializeToUtf8Bytes(json, JsonNodes.Default.JsonObject);
        problem = bytes.Length > EncodedExtra.MaxBytes
            ? string.Create(CultureInfo.InvariantCulture, $"is too large: {EncodedExtra.MaxBytes} bytes is the most, and it has {bytes.Length}")
            : HasHalfPair(json) ? NameRules.HalfPair        // after it was written, which refuses what is nested too deep
            : null;
        extra = problem is null ? new EncodedExtra(WireFormat.Json, bytes) : null;
        return problem is null;
    }

    private static bool HasHalfPair(JsonNode? node) => node switch
    {
        JsonObject entries => entries.Any(entry => NameRules.FindLength(entry.Key) is null || HasHalfPair(entry.Value)),
        JsonArray items => items.Any(HasHalfPair),
        JsonValue value => value.TryGetValue<string>(out var text) && NameRules.FindLength(text) is null,
        _ => false,
    };
}
