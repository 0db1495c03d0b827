using WampRouter.Measures;

namespace WampRouter.Storage;

/// <summary>The instruments of durable histories: one set for a router that can have them. How much is in histories is told by their realms. Any thread.</summary>
internal sealed class StorageMetrics
{
    private readonly Total? _lost;
    private readonly RouterMeter? _meter;

    /// <param name="meter">The router's; null: nobody hears.</param>
    public StorageMetrics(RouterMeter? meter)
    {
        _meter = meter;
        _lost = meter?.CreateTotal("wamp_router.history.lost_events", "{event}", "Events that could not be written to their history; publishers who asked for an acknowledgement were told");
    }

    /// <summary>Tells how many bytes of events wait for the disk.</summary>
    /// <param name="used">How many do. Any thread.</param>
    /// <param name="most">How many may.</param>
    public IDisposable? WatchWaiting(Func<long> used, long most) => _meter?.Tables.AddBytes("history_writes", used, () => most);

    /// <summary>Events could not be written.</summary>
    public void Lost(int events) => _lost?.Add(events);
}
