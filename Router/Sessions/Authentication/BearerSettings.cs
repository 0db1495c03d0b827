using System.Globalization;

namespace WampRouter.Sessions.Authentication;

/// <summary>Who may join with a bearer token, which is sent as it is and alone says who its holder is. A method of this router; its exchange is that of tickets.</summary>
internal sealed record BearerSettings : PrincipalSettings
{
    /// <summary>The name of the method.</summary>
    public const string MethodName = "bearer";

    /// <inheritdoc />
    public override string Method => MethodName;

    /// <summary>The users, by authid. No two tokens of theirs are the same.</summary>
    public required IReadOnlyDictionary<string, BearerPrincipal> Principals { get; init; }

    /// <inheritdoc />
    public override string SecretsWord => "tokens";

    /// <inheritdoc />
    public override IReadOnlyCollection<Principal> Users => [.. Principals.Values];

    /// <inheritdoc />
    public override bool SendsSecretsFromElsewhere => Principals.Values.Any(user => !user.LoopbackOnly);

    /// <inheritdoc />
    public override Principal? Find(string authId) => Principals.GetValueOrDefault(authId);

    /// <inheritdoc />
    public override IAuthenticationMethod Create(MethodServices services) => new BearerMethod(this, services.Time);

    /// <inheritdoc />
    public override string Describe()
    {
        var (all, local) = (Principals.Values.Sum(user => user.Tokens.Count), Principals.Values.Sum(user => user.LoopbackOnly ? user.Tokens.Count : 0));
        return Describe(string.Create(CultureInfo.InvariantCulture, $"{all} {(all == 1 ? "token" : "tokens")}"), all, local);
    }
}

/// <summary>One user of the bearer method.</summary>
internal sealed record BearerPrincipal : Principal
{
    /// <summary>What is kept of the tokens; several, for several places, or so that one can be replaced without an interruption.</summary>
    public required IReadOnlyList<KeptToken> Tokens { get; init; }

    /// <inheritdoc />
    public override bool HasSecretsOf(Principal other) => other is BearerPrincipal same && Tokens.SequenceEqual(same.Tokens);
}

/// <summary>What is kept of a bearer token.</summary>
/// <param name="Hash">Its hash, which <c>make-token</c> prints; never a stretched one.</param>
/// <param name="Expires">From when on nobody can log in with it; null: it does not expire.</param>
internal sealed record KeptToken(TicketHash Hash, DateTimeOffset? Expires = null);
