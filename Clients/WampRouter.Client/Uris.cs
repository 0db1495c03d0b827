using System.Buffers;
using System.Runtime.CompilerServices;
using System.Text;
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
            var utf8 = Encoding.UTF8.GetBytes(uri);
            throw new ArgumentException(
                Encoding.UTF8.GetString(utf8) == uri
                    ? $"{UriText.Explain(utf8, strict: false, ShapeOf(match))}, such as 'com.example.temperature'{hint}."
                    : $"{UriText.Quote(uri)} is no URI: it is cut in the middle of a character.",
                parameter);
        }
    }

    /// <summary>Throws for a topic or procedure with somebody else's wildcard: WAMP takes it for a character, and nothing would ever come.</summary>
    /// <param name="uri">What is subscribed to or registered.</param>
    /// <param name="isLiteral">Whether it is meant so.</param>
    /// <param name="parameter">Who gave it.</param>
    /// <exception cref="ArgumentException">It is not.</exception>
    public static void ThrowIfMistaken(string uri, bool isLiteral, [CallerArgumentExpression(nameof(uri))] string? parameter = null)
    {
        if (isLiteral || !uri.Contains('*', StringComparison.Ordinal))
        {
            return;
        }

        var instead = UriText.WithoutAsterisk(uri) is (var pattern, var shape)
            ? $"write {UriText.Quote(pattern)} with Match = WampMatch.{(shape == UriShape.Prefix ? nameof(WampMatch.Prefix) : nameof(WampMatch.Wildcard))}"
            : "leave the component empty with Match = WampMatch.Wildcard";
        throw new ArgumentException($"{UriText.Quote(uri)}: '*' is no wildcard in WAMP and stands for itself; {instead}, or set {nameof(WampSubscribeOptions.AsteriskIsLiteral)} if it is meant so.", parameter);
    }

    private static UriShape ShapeOf(WampMatch match) => match switch
    {
        WampMatch.Prefix => UriShape.Prefix,
        WampMatch.Wildcard => UriShape.Wildcard,
        _ => UriShape.Whole,
    };

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
