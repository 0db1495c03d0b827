namespace WampRouter.Realms.Peers;

/// <summary>The identity of a session, as authentication determined it.</summary>
/// <param name="Session">The session id: global scope, random.</param>
/// <param name="AuthId">The authenticated name.</param>
/// <param name="AuthRole">The role whose permissions apply.</param>
/// <param name="AuthMethod">How it was authenticated.</param>
/// <param name="AuthProvider">Who vouched for it.</param>
internal sealed record MemberIdentity(ulong Session, string AuthId, string AuthRole, string AuthMethod, string AuthProvider)
{
    /// <summary>
    /// The name under which limits by principal count the session: the authid; if that was made up for this login, the client's address.
    /// </summary>
    public string Principal { get; init; } = AuthId;

    /// <summary>Whether the connection brought this identity along, and no authentication method was asked.</summary>
    public bool IsGranted { get; init; }

    /// <summary>Whether it came from the router's own machine when it logged in.</summary>
    public bool IsLocal { get; init; }

    /// <summary>Whether a method of another realm let the session in, and led it here: no method of this realm is asked whether it may stay.</summary>
    public bool IsLedHere { get; init; }

    /// <summary>How the session reached the router; null where it is not known.</summary>
    public MemberTransport? Transport { get; init; }
}
