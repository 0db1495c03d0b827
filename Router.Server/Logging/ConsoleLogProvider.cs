using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;

namespace WampRouter.Server.Logging;

/// <summary>
/// The console as a place for logs, in the forms that .NET's own has. That one waits for a console that does not keep up, or drops lines and tells nobody who counts; and
/// at the end of the process it waits in any case.
/// </summary>
/// <param name="formatter">What makes lines.</param>
/// <param name="output">Where they go.</param>
/// <param name="toError">Lines of this level and above go to standard error.</param>
[ProviderAlias("Console")]
internal sealed partial class ConsoleLogProvider(ConsoleFormatter formatter, ConsoleOutput output, LogLevel toError) : ILoggerProvider, ISupportExternalScope
{
    private IExternalScopeProvider? _scopes;

    /// <summary>The line that says how many are missing.</summary>
    public static string DescribeDropped(ConsoleFormatter formatter, long lines)
    {
        var text = "";
        Log.Dropped(new LineLogger(typeof(ConsoleOutput).FullName!, formatter, () => null, (_, line) => text = line), lines);
        return text;
    }

    /// <inheritdoc />
    public ILogger CreateLogger(string categoryName) =>
        new LineLogger(categoryName, formatter, () => _scopes, (level, line) => output.Write(line, isError: level >= toError));

    /// <inheritdoc />
    public void SetScopeProvider(IExternalScopeProvider scopeProvider) => _scopes = scopeProvider;

    /// <inheritdoc />
    public void Dispose()
    {
    }

    private sealed class LineLogger(string category, ConsoleFormatter formatter, Func<IExternalScopeProvider?> scopes, Action<LogLevel, string> write) : ILogger
    {
        private const int KeptCapacity = 1024;

        [ThreadStatic]
        private static StringWriter? _writer;

        public bool IsEnabled(LogLevel logLevel) => logLevel != LogLevel.None;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => scopes()?.Push(state);

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatting)
        {
            var writer = _writer ??= new StringWriter(System.Globalization.CultureInfo.InvariantCulture);
            var entry = new LogEntry<TState>(logLevel, category, eventId, state, exception, formatting);
            formatter.Write(in entry, scopes(), writer);
            var built = writer.GetStringBuilder();
            if (built.Length == 0)
            {
                return;
            }

            var line = built.ToString();
            built.Clear();
            built.Capacity = Math.Min(built.Capacity, KeptCapacity);
            write(logLevel, line);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1002, LogLevel.Warning, "{Lines:N0} lines of the log are missing here: nobody took them from the console, and Logging:Console:MaxQueueLength waited already")]
        public static partial void Dropped(ILogger logger, long lines);
    }
}
