using Microsoft.Extensions.Logging;

namespace WampRouter.Tests.Doubles;

/// <summary>A log whose lines a test reads.</summary>
internal sealed class RecordedLog<T> : ILogger<T>
{
    private readonly Lock _gate = new();
    private readonly List<(EventId Event, LogLevel Level, string Text)> _lines = [];

    /// <summary>The lines of one event, or all.</summary>
    public IReadOnlyList<string> Texts(int? eventId = null)
    {
        lock (_gate)
        {
            return [.. _lines.Where(line => eventId is null || line.Event.Id == eventId).Select(line => line.Text)];
        }
    }

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        lock (_gate)
        {
            _lines.Add((eventId, logLevel, formatter(state, exception)));
        }
    }
}
