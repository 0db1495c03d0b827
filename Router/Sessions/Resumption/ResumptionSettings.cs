namespace WampRouter.Sessions.Resumption;

/// <summary>A realm's settings for sessions that outlive their connection.</summary>
internal sealed record ResumptionSettings
{
    /// <summary>How long a session is kept without a connection; zero allows no session to be resumed.</summary>
    public TimeSpan Window { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>The most bytes kept of one session: the last frames sent to it, then those that could not be sent.</summary>
    public int MaxBytes { get; init; } = 256 * 1024;

    /// <summary>Whether any session can be resumed.</summary>
    public bool IsAllowed => Window > TimeSpan.Zero;
}
