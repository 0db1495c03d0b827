namespace WampRouter.Transports;

/// <summary>How far the bytes of a read took a connection.</summary>
internal enum Progress
{
    /// <summary>There may be another message in the bytes at hand.</summary>
    Continue,

    /// <summary>All that can be used is used.</summary>
    NeedMore,

    /// <summary>The session wants to be awaited before the next message.</summary>
    Wait,

    /// <summary>No message will be delivered any more.</summary>
    Ended,
}
