using System.Text.Json.Serialization;
using WampRouter.Sessions.Authentication;

namespace WampRouter;

/// <summary>Who comes in by WAMP-CRA: by signing a challenge with a secret that the router knows too.</summary>
public sealed class WampCraOptions
{
    /// <summary>The users; there must be one.</summary>
    public IList<WampCraPrincipalOptions> Principals { get; } = [];
}

/// <summary>One user of WAMP-CRA. Whoever reads the secrets can log in with them, derived ones too; what a derived one hides is the password.</summary>
/// <param name="authId">The name sent as HELLO.Details.authid.</param>
/// <param name="role">The authrole the session gets.</param>
/// <param name="secrets">The secrets.</param>
/// <exception cref="ArgumentNullException">One of them is null.</exception>
public sealed class WampCraPrincipalOptions(string authId, string role, params IEnumerable<string> secrets)
{
    /// <summary>The iterations of <see cref="OfPassword"/> where nothing else is said.</summary>
    public const int UsualIterations = WampCraSalting.UsualIterations;

    /// <summary>The name sent as HELLO.Details.authid.</summary>
    [JsonPropertyName("authid")]
    public string AuthId { get; } = authId ?? throw new ArgumentNullException(nameof(authId));

    /// <summary>The authrole the session gets.</summary>
    public string Role { get; } = role ?? throw new ArgumentNullException(nameof(role));

    /// <summary>The secrets, one or more, so that one can be replaced without an interruption: as clients have them, or with <see cref="Salt"/> as they derive them from a password, in Base64.</summary>
    public IList<string> Secrets { get; } = [.. secrets ?? throw new ArgumentNullException(nameof(secrets))];

    /// <summary>With this, clients derive their secret from a password (PBKDF2 with HMAC-SHA256). Null: they have it.</summary>
    public string? Salt { get; set; }

    /// <summary>The rounds of that derivation, which clients take at each login. Default: 1,000.</summary>
    public int? Iterations { get; set; }

    /// <summary>The bytes of a derived secret, before Base64. Default: 32.</summary>
    [JsonPropertyName("keylen")]
    public int? KeyLength { get; set; }

    /// <summary>Whether the user is refused from any address but this machine's.</summary>
    public bool LoopbackOnly { get; set; }

    /// <summary>A user with a password, of which only a derived secret is kept, with a new salt.</summary>
    /// <param name="authId">The name sent as HELLO.Details.authid.</param>
    /// <param name="role">The authrole the session gets.</param>
    /// <param name="password">The password.</param>
    /// <param name="iterations">How slow the derivation is made, for whoever guesses and for each login of the client.</param>
    /// <returns>The user.</returns>
    /// <exception cref="ArgumentException">The password is empty, longer than 1024 bytes, or no valid UTF-16.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The iterations are fewer than 1,000 or more than 10,000,000.</exception>
    public static WampCraPrincipalOptions OfPassword(string authId, string role, string password, int iterations = UsualIterations)
    {
        ArgumentNullException.ThrowIfNull(authId);
        ArgumentNullException.ThrowIfNull(role);
        ArgumentException.ThrowIfNullOrEmpty(password);
        ArgumentOutOfRangeException.ThrowIfLessThan(iterations, WampCraSalting.MinimumIterations);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(iterations, WampCraSalting.MaximumIterations);
        if (!WampCraSecret.TryParse(password, out _, out var problem))
        {
            throw new ArgumentException($"The password {problem}.", nameof(password));
        }

        var salting = WampCraSalting.New(iterations);
        return new WampCraPrincipalOptions(authId, role, WampCraSecret.Derive(password, salting).Reveal()) { Salt = salting.Salt, Iterations = salting.Iterations, KeyLength = salting.KeyLength };
    }
}
