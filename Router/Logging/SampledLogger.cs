using System.Collections.Concurrent;

namespace WampRouter.Logging;

/// <summary>
/// Passes on what is logged, but of one event only so many lines in a time; the rest is counted, and the count is a line of its own. Whoever turns on
/// <see cref="LogLevel.Debug"/> wants to see everything: what is logged there, and below, is never left out.
/// </summary>
/// <remarks>
/// Every line that a peer can cause passes here, and this is where the texts of peers become fit for a log (<see cref="PeerText"/>). A line that names an <c>Address</c>
/// is not left out for what other addresses do: whoever bans by the log must get to see each of them.
/// </remarks>
internal sealed class SampledLogger<T>(ILogger inner, TimeProvider time) : ILogger<T>, IDisposable
{
    private const string AddressName = "Address";

    // By event id. Ids are in the code and never chosen by a peer, so there are never more than a few dozen.
    private readonly ConcurrentDictionary<int, EventFlood> _floods = new();

    /// <inheritdoc />
    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => inner.BeginScope(state);

    /// <inheritdoc />
    public bool IsEnabled(LogLevel logLevel) => inner.IsEnabled(logLevel);

    /// <inheritdoc />
    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (!inner.IsEnabled(logLevel))
        {
            return;     // what nobody reads is not counted either
        }

        var values = state as IReadOnlyList<KeyValuePair<string, object?>>;
        if (logLevel < LogLevel.Information || FloodOf(logLevel, eventId).Admit(AddressIn(values)))
        {
            if (values is not null && ShownLine.Of(values) is { } shown)
            {
                inner.Log(logLevel, eventId, shown, exception, static (line, _) => line.ToString());
            }
            else
            {
                inner.Log(logLevel, eventId, state, exception, formatter);
            }
        }
    }

    /// <summary>Says what was counted and not said yet.</summary>
    public void Dispose()
    {
        foreach (var (_, flood) in _floods)
        {
            flood.Report();
        }
    }

    private static string? AddressIn(IReadOnlyList<KeyValuePair<string, object?>>? values)
    {
        for (var i = 0; i < (values?.Count ?? 0); i++)
        {
            if (values![i].Key == AddressName)
            {
                return values[i].Value?.ToString();
            }
        }

        return null;
    }

    private EventFlood FloodOf(LogLevel level, EventId eventId) =>
        _floods.GetOrAdd(eventId.Id, static (_, given) => new EventFlood(given.Logger, given.Level, given.Event, given.Time), (Logger: inner, Level: level, Event: eventId, Time: time));
}
