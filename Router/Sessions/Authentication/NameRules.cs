using System.Globalization;
using System.Text;
using WampRouter.Wire;

namespace WampRouter.Sessions.Authentication;

/// <summary>What an authid or an authrole may be, whoever gives it: a realm file, code, an application that says who a client is, or the client.</summary>
internal static class NameRules
{
    /// <summary>The longest, in bytes of UTF-8: as long as a URI. Each session keeps its own, and meta events tell them.</summary>
    public const int MaxBytes = WireLimits.MaxUriBytes;

    /// <summary>What is wrong with a text that holds half of a surrogate pair. Written as UTF-8 it would be U+FFFD, and so would any other: two users would be one.</summary>
    public const string HalfPair = "holds half of a surrogate pair, which is no character";

    /// <summary>What is wrong with a name, or null.</summary>
    public static string? FindProblem(string name) =>
        name.Length == 0 ? "must not be empty"
        : FindLength(name) is not { } length ? HalfPair
        : length > MaxBytes ? string.Create(CultureInfo.InvariantCulture, $"is too long: {MaxBytes} bytes is the most, and it has {length}")
        : null;

    /// <summary>How many bytes of UTF-8 a text has; null where it is none.</summary>
    public static int? FindLength(string text)
    {
        for (var at = 0; at < text.Length; at++)
        {
            if (char.IsSurrogate(text[at]))
            {
                if (!Rune.TryGetRuneAt(text, at, out _))
                {
                    return null;
                }

                at++;
            }
        }

        return Encoding.UTF8.GetByteCount(text);
    }
}
