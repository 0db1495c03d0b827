using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Unicode;
using WampRouter.Wire;

namespace WampRouter.Http;

/// <summary>
/// The body of a request to publish or to call: a JSON dictionary with <c>topic</c> or <c>procedure</c>, <c>args</c>, <c>kwargs</c> and <c>options</c>. Its values are passed on as they are written. Immutable.
/// </summary>
internal sealed class RequestBody
{
    private RequestBody()
    {
    }

    /// <summary>The topic or procedure, in JSON.</summary>
    public required ReadOnlyMemory<byte> Uri { get; init; }

    /// <summary>A list, in JSON; empty: none.</summary>
    public required ReadOnlyMemory<byte> Args { get; init; }

    /// <summary>A dictionary, in JSON; empty: none.</summary>
    public required ReadOnlyMemory<byte> Kwargs { get; init; }

    /// <summary>A dictionary, in JSON; empty: none.</summary>
    public required ReadOnlyMemory<byte> Options { get; init; }

    /// <summary>Reads a body.</summary>
    /// <param name="json">The body. Kept by the result.</param>
    /// <param name="uriKey">What the URI is called: <c>topic</c> or <c>procedure</c>.</param>
    /// <param name="body">What it says.</param>
    /// <param name="fault">What is wrong with it.</param>
    public static bool TryParse(ReadOnlyMemory<byte> json, string uriKey, [NotNullWhen(true)] out RequestBody? body, [NotNullWhen(false)] out string? fault)
    {
        body = null;
        if (!TryReadDictionary(json.Span, out var entries, out fault))
        {
            return false;
        }

        ReadOnlyMemory<byte> uri = default, args = default, kwargs = default, options = default;
        while (entries.TryReadNext(out var key, out var value))
        {
            var encoded = json.Slice(StartOf(value.Raw, json.Span), value.Raw.Length);
            var name = Encoding.UTF8.GetString(key);
            fault = name switch
            {
                _ when name == uriKey => Take(value, WireKind.Text, "a text", name, encoded, ref uri),
                "args" => Take(value, WireKind.List, "a list", name, encoded, ref args),
                "kwargs" => Take(value, WireKind.Dictionary, "a dictionary", name, encoded, ref kwargs),
                "options" => Take(value, WireKind.Dictionary, "a dictionary", name, encoded, ref options),
                _ => $"There is no '{Shorten(name)}': a body has '{uriKey}', 'args', 'kwargs' and 'options'.",
            };
            if (fault is not null)
            {
                return false;
            }
        }

        if (uri.IsEmpty)
        {
            fault = $"The body lacks '{uriKey}'.";
            return false;
        }

        body = new RequestBody { Uri = uri, Args = args, Kwargs = kwargs, Options = options };
        return true;
    }

    private static bool TryReadDictionary(ReadOnlySpan<byte> json, out DictionaryReader entries, [NotNullWhen(false)] out string? fault)
    {
        entries = default;
        var reader = new TokenReader(WireFormat.Json, json);
        if (json.IsEmpty)
        {
            fault = "The body is empty.";
        }
        else if (!Utf8.IsValid(json))
        {
            fault = "The body is not UTF-8.";
        }
        else if (!WireValue.TryRead(ref reader, out var value) || reader.ContentFault is not null || json[reader.Position..].ContainsAnyExcept(" \t\r\n"u8))
        {
            fault = $"The body is no JSON: {reader.ContentFault ?? reader.Fault ?? "more follows its end"}.";
        }
        else if (value.Kind is not WireKind.Dictionary)
        {
            fault = "The body is no JSON dictionary.";
        }
        else
        {
            entries = value.AsDictionary();
            fault = null;
        }

        return fault is null;
    }

    /// <summary>Null is as good as nothing, as it is in WAMP messages.</summary>
    private static string? Take(in WireValue value, WireKind kind, string what, string name, ReadOnlyMemory<byte> encoded, ref ReadOnlyMemory<byte> place)
    {
        place = value.Kind == kind ? encoded : default;
        return value.Kind == kind || value.Kind is WireKind.Null ? null : $"'{name}' must be {what}.";
    }

    private static int StartOf(ReadOnlySpan<byte> part, ReadOnlySpan<byte> whole)
    {
        whole.Overlaps(part, out var offset);
        return offset;
    }

    private static string Shorten(string name) => name.Length > 40 ? name[..(char.IsHighSurrogate(name[39]) ? 39 : 40)] + "…" : name;
}
