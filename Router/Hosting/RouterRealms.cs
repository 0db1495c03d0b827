using WampRouter.Configuration;
using WampRouter.Configuration.Changes;
using WampRouter.Realms.Broker;
using WampRouter.Sessions;

namespace WampRouter.Hosting;

/// <summary>The realms of a router, and how another configuration of them takes effect while sessions stay.</summary>
/// <param name="host">Makes a realm that can be joined; throws where its histories cannot be opened.</param>
internal sealed class RouterRealms(Func<RealmConfiguration, HostedRealm> host)
{
    private volatile IReadOnlyList<Served> _served = [];

    /// <summary>What holds of each realm, in their order.</summary>
    public IEnumerable<RealmConfiguration> Configurations => _served.Select(realm => realm.Configuration);

    /// <summary>The names of the realms, in their order.</summary>
    public IReadOnlyList<string> Names => [.. _served.Select(realm => realm.Name)];

    /// <summary>Makes the first realms.</summary>
    public IReadOnlyList<HostedRealm> Open(IEnumerable<RealmConfiguration> configurations)
    {
        _served = [.. configurations.Select(Serve)];
        return [.. _served.Select(realm => realm.Hosted)];
    }

    /// <summary>Makes ready what another configuration needs: new realms, and new histories. One call at a time: <see cref="RouterReload"/> sees to that.</summary>
    /// <param name="configurations">Every realm there is to be.</param>
    /// <param name="sessions">Where logins look realms up.</param>
    /// <exception cref="Storage.EventHistoryException">A history cannot be opened; nothing is left of the attempt.</exception>
    public Change Prepare(IReadOnlyList<RealmConfiguration> configurations, SessionContext sessions)
    {
        var change = new Change(this, sessions, [.. _served.Where(realm => !configurations.Any(after => after.Realm.Name == realm.Name))]);
        try
        {
            foreach (var after in configurations)
            {
                change.Add(_served.FirstOrDefault(realm => realm.Name == after.Realm.Name), after);
            }

            return change;
        }
        catch
        {
            change.Dispose();
            throw;
        }
    }

    private Served Serve(RealmConfiguration configuration) => new(configuration, host(configuration));

    internal sealed record Served(RealmConfiguration Configuration, HostedRealm Hosted)
    {
        public string Name => Configuration.Realm.Name;
    }

    /// <summary>A realm as it is to be. One that is new has no <paramref name="Histories"/> of its own to change: it was made with them.</summary>
    private sealed record Planned(Served Served, BrokerHistories.Change? Histories, bool IsChanged);

    internal sealed class Change(RouterRealms realms, SessionContext sessions, IReadOnlyList<Served> removed) : IReloadStep
    {
        private readonly List<Planned> _planned = [];
        private readonly List<string> _changes = [];
        private readonly List<string> _needRestart = [];
        private bool _isInEffect;

        public IReadOnlyList<string> Changes => [.. _changes, .. removed.Select(realm => Sentence(realm.Name, "it is closed, because it is no longer configured"))];

        public IReadOnlyList<string> NeedRestart => _needRestart;

        /// <summary>The realms as they are to be.</summary>
        public IEnumerable<RealmConfiguration> After => _planned.Select(realm => realm.Served.Configuration);

        public void Add(Served? before, RealmConfiguration after)
        {
            if (before is null)
            {
                _planned.Add(new Planned(realms.Serve(after), Histories: null, IsChanged: false));
                _changes.Add(Sentence(after.Realm.Name, "it is new"));
                return;
            }

            var difference = RealmDifference.Between(before.Configuration, after);
            var applied = WithoutWhatNeedsARestart(before.Configuration, after);
            _planned.Add(new Planned(before with { Configuration = applied }, before.Hosted.Realm.PrepareHistories(applied.Realm), IsChanged: difference.Changes.Count > 0));
            _changes.AddRange(difference.Changes.Select(change => Sentence(before.Name, change)));
            _needRestart.AddRange(difference.NeedRestart.Select(change => Sentence(before.Name, change)));
        }

        public PolicyEffect TakeEffect()
        {
            _isInEffect = true;
            realms._served = [.. _planned.Select(realm => realm.Served)];
            sessions.Replace(realms._served.Select(realm => realm.Hosted));
            var lost = default(PolicyEffect);
            foreach (var (realm, histories, _) in _planned.Where(realm => realm.IsChanged))
            {
                lost += realm.Hosted.Apply(realm.Configuration.Realm, realm.Configuration.Sessions, histories);
            }

            return removed.Aggregate(lost, (sum, realm) => sum + new PolicyEffect(0, 0, realm.Hosted.Close()));
        }

        public void Dispose()
        {
            foreach (var (realm, histories, _) in _isInEffect ? [] : _planned)
            {
                histories?.Dispose();
                if (histories is null)
                {
                    realm.Hosted.Close();
                }
            }
        }

        private static string Sentence(string realm, string change) => $"realm {realm}: {change}";

        /// <summary>What needs a restart stays as it is, and is told again by the next reload.</summary>
        private static RealmConfiguration WithoutWhatNeedsARestart(RealmConfiguration configured, RealmConfiguration after) => after with
        {
            Webhooks = after.Webhooks with
            {
                Deliveries = [.. after.Webhooks.Deliveries.Select(delivery => configured.Webhooks.Deliveries.FirstOrDefault(known => known.Name == delivery.Name) is { } known ? delivery with { Store = known.Store } : delivery)],
            },
            Realm = after.Realm with
            {
                UriCheck = configured.Realm.UriCheck,
                History = [.. after.Realm.History.Select(history => configured.Realm.History.FirstOrDefault(history.IsOfSame) is { } known ? history with { Store = known.Store } : history)],
            },
        };
    }
}
