using System.Buffers;
using System.Text;

namespace WampRouter.Wire;

/// <summary>
/// The rules for URIs (<c>rfc/text/basic/building_blocks.md</c> "URIs"), applied to UTF-8. Loose: components of anything but
/// <c>.</c>, <c>#</c> and Unicode whitespace. Strict: components of <c>[0-9a-z_]</c>. Never longer than <see cref="WireLimits.MaxUriBytes"/>.
/// </summary>
internal static class WampUri
{
    private static readonly SearchValues<byte> Strict = SearchValues.Create("0123456789abcdefghijklmnopqrstuvwxyz_."u8);

    /// <summary>All of ASCII that a loose URI may hold: no control or space that counts as whitespace, no <c>#</c>.</summary>
    private static readonly SearchValues<byte> LooseAscii =
        SearchValues.Create([.. Enumerable.Range(0, 128).Where(c => !IsPythonSpace((char)c) && c != '#').Select(c => (byte)c)]);

    private static ReadOnlySpan<byte> Reserved => "wamp"u8;

    /// <summary>Whether this names a topic, procedure or error: one component at least, none empty.</summary>
    public static bool IsValid(ReadOnlySpan<byte> utf8, bool strict) =>
        HasLegalCharacters(utf8, strict) && !HasEmptyComponent(utf8);

    /// <summary>Whether this is a pattern.</summary>
    /// <param name="utf8">The pattern.</param>
    /// <param name="strict">Which characters components may hold.</param>
    /// <param name="allowEmptyComponents">Wildcard patterns: any component may be empty. Otherwise, for prefix patterns, only the last may: <c>com.myapp.</c></param>
    public static bool IsValidPattern(ReadOnlySpan<byte> utf8, bool strict, bool allowEmptyComponents)
    {
        if (!HasLegalCharacters(utf8, strict))
        {
            return false;
        }

        return allowEmptyComponents || !HasEmptyComponent(utf8[^1] == '.' ? utf8[..^1] : utf8);
    }

    /// <summary>Whether the first component is <c>wamp</c>: these URIs are the router's, also the bare word.</summary>
    public static bool IsReserved(ReadOnlySpan<byte> utf8) =>
        utf8.StartsWith(Reserved) && (utf8.Length == Reserved.Length || utf8[Reserved.Length] == '.');

    /// <summary>Whether a URI may hold this character; the dot between components is one.</summary>
    public static bool MayHold(Rune rune, bool strict) => strict
        ? rune.IsAscii && Strict.Contains((byte)rune.Value)
        : rune.Value != '#' && !(rune.IsBmp && IsPythonSpace((char)rune.Value));

    private static bool HasLegalCharacters(ReadOnlySpan<byte> utf8, bool strict)
    {
        if (utf8.IsEmpty || utf8.Length > WireLimits.MaxUriBytes)
        {
            return false;
        }

        var suspect = utf8.IndexOfAnyExcept(strict ? Strict : LooseAscii);
        return suspect < 0 || (!strict && HasNoUnicodeSpace(utf8[suspect..]));
    }

    /// <summary>Begins at the first byte that is not plain; false for malformed UTF-8 too.</summary>
    private static bool HasNoUnicodeSpace(ReadOnlySpan<byte> utf8)
    {
        while (!utf8.IsEmpty)
        {
            if (Rune.DecodeFromUtf8(utf8, out var rune, out var length) is not OperationStatus.Done || !MayHold(rune, strict: false))
            {
                return false;
            }

            utf8 = utf8[length..];
        }

        return true;
    }

    /// <summary>What <c>\s</c> matches in the specification's Python expressions: also the four separators from U+001C on.</summary>
    private static bool IsPythonSpace(char c) => char.IsWhiteSpace(c) || c is >= '\u001C' and <= '\u001F';

    private static bool HasEmptyComponent(ReadOnlySpan<byte> utf8) =>
        utf8.IsEmpty || utf8[0] == '.' || utf8[^1] == '.' || utf8.IndexOf(".."u8) >= 0;
}
