using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace WampRouter.Tests.Doubles;

/// <summary>Keeps what an application logs in all categories.</summary>
internal sealed class LogLines : ILoggerProvider, ILogger
{
    private readonly ConcurrentQueue<(LogLevel Level, EventId Event, string Text)> _lines = new();

    /// <summary>The texts of one event so far.</summary>
    public IReadOnlyList<string> Of(int eventId) => [.. _lines.Where(line => line.Event.Id == eventId).Select(line => line.Text)];

    public ILogger CreateLogger(string categoryName) => this;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        _lines.Enqueue((logLevel, eventId, formatter(state, exception)));

    public void Dispose()
    {
        // Nothing is held.
    }
}
