using System.Text;

namespace WampRouter.Configuration.Documents;

/// <summary>How mistakes name what they found and what they expected.</summary>
internal static class Words
{
    private const int LongestQuote = 60;
    private const int ShortestBeginning = 4;

    /// <summary>A text of the configuration in quotes, as <see cref="Show"/> has it.</summary>
    public static string Quote(string text) => $"'{Show(text)}'";

    /// <summary>A text of the configuration, shortened, and without what would upset a terminal: control characters, and what is half a character.</summary>
    public static string Show(string text)
    {
        var shown = new StringBuilder();
        foreach (var rune in text.EnumerateRunes())
        {
            if (shown.Length >= LongestQuote)
            {
                return shown.Append('…').ToString();
            }

            shown.Append(Rune.IsControl(rune) ? Rune.ReplacementChar : rune);
        }

        return shown.ToString();
    }

    /// <summary><c>'a', 'b', 'c'</c>.</summary>
    public static string Enumerate(IEnumerable<string> words) => string.Join(", ", words.Select(Quote));

    /// <summary>The word that was probably meant, or null if none is near.</summary>
    public static string? Nearest(string word, IEnumerable<string> candidates)
    {
        var (nearest, least) = ((string?)null, Math.Max(2, word.Length / 3) + 1);
        foreach (var candidate in candidates)
        {
            if (word.Length >= ShortestBeginning && candidate.StartsWith(word, StringComparison.OrdinalIgnoreCase))
            {
                return candidate;
            }

            var distance = Distance(word.ToLowerInvariant(), candidate.ToLowerInvariant());
            if (distance < least)
            {
                (nearest, least) = (candidate, distance);
            }
        }

        // A short word is "near" to every other short word: half of it must be right.
        return nearest is not null && least * 2 <= nearest.Length ? nearest : null;
    }

    // Insertions, deletions and replacements that lead from one word to the other (Levenshtein).
    private static int Distance(string from, string to)
    {
        var row = Enumerable.Range(0, to.Length + 1).ToArray();
        for (var i = 1; i <= from.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= to.Length; j++)
            {
                var replaced = diagonal + (from[i - 1] == to[j - 1] ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(replaced, Math.Min(row[j], row[j - 1]) + 1);
            }
        }

        return row[^1];
    }
}
