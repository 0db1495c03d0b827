using WampRouter.Storage;

namespace WampRouter.Sqlite;

/// <summary>
/// A time in which events cannot be written: said when it begins, every minute while it lasts, and when it is over, however many events it concerns. The writing thread's, except <see cref="Cause"/>.
/// </summary>
/// <param name="path">The file.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">Where it is said.</param>
/// <param name="metrics">Where it is counted.</param>
internal sealed partial class WriteTrouble(string path, TimeProvider time, ILogger logger, StorageMetrics metrics)
{
    private static readonly TimeSpan Reminder = TimeSpan.FromMinutes(1);

    private volatile string? _cause;        // null: there is no trouble
    private long _failed;                   // when that was, the last time
    private long _told;                     // when it was said
    private long _events;           // since the trouble began

    /// <summary>Why events could not be written in the last minute; null: they could, or nobody has tried since. Any thread.</summary>
    /// <remarks>Not for longer: whoever takes traffic away from a router in trouble would never see that it is over.</remarks>
    public string? Cause => time.GetElapsedTime(Volatile.Read(ref _failed)) < Reminder ? _cause : null;

    /// <summary>So many events could not be written.</summary>
    public void Note(int events, Exception exception)
    {
        metrics.Lost(events);
        Volatile.Write(ref _failed, time.GetTimestamp());
        _events += events;
        var cause = DiskTrouble.Explain(exception);
        if (cause != _cause || time.GetElapsedTime(_told) >= Reminder)
        {
            (_cause, _told) = (cause, time.GetTimestamp());
            Log.NotWritten(logger, path, cause, _events, exception.Message);
        }
    }

    /// <summary>Events were written.</summary>
    public void Over()
    {
        if (_cause is not null)
        {
            Log.WrittenAgain(logger, path, _events);
            (_cause, _events) = (null, 0);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1501, LogLevel.Error, "The event history {Path} takes no events: {Cause}. {Events:N0} are lost to it so far; publishers who wait for an acknowledgement are told. ({Message})")]
        public static partial void NotWritten(ILogger logger, string path, string cause, long events, string message);

        [LoggerMessage(1502, LogLevel.Information, "The event history {Path} takes events again; {Events:N0} were lost to it")]
        public static partial void WrittenAgain(ILogger logger, string path, long events);
    }
}
