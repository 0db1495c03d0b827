using WampRouter.Realms.Metrics;
using WampRouter.Realms.Peers;

namespace WampRouter.Realms.Quotas;

/// <summary>What many sessions use together: those of a principal, which count at the realm as well, or all of a realm. Any thread, no lock.</summary>
/// <param name="bounds">How much there may be.</param>
/// <param name="above">Where the same counts too; null: this is the realm.</param>
/// <param name="metrics">Who tells how much is used; null: nobody does.</param>
internal sealed class Quota(QuotaBounds bounds, Quota? above = null, RealmMetrics? metrics = null)
{
    private readonly long[] _used = new long[QuotaBounds.Resources];

    /// <summary>How much is used now.</summary>
    public long Used(Resource resource) => Volatile.Read(ref _used[(int)resource]);

    /// <summary>Takes some of a resource here and above, or nothing and says why. Less than nothing is always taken.</summary>
    public Refusal? Take(Resource resource, long amount)
    {
        ref var used = ref _used[(int)resource];
        for (var before = Volatile.Read(ref used); ;)
        {
            if (amount > 0 && before > bounds.Most(resource) - amount)
            {
                return bounds.RefusalOf(resource);
            }

            var now = Interlocked.CompareExchange(ref used, before + amount, before);
            if (now == before)
            {
                break;
            }

            before = now;
        }

        if (above?.Take(resource, amount) is { } refusal)
        {
            Interlocked.Add(ref used, -amount);
            return refusal;
        }

        metrics?.UsedChanged(resource, amount);
        return null;
    }

    /// <summary>Gives some back.</summary>
    public void Give(Resource resource, long amount) => Take(resource, -amount);
}
