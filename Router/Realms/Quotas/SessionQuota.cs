using WampRouter.Realms.Metrics;
using WampRouter.Realms.Peers;

namespace WampRouter.Realms.Quotas;

/// <summary>
/// What one session uses; it counts at its principal and its realm as well. When the session leaves, all it has left is given back, and what comes later counts nowhere: nothing
/// that meets the end on another thread is counted for ever. Any thread.
/// </summary>
/// <param name="bounds">How much it may have.</param>
/// <param name="principal">Where the same counts too.</param>
internal sealed class SessionQuota(QuotaBounds bounds, Quota principal)
{
    private readonly Lock _gate = new();      // the last in every chain: nothing is taken under it
    private readonly long[] _used = new long[QuotaBounds.Resources];
    private bool _hasEnded;

    /// <summary>Takes some of a resource, or nothing and says why. Less than nothing is always taken. Once the session has left nothing is counted.</summary>
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

    /// <summary>Takes things and their bytes, or neither.</summary>
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

    /// <summary>Gives some back.</summary>
    public void Give(Resource resource, long amount) => Take(resource, -amount);

    /// <summary>Gives one thing and its bytes back.</summary>
    public void Give(Resource things, Resource size, long bytes)
    {
        Give(things, 1);
        Give(size, bytes);
    }

    /// <summary>The session leaves: everything is given back.</summary>
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
