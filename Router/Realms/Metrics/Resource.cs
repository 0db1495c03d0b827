namespace WampRouter.Realms.Metrics;

/// <summary>What sessions make a realm hold; each is counted and has limits.</summary>
internal enum Resource : byte
{
    /// <summary>The sessions themselves.</summary>
    Sessions,

    Subscriptions,

    SubscriptionBytes,

    Registrations,

    RegistrationBytes,

    Testaments,

    TestamentBytes,

    Definitions,

    DefinitionBytes,

    /// <summary>Copies of calls that wait, that may be rerouted, or that come in pieces.</summary>
    HeldCallBytes,

    /// <summary>Readings of histories that run or wait for their turn.</summary>
    HistoryReads,
}
