namespace WampRouter.Realms.Uris;

/// <summary>The pattern subscriptions that match one topic, as they were at a version of the patterns. Kept with the topic.</summary>
internal sealed class TopicMatches(long version, MatchSet set)
{
    /// <summary>What it takes beside the set, about, in bytes.</summary>
    public const int SizeInBytes = 40;

    private long _version = version;

    /// <summary>The version of the patterns they were last seen to hold for.</summary>
    public long Version
    {
        get => Volatile.Read(ref _version);
        set => Volatile.Write(ref _version, value);
    }

    /// <summary>Which they are.</summary>
    public MatchSet Set { get; } = set;
}
