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

    /// <summary>HELLO, the answer or what came of its check is being taken: the time limit comes too late to answer.</summary>
    Entering,

    /// <summary>WELCOME was sent.</summary>
    Established,

    /// <summary>We said GOODBYE first; everything but the peer's GOODBYE is ignored.</summary>
    ShuttingDown,

    /// <summary>ABORT was sent or received, or the connection is gone: the end.</summary>
    Failed,
}
