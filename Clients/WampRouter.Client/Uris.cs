using System.Buffers;
using System.Runtime.CompilerServices;
using System.Text.Unicode;
using WampRouter.Wire;

namespace WampRouter.Client;

/// <summary>
/// Checks URIs where they are given: a router answers a malformed one with the end of the session, or with nothing at all. Only the loose rules are checked; the
/// router's realm may ask for more.
/// </summary>
internal static class Uris
{
    private const int StackBytes = 256;
    private const int MostBytesOfChar = 3;

    /// <summary>What a URI must be, for the texts of exceptions.</summary>
    private static readonly string Rule = $"it must have components between single dots, without spaces and '#', and at most {WireLimits.MaxUriBytes} bytes, such as 'com.example.temperature'";

    /// <summary>Whether a text is a URI of a topic, procedure or error.</summary>
    public static bool IsValid(string uri) => Check(uri, WampMatch.Exact);

    /// <summary>Throws if a topic or procedure cannot be named so.</summary>
    /// <param name="uri">Its name.</param>
    /// <param name="match">How it is matched: patterns may have empty components.</param>
    /// <param name="parameter">Who gave it.</param>
    /// <exception cref="ArgumentException">It cannot.</exception>
    public static void ThrowIfInvalid(string uri, WampMatch match = WampMatch.Exact, [CallerArgumentExpression(nameof(uri))] string? parameter = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(uri, parameter);
        if (!Check(uri, match))
        {
            var hint = match == WampMatch.Exact && Check(uri, WampMatch.Wildcard) ? "; patterns with empty components need Match = WampMatch.Prefix or WampMatch.Wildcard" : string.Empty;
            throw new ArgumentException($"'{uri}' is not a WAMP URI: {Rule}{hint}.", parameter);
        }
    }

    private static bool Check(string uri, WampMatch match)
    {
        if (uri.Length > WireLimits.MaxUriBytes)
        {
            return false;
        }

        Span<byte> space = stackalloc byte[StackBytes];
        var buffer = uri.Length > StackBytes / MostBytesOfChar ? new byte[uri.Length * MostBytesOfChar] : space;
        if (Utf8.FromUtf16(uri, buffer, out _, out var length, replaceInvalidSequences: false) != OperationStatus.Done)
        {
            return false;
        }

        var utf8 = buffer[..length];
        return match == WampMatch.Exact
            ? WampUri.IsValid(utf8, strict: false)
            : WampUri.IsValidPattern(utf8, strict: false, allowEmptyComponents: match == WampMatch.Wildcard);
    }
}
