namespace WampRouter.Realms.Settings;

/// <summary>When the statistics of a session's traffic are published.</summary>
internal sealed record StatisticsSettings
{
    /// <summary>The time between two events of one session.</summary>
    public TimeSpan Interval { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>The fewest messages since the last event, both ways together; a session with fewer is skipped this time.</summary>
    public int MinMessages { get; init; } = 1;
}
