using System.Diagnostics.CodeAnalysis;
using System.Text;
using WampRouter.Sessions.Authentication;

namespace WampRouter.Http;

/// <summary>How a request says who sends it: the header <c>Authorization</c> (RFC 7617, RFC 6750), as the login of a session. Never logged.</summary>
/// <param name="Method">The authentication method; null: the request says nothing, so whoever may join without proof may.</param>
/// <param name="AuthId">The authid; null where the secret alone says who it is.</param>
/// <param name="Secret">What the challenge is answered with.</param>
internal sealed record HttpCredentials(string? Method, string? AuthId, string Secret)
{
    /// <summary>What is asked of a client that has not said who it is.</summary>
    public const string Challenge = "Basic realm=\"WAMP\", charset=\"UTF-8\", Bearer";

    private const string Basic = "Basic";
    private const string Bearer = "Bearer";

    /// <summary>Nobody in particular.</summary>
    public static HttpCredentials None { get; } = new(null, null, "");

    /// <summary>Reads the header.</summary>
    /// <param name="authorization">Its value; null where there is none.</param>
    /// <param name="credentials">What it says.</param>
    /// <param name="fault">What is wrong with it, without anything of it.</param>
    public static bool TryParse(string? authorization, [NotNullWhen(true)] out HttpCredentials? credentials, [NotNullWhen(false)] out string? fault)
    {
        (credentials, fault) = authorization switch
        {
            null or "" => (None, null),
            _ when HasScheme(authorization, Basic) => FromBasic(authorization.AsSpan(Basic.Length).Trim()),
            _ when HasScheme(authorization, Bearer) => FromBearer(authorization[Bearer.Length..].Trim()),
            _ => (null, "The Authorization header has a scheme that is not spoken here: there are Basic, with an authid and its ticket, and Bearer."),
        };
        return credentials is not null;
    }

    private static bool HasScheme(string authorization, string scheme) =>
        authorization.StartsWith(scheme, StringComparison.OrdinalIgnoreCase) && (authorization.Length == scheme.Length || authorization[scheme.Length] is ' ' or '\t');

    private static (HttpCredentials?, string?) FromBasic(ReadOnlySpan<char> encoded)
    {
        const string Wrong = "The Authorization header is no Basic one: after the scheme it has authid:ticket, encoded in Base64.";
        var bytes = new byte[encoded.Length];
        if (!Convert.TryFromBase64Chars(encoded, bytes, out var length) || !System.Text.Unicode.Utf8.IsValid(bytes.AsSpan(0, length)))
        {
            return (null, Wrong);
        }

        var text = Encoding.UTF8.GetString(bytes, 0, length);
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        return colon <= 0 ? (null, Wrong) : (new HttpCredentials(TicketSettings.MethodName, text[..colon], text[(colon + 1)..]), null);
    }

    private static (HttpCredentials?, string?) FromBearer(string token) =>
        token.Length == 0 ? (null, "The Authorization header has no token after Bearer.") : (new HttpCredentials(BearerSettings.MethodName, null, token), null);
}
