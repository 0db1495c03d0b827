namespace WampRouter.Realms.Peers;

/// <summary>The features of HELLO.Details.roles that change what the router sends to this peer. Unknown ones are ignored.</summary>
[Flags]
internal enum PeerFeatures
{
    None = 0,

    /// <summary>callee: understands INTERRUPT.</summary>
    CalleeCanceling = 1 << 0,

    /// <summary>callee: may be asked for progressive results.</summary>
    CalleeProgressiveResults = 1 << 1,

    /// <summary>callee: takes calls in pieces.</summary>
    CalleeProgressiveInvocations = 1 << 2,

    /// <summary>callee: enforces the timeouts of calls itself.</summary>
    CalleeTimeout = 1 << 3,

    /// <summary>callee: understands UNREGISTERED that it did not request.</summary>
    CalleeRevocation = 1 << 4,

    /// <summary>callee: takes payloads it cannot decode.</summary>
    CalleePayloadPassthru = 1 << 5,

    /// <summary>caller: sends calls in pieces.</summary>
    CallerProgressiveInvocations = 1 << 6,

    /// <summary>caller: takes payloads it cannot decode.</summary>
    CallerPayloadPassthru = 1 << 7,

    /// <summary>publisher: sends payloads others cannot decode.</summary>
    PublisherPayloadPassthru = 1 << 8,

    /// <summary>subscriber: understands UNSUBSCRIBED that it did not request.</summary>
    SubscriberRevocation = 1 << 9,

    /// <summary>subscriber: takes payloads it cannot decode.</summary>
    SubscriberPayloadPassthru = 1 << 10,

    /// <summary>callee: returns calls that it cannot serve now.</summary>
    CalleeReroute = 1 << 11,
}
