namespace WampRouter.Sessions.Outboxes;

/// <summary>What waits for a peer whose transport is behind.</summary>
/// <param name="Flush">The number of the flush that the transport has not taken yet.</param>
/// <param name="FlushingBytes">The bytes of that flush.</param>
/// <param name="HeldBytes">All that waits, that flush included.</param>
internal readonly record struct OutboxBacklog(long Flush, long FlushingBytes, long HeldBytes);
