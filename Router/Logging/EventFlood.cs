namespace WampRouter.Logging;

/// <summary>
/// How often one event was logged lately. A window begins with the first line; when it ends, the lines that were left out in it are told as a number. Any thread.
/// </summary>
/// <param name="logger">Where the number goes.</param>
/// <param name="level">The level of the event, and of the number.</param>
/// <param name="eventId">The event.</param>
/// <param name="time">The clock of the window.</param>
internal sealed partial class EventFlood(ILogger logger, LogLevel level, EventId eventId, TimeProvider time)
{
    /// <summary>Lines of one event in a window.</summary>
    public const int MostLines = 10;

    /// <summary>How long lines are counted together.</summary>
    public static readonly TimeSpan Window = TimeSpan.FromSeconds(10);

    private readonly Lock _gate = new();        // nothing is logged under it
    private long _windowStart;
    private int _lines;
    private long _leftOut;
    private ITimer? _end;                       // there while something is left out

    /// <summary>Whether a line of the event is to be written. If not, it is counted.</summary>
    public bool Admit()
    {
        lock (_gate)
        {
            var age = _lines == 0 ? Window : time.GetElapsedTime(_windowStart);
            if (_end is null && age >= Window)
            {
                (_windowStart, _lines, age) = (time.GetTimestamp(), 0, TimeSpan.Zero);
            }

            if (_lines < MostLines)
            {
                _lines++;
                return true;
            }

            _leftOut++;
            _end ??= time.CreateTimer(static flood => ((EventFlood)flood!).Report(), this, Window - age, Timeout.InfiniteTimeSpan);
            return false;
        }
    }

    /// <summary>Says what was left out, if anything, and begins a new window.</summary>
    public void Report()
    {
        long leftOut;
        lock (_gate)
        {
            _end?.Dispose();
            (leftOut, _leftOut, _lines, _end) = (_leftOut, 0, 0, null);
        }

        if (leftOut > 0)
        {
            Log.LeftOut(logger, level, leftOut, eventId.Id, eventId.Name, (int)Window.TotalSeconds);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 1001, Message = "… {Count:N0} more of event {Event} ({Name}) within {Seconds} s were left out")]
        public static partial void LeftOut(ILogger logger, LogLevel level, long count, int @event, string? name, int seconds);
    }
}
