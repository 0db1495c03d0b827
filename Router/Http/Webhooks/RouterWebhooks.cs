using System.Collections.Concurrent;
using WampRouter.Storage;

namespace WampRouter.Http.Webhooks;

/// <summary>The webhooks of all realms of a router. They begin when the host starts, follow its reloads, and end with it. Any thread; one reload at a time.</summary>
/// <param name="services">What all webhooks share.</param>
/// <param name="isEnding">Whether the router takes nobody any more.</param>
internal sealed class RouterWebhooks(WebhookServices services, Func<bool> isEnding) : IHostedService, IDisposable
{
    /// <summary>How long a start waits for the sessions, so that no event of the first client is missed.</summary>
    private static readonly TimeSpan StartTimeout = TimeSpan.FromSeconds(5);

    private readonly ConcurrentDictionary<string, RealmWebhooks> _realms = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, Task> _endings = new(StringComparer.Ordinal);     // by realm; the last of each
    private Plan _plan = new([]);       // what holds
    private volatile Task _following = Task.CompletedTask;      // of the last plan
    private int _state;                 // 0: not started, 1: running, 2: over

    /// <summary>Those of a realm; null where it has none.</summary>
    public RealmWebhooks? Find(string realm) => _realms.GetValueOrDefault(realm);

    /// <summary>Opens the queues of other settings. Nothing of it holds yet.</summary>
    /// <param name="realms">Those of all realms, which have been found right.</param>
    /// <exception cref="EventHistoryException">A queue cannot be opened.</exception>
    public Plan Prepare(IEnumerable<(string Realm, WebhookSettings Settings)> realms) => new(
    [
        .. from realm in realms
           where !realm.Settings.IsEmpty
           select (realm.Realm, realm.Settings, (IReadOnlyDictionary<string, IDeliveryQueue>)realm.Settings.Deliveries.ToDictionary(
               delivery => delivery.Name, delivery => services.Queues.Open(realm.Realm, delivery.Name, delivery.Store, delivery.Bounds), StringComparer.Ordinal)),
    ]);

    /// <summary>Lets a plan hold; cannot fail. Sessions are brought in line with it a little later.</summary>
    public void Apply(Plan plan)
    {
        _plan = plan;
        if (Volatile.Read(ref _state) == 1)
        {
            _following = FollowAsync(plan);
        }
    }

    /// <summary>Completes when sessions are in line with what was applied last, and those that were taken away have ended.</summary>
    public Task WhenInLineAsync() => Task.WhenAll([_following, .. _endings.Values]);

    /// <inheritdoc />
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        if (Interlocked.CompareExchange(ref _state, 1, 0) != 0)
        {
            return;
        }

        var ready = _following = FollowAsync(_plan);
        try
        {
            await ready.WaitAsync(StartTimeout, services.Time, cancellationToken).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            foreach (var realm in _realms.Keys)
            {
                WebhookLog.NotReady(services.Logger, realm);
            }
        }
    }

    /// <inheritdoc />
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        if (Interlocked.Exchange(ref _state, 2) == 1)
        {
            foreach (var (name, webhooks) in _realms)
            {
                End(name, webhooks);
            }
        }

        await Task.WhenAll(_endings.Values).WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    /// <inheritdoc />
    public void Dispose()
    {
        _ = StopAsync(CancellationToken.None);
        services.Client.Dispose();
    }

    private Task FollowAsync(Plan plan)
    {
        foreach (var (name, webhooks) in _realms)
        {
            if (!plan.Realms.Any(realm => realm.Realm == name))
            {
                End(name, webhooks);
            }
        }

        return Task.WhenAll(plan.Realms.Select(realm => _realms.GetOrAdd(realm.Realm, name => new RealmWebhooks(name, services, isEnding, _endings.GetValueOrDefault(name))).ApplyAsync(realm.Settings, realm.Queues)));
    }

    private void End(string name, RealmWebhooks webhooks)
    {
        if (_realms.TryRemove(name, out _))
        {
            _endings[name] = webhooks.StopAsync();
        }
    }

    /// <summary>Settings with their queues.</summary>
    internal sealed record Plan(IReadOnlyList<(string Realm, WebhookSettings Settings, IReadOnlyDictionary<string, IDeliveryQueue> Queues)> Realms);
}
