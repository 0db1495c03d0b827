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
    /// <summary>The topic or pattern of the subscription whose history this is.</summary>
    public required string Uri { get; init; }

    /// <summary>How <see cref="Uri"/> is compared with topics.</summary>
    public MatchPolicy Match { get; init; }

    /// <summary>The most events kept; a further one removes the oldest.</summary>
    public int Limit { get; init; } = 1_000;

    /// <summary>
    /// The most bytes kept, including overhead for each event. Beyond it the oldest events are removed. The newest event is kept whatever
    /// its size, so a history may be larger by one message.
    /// </summary>
    public long MaxBytes { get; init; } = 64 * 1024 * 1024;

    /// <summary>How long an event is kept; null: no limit.</summary>
    public TimeSpan? MaxAge { get; init; }

    /// <summary>Where the events are kept.</summary>
    public HistoryStore Store { get; init; }

    /// <summary>Whether another one is of the same topic or pattern.</summary>
    public bool IsOfSame(HistorySettings other) => Uri == other.Uri && Match == other.Match;
}
