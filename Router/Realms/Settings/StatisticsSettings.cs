namespace WampRouter.Realms.Settings;

/// <summary>When the traffic of a session is told.</summary>
internal sealed record StatisticsSettings
{
    /// <summary>The time between two events of one session.</summary>
    public TimeSpan Interval { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>A session with fewer messages since its last event, both ways together, has to wait for the next time.</summary>
    public int MinMessages { get; init; } = 1;
}
