using WampRouter.Realms.Metrics;
using WampRouter.Realms.Peers;

namespace WampRouter.Realms.Quotas;

/// <summary>What several sessions use together: all sessions of a principal, or of a realm. What a principal uses also counts for its realm. Any thread, no lock.</summary>
/// <param name="bounds">The limits.</param>
/// <param name="above">The realm's quota, where this is a principal's; null for the realm itself.</param>
internal sealed class Quota(QuotaBounds bounds, Quota? above = null)
{
    private readonly long[] _used = new long[QuotaBounds.Resources];

    /// <summary>How much is used now.</summary>
    public long Used(Resource resource) => Volatile.Read(ref _used[(int)resource]);

    /// <summary>Takes some of a resource here and above, or takes nothing and says why. A negative amount is always taken.</summary>
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

        return null;
    }

    /// <summary>Gives back some of a resource.</summary>
    public void Give(Resource resource, long amount) => Take(resource, -amount);
}
