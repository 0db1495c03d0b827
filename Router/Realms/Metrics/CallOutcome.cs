namespace WampRouter.Realms.Metrics;

/// <summary>How a call ended.</summary>
internal enum CallOutcome : byte
{
    /// <summary>With a RESULT.</summary>
    Result,

    /// <summary>With the callee's ERROR.</summary>
    Error,

    /// <summary>The router refused it, before or after a callee was found.</summary>
    Refused,

    /// <summary>Its caller canceled it.</summary>
    Canceled,

    /// <summary>Its time was over.</summary>
    TimedOut,

    /// <summary>Its callee left.</summary>
    CalleeLeft,

    /// <summary>Its caller left, and nobody waits for an answer.</summary>
    CallerLeft,
}
