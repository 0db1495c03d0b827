using System.Buffers;
using System.Globalization;
using System.Text;

namespace WampRouter.Wire;

/// <summary>What a URI is to be.</summary>
internal enum UriShape : byte
{
    /// <summary>The name of one topic, procedure, error or realm.</summary>
    Whole,

    /// <summary>A prefix pattern.</summary>
    Prefix,

    /// <summary>A wildcard pattern.</summary>
    Wildcard,
}

/// <summary>URIs in texts for people: quoted, with what is wrong with them and what their writer may have meant. Only what is refused or odd gets here.</summary>
internal static class UriText
{
    /// <summary>Characters of a URI that a text shows: enough to recognize it, and no way to fill a log.</summary>
    private const int MostQuoted = 80;

    private const char Ellipsis = '…';

    /// <summary>The URI between quotes: cut, and with escapes for what does not show or would break the line.</summary>
    public static string Quote(ReadOnlySpan<byte> utf8) => Quote(Encoding.UTF8.GetString(utf8[..Math.Min(utf8.Length, WireLimits.MaxUriBytes)]));

    /// <inheritdoc cref="Quote(ReadOnlySpan{byte})"/>
    public static string Quote(string uri)
    {
        var quoted = new StringBuilder(Math.Min(uri.Length, MostQuoted) + 3).Append('\'');
        var left = MostQuoted;
        foreach (var rune in uri.EnumerateRunes())
        {
            if (left-- == 0)
            {
                quoted.Append(Ellipsis);
                break;
            }

            Append(quoted, rune);
        }

        return quoted.Append('\'').ToString();
    }

    /// <summary>What is wrong with a URI or pattern, and the rule it breaks, as a sentence without its full stop.</summary>
    /// <param name="utf8">What <see cref="WampUri"/> did not take.</param>
    /// <param name="strict">By which rule.</param>
    /// <param name="shape">As what.</param>
    public static string Explain(ReadOnlySpan<byte> utf8, bool strict, UriShape shape = UriShape.Whole)
    {
        var what = shape switch { UriShape.Prefix => "prefix of URIs", UriShape.Wildcard => "wildcard pattern", _ => "URI" };
        var rule = strict
            ? "this realm's strict rule wants components of a-z, 0-9 and _, separated by single dots"
            : "the loose rule wants components without whitespace and '#', separated by single dots";
        return $"{Quote(utf8)} is no {what}: it {FaultOf(utf8, strict, shape)}; {rule}";
    }

    /// <summary>For a URI with an asterisk, which is a character like any other in WAMP, the pattern that says what its writer may have meant; null where that is not clear.</summary>
    public static (string Pattern, UriShape Shape)? WithoutAsterisk(string uri)
    {
        if (uri.IndexOf('*', StringComparison.Ordinal) == uri.Length - 1 && uri.Length > 0)
        {
            return (uri[..^1], UriShape.Prefix);
        }

        var components = uri.Split('.');
        return components.All(component => component == "*" || !component.Contains('*', StringComparison.Ordinal)) && components.Contains("*")
            ? (string.Join('.', components.Select(component => component == "*" ? "" : component)), UriShape.Wildcard)
            : null;
    }

    private static string FaultOf(ReadOnlySpan<byte> utf8, bool strict, UriShape shape)
    {
        if (utf8.IsEmpty)
        {
            return "is empty";
        }

        if (utf8.Length > WireLimits.MaxUriBytes)
        {
            return FormattableString.Invariant($"has {utf8.Length} bytes in UTF-8, and {WireLimits.MaxUriBytes} are the most");
        }

        return CharacterFaultOf(utf8, strict) ?? ComponentFaultOf(utf8, shape);
    }

    private static string? CharacterFaultOf(ReadOnlySpan<byte> utf8, bool strict)
    {
        for (var at = 0; at < utf8.Length;)
        {
            if (Rune.DecodeFromUtf8(utf8[at..], out var rune, out var length) != OperationStatus.Done)
            {
                return "is not valid UTF-8";
            }

            if (!WampUri.MayHold(rune, strict))
            {
                var verb = at == 0 ? "begins with" : at + length == utf8.Length ? "ends with" : "has";
                return $"{verb} {NameOf(rune)}";
            }

            at += length;
        }

        return null;
    }

    private static string ComponentFaultOf(ReadOnlySpan<byte> utf8, UriShape shape) =>
        utf8[0] == '.' ? "begins with a dot"
        : utf8[^1] == '.' && shape == UriShape.Whole ? "ends with a dot"
        : "has an empty component: two dots in a row";

    private static string NameOf(Rune rune)
    {
        var shown = new StringBuilder();
        Append(shown, rune);
        return rune.Value == ' ' ? "a space"
            : rune.Value == '\n' || rune.Value == '\r' ? "a line break"
            : Rune.IsWhiteSpace(rune) ? $"whitespace ({shown})"
            : Rune.IsUpper(rune) ? $"an upper-case letter ('{shown}')"
            : $"'{shown}'";
    }

    private static void Append(StringBuilder text, Rune rune)
    {
        var shows = Rune.GetUnicodeCategory(rune) is not (UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned)
            && (rune.Value == ' ' || !Rune.IsWhiteSpace(rune));
        text.Append(shows ? rune.ToString() : string.Create(CultureInfo.InvariantCulture, $"U+{rune.Value:X4}"));
    }
}
