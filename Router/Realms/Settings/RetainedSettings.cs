namespace WampRouter.Realms.Settings;

/// <summary>Bounds on the events that publishers ask to retain. What exceeds them is forgotten from the oldest on.</summary>
internal sealed record RetainedSettings
{
    /// <summary>Events of all topics; 0 retains none.</summary>
    public int MaxEvents { get; init; } = 10_000;

    /// <summary>Their memory, in bytes.</summary>
    public int MaxBytes { get; init; } = 64 * 1024 * 1024;

    /// <summary>The memory of those that the sessions of one principal published, in bytes: beyond it that principal's oldest are forgotten. Null: as many as there may be.</summary>
    public int? MaxBytesPerPrincipal { get; init; }

    /// <summary>How long one is kept; null: until there are too many.</summary>
    public TimeSpan? MaxAge { get; init; }
}
