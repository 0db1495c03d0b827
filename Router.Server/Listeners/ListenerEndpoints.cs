using Microsoft.AspNetCore.Routing.Patterns;
using Microsoft.Extensions.Primitives;
using WampRouter.Configuration;
using WampRouter.Configuration.Changes;
using WampRouter.Hosting;
using WampRouter.Http;
using WampRouter.Server.Configuration;
using WampRouter.Server.Welcome;
using WampRouter.Sessions;
using WampRouter.Transports;
using WampRouter.Transports.Admission;
using WampRouter.Transports.Endpoint;
using WampRouter.Transports.LongPoll;

namespace WampRouter.Server.Listeners;

/// <summary>
/// What comes through the HTTP pipeline, as the configuration has it now: WAMP over HTTP/2, which browsers choose under TLS, and over long-poll, at the paths of each listener, and the page to try the router with. Any thread may
/// read; one reload at a time.
/// </summary>
/// <param name="entrances">Where clients come in.</param>
/// <param name="http">Serves those who do not speak WAMP.</param>
internal sealed class ListenerEndpoints(Entrances entrances, HttpEndpoint http) : EndpointDataSource, IReloadPart, IDisposable
{
    private volatile Version _current = new([]);
    private StandAloneOptions? _options;        // those of the current version

    /// <inheritdoc />
    public override IReadOnlyList<Microsoft.AspNetCore.Http.Endpoint> Endpoints => _current.Endpoints;

    /// <summary>Whether there is a page at <c>/</c>: not where it is switched off, or WAMP has that path.</summary>
    public static bool HasPage(StandAloneOptions options) => options.WelcomePage && options.Listeners.All(listener => !listener.Serve(ListenerServices.WebSocket) || listener.Path != "/");

    /// <inheritdoc />
    public override IChangeToken GetChangeToken() => _current.Token;

    /// <inheritdoc />
    public IReloadStep Prepare(RouterConfiguration configuration) => new Change(this, StandAloneSettings.Of(configuration), [.. Make(configuration)]);

    /// <summary>The first ones.</summary>
    public ListenerEndpoints With(RouterConfiguration configuration)
    {
        using var change = Prepare(configuration);
        change.TakeEffect();
        return this;
    }

    /// <inheritdoc />
    public void Dispose() => _current.Dispose();

    private IEnumerable<RouteEndpoint> Make(RouterConfiguration configuration)
    {
        var options = StandAloneSettings.Of(configuration);
        foreach (var path in PathsOf(options, ListenerServices.WebSocket, static listener => listener.Path))
        {
            yield return Make(path, $"WAMP {path}", OfListener(ListenerServices.WebSocket, own => own.Path.Equals(path, StringComparison.OrdinalIgnoreCase), new WebSocketEndpoint(entrances.WebSockets).HandleAsync));
        }

        foreach (var path in PathsOf(options, ListenerServices.LongPoll, static listener => listener.LongPollPath.TrimEnd('/')))
        {
            yield return Make(
                LongPollEndpoint.RouteBelow(path),
                $"WAMP long-poll {path}",
                OfListener(ListenerServices.LongPoll, own => own.LongPollPath.TrimEnd('/').Equals(path, StringComparison.OrdinalIgnoreCase), new LongPollEndpoint(entrances.LongPoll).HandleAsync));
        }

        foreach (var path in PathsOf(options, ListenerServices.Http, static listener => listener.HttpPath.TrimEnd('/')))
        {
            yield return Make(
                HttpEndpoint.RouteBelow(path),
                $"WAMP HTTP {path}",
                OfListener(ListenerServices.Http, own => own.HttpPath.TrimEnd('/').Equals(path, StringComparison.OrdinalIgnoreCase), http.HandleAsync));
        }

        if (HasPage(options))
        {
            var open = configuration.Realms.Where(realm => realm.Sessions.Authentication.Anonymous is not null).ToLookup(
                realm => realm.Sessions.Authentication.Anonymous!.LoopbackOnly,
                realm => realm.Realm.Name);
            var pages = options.Listeners.Where(static listener => listener.ServesPages).Select(PagePaths.Of).Distinct().ToDictionary(
                paths => paths,
                paths => WelcomePage.At(paths, forLocal: [.. open[false], .. open[true]], forAll: [.. open[false]], WebSocketEndpoint.IsLocal));
            var first = pages.Values.FirstOrDefault();
            if (first is not null)
            {
                yield return Make("/", "welcome page", context => (OptionsOf(context) is not { } own ? first : own.ServesPages && pages.TryGetValue(PagePaths.Of(own), out var page) ? page : NotHere)(context), new HttpMethodMetadata(WelcomePage.Methods));
            }
        }
    }

    /// <summary>The listener has no page.</summary>
    private static Task NotHere(HttpContext context)
    {
        context.Response.StatusCode = StatusCodes.Status404NotFound;
        return Task.CompletedTask;
    }

    private static IEnumerable<string> PathsOf(StandAloneOptions options, ListenerServices service, Func<ListenerOptions, string> path) =>
        options.Listeners.Where(listener => listener.Serve(service)).Select(path).Distinct(StringComparer.OrdinalIgnoreCase);

    /// <summary>All listeners share the pipeline: the path of one is nothing to those who have come to another.</summary>
    private static RequestDelegate OfListener(ListenerServices service, Func<ListenerOptions, bool> isAtPath, RequestDelegate handle) => context =>
    {
        if (OptionsOf(context) is not { } own || (own.Serve(service) && isAtPath(own)))
        {
            return handle(context);
        }

        return HttpRefusal.WriteAsync(context.Response, new HandshakeRefusal(StatusCodes.Status404NotFound, $"This is not served here. The listener serves {string.Join(", ", ListenerServiceNames.WordsOf(own.Services))} (WampRouter:Listeners, Serves)."));
    };

    /// <summary>The settings of the listener that a client has come to.</summary>
    private static ListenerOptions? OptionsOf(HttpContext context) => context.Features.Get<ListenerEdition>()?.Options;

    private static RouteEndpoint Make(string path, string name, RequestDelegate handle, params object[] metadata)
    {
        var builder = new RouteEndpointBuilder(handle, RoutePatternFactory.Parse(path), order: 0) { DisplayName = name };
        foreach (var item in metadata)
        {
            builder.Metadata.Add(item);
        }

        return (RouteEndpoint)builder.Build();
    }

    private void Replace(StandAloneOptions options, RouteEndpoint[] endpoints)
    {
        var former = _current;
        (_current, _options) = (new Version(endpoints), options);
        former.End();
        former.Dispose();
    }

    private sealed class Version : IDisposable
    {
        private readonly CancellationTokenSource _changed = new();

        public Version(RouteEndpoint[] endpoints) => (Endpoints, Token) = (endpoints, new CancellationChangeToken(_changed.Token));

        public IReadOnlyList<RouteEndpoint> Endpoints { get; }

        public IChangeToken Token { get; }

        /// <summary>There is another one: whoever is told asks for it at once.</summary>
        public void End() => _changed.Cancel();

        public void Dispose() => _changed.Dispose();
    }

    private sealed class Change(ListenerEndpoints all, StandAloneOptions options, RouteEndpoint[] endpoints) : IReloadStep
    {
        public IReadOnlyList<string> Changes { get; } = all._options is { } former && SettingsDifference.Find("WelcomePage", former.WelcomePage, options.WelcomePage) is { } page ? [page] : [];

        public IReadOnlyList<string> NeedRestart => [];

        public PolicyEffect TakeEffect()
        {
            all.Replace(options, endpoints);
            return default;
        }

        public void Dispose()
        {
        }
    }
}
