using WampRouter.Delivery;
using WampRouter.Realms.Events;
using WampRouter.Realms.Settings;

namespace WampRouter.Realms.History;

/// <summary>
/// The events of one subscription, in the order in which the broker received them (<c>rfc/text/advanced/pubsub_event_history.md</c>). Bounded in number,
/// size and age. Disposed of when nobody is to add to it any more: what is kept outlives that where it outlives the process. Any thread.
/// </summary>
internal interface IEventHistory : IDisposable
{
    /// <summary>Other bounds hold from now on: what is beyond a lower one goes at the latest with the next event. Uri, match and store are the same.</summary>
    void Apply(HistorySettings settings);

    /// <summary>Adds an event at the end. Never blocks.</summary>
    /// <param name="stored">The event.</param>
    /// <param name="receipt">
    /// Is told when the event is safe. A history that stores events later calls <see cref="IAppendReceipt.Expect"/> before it returns; one that
    /// keeps events in memory does not call it.
    /// </param>
    /// <returns>False if there is no room at the moment: the event is not kept.</returns>
    bool TryAppend(StoredEvent stored, IAppendReceipt? receipt);

    /// <summary>How much it holds now.</summary>
    HistoryVolume Volume { get; }

    /// <summary>
    /// Continues a reading for one turn: while <see cref="HistoryReading.LooksOn"/>. Events that are not on the disk yet are not found.
    /// </summary>
    Task ReadAsync(HistoryReading reading);
}

/// <summary>Takes the events that a reading finds. One thread at a time.</summary>
internal interface IHistoryPage
{
    /// <summary>How many events it has.</summary>
    int Count { get; }

    /// <summary>Whether to fetch an event of this <see cref="StoredEvent.SizeInBytes"/>. Always true for the first one.</summary>
    bool HasRoomFor(long bytes);

    /// <summary>Takes an event, or skips one that cannot be sent to the reader. False: the page has no room for it.</summary>
    bool TryTake(StoredEvent stored);
}

/// <summary>Waits until an event is safe in every history.</summary>
internal interface IAppendReceipt
{
    /// <summary>Announces one more call of <see cref="Complete"/>.</summary>
    void Expect();

    /// <summary>One expected history is done. Any thread, not under a lock.</summary>
    /// <param name="isStored">Whether the event is safe.</param>
    /// <param name="batch">Flushed by the caller afterwards.</param>
    void Complete(bool isStored, FlushBatch batch);
}

/// <summary>Opens the histories of all realms; implemented by storage.</summary>
internal interface IEventHistories
{
    /// <summary>Opens the history of one configured topic or pattern, with the events kept from earlier runs.</summary>
    IEventHistory Open(string realm, HistorySettings settings);
}
