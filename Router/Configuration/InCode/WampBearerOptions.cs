using System.Text.Json.Serialization;
using WampRouter.Sessions.Authentication;

namespace WampRouter;

/// <summary>Who comes in with a bearer token, which alone says who its holder is.</summary>
public sealed class WampBearerOptions
{
    /// <summary>The users; there must be one.</summary>
    public IList<WampBearerPrincipalOptions> Principals { get; } = [];
}

/// <summary>One user of the bearer method.</summary>
/// <param name="authId">Who the session is. The client need not name it.</param>
/// <param name="role">The authrole the session gets.</param>
/// <param name="hashes">Hashes of tokens that do not expire.</param>
/// <exception cref="ArgumentNullException">One of them is null.</exception>
public sealed class WampBearerPrincipalOptions(string authId, string role, params IEnumerable<string> hashes)
{
    /// <summary>Who the session is. A client that names an authid in HELLO must name this one.</summary>
    [JsonPropertyName("authid")]
    public string AuthId { get; } = authId ?? throw new ArgumentNullException(nameof(authId));

    /// <summary>The authrole the session gets.</summary>
    public string Role { get; } = role ?? throw new ArgumentNullException(nameof(role));

    /// <summary>The tokens, one or more, so that one can be replaced without an interruption. No other user of the realm has the same.</summary>
    public IList<WampBearerTokenOptions> Tokens { get; } = [.. (hashes ?? throw new ArgumentNullException(nameof(hashes))).Select(static hash => hash is null ? null! : new WampBearerTokenOptions(hash))];      // a null is told of with the other mistakes

    /// <summary>Whether the user is refused from any address but this machine's.</summary>
    public bool LoopbackOnly { get; set; }
}

/// <summary>What is kept of a bearer token.</summary>
/// <param name="hash">Its hash.</param>
/// <exception cref="ArgumentNullException">The hash is null.</exception>
public sealed class WampBearerTokenOptions(string hash)
{
    /// <summary>The hash, as <c>wamprouter make-token</c> and <see cref="WampBearerToken"/> make it.</summary>
    public string Hash { get; } = hash ?? throw new ArgumentNullException(nameof(hash));

    /// <summary>From when on nobody can log in with the token. Null: it does not expire.</summary>
    public DateTimeOffset? Expires { get; set; }
}

/// <summary>A new bearer token: 256 random bits, behind a prefix by which tokens of this router are recognised.</summary>
public sealed class WampBearerToken
{
    private WampBearerToken(string token, string hash) => (Token, Hash) = (token, hash);

    /// <summary>The token, for whoever is to log in with it. The router cannot show it again.</summary>
    public string Token { get; }

    /// <summary>What the router keeps of it (<see cref="WampBearerTokenOptions.Hash"/>); the token cannot be read from it.</summary>
    public string Hash { get; }

    /// <summary>Makes one.</summary>
    /// <returns>The token and its hash.</returns>
    public static WampBearerToken New()
    {
        var (token, hash) = BearerToken.Generate();
        return new WampBearerToken(token, hash.ToString());
    }

    /// <summary>The hash, so that a token does not get into a log.</summary>
    /// <returns>Text that the token cannot be read from.</returns>
    public override string ToString() => Hash;
}
