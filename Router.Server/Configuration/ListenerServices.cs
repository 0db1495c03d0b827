namespace WampRouter.Server.Configuration;

/// <summary>What a listener serves.</summary>
[Flags]
internal enum ListenerServices
{
    /// <summary>Nothing, which no listener may.</summary>
    None = 0,

    /// <summary>WAMP, and the page to try the router with.</summary>
    Wamp = 1,

    /// <summary><c>/metrics</c></summary>
    Metrics = 2,

    /// <summary><c>/health/live</c> and <c>/health/ready</c></summary>
    Health = 4,
}

/// <summary>The words for <see cref="ListenerServices"/>, and the paths.</summary>
internal static class ListenerServiceNames
{
    /// <summary>As they are written in the settings.</summary>
    public static readonly string[] Words = ["wamp", "metrics", "health"];

    /// <summary>What the words of a listener mean; words that are none are left out. No word at all is <see cref="ListenerServices.Wamp"/>.</summary>
    public static ListenerServices Parse(IEnumerable<string> words)
    {
        var places = words.Select(static word => Array.FindIndex(Words, known => known.Equals(word, StringComparison.OrdinalIgnoreCase))).ToArray();
        return places.Length == 0 ? ListenerServices.Wamp : places.Where(static place => place >= 0).Aggregate(ListenerServices.None, static (sum, place) => sum | (ListenerServices)(1 << place));
    }

    /// <summary>The words for what is served.</summary>
    public static IEnumerable<string> WordsOf(ListenerServices services) => Words.Where((_, place) => services.HasFlag((ListenerServices)(1 << place)));

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
        : ListenerServices.Wamp;

    /// <summary>Where Prometheus reads.</summary>
    public const string MetricsPath = "/metrics";

    /// <summary>Whether the process answers.</summary>
    public const string LivePath = "/health/live";

    /// <summary>Whether the router can be used.</summary>
    public const string ReadyPath = "/health/ready";
}
