using System.Buffers;
using System.Buffers.Text;
using System.Security.Cryptography;

namespace WampRouter.Sessions.Authentication;

/// <summary>
/// A bearer token as its holder has it: <c>wamp_</c> and 256 random bits in base64url. It says who somebody is without an authid, so it is never one that a person chose; the prefix lets people, and programs that look for
/// secrets in what is published, recognise one.
/// </summary>
internal static class BearerToken
{
    /// <summary>What every token begins with.</summary>
    public const string Prefix = "wamp_";

    private const int RandomBytes = 32;
    private const int RandomLetters = 43;      // base64url of them, without padding

    private static readonly SearchValues<byte> Letters = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"u8);

    /// <summary>A new token and its hash.</summary>
    public static (string Token, TicketHash Hash) Generate()
    {
        var token = Prefix + Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(RandomBytes));
        return (token, TicketHash.OfGenerated(token));
    }

    /// <summary>Whether a text has the form of a token; what has not is none, and needs no look at any.</summary>
    public static bool HasForm(ReadOnlySpan<byte> textUtf8) =>
        textUtf8.Length == Prefix.Length + RandomLetters && textUtf8.StartsWith("wamp_"u8) && !textUtf8[Prefix.Length..].ContainsAnyExcept(Letters);
}
