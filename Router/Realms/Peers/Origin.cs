namespace WampRouter.Realms.Peers;

/// <summary>
/// Who made a publication or a call, and where. He need not be a member of the realm: the router itself publishes, and another router speaks for its own sessions.
/// </summary>
/// <param name="Identity">Who; null: the router itself.</param>
/// <param name="TrustLevel">The trust level that receivers are told; null: they are not told any.</param>
/// <param name="Elsewhere">Where he is, if not at this router: a name for the log, which no client is told. Null: here.</param>
internal readonly record struct Origin(MemberIdentity? Identity, int? TrustLevel, string? Elsewhere = null)
{
    /// <summary>The router itself.</summary>
    public static Origin Router => default;

    /// <summary>Whether it was made at this router, so that others elsewhere may want it.</summary>
    public bool IsHere => Elsewhere is null;
}
