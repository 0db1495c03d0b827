namespace WampRouter.Realms;

/// <summary>The features of HELLO.Details.roles that change what the router sends to this peer. Unknown ones are ignored.</summary>
[Flags]
internal enum PeerFeatures
{
    None = 0,

    /// <summary>callee: understands INTERRUPT.</summary>
    CalleeCanceling = 1 << 0,
}
