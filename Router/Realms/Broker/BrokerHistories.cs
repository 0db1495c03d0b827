using System.Text;
using WampRouter.Realms.History;
using WampRouter.Realms.Settings;

namespace WampRouter.Realms.Broker;

/// <summary>The histories that a realm's broker keeps, and how others take their place while it runs.</summary>
/// <param name="realm">The realm's name.</param>
/// <param name="subscriptions">Where each has a subscription.</param>
/// <param name="recorder">Writes into them.</param>
/// <param name="store">Opens them; null: none can be configured.</param>
/// <remarks>Any thread; one change at a time, from <see cref="Prepare"/> to its end.</remarks>
internal sealed class BrokerHistories(string realm, SubscriptionTable subscriptions, HistoryRecorder recorder, IEventHistories? store)
{
    private volatile Kept[] _kept = [];

    /// <summary>How much is in all of them.</summary>
    public HistoryVolume Volume => _kept.Select(static kept => kept.History.Volume).Aggregate(default(HistoryVolume), static (sum, volume) => new(sum.Events + volume.Events, sum.Bytes + volume.Bytes));

    /// <summary>Opens what is new; nothing is kept in it before <see cref="Change.TakeEffect"/>.</summary>
    /// <param name="configured">All that are to be kept. The store of one that is kept already is the same.</param>
    /// <returns>Disposed of without having taken effect, it closes what it has opened.</returns>
    public Change Prepare(IReadOnlyList<HistorySettings> configured)
    {
        var opened = new List<Kept>();
        try
        {
            foreach (var settings in configured.Where(settings => !_kept.Any(kept => kept.Settings.IsOfSame(settings))))
            {
                ArgumentNullException.ThrowIfNull(store);
                opened.Add(new Kept(settings, store.Open(realm, settings)));
            }
        }
        catch
        {
            opened.ForEach(kept => kept.History.Dispose());
            throw;
        }

        return new Change(this, configured, opened);
    }

    private void Replace(IReadOnlyList<HistorySettings> configured, List<Kept> opened)
    {
        var before = _kept;
        var after = configured.Select(settings => (before.Concat(opened).First(kept => kept.Settings.IsOfSame(settings)) with { Settings = settings })).ToArray();
        foreach (var kept in after)
        {
            kept.History.Apply(kept.Settings);
        }

        foreach (var kept in opened)
        {
            subscriptions.Keep(kept.Settings.Match, Encoding.UTF8.GetBytes(kept.Settings.Uri), kept.History);
        }

        _kept = after;
        recorder.IsNeeded = after.Length > 0;
        foreach (var gone in before.Where(kept => !after.Any(other => other.History == kept.History)))
        {
            subscriptions.KeepNoMore(gone.Settings.Match, Encoding.UTF8.GetBytes(gone.Settings.Uri));
            gone.History.Dispose();
        }
    }

    /// <summary>A history that is kept.</summary>
    internal sealed record Kept(HistorySettings Settings, IEventHistory History);

    /// <summary>Histories that are ready to take the place of those that are kept.</summary>
    public sealed class Change : IDisposable
    {
        private readonly BrokerHistories _histories;
        private readonly IReadOnlyList<HistorySettings> _configured;
        private readonly List<Kept> _opened;
        private bool _isOver;

        internal Change(BrokerHistories histories, IReadOnlyList<HistorySettings> configured, List<Kept> opened) =>
            (_histories, _configured, _opened) = (histories, configured, opened);

        /// <summary>They are kept from now on; those that are not among them no more. Cannot fail.</summary>
        public void TakeEffect()
        {
            _isOver = true;
            _histories.Replace(_configured, _opened);
        }

        /// <inheritdoc />
        public void Dispose()
        {
            if (!_isOver)
            {
                _isOver = true;
                _opened.ForEach(kept => kept.History.Dispose());
            }
        }
    }
}
