using WampRouter.Realms.Broker;
using WampRouter.Realms.Decisions;
using WampRouter.Realms.Metrics;
using WampRouter.Realms.Policies;
using WampRouter.Realms.Quotas;
using WampRouter.Realms.Uris;

namespace WampRouter.Realms;

/// <summary>The bounded tables of a realm, as its metrics tell them: how full each is, and how full it may be.</summary>
internal static class RealmTables
{
    /// <summary>Lets <paramref name="metrics"/> look at every table.</summary>
    public static void Watch(RealmMetrics metrics, RealmQuota quota, UriTable uris, EventBroker broker, DecisionMaker? decisions, LivePolicy policy)
    {
        foreach (var (resource, table, isBytes) in QuotaBounds.Tables)
        {
            Action<string, Func<long>, Func<long>?> watch = isBytes ? metrics.WatchBytes : metrics.WatchEntries;
            watch(table, () => quota.Total.Used(resource), () => quota.Most(resource));
        }

        metrics.WatchEntries("uris", () => uris.Cached, () => policy.Current.Limits.MaxCachedUris);
        metrics.WatchBytes("uris", () => uris.CachedBytes, () => policy.Current.Limits.MaxCachedUriBytes);
        metrics.WatchEntries("retained_events", () => broker.RetainedEvents, () => policy.Current.Settings.Retained.MaxEvents);
        metrics.WatchBytes("retained_events", () => broker.RetainedBytes, () => policy.Current.Settings.Retained.MaxBytes);
        if (decisions is not null)
        {
            metrics.WatchEntries("decisions", () => decisions.Cached, () => policy.Current.Settings.Authorizer.MaxCached);
            metrics.WatchEntries("pending_decisions", () => decisions.Running, () => policy.Current.Settings.Authorizer.MaxPending);
        }

        metrics.WatchEntries("history_events", () => broker.HistoryVolume.Events, () => policy.Current.Settings.History.Sum(static history => (long)history.Limit));
        metrics.WatchBytes("history_events", () => broker.HistoryVolume.Bytes, () => policy.Current.Settings.History.Sum(static history => history.MaxBytes));
    }
}
