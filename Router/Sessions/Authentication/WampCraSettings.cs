using System.Security.Cryptography;

namespace WampRouter.Sessions.Authentication;

/// <summary>Who may join by signing a challenge with a shared secret, which never travels (<c>rfc/text/advanced/authentication_cra.md</c>).</summary>
internal sealed record WampCraSettings : PrincipalSettings
{
    /// <summary>The name of the method.</summary>
    public const string MethodName = "wampcra";

    /// <inheritdoc />
    public override string Method => MethodName;

    /// <summary>The users, by authid.</summary>
    public required IReadOnlyDictionary<string, WampCraPrincipal> Principals { get; init; }

    /// <inheritdoc />
    public override string SecretsWord => "secrets";

    /// <inheritdoc />
    public override IReadOnlyCollection<Principal> Users => [.. Principals.Values];

    /// <inheritdoc />
    public override Principal? Find(string authId) => Principals.GetValueOrDefault(authId);

    /// <inheritdoc />
    public override IAuthenticationMethod Create(MethodServices services) => new WampCraMethod(this, services);
}

/// <summary>One user of WAMP-CRA.</summary>
internal sealed record WampCraPrincipal : Principal
{
    /// <summary>The secrets; several, so that one can be replaced without an interruption.</summary>
    public required IReadOnlyList<WampCraSecret> Secrets { get; init; }

    /// <summary>How the client derives its secret from a password; null where it has the secret itself.</summary>
    public WampCraSalting? Salting { get; init; }

    /// <summary>Whether the secret may be a password, or come from one: guesses must then be slow.</summary>
    public bool IsGuessable => Salting is not null || Secrets.Any(secret => secret.IsShort);

    /// <inheritdoc />
    public override bool HasSecretsOf(Principal other) =>
        other is WampCraPrincipal same && Equals(Salting, same.Salting) && Secrets.Count == same.Secrets.Count && Secrets.Zip(same.Secrets).All(pair => pair.First.Equals(pair.Second));
}

/// <summary>How a secret is derived from a password: PBKDF2 with HMAC-SHA256 ("Password Salting" in <c>authentication_cra.md</c>). All of it is told to whoever names the user.</summary>
/// <param name="Salt">The salt, as text: its UTF-8 is what counts.</param>
/// <param name="Iterations">The rounds; the client takes them at each login.</param>
/// <param name="KeyLength">The bytes of the derived key, before Base64.</param>
internal sealed record WampCraSalting(string Salt, int Iterations, int KeyLength)
{
    /// <summary>The fewest rounds that are taken.</summary>
    public const int MinimumIterations = 1_000;

    /// <summary>The most rounds that are taken: a digit too many must not cost each client minutes.</summary>
    public const int MaximumIterations = 10_000_000;

    /// <summary>The rounds where nothing is said: clients such as Autobahn take as many where a router does not say.</summary>
    public const int DefaultIterations = 1_000;

    /// <summary>The rounds of a new secret: a compromise with clients in JavaScript, which are slow at it.</summary>
    public const int UsualIterations = 100_000;

    /// <summary>The shortest derived key that is taken.</summary>
    public const int MinimumKeyLength = 16;

    /// <summary>The longest derived key that is taken: more than two blocks of SHA-256 add work and no strength.</summary>
    public const int MaximumKeyLength = 64;

    /// <summary>The bytes of a derived key where nothing is said; clients take as many.</summary>
    public const int DefaultKeyLength = 32;

    /// <summary>The bytes of a salt that the router makes, before Base64.</summary>
    public const int SaltBytes = 16;

    /// <summary>The longest salt that is taken, in bytes of UTF-8.</summary>
    public const int MaximumSaltBytes = 256;

    /// <summary>A new salt.</summary>
    public static WampCraSalting New(int iterations) => new(Convert.ToBase64String(RandomNumberGenerator.GetBytes(SaltBytes)), iterations, DefaultKeyLength);
}
