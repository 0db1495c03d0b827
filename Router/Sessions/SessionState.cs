namespace WampRouter.Sessions;

/// <summary>The states of <c>rfc/text/basic/sessions.md</c>, seen from the router.</summary>
internal enum SessionState
{
    /// <summary>No session on this connection: HELLO comes next.</summary>
    Closed,

    /// <summary>CHALLENGE was sent: AUTHENTICATE comes next.</summary>
    Challenging,

    /// <summary>The answer is being checked: nothing may come.</summary>
    Authenticating,

    /// <summary>HELLO, AUTHENTICATE or the result of a check is being processed: the deadline can no longer send an ABORT.</summary>
    Entering,

    /// <summary>WELCOME was sent.</summary>
    Established,

    /// <summary>The router sent GOODBYE first; everything except the peer's GOODBYE or ABORT is ignored.</summary>
    ShuttingDown,

    /// <summary>ABORT was sent or received, or the connection is gone: the end.</summary>
    Failed,
}
