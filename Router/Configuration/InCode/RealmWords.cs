namespace WampRouter;

/// <summary>Which rule URIs must satisfy.</summary>
public enum WampUriCheck
{
    /// <summary>No whitespace, no <c>#</c>, no empty component.</summary>
    Loose,

    /// <summary>Components of lower-case letters, digits and underscores only.</summary>
    Strict,
}

/// <summary>How a configured URI matches those of messages.</summary>
public enum WampUriMatch
{
    /// <summary>Only itself.</summary>
    Exact,

    /// <summary>All that begin with it.</summary>
    Prefix,

    /// <summary>All with the same components, where an empty one stands for any.</summary>
    Wildcard,
}

/// <summary>How strictly request ids are checked; clients in the field send random ones.</summary>
public enum WampRequestIdCheck
{
    /// <summary>Any id is taken.</summary>
    Off,

    /// <summary>Any id is taken; the first one out of order is logged, once per session.</summary>
    Log,

    /// <summary>Each id must be the one before plus 1; any start.</summary>
    Monotonic,

    /// <summary>The letter of the specification: 1, 2, 3…</summary>
    Strict,
}

/// <summary>What happens when a peer does not read fast enough and its outbox is full.</summary>
public enum WampOverflow
{
    /// <summary>The session ends: the peer can reconnect and knows that it missed something.</summary>
    Disconnect,

    /// <summary>EVENTs are dropped and counted. Replies are never dropped: for them the session still ends.</summary>
    DropEvents,
}

/// <summary>Where a history is kept.</summary>
public enum WampHistoryStore
{
    /// <summary>In memory: it ends with the router.</summary>
    Memory,

    /// <summary>In a file: <c>AddWampRouter(…).AddSqliteHistories()</c> of the package WampRouter.Sqlite.</summary>
    Sqlite,
}
