namespace WampRouter.Sessions.Authentication;

/// <summary>What the configuration of a realm says of one authentication method. Immutable. There is one derived record for each method that a realm file can name.</summary>
internal abstract record MethodSettings
{
    /// <summary>The method's name: in HELLO.Details.authmethods, and the key in a realm file.</summary>
    public abstract string Method { get; }

    /// <summary>Whether somebody may join from the router's own machine only.</summary>
    public abstract bool IsPartlyLoopbackOnly { get; }

    /// <summary>Whether users from other machines send their secret as it is, so that the connection must be encrypted.</summary>
    public virtual bool SendsSecretsFromElsewhere => false;

    /// <summary>Makes the method.</summary>
    public abstract IAuthenticationMethod Create(MethodServices services);

    /// <summary>Who may join by it, for people: <c>ticket, 2 users</c>.</summary>
    public abstract string Describe();
}

/// <summary>What methods of the configuration are made from: the realm they are offered by, and what is shared.</summary>
/// <param name="Realm">The name of the realm.</param>
/// <param name="Verifier">Where slow checks run.</param>
/// <param name="Stretch">How tickets are stretched; null for <see cref="TicketHash.Pbkdf2"/>.</param>
/// <param name="Time">The clock.</param>
/// <param name="Decoys">What unknown users are shown. It is the realm's, so that a change of the settings does not show who is unknown.</param>
internal sealed record MethodServices(string Realm, TicketVerifier Verifier, TicketStretch? Stretch, TimeProvider Time, DecoyKey Decoys);
