using WampRouter.Realms.Broker;

namespace WampRouter.Realms.Uris;

/// <summary>
/// Pattern subscriptions that match the same topics; all these topics share one set. It is emptied when any of its subscriptions ends, so that it keeps none of them alive
/// although topics still refer to it.
/// </summary>
/// <param name="hash">The hash of the subscriptions.</param>
/// <param name="subscriptions">The subscriptions; the array is never changed.</param>
internal sealed class MatchSet(int hash, Subscription[] subscriptions)
{
    private const int OverheadBytes = 160;

    private volatile Subscription[]? _subscriptions = subscriptions;

    /// <summary>The hash of the subscriptions, also after they are given up.</summary>
    public int Hash { get; } = hash;

    /// <summary>Prefixes from the shortest to the longest, then wildcards; null once one of them has ended. Any thread.</summary>
    public Subscription[]? Subscriptions => _subscriptions;

    /// <summary>How many topics refer to it. Under the lock of <see cref="UriTable"/>.</summary>
    public int Topics { get; set; }

    /// <summary>Roughly the memory it takes, including the references from its subscriptions.</summary>
    public static long SizeOf(int subscriptions) => OverheadBytes + (2L * IntPtr.Size * subscriptions);

    /// <summary>Gives up the subscriptions.</summary>
    public void Empty() => _subscriptions = null;
}
