using WampRouter.Realms.Broker;

namespace WampRouter.Realms.Uris;

/// <summary>
/// Pattern subscriptions that match the same topics. There is one for all of these; it is emptied when any of its subscriptions ends, so that nothing of them is kept
/// although topics still name it.
/// </summary>
/// <param name="hash">Of its subscriptions.</param>
/// <param name="subscriptions">Never changed.</param>
internal sealed class MatchSet(int hash, Subscription[] subscriptions)
{
    private const int OverheadBytes = 160;

    private volatile Subscription[]? _subscriptions = subscriptions;

    /// <summary>The hash it was made with.</summary>
    public int Hash { get; } = hash;

    /// <summary>Prefixes from the shortest to the longest, then wildcards; null once one of them has ended. Any thread.</summary>
    public Subscription[]? Subscriptions => _subscriptions;

    /// <summary>How many topics remember it. Under the lock of the table of URIs.</summary>
    public int Topics { get; set; }

    /// <summary>About how much memory it takes: each subscription names it as well.</summary>
    public static long SizeOf(int subscriptions) => OverheadBytes + (2L * IntPtr.Size * subscriptions);

    /// <summary>Gives up the subscriptions.</summary>
    public void Empty() => _subscriptions = null;
}
