namespace WampRouter.Realms.Dealer;

/// <summary>A procedure and the session that serves it. Immutable; the table entry of its URI points to it while it stands.</summary>
internal sealed class Registration(ulong id, UriEntry procedure, Member callee)
{
    /// <summary>The registration id: router scope.</summary>
    public ulong Id { get; } = id;

    /// <summary>The procedure.</summary>
    public UriEntry Procedure { get; } = procedure;

    /// <summary>Who serves it.</summary>
    public Member Callee { get; } = callee;
}
