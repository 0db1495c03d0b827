using WampRouter.Realms.Metrics;
using WampRouter.Realms.Peers;

namespace WampRouter.Realms.Quotas;

/// <summary>
/// What one session uses; it also counts for its principal and its realm. When the session leaves, everything is given back, and later changes are ignored, so a
/// thread that still works for the session leaves no count behind. Any thread.
/// </summary>
/// <param name="bounds">The limits of one session.</param>
/// <param name="principal">The quota of its principal.</param>
internal sealed class SessionQuota(QuotaBounds bounds, Quota principal)
{
    private readonly Lock _gate = new();      // the last in every chain: nothing is taken under it
    private readonly long[] _used = new long[QuotaBounds.Resources];
    private bool _hasEnded;

    /// <summary>Takes some of a resource, or takes nothing and says why. A negative amount is always taken. After the session has left, nothing is counted.</summary>
    public Refusal? Take(Resource resource, long amount)
    {
        lock (_gate)
        {
            ref var used = ref _used[(int)resource];
            if (_hasEnded || amount == 0)
            {
                return null;
            }

            if (amount > 0 && used > bounds.Most(resource) - amount)
            {
                return bounds.RefusalOf(resource);
            }

            if (principal.Take(resource, amount) is { } refusal)
            {
                return refusal;
            }

            used += amount;
            return null;
        }
    }

    /// <summary>Takes things and their bytes, or neither of the two.</summary>
    public Refusal? Take(Resource things, long count, Resource size, long bytes)
    {
        if (Take(things, count) is { } tooMany)
        {
            return tooMany;
        }

        if (Take(size, bytes) is { } tooLarge)
        {
            Give(things, count);
            return tooLarge;
        }

        return null;
    }

    /// <summary>Gives back some of a resource.</summary>
    public void Give(Resource resource, long amount) => Take(resource, -amount);

    /// <summary>Gives back one thing and its bytes.</summary>
    public void Give(Resource things, Resource size, long bytes)
    {
        Give(things, 1);
        Give(size, bytes);
    }

    /// <summary>The session leaves: gives everything back.</summary>
    public void End()
    {
        lock (_gate)
        {
            _hasEnded = true;
            for (var resource = 0; resource < _used.Length; resource++)
            {
                principal.Give((Resource)resource, _used[resource]);
                _used[resource] = 0;
            }
        }
    }
}
