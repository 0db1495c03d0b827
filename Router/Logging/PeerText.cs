using System.Globalization;
using System.Text;

namespace WampRouter.Logging;

/// <summary>How what a peer wrote is shown in the log: never longer than a glance takes, and never as anything but text.</summary>
internal static class PeerText
{
    /// <summary>Characters that are shown of one text; the rest is a number.</summary>
    public const int MostCharacters = 200;

    /// <summary>
    /// The text, cut at <see cref="MostCharacters"/>, with what a terminal or an editor would obey instead of showing (control characters, line ends, marks that turn the
    /// direction of writing) as <c>\u001b</c>. The same instance where there is nothing to change.
    /// </summary>
    public static string Show(string text)
    {
        var isWhole = text.Length <= MostCharacters;
        var start = isWhole ? text.AsSpan() : text.AsSpan(0, MostCharacters);
        if (isWhole && IsPlain(start))
        {
            return text;
        }

        var shown = new StringBuilder(start.Length + 32);
        Span<char> units = stackalloc char[2];
        foreach (var rune in start.EnumerateRunes())
        {
            if (IsShown(rune))
            {
                shown.Append(units[..rune.EncodeToUtf16(units)]);
            }
            else
            {
                shown.Append(CultureInfo.InvariantCulture, $"\\u{rune.Value:x4}");
            }
        }

        return isWhole ? shown.ToString() : shown.Append(CultureInfo.InvariantCulture, $"… ({text.Length:N0} characters)").ToString();
    }

    private static bool IsPlain(ReadOnlySpan<char> text)
    {
        foreach (var rune in text.EnumerateRunes())
        {
            if (!IsShown(rune))
            {
                return false;
            }
        }

        return true;
    }

    private static bool IsShown(Rune rune) => rune.IsAscii
        ? !Rune.IsControl(rune)
        : Rune.GetUnicodeCategory(rune) is not (UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator);
}
