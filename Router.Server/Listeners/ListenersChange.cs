using System.Net;
using System.Net.Sockets;
using WampRouter.Configuration;
using WampRouter.Hosting;
using WampRouter.Server.Configuration;
using WampRouter.Server.Monitoring;
using WampRouter.Sessions;
using WampRouter.Transports;

namespace WampRouter.Server.Listeners;

/// <summary>Other listeners, ready to take the place of those that are open. Disposed of without having taken effect, it leaves those as they were.</summary>
/// <param name="running">Those that are open.</param>
/// <param name="configuration">What is to hold.</param>
internal sealed class ListenersChange(RunningListeners running, RouterConfiguration configuration) : IReloadStep
{
    private readonly StandAloneOptions _options = StandAloneSettings.Of(configuration);
    private readonly List<Planned> _planned = [];
    private readonly List<ListeningSocket> _opened = [];
    private readonly List<ListeningSocket> _closed = [];        // so that others can be opened in their place
    private readonly List<string> _changes = [];
    private bool _isInEffect;

    /// <inheritdoc />
    public IReadOnlyList<string> Changes => _changes;

    /// <inheritdoc />
    public IReadOnlyList<string> NeedRestart =>
    [
        .. from planned in _planned
           let late = running.IsServing ? planned.Options.Services & ~running.Prepared & ~ListenerServices.Wamp : ListenerServices.None
           where late != ListenerServices.None
           select $"listener {OpenListener.UrlOf(planned.Options, planned.Sockets)}: {string.Join(" and ", ListenerServiceNames.WordsOf(late))} cannot be served now, because no listener served that at the start",
    ];

    private IEnumerable<ListeningSocket> OpenSockets => running.Open.SelectMany(listener => listener.Sockets);

    private IEnumerable<OpenListener> Removed => running.Open.Where(listener => !_planned.Any(planned => planned.Known == listener));

    /// <summary>Loads what certificates there are and opens what sockets are needed.</summary>
    /// <exception cref="WampRouterConfigurationException">A certificate cannot be served, or an address not be listened at.</exception>
    public void Prepare()
    {
        var mistakes = new List<ConfigurationMistake>();
        foreach (var (listener, section) in StandAloneSettings.ListenersOf(configuration))
        {
            Plan(listener, section, mistakes);
        }

        ThrowIfAny(mistakes);
        OpenSocketsOf(isInPlaceOfOthers: false, mistakes);
        ThrowIfAny(mistakes);
        OpenSocketsOf(isInPlaceOfOthers: true, mistakes);
        ThrowIfAny(mistakes);
        Describe();
    }

    /// <inheritdoc />
    public PolicyEffect TakeEffect()
    {
        _isInEffect = true;
        var removed = Removed.ToArray();
        var unused = OpenSockets.Except(_planned.SelectMany(planned => planned.Sockets)).ToArray();
        running.Replace([.. _planned.Select(Apply)], _options);
        foreach (var socket in unused)
        {
            socket.Listener.Dispose();
        }

        foreach (var listener in removed)
        {
            listener.Entrances.Services.EndWithin();
        }

        _opened.ForEach(running.Serve);
        return default;
    }

    /// <inheritdoc />
    public void Dispose()
    {
        if (_isInEffect)
        {
            return;
        }

        _opened.ForEach(socket => socket.Listener.Dispose());
        foreach (var socket in _closed)
        {
            try
            {
                socket.Reopen(running.Listen(socket.Actual, socket.Owner?.Edition.Options.Mode));
                running.Serve(socket);
            }
            catch (SocketException e)
            {
                running.ReportLost(socket, e);
            }
        }
    }

    private void Plan(ListenerOptions options, string section, List<ConfigurationMistake> mistakes)
    {
        if (!ListenerAddress.TryParse(options.Url, out var address, out var problem))
        {
            mistakes.Add(configuration.Places.Mistake($"{section}:Url", problem));
            return;
        }

        var known = running.Open.FirstOrDefault(listener => listener.IsAt(address) && !_planned.Any(planned => planned.Known == listener));
        var tls = new TlsLoading(configuration, running.IsServing ? running.Time.GetUtcNow() : null, mistakes).Load(options, section, known?.Edition.Tls);
        _planned.Add(new Planned(known, options, section, tls, [.. address.EndPoints]));
    }

    /// <summary>Finds or opens the sockets of every listener that has none yet.</summary>
    /// <param name="isInPlaceOfOthers">Whether sockets that are no longer wanted may be closed for that: at the very last, because it is felt.</param>
    /// <param name="mistakes">Gets those that cannot be opened.</param>
    private void OpenSocketsOf(bool isInPlaceOfOthers, List<ConfigurationMistake> mistakes)
    {
        foreach (var planned in _planned)
        {
            var failures = new List<(EndPoint Address, SocketException Problem)>();
            foreach (var address in planned.Wanted.Where(wanted => !planned.Sockets.Any(socket => Is(socket, wanted))))
            {
                if (FindOpen(planned, address) is { } socket)
                {
                    planned.Sockets.Add(socket);
                    continue;
                }

                ListeningSocket[] inTheWay = [.. OpenSockets.Where(other => ListenerAddress.Overlap(other.Actual, address))];
                if (inTheWay.Length == 0 || isInPlaceOfOthers)
                {
                    Open(planned, address, inTheWay, failures);
                }
            }

            // Of the two addresses of localhost one is enough, unless the other is somebody else's.
            var taken = failures.Where(failure => failure.Problem.SocketErrorCode == SocketError.AddressAlreadyInUse).ToArray();
            if (taken.Length > 0 || (failures.Count > 0 && planned.Sockets.Count == 0))
            {
                var (address, problem) = taken.Length > 0 ? taken[0] : failures[0];
                mistakes.Add(configuration.Places.Mistake($"{planned.Section}:Url", ListenerProbe.Describe(problem, address)));
            }
        }
    }

    /// <summary>A socket at the address that is open already. One with a port that was free comes back only to the listener that has it.</summary>
    private ListeningSocket? FindOpen(Planned planned, EndPoint address) =>
        (HasAnyPort(address) ? planned.Known?.Sockets ?? [] : OpenSockets).FirstOrDefault(socket => Is(socket, address) && !_closed.Contains(socket));

    private static bool Is(ListeningSocket socket, EndPoint address) => (HasAnyPort(address) ? socket.Wanted : socket.Actual).Equals(address);

    private static bool HasAnyPort(EndPoint address) => address is IPEndPoint { Port: 0 };

    private void Open(Planned planned, EndPoint address, ListeningSocket[] inTheWay, List<(EndPoint Address, SocketException Problem)> failures)
    {
        foreach (var socket in inTheWay.Except(_closed))
        {
            socket.Listener.Dispose();
            _closed.Add(socket);
        }

        try
        {
            var opened = new ListeningSocket(address, running.Listen(address, planned.Options.Mode));
            _opened.Add(opened);
            planned.Sockets.Add(opened);
        }
        catch (SocketException e)
        {
            failures.Add((address, e));
        }
    }

    private OpenListener Apply(Planned planned)
    {
        var burst = _options.Transports.RateBurst;
        var limits = LimitsOf(planned.Options);
        var entrances = planned.Known?.Entrances ?? running.Entrances.Within(limits, planned.Section);
        entrances.Services.Listener!.Apply(limits, planned.Section, burst);
        var edition = new ListenerEdition(planned.Options, planned.Section, entrances, planned.Tls);
        var listener = planned.Known ?? new OpenListener(edition);
        (listener.Edition, listener.Sockets) = (edition, planned.Sockets);
        planned.Sockets.ForEach(socket => socket.Owner = listener);
        return listener;
    }

    /// <summary>The limits of a listener. One that serves no WAMP has places of its own, and only these.</summary>
    private static ListenerLimits LimitsOf(ListenerOptions options) => options.ServesWamp ? options : new ListenerLimits
    {
        MaxConnections = options.MaxConnections ?? SideDoor.DefaultConnections,
        MaxConnectionsPerAddress = options.MaxConnectionsPerAddress ?? SideDoor.DefaultConnectionsPerAddress,
        MaxHandshakes = options.MaxHandshakes,
    };

    private void Describe()
    {
        foreach (var planned in _planned)
        {
            var url = OpenListener.UrlOf(planned.Options, planned.Sockets);
            if (planned.Known is not { } known)
            {
                _changes.Add($"listener {url}: it is open{DescribePaths(planned.Options)}{(planned.Tls is { } first ? $"; {first}" : "")}");
                continue;
            }

            _changes.AddRange(ListenerDifference.Between(known.Edition.Options, planned.Options).Select(change => $"listener {url}: {change}"));
            _changes.AddRange(planned.Tls?.DescribeChanges(known.Edition.Tls).Select(change => $"listener {url}: {change}") ?? []);
        }

        _changes.AddRange(Removed.Select(listener => $"listener {listener.Url}: it is closed, because it is no longer configured; who has come in there stays"));
    }

    private static string DescribePaths(ListenerOptions options) =>
        (options.Serve(ListenerServices.WebSocket) ? $"; WebSocket clients connect to {options.Path}" : "") + (options.Serve(ListenerServices.LongPoll) ? $"; long-poll clients to {options.LongPollPath}" : "") + (options.Serve(ListenerServices.Http) ? $"; plain HTTP is below {options.HttpPath}" : "");

    private static void ThrowIfAny(List<ConfigurationMistake> mistakes)
    {
        if (mistakes.Count > 0)
        {
            throw new WampRouterConfigurationException(mistakes);
        }
    }

    /// <summary>A listener as it is to be.</summary>
    /// <param name="Known">The one that is open already; null: it is new.</param>
    /// <param name="Options">Its settings.</param>
    /// <param name="Section">Where they stand.</param>
    /// <param name="Tls">How it speaks TLS, if it does.</param>
    /// <param name="Wanted">Where it is to listen.</param>
    private sealed record Planned(OpenListener? Known, ListenerOptions Options, string Section, ServedTls? Tls, EndPoint[] Wanted)
    {
        public List<ListeningSocket> Sockets { get; } = [];
    }
}
