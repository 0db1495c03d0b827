using WampRouter.Realms.Patterns;

namespace WampRouter.Realms.Settings;

/// <summary>Where a history is kept.</summary>
internal enum HistoryStore : byte
{
    /// <summary>In memory: lost when the router stops.</summary>
    Memory,

    /// <summary>In a SQLite file: PUBLISHED is sent when the event is on the disk.</summary>
    Sqlite,
}

/// <summary>A topic or pattern whose events are kept.</summary>
internal sealed record HistorySettings
{
    /// <summary>The topic or pattern: the subscription whose history this is.</summary>
    public required string Uri { get; init; }

    /// <summary>How <see cref="Uri"/> is compared with topics.</summary>
    public MatchPolicy Match { get; init; }

    /// <summary>Events kept; one more pushes out the oldest.</summary>
    public int Limit { get; init; } = 1_000;

    /// <summary>
    /// Their size in bytes, with what an event takes beside its content; what exceeds it is pushed out from the oldest on. The newest event stays whatever
    /// its size, so a history may be larger by one message.
    /// </summary>
    public long MaxBytes { get; init; } = 64 * 1024 * 1024;

    /// <summary>How long an event is kept; null: until there are too many.</summary>
    public TimeSpan? MaxAge { get; init; }

    /// <summary>Where.</summary>
    public HistoryStore Store { get; init; }
}
