namespace WampRouter.Sessions.Outboxes;

/// <summary>What became of a frame offered to an <see cref="Outbox"/>.</summary>
internal enum EnqueueResult
{
    /// <summary>Written; it will be flushed.</summary>
    Accepted,

    /// <summary>No room: the peer does not keep up. Nothing was written.</summary>
    Full,

    /// <summary>The connection, or the WAMP session on it, takes no more frames.</summary>
    Closed,
}
