using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace WampRouter.Tests.Doubles;

/// <summary>Keeps what is logged, as its readers see it. Any thread.</summary>
internal sealed class LogRecorder<T> : ILogger<T>
{
    private readonly ConcurrentQueue<(LogLevel Level, EventId Event, string Text, Exception? Exception)> _lines = new();
    private readonly ConcurrentQueue<string> _strangers = new();
    private readonly ConcurrentDictionary<int, TaskCompletionSource> _awaited = new();

    /// <summary>Below it nothing is taken.</summary>
    public LogLevel Least { get; init; } = LogLevel.Debug;

    /// <summary>The lines so far.</summary>
    public IReadOnlyList<string> Lines => [.. _lines.Select(line => line.Text)];

    /// <summary>The same with level and event id.</summary>
    public IReadOnlyList<(LogLevel Level, EventId Event, string Text)> Entries => [.. _lines.Select(line => (line.Level, line.Event, line.Text))];

    /// <summary>Those that bring an exception along, so that a log shows its trace.</summary>
    public IReadOnlyList<(LogLevel Level, string Text)> Traced => [.. _lines.Where(line => line.Exception is not null).Select(line => (line.Level, line.Text))];

    /// <summary>What went wrong by an error of the router's own, exceptions included.</summary>
    public IReadOnlyList<string> Failures => [.. _lines.Where(line => line.Level >= LogLevel.Error).Select(line => $"{line.Text} {line.Exception}")];

    /// <summary>Lines of the router under another category than docs/logs.md names. Seen where a factory or a provider makes the loggers.</summary>
    public IReadOnlyList<string> Strangers => [.. _strangers];

    /// <summary>The lines logged under one event id.</summary>
    public IReadOnlyList<string> Of(int eventId) => [.. _lines.Where(line => line.Event.Id == eventId).Select(line => line.Text)];

    /// <summary>Completes when there is a line under this event id.</summary>
    public Task WhenLoggedAsync(int eventId)
    {
        var awaited = _awaited.GetOrAdd(eventId, static _ => new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        if (Of(eventId).Count > 0)
        {
            awaited.TrySetResult();
        }

        return awaited.Task;
    }

    public bool IsEnabled(LogLevel logLevel) => logLevel >= Least;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (IsEnabled(logLevel))
        {
            _lines.Enqueue((logLevel, eventId, formatter(state, exception), exception));
            _awaited.GetValueOrDefault(eventId.Id)?.TrySetResult();
        }
    }

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    /// <summary>Makes only this one.</summary>
    public ILoggerFactory AsFactory() => new Factory(this);

    /// <summary>Gives only this one, for every category.</summary>
    public ILoggerProvider AsProvider() => new Factory(this);

    private sealed class Factory(LogRecorder<T> logger) : ILoggerFactory, ILoggerProvider
    {
        public ILogger CreateLogger(string categoryName) => new OfCategory(categoryName, logger);

        public void AddProvider(ILoggerProvider provider) => throw new NotSupportedException();

        public void Dispose()
        {
        }
    }

    private sealed class OfCategory(string category, LogRecorder<T> logger) : ILogger
    {
        public bool IsEnabled(LogLevel logLevel) => logger.IsEnabled(logLevel);

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (!LogCategories.Has(category, eventId))
            {
                logger._strangers.Enqueue($"{eventId.Id} under {category}");
            }

            logger.Log(logLevel, eventId, state, exception, formatter);
        }

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => logger.BeginScope(state);
    }
}
