using WampRouter.Realms.History;
using WampRouter.Realms.Settings;

namespace WampRouter.Storage;

/// <summary>The histories of all realms, each where its configuration says.</summary>
/// <param name="time">The clock that ages events.</param>
/// <param name="durable">Keeps those that outlive the process; null: nobody does.</param>
internal sealed class EventHistories(TimeProvider time, IDurableHistories? durable) : IEventHistories
{
    /// <summary>What keeps a history from being opened here; null: nothing that is known before.</summary>
    public string? FindProblem(HistorySettings settings) => settings.Store == HistoryStore.Memory ? null
        : durable is not null ? durable.Missing is { } missing ? $"cannot be kept in a file: {missing}" : null
        : "keeps events in a file, for which the application needs the package WampRouter.Sqlite and 'AddWampRouter(…).AddSqliteHistories()'";

    /// <inheritdoc />
    /// <exception cref="EventHistoryException">It cannot be opened, or another router has it.</exception>
    public IEventHistory Open(string realm, HistorySettings settings) => settings.Store == HistoryStore.Memory
        ? new MemoryEventHistory(settings, time)
        : durable?.Open(realm, settings) ?? throw new InvalidOperationException($"A history of {realm} {FindProblem(settings)}.");
}
