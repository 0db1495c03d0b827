namespace WampRouter.Realms.Settings;

/// <summary>Bounds on the events that publishers ask to retain. Beyond them the oldest are forgotten.</summary>
internal sealed record RetainedSettings
{
    /// <summary>Retained events of all topics; 0 retains none.</summary>
    public int MaxEvents { get; init; } = 10_000;

    /// <summary>Their memory, in bytes.</summary>
    public int MaxBytes { get; init; } = 64 * 1024 * 1024;

    /// <summary>The memory of the events that the sessions of one principal published, in bytes; beyond it that principal's oldest are forgotten. Null: as <see cref="MaxBytes"/>.</summary>
    public int? MaxBytesPerPrincipal { get; init; }

    /// <summary>How long an event is retained; null: no limit.</summary>
    public TimeSpan? MaxAge { get; init; }
}
