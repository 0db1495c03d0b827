using WampRouter.Realms.Settings;

namespace WampRouter.Realms.History;

/// <summary>How much there is in a history.</summary>
/// <param name="Events">How many events.</param>
/// <param name="Bytes">The sum of their sizes.</param>
internal readonly record struct HistoryVolume(long Events, long Bytes)
{
    /// <summary>This much and one event more.</summary>
    public HistoryVolume With(long eventBytes) => new(Events + 1, Bytes + eventBytes);

    /// <summary>This much without one of the events.</summary>
    public HistoryVolume Without(long eventBytes) => new(Events - 1, Bytes - eventBytes);

    /// <summary>Whether the oldest event must go. The newest stays whatever its size.</summary>
    public bool Exceeds(HistorySettings settings) => Events > settings.Limit || (Bytes > settings.MaxBytes && Events > 1);
}
