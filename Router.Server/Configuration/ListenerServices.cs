namespace WampRouter.Server.Configuration;

/// <summary>What a listener serves.</summary>
[Flags]
internal enum ListenerServices
{
    /// <summary>Nothing, which no listener may.</summary>
    None = 0,

    /// <summary>WAMP over WebSocket, and the page to try the router with.</summary>
    WebSocket = 1,

    /// <summary><c>/metrics</c></summary>
    Metrics = 2,

    /// <summary><c>/health/live</c> and <c>/health/ready</c></summary>
    Health = 4,

    /// <summary>WAMP over RawSocket.</summary>
    RawSocket = 8,

    /// <summary>WAMP over everything.</summary>
    Wamp = WebSocket | RawSocket,
}

/// <summary>The words for <see cref="ListenerServices"/>, and the paths.</summary>
internal static class ListenerServiceNames
{
    private static readonly (string Word, ListenerServices Meaning)[] Known =
    [
        ("wamp", ListenerServices.Wamp),
        ("websocket", ListenerServices.WebSocket),
        ("rawsocket", ListenerServices.RawSocket),
        ("metrics", ListenerServices.Metrics),
        ("health", ListenerServices.Health),
    ];

    /// <summary>As they are written in the settings.</summary>
    public static readonly string[] Words = [.. Known.Select(static known => known.Word)];

    /// <summary>What the words of a listener mean; words that are none are left out.</summary>
    public static ListenerServices Parse(IEnumerable<string> words) =>
        words.Aggregate(ListenerServices.None, static (sum, word) => sum | Known.FirstOrDefault(known => known.Word.Equals(word, StringComparison.OrdinalIgnoreCase)).Meaning);

    /// <summary>The fewest words for what is served.</summary>
    public static IEnumerable<string> WordsOf(ListenerServices services)
    {
        foreach (var (word, meaning) in Known.Where(known => services.HasFlag(known.Meaning)))
        {
            if ((services & meaning) != 0)
            {
                services &= ~meaning;       // "wamp" stands for those that follow
                yield return word;
            }
        }
    }

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
        : ListenerServices.WebSocket;

    /// <summary>Where Prometheus reads.</summary>
    public const string MetricsPath = "/metrics";

    /// <summary>Whether the process answers.</summary>
    public const string LivePath = "/health/live";

    /// <summary>Whether the router can be used.</summary>
    public const string ReadyPath = "/health/ready";
}
