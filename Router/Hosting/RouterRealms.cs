using WampRouter.Configuration;
using WampRouter.Configuration.Changes;
using WampRouter.Sessions;

namespace WampRouter.Hosting;

/// <summary>The realms of a router, and how another configuration of them takes effect while sessions stay.</summary>
/// <param name="host">Makes a realm that can be joined; throws where its histories cannot be opened.</param>
internal sealed class RouterRealms(Func<RealmConfiguration, HostedRealm> host)
{
    private volatile IReadOnlyList<Served> _served = [];

    /// <summary>The names of the realms, in their order.</summary>
    public IReadOnlyList<string> Names => [.. _served.Select(realm => realm.Configuration.Realm.Name)];

    /// <summary>Makes the first realms.</summary>
    public IReadOnlyList<HostedRealm> Open(IEnumerable<RealmConfiguration> configurations)
    {
        _served = [.. configurations.Select(Serve)];
        return [.. _served.Select(realm => realm.Hosted)];
    }

    /// <summary>Puts another configuration into effect: all of it, or nothing where a new realm cannot be opened. One call at a time: <see cref="RouterReload"/> sees to that.</summary>
    /// <param name="configurations">Every realm there is to be.</param>
    /// <param name="sessions">Where logins look realms up.</param>
    /// <returns>What is different, in sentences.</returns>
    public RealmChanges Apply(IReadOnlyList<RealmConfiguration> configurations, SessionContext sessions)
    {
        var before = _served.ToDictionary(realm => realm.Configuration.Realm.Name, StringComparer.Ordinal);
        var steps = configurations.Select(after => Plan(before.GetValueOrDefault(after.Realm.Name), after)).ToArray();
        var removed = _served.Where(realm => !configurations.Any(after => after.Realm.Name == realm.Configuration.Realm.Name)).ToArray();

        // From here on nothing can fail.
        _served = [.. steps.Select(step => step.Served)];
        sessions.Replace(_served.Select(realm => realm.Hosted));
        var changes = new RealmChanges();
        foreach (var step in steps)
        {
            changes.Add(step.Name, step.Changes, step.NeedRestart, step.TakeEffect());
        }

        foreach (var realm in removed)
        {
            changes.Add(realm.Configuration.Realm.Name, ["it is closed, because it is no longer configured"], [], new PolicyEffect(0, 0, realm.Hosted.Close()));
        }

        return changes;
    }

    private Served Serve(RealmConfiguration configuration) => new(configuration, host(configuration));

    private Step Plan(Served? before, RealmConfiguration after)
    {
        if (before is null)
        {
            return new Step(Serve(after), ["it is new"], [], IsNew: true);
        }

        var difference = RealmDifference.Between(before.Configuration, after);

        // What needs a restart stays as it is, and is told again by the next reload.
        var applied = after with { Realm = after.Realm with { UriCheck = before.Configuration.Realm.UriCheck, History = before.Configuration.Realm.History } };
        return new Step(before with { Configuration = applied }, difference.Changes, difference.NeedRestart, IsNew: false);
    }

    private sealed record Served(RealmConfiguration Configuration, HostedRealm Hosted);

    private sealed record Step(Served Served, IReadOnlyList<string> Changes, IReadOnlyList<string> NeedRestart, bool IsNew)
    {
        public string Name => Served.Configuration.Realm.Name;

        public PolicyEffect TakeEffect() => IsNew || Changes.Count == 0 ? default : Served.Hosted.Apply(Served.Configuration.Realm, Served.Configuration.Sessions);
    }
}

/// <summary>What another configuration of the realms has changed, in sentences for people.</summary>
internal sealed class RealmChanges
{
    private readonly List<string> _changes = [];
    private readonly List<string> _needRestart = [];

    /// <summary>What is in effect now.</summary>
    public IReadOnlyList<string> Changes => _changes;

    /// <summary>What takes effect with the next start.</summary>
    public IReadOnlyList<string> NeedRestart => _needRestart;

    /// <summary>What sessions have lost.</summary>
    public PolicyEffect Lost { get; private set; }

    /// <summary>Adds the changes of one realm.</summary>
    public void Add(string realm, IEnumerable<string> changes, IEnumerable<string> needRestart, PolicyEffect lost)
    {
        _changes.AddRange(changes.Select(change => $"realm {realm}: {change}"));
        _needRestart.AddRange(needRestart.Select(change => $"realm {realm}: {change}"));
        Lost = new PolicyEffect(Lost.Subscriptions + lost.Subscriptions, Lost.Registrations + lost.Registrations, Lost.Sessions + lost.Sessions);
    }
}
