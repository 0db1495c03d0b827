using System.Collections.Concurrent;

namespace WampRouter.Storage;

/// <summary>The queues of all realms, each where its configuration says. Any thread.</summary>
/// <param name="durable">Keeps those that outlive the process; null: nobody does.</param>
internal sealed class DeliveryQueues(IDurableQueues? durable)
{
    // One that is no longer configured is kept: it may come back.
    private readonly ConcurrentDictionary<(string Realm, string Name), MemoryDeliveryQueue> _inMemory = new();

    /// <summary>What keeps a queue from being opened here; null: nothing that is known before.</summary>
    public string? FindProblem(QueueStore store) => store == QueueStore.Memory ? null
        : durable is not null ? durable.Missing is { } missing ? $"cannot keep its queue in a file: {missing}" : null
        : "keeps its queue in a file, for which the application needs the package WampRouter.Sqlite and 'AddWampRouter(…).AddSqliteHistories()'; \"store\": \"memory\" does without";

    /// <summary>The queue of a name, as it was left.</summary>
    /// <exception cref="EventHistoryException">It cannot be opened, or another router has it.</exception>
    public IDeliveryQueue Open(string realm, string name, QueueStore store, QueueBounds bounds)
    {
        if (store == QueueStore.Sqlite)
        {
            return durable?.Open(realm, name, bounds) ?? throw new InvalidOperationException($"The webhook {name} of {realm} {FindProblem(store)}.");
        }

        var queue = _inMemory.GetOrAdd((realm, name), static _ => new MemoryDeliveryQueue());
        queue.Apply(bounds);
        return queue;
    }
}
