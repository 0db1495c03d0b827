namespace WampRouter.Server.Configuration;

/// <summary>What a listener serves.</summary>
[Flags]
internal enum ListenerServices
{
    /// <summary>Nothing, which no listener may.</summary>
    None = 0,

    /// <summary>WAMP over WebSocket.</summary>
    WebSocket = 1,

    /// <summary><c>/metrics</c></summary>
    Metrics = 2,

    /// <summary><c>/health/live</c> and <c>/health/ready</c></summary>
    Health = 4,

    /// <summary>WAMP over RawSocket.</summary>
    RawSocket = 8,

    /// <summary>WAMP over long-poll.</summary>
    LongPoll = 16,

    /// <summary>Publish, call and events for those who have HTTP and do not speak WAMP.</summary>
    Http = 32,

    /// <summary>WAMP by what pages speak, over HTTP.</summary>
    Pages = WebSocket | LongPoll,

    /// <summary>WAMP by all that comes in HTTP requests.</summary>
    Requests = Pages | Http,

    /// <summary>WAMP by every way in.</summary>
    Wamp = WebSocket | RawSocket | LongPoll | Http,
}

/// <summary>The words for <see cref="ListenerServices"/>, and the paths.</summary>
internal static class ListenerServiceNames
{
    /// <summary>Each word, and what it stands for.</summary>
    private static readonly (string Word, ListenerServices Services)[] Known =
    [
        ("wamp", ListenerServices.Wamp), ("websocket", ListenerServices.WebSocket), ("rawsocket", ListenerServices.RawSocket), ("longpoll", ListenerServices.LongPoll),
        ("http", ListenerServices.Http),
        ("metrics", ListenerServices.Metrics), ("health", ListenerServices.Health),
    ];

    /// <summary>As they are written in the settings.</summary>
    public static readonly string[] Words = [.. Known.Select(static known => known.Word)];

    /// <summary>What the words of a listener mean; words that are none are left out.</summary>
    public static ListenerServices Parse(IReadOnlyCollection<string> words) =>
        Known.Where(known => words.Contains(known.Word, StringComparer.OrdinalIgnoreCase)).Aggregate(ListenerServices.None, static (sum, known) => sum | known.Services);

    /// <summary>The words for what is served, as few as say it.</summary>
    public static IEnumerable<string> WordsOf(ListenerServices services) =>
        from known in Known
        where services.HasFlag(known.Services) && !Known.Any(other => other.Services != known.Services && other.Services.HasFlag(known.Services) && services.HasFlag(other.Services))
        select known.Word;

    /// <summary>The paths that a listener has beside those of WAMP.</summary>
    public static IEnumerable<string> PathsOf(ListenerServices services) =>
    [
        .. services.HasFlag(ListenerServices.Metrics) ? [MetricsPath] : Array.Empty<string>(),
        .. services.HasFlag(ListenerServices.Health) ? [LivePath, ReadyPath] : Array.Empty<string>(),
    ];

    /// <summary>Whose path this is.</summary>
    public static ListenerServices OwnerOf(PathString path) =>
        path.Equals(MetricsPath, StringComparison.OrdinalIgnoreCase) ? ListenerServices.Metrics
        : path.Equals(LivePath, StringComparison.OrdinalIgnoreCase) || path.Equals(ReadyPath, StringComparison.OrdinalIgnoreCase) ? ListenerServices.Health
        : ListenerServices.Requests;

    /// <summary>Where Prometheus reads.</summary>
    public const string MetricsPath = "/metrics";

    /// <summary>Whether the process answers.</summary>
    public const string LivePath = "/health/live";

    /// <summary>Whether the router can be used.</summary>
    public const string ReadyPath = "/health/ready";
}
