using Microsoft.Extensions.Logging;

namespace WampRouter.Tests.Doubles;

/// <summary>Keeps what is logged, as it would be printed. Any thread.</summary>
internal sealed class RecordingLogger<T> : ILogger<T>
{
    private readonly Lock _gate = new();
    private readonly List<(int Id, string Text)> _entries = [];

    /// <summary>The texts logged under this event id.</summary>
    public IReadOnlyList<string> Of(int eventId)
    {
        lock (_gate)
        {
            return [.. _entries.Where(entry => entry.Id == eventId).Select(entry => entry.Text)];
        }
    }

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        lock (_gate)
        {
            _entries.Add((eventId.Id, formatter(state, exception)));
        }
    }
}
