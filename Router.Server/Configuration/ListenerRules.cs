using System.Globalization;
using WampRouter.Configuration;
using WampRouter.Transports.Admission;

namespace WampRouter.Server.Configuration;

/// <summary>What is wrong with the listeners.</summary>
internal static class ListenerRules
{
    /// <summary>Every mistake, with the key of its setting below <c>WampRouter</c>.</summary>
    /// <param name="listeners">All of them.</param>
    /// <param name="places">Where relative paths of certificates are looked for.</param>
    public static IEnumerable<(string Key, string Problem)> FindProblems(IList<ListenerOptions> listeners, FilePlaces places)
    {
        var taken = new List<ListenerAddress>();
        for (var i = 0; i < listeners.Count; i++)
        {
            foreach (var (key, problem) in FindProblems(listeners[i], taken, places))
            {
                yield return ($"Listeners:{i}:{key}", problem);
            }

            foreach (var (key, problem) in FindProblemsOfServices(listeners[i], listeners))
            {
                yield return ($"Listeners:{i}:{key}", problem);
            }
        }

        if (listeners.Count > 0 && !listeners.Any(static listener => listener.ServesWamp))
        {
            yield return ("Listeners", "none of them serves 'wamp': no client could connect");
        }
    }

    private static IEnumerable<(string Key, string Problem)> FindProblemsOfServices(ListenerOptions listener, IList<ListenerOptions> all)
    {
        var others = all.Aggregate(ListenerServices.None, static (sum, other) => sum | other.Services);
        if (listener.Serve(ListenerServices.WebSocket) && ListenerServiceNames.PathsOf(others).Contains(listener.Path, StringComparer.OrdinalIgnoreCase))
        {
            yield return ("Path", $"is where {(listener.Path.Equals(ListenerServiceNames.MetricsPath, StringComparison.OrdinalIgnoreCase) ? "metrics are" : "health is")} served ('Serves')");
        }

        if (listener.Serve(ListenerServices.LongPoll) && FindTaken(listener.LongPollPath, others, all) is { } taken)
        {
            yield return ("LongPollPath", $"must lie apart from {taken}: neither may be the other, or below it");
        }

        if (listener.Serve(ListenerServices.Http) && (FindTaken(listener.HttpPath, others, all) ?? FindLongPoll(listener.HttpPath, all)) is { } occupied)
        {
            yield return ("HttpPath", $"must lie apart from {occupied}: neither may be the other, or below it");
        }

        var isForRawSocketOnly = ListenerAddress.TryParse(listener.Url, out var address, out _) && address.IsForRawSocketOnly;
        if (isForRawSocketOnly && listener.Services != ListenerServices.RawSocket)
        {
            yield return ("Serves", $"can only be 'rawsocket' at a '{address!.Scheme}' address; make the URL '{(address.IsSecure ? "https" : "http")}', where all share one port");
        }

        foreach (var key in listener.ServesWamp ? [] : listener.LimitsOfSessions)
        {
            yield return (key, "limits sessions, and this listener does not serve 'wamp'");
        }
    }

    private static IEnumerable<(string Key, string Problem)> FindProblems(ListenerOptions listener, List<ListenerAddress> taken, FilePlaces places)
    {
        foreach (var wrong in (IEnumerable<(string, string)>)[.. FindProblemsOfPath("Path", listener.Path), .. FindProblemsOfPath("LongPollPath", listener.LongPollPath), .. FindProblemsOfPath("HttpPath", listener.HttpPath), .. listener.FindProblems(), .. FindProblemsOfProxies(listener)])
        {
            yield return wrong;
        }

        if (!ListenerAddress.TryParse(listener.Url, out var address, out var problem))
        {
            yield return ("Url", problem);
            yield break;
        }

        if (listener.SocketMode is not null && (address.SocketPath is null || listener.Mode is null))
        {
            yield return ("SocketMode", address.SocketPath is null ? "is of use for a 'unix:' address only" : "must be three octal digits, as chmod has them, such as '660'");
        }

        if (taken.Exists(address.Overlaps))
        {
            yield return ("Url", "is the address of another listener");
        }

        taken.Add(address);

        foreach (var wrong in TlsRules.FindProblems(listener, address, places))
        {
            yield return wrong;
        }
    }

    private static IEnumerable<(string Key, string Problem)> FindProblemsOfProxies(ListenerOptions listener)
    {
        if (listener is { TrustedProxies.Length: > 0, Proxy: null })
        {
            yield return ("TrustedProxies", "is of no use without 'BehindProxy' or 'ProxyProtocol': no proxy stands before this listener");
        }

        for (var i = 0; i < listener.TrustedProxies.Length; i++)
        {
            if (TrustedProxies.FindMistake(listener.TrustedProxies[i]) is { } mistake)
            {
                yield return (string.Create(CultureInfo.InvariantCulture, $"TrustedProxies:{i}"), mistake);
            }
        }
    }

    private static string? FindLongPoll(string path, IList<ListenerOptions> all) =>
        all.FirstOrDefault(other => other.Serve(ListenerServices.LongPoll) && (IsWithin(other.LongPollPath, path) || IsWithin(path, other.LongPollPath))) is { } longPoll ? $"'{longPoll.LongPollPath}', which is a 'LongPollPath'" : null;

    /// <summary>What else is where long-poll clients, or those of plain HTTP, would send their requests: all listeners share one pipeline, in which a whole path comes before one that only begins so.</summary>
    private static string? FindTaken(string path, ListenerServices others, IList<ListenerOptions> all) =>
        ListenerServiceNames.PathsOf(others).FirstOrDefault(other => IsWithin(other, path) || IsWithin(path, other)) is { } watched ? $"'{watched}' ('Serves')"
        : all.FirstOrDefault(other => other.Serve(ListenerServices.WebSocket) && other.Path != "/" && (IsWithin(other.Path, path) || IsWithin(path, other.Path))) is { } webSocket ? $"'{webSocket.Path}', which is a 'Path'"
        : path.Trim('/').Length == 0 ? "'/'"
        : null;

    /// <summary>Whether a path is another, or below it.</summary>
    private static bool IsWithin(string path, string other) => $"{path.TrimEnd('/')}/".StartsWith($"{other.TrimEnd('/')}/", StringComparison.OrdinalIgnoreCase);

    private static IEnumerable<(string Key, string Problem)> FindProblemsOfPath(string key, string path)
    {
        if (!IsPath(path))
        {
            yield return (key, "must begin with '/' and hold only letters, digits and '-', '.', '_', '~', '/', but no '//'");
        }

        if (path.Split('/').Any(segment => segment is "." or ".."))
        {
            yield return (key, "must not hold '.' or '..' between slashes, which clients take out");
        }
    }

    private static bool IsPath(string path) =>
        path.StartsWith('/') && !path.Contains("//", StringComparison.Ordinal) && path.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '.' or '_' or '~' or '/');
}
