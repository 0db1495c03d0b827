using System.Text.Json.Serialization;

namespace WampRouter;

/// <summary>Events that are kept, for <c>wamp.topic.history.…</c> and <c>wamp.subscription.get_events</c>.</summary>
/// <param name="uri">The topic or pattern.</param>
/// <exception cref="ArgumentNullException">It is null.</exception>
public sealed class WampHistoryOptions(string uri)
{
    /// <summary>The topic or pattern.</summary>
    public string Uri { get; } = uri ?? throw new ArgumentNullException(nameof(uri));

    /// <summary>How it matches. Default: <see cref="WampUriMatch.Exact"/>.</summary>
    public WampUriMatch? Match { get; set; }

    /// <summary>How many events are kept. Default: 1,000.</summary>
    public int? Limit { get; set; }

    /// <summary>Their size in bytes. Default: 64 MiB.</summary>
    public long? MaxBytes { get; set; }

    /// <summary>How long one is kept, in whole seconds; null: until there are too many.</summary>
    [JsonPropertyName("maxAgeSeconds")]
    [JsonConverter(typeof(SecondsConverter))]
    public TimeSpan? MaxAge { get; set; }

    /// <summary>Where. Default: <see cref="WampHistoryStore.Memory"/>.</summary>
    public WampHistoryStore? Store { get; set; }
}

/// <summary>Bounds on the events that publishers ask to retain. What exceeds them is forgotten from the oldest on.</summary>
public sealed class WampRetainedOptions
{
    /// <summary>Events of all topics; 0 retains none. Default: 10,000.</summary>
    public int? MaxEvents { get; set; }

    /// <summary>Their memory, in bytes. Default: 64 MiB.</summary>
    public int? MaxBytes { get; set; }

    /// <summary>The memory of those that one principal published, in bytes; null: as many as there may be.</summary>
    public int? MaxBytesPerPrincipal { get; set; }

    /// <summary>How long one is kept, in whole seconds; null: until there are too many.</summary>
    [JsonPropertyName("maxAgeSeconds")]
    [JsonConverter(typeof(SecondsConverter))]
    public TimeSpan? MaxAge { get; set; }
}

/// <summary>When the traffic of a session is told.</summary>
public sealed class WampStatisticsOptions
{
    /// <summary>The time between two events of one session, in whole seconds. Default: a minute.</summary>
    [JsonPropertyName("intervalSeconds")]
    [JsonConverter(typeof(SecondsConverter))]
    public TimeSpan? Interval { get; set; }

    /// <summary>A session with fewer messages since its last event has to wait for the next time. Default: 1.</summary>
    public int? MinMessages { get; set; }
}

/// <summary>Whether sessions outlive their connection.</summary>
public sealed class WampResumptionOptions
{
    /// <summary>How long a session waits for its client to come back, in whole seconds; zero: it does not.</summary>
    [JsonPropertyName("windowSeconds")]
    [JsonConverter(typeof(SecondsConverter))]
    public TimeSpan? Window { get; set; }

    /// <summary>What is kept for a session meanwhile, in bytes.</summary>
    public int? MaxBytes { get; set; }
}
