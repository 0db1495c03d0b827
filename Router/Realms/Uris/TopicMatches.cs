namespace WampRouter.Realms.Uris;

/// <summary>The pattern subscriptions that match one topic, cached with the topic for a version of the patterns.</summary>
internal sealed class TopicMatches(long version, MatchSet set)
{
    /// <summary>Roughly what it takes besides the set, in bytes.</summary>
    public const int SizeInBytes = 40;

    private long _version = version;

    /// <summary>The latest version of the patterns for which the set is known to be right.</summary>
    public long Version
    {
        get => Volatile.Read(ref _version);
        set => Volatile.Write(ref _version, value);
    }

    /// <summary>The subscriptions.</summary>
    public MatchSet Set { get; } = set;
}
