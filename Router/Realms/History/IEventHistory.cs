using WampRouter.Delivery;
using WampRouter.Realms.Events;
using WampRouter.Realms.Settings;

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

    /// <summary>
    /// Goes on with a reading for one turn: as long as it <see cref="HistoryReading.LooksOn"/>. Events still on their way to the disk are not found.
    /// </summary>
    Task ReadAsync(HistoryReading reading);
}

/// <summary>Takes the events that a reading finds. One thread at a time.</summary>
internal interface IHistoryPage
{
    /// <summary>Events on it.</summary>
    int Count { get; }

    /// <summary>Whether an event of this size, as <see cref="StoredEvent.SizeInBytes"/> has it, is worth being fetched. The first one always is.</summary>
    bool HasRoomFor(long bytes);

    /// <summary>Takes an event, or passes over one that its reader cannot be told. False: the page is full without it.</summary>
    bool TryTake(StoredEvent stored);
}

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
