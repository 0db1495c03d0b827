namespace WampRouter.Realms.Peers;

/// <summary>Who a session is, as authentication settled it.</summary>
/// <param name="Session">The session id: global scope, random.</param>
/// <param name="AuthId">The authenticated name.</param>
/// <param name="AuthRole">The role whose permissions apply.</param>
/// <param name="AuthMethod">How it was authenticated.</param>
/// <param name="AuthProvider">Who vouched for it.</param>
internal sealed record MemberIdentity(ulong Session, string AuthId, string AuthRole, string AuthMethod, string AuthProvider)
{
    /// <summary>
    /// Whom limits by principal count its sessions for: the authid; where that was made up for this one login, the address the client comes from.
    /// </summary>
    public string Principal { get; init; } = AuthId;

    /// <summary>What WELCOME tells it besides, as a JSON object; null: nothing.</summary>
    public byte[]? AuthExtra { get; init; }

    /// <summary>How it came in; null where it is not said.</summary>
    public MemberTransport? Transport { get; init; }
}
