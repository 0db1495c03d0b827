namespace WampRouter.Realms.History;

/// <summary>
/// The events of one subscription, in the order in which the broker received them (<c>rfc/text/advanced/pubsub_event_history.md</c>). Bounded in number,
/// size and age. Any thread.
/// </summary>
internal interface IEventHistory
{
    /// <summary>Adds an event at the end. Never blocks.</summary>
    /// <param name="stored">The event.</param>
    /// <param name="receipt">
    /// Who waits to hear that the event is safe. A history that can say so only later calls <see cref="IAppendReceipt.Expect"/> before it returns; one that
    /// keeps events in memory leaves it alone.
    /// </param>
    /// <returns>False if there is no room at the moment: the event is not kept.</returns>
    bool TryAppend(StoredEvent stored, IAppendReceipt? receipt);

    /// <summary>The events that meet all conditions. Events still on their way to the disk are not among them.</summary>
    Task<HistoryExcerpt> ReadAsync(EventHistoryQuery query, CancellationToken cancellationToken);
}

/// <summary>What a query finds.</summary>
/// <param name="Events">In the order asked for.</param>
/// <param name="Unknown">The condition that names a publication which is not in the history: there are no events then. Null: there is none such.</param>
internal readonly record struct HistoryExcerpt(IReadOnlyList<StoredEvent> Events, string? Unknown = null);

/// <summary>Waits for events to be safe.</summary>
internal interface IAppendReceipt
{
    /// <summary>One more <see cref="Complete"/> will follow.</summary>
    void Expect();

    /// <summary>One of those awaited is over. Any thread, not under a lock.</summary>
    /// <param name="isStored">Whether the event is safe.</param>
    /// <param name="batch">Flushed by the caller afterwards.</param>
    void Complete(bool isStored, FlushBatch batch);
}

/// <summary>Where the histories of all realms are kept; implemented by storage.</summary>
internal interface IEventHistories
{
    /// <summary>The history of one configured topic or pattern, with what is left of it from earlier runs.</summary>
    IEventHistory Open(string realm, HistorySettings settings);
}
