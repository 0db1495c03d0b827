namespace WampRouter.Realms.Broker;

/// <summary>The pattern subscriptions that match one topic, as they were at a version of the patterns. Kept with the topic.</summary>
internal sealed class TopicMatches(long version, Subscription[] subscriptions)
{
    private const int OverheadBytes = 64;

    private long _version = version;

    /// <summary>The version of the patterns they were last seen to hold for.</summary>
    public long Version
    {
        get => Volatile.Read(ref _version);
        set => Volatile.Write(ref _version, value);
    }

    /// <summary>About how much memory it takes.</summary>
    public long SizeInBytes => OverheadBytes + ((long)IntPtr.Size * Subscriptions.Length);

    /// <summary>Prefixes from the shortest to the longest, then wildcards. Never changed.</summary>
    public Subscription[] Subscriptions { get; } = subscriptions;
}
