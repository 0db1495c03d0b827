using System.Buffers;
using System.Text;

namespace WampRouter.Transports.Compression;

/// <summary>An extension as a client offers it.</summary>
/// <param name="Name">Its token.</param>
/// <param name="Parameters">Its parameters in their order; the value is null where there is none. Unknown and repeated ones are still in.</param>
internal sealed record ExtensionOffer(string Name, IReadOnlyList<(string Name, string? Value)> Parameters)
{
    /// <summary>Whether it is the extension of that name. Tokens of HTTP are the same in any case.</summary>
    public bool Is(string name) => Name.Equals(name, StringComparison.OrdinalIgnoreCase);
}

/// <summary>
/// The value of <c>Sec-WebSocket-Extensions</c> (RFC 6455 section 9.1): extensions by preference, each with its parameters. A value may be quoted, and must be a token without its quotes.
/// Knows the grammar only; what an extension means by its parameters is for others to say.
/// </summary>
internal ref struct ExtensionHeader
{
    private static readonly SearchValues<char> TokenCharacters = SearchValues.Create("!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");

    private ReadOnlySpan<char> _rest;

    /// <summary>Reads the header.</summary>
    /// <param name="value">Repeated headers are joined by commas; null where there is none.</param>
    /// <param name="offers">By preference.</param>
    /// <returns>False where the grammar is broken: RFC 6455 section 9.1 wants the connection refused then.</returns>
    public static bool TryRead(string? value, out IReadOnlyList<ExtensionOffer> offers)
    {
        var list = new List<ExtensionOffer>();
        offers = list;
        var header = new ExtensionHeader { _rest = value };
        while (header.SkipEmptyElements())
        {
            if (!header.TryReadOffer(out var offer))
            {
                return false;
            }

            list.Add(offer);
        }

        return true;
    }

    /// <summary>HTTP lets lists have empty elements (RFC 9110 section 5.6.1). False at the end.</summary>
    private bool SkipEmptyElements()
    {
        _rest = _rest.TrimStart(" \t,");
        return !_rest.IsEmpty;
    }

    private bool TryReadOffer(out ExtensionOffer offer)
    {
        var parameters = new List<(string, string?)>();
        offer = new ExtensionOffer(ReadToken(), parameters);
        var isGood = offer.Name.Length > 0;
        while (isGood && TrySkip(';'))
        {
            isGood = TryReadParameter(out var parameter);
            parameters.Add(parameter);
        }

        _rest = _rest.TrimStart(" \t");
        return isGood && (_rest.IsEmpty || _rest[0] == ',');
    }

    private bool TryReadParameter(out (string Name, string? Value) parameter)
    {
        parameter = (ReadToken(), null);
        if (parameter.Name.Length == 0 || !TrySkip('='))
        {
            return parameter.Name.Length > 0;
        }

        parameter.Value = TrySkip('"') ? ReadQuoted() : ReadToken();
        return parameter.Value.Length > 0;
    }

    private string ReadToken()
    {
        _rest = _rest.TrimStart(" \t");
        var end = _rest.IndexOfAnyExcept(TokenCharacters);
        var token = _rest[..(end < 0 ? _rest.Length : end)];
        _rest = _rest[token.Length..];
        return token.ToString();
    }

    /// <summary>What is between the quotes, the first of which was read; empty where it is no token or does not end.</summary>
    private string ReadQuoted()
    {
        var text = new StringBuilder();
        for (var at = 0; at < _rest.Length; at++)
        {
            if (_rest[at] == '"')
            {
                _rest = _rest[(at + 1)..];
                return text.ToString() is var token && token.AsSpan().ContainsAnyExcept(TokenCharacters) ? string.Empty : token;
            }

            at += _rest[at] == '\\' ? 1 : 0;        // the character behind it is meant
            text.Append(at < _rest.Length ? _rest[at] : '\\');
        }

        return string.Empty;
    }

    private bool TrySkip(char separator)
    {
        var rest = _rest.TrimStart(" \t");
        var isThere = !rest.IsEmpty && rest[0] == separator;
        _rest = isThere ? rest[1..] : _rest;
        return isThere;
    }
}
