namespace WampRouter.Sessions.Outboxes;

/// <summary>What waits for a peer whose transport is behind.</summary>
/// <param name="Flush">The number of the flush that the transport has not taken yet.</param>
/// <param name="FlushingBytes">How much that is.</param>
/// <param name="HeldBytes">All that waits, that included.</param>
internal readonly record struct OutboxBacklog(long Flush, long FlushingBytes, long HeldBytes);
