using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using WampRouter.Client;
using WampRouter.Configuration;
using WampRouter.Hosting;
using WampRouter.Http;
using WampRouter.Http.Webhooks;
using WampRouter.Measures;
using WampRouter.Realms.Authorization;
using WampRouter.Realms.Patterns;
using WampRouter.Realms.Settings;
using WampRouter.Server;
using WampRouter.Server.Configuration;
using WampRouter.Server.Listeners;
using WampRouter.Sessions;
using WampRouter.Sessions.Authentication;
using WampRouter.Tests.Doubles;
using WampRouter.Transports;

namespace WampRouter.Tests.Http;

/// <summary>The real router on Kestrel, a client of it that speaks HTTP, and others that speak WAMP.</summary>
internal sealed class HttpRig : IAsyncDisposable
{
    /// <summary>A realm where everybody may do everything, from this machine only.</summary>
    public const string Open = "realm1";

    /// <summary>A realm with two users, of whom <see cref="Reader"/> may subscribe to <see cref="Public"/> and below it, and nothing else.</summary>
    public const string Secured = "secured";

    public const string Public = "com.public.";
    public const string Staff = "anna";
    public const string Reader = "bert";
    public const string Robot = "robot";
    public const string Ticket = "nobody guesses this";

    /// <summary>The token of <see cref="Robot"/>, who may do what <see cref="Staff"/> may.</summary>
    public static readonly (string Token, TicketHash Hash) Bearer = BearerToken.Generate();

    /// <summary>A realm as <see cref="Open"/>, which takes signed requests at <c>hooks/shop</c>.</summary>
    public const string Hooked = "hooked";

    /// <summary>Where they go, and what signs them.</summary>
    public const string HookTopic = "com.example.hooks";

    public static readonly WebhookSecret HookSecret = WebhookSecret.TryParse("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", out var secret, out _) ? secret : throw new InvalidOperationException();

    /// <summary>A topic with a history of <see cref="Remembered"/> events; so have those below it.</summary>
    public const string HistoryTopic = "com.history.topic";

    public const string HistoryPrefix = "com.history.log.";
    public const int Remembered = 50;

    private readonly WebApplication _app;
    private readonly List<WampClient> _clients = [];

    private HttpRig(WebApplication app, LogRecorder<HttpRig> log)
    {
        (_app, Log) = (app, log);
        Address = new Uri($"{app.Services.GetRequiredService<RunningListeners>().Urls.First().TrimEnd('/')}/api/");
        Http = new HttpClient(new SocketsHttpHandler { UseCookies = false }) { BaseAddress = Address };
    }

    public LogRecorder<HttpRig> Log { get; }

    public Uri Address { get; }

    public HttpClient Http { get; }

    public RouterMeter Meter => _app.Services.GetRequiredKeyedService<RouterMeter>("");

    public HttpEntrance Entrance => _app.Services.GetRequiredKeyedService<HostedRouter>("").Http;

    public ConnectionRoster Roster => _app.Services.GetRequiredKeyedService<HostedRouter>("").Entrances.Services.Roster;

    /// <summary>Starts it.</summary>
    /// <param name="time">The router's clock.</param>
    /// <param name="configure">Changes limits.</param>
    /// <param name="listener">Changes the listener.</param>
    /// <param name="socket">Where a second one listens, at a Unix domain socket; null: there is none.</param>
    public static async Task<HttpRig> StartAsync(TimeProvider? time = null, Action<TransportOptions>? configure = null, Action<ListenerOptions>? listener = null, string? socket = null)
    {
        var options = new StandAloneOptions
        {
            Listeners = [new ListenerOptions { Url = "http://127.0.0.1:0" }],
            Sessions = new WampSessionOptions { DrainTimeout = TimeSpan.Zero },
        };
        configure?.Invoke(options.Transports);
        listener?.Invoke(options.Listeners[0]);
        if (socket is not null)
        {
            options.Listeners.Add(new ListenerOptions { Url = $"unix:{socket}" });
        }

        var log = new LogRecorder<HttpRig>();
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Logging.AddFilter("Microsoft", LogLevel.Error).AddProvider(log.AsProvider());
        builder.Services.AddRouting();
        builder.Services.AddSingleton(time ?? TimeProvider.System);
        builder.Services.AddWampRouter(new RouterConfiguration { Options = options, RealmsDirectory = "", Realms = [OpenRealm(Open), SecuredRealm(), HookedRealm()], Mistakes = [] });
        ((IWebHostBuilder)builder.WebHost).UseKestrelCore().UseWampListeners();
        var app = builder.Build();
        app.MapWampListeners();
        await app.StartAsync().Soon();
        return new HttpRig(app, log);
    }

    /// <summary>Joins by WebSocket.</summary>
    public async Task<WampClient> JoinAsync(string realm = Open, string? user = null)
    {
        var client = new WampClient(new WampClientOptions
        {
            Transport = new WampWebSocketTransport(new Uri($"ws://127.0.0.1:{Address.Port}/ws")),
            Realm = realm,
            Authentication = user is null ? WampAuthentication.Anonymous : WampAuthentication.Ticket(user, Ticket),
            Reconnect = null,
        });
        _clients.Add(client);
        await client.ConnectAsync().Soon();
        return client;
    }

    /// <summary>A request.</summary>
    public Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, string? body = null, Action<HttpRequestMessage>? request = null, string? user = null, string ticket = Ticket, CancellationToken gone = default)
    {
        var message = new HttpRequestMessage(method, path) { Content = body is null ? null : new StringContent(body, Encoding.UTF8, "application/json") };
        if (user is not null)
        {
            message.Headers.Authorization = new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{ticket}")));
        }

        request?.Invoke(message);
        return Http.SendAsync(message, HttpCompletionOption.ResponseHeadersRead, gone);
    }

    /// <summary>A request, and its answer as JSON.</summary>
    public async Task<(HttpStatusCode Status, JsonElement Body)> AskAsync(HttpMethod method, string path, string? body = null, Action<HttpRequestMessage>? request = null, string? user = null, string ticket = Ticket)
    {
        using var response = await SendAsync(method, path, body, request, user, ticket).Soon();
        var text = await response.Content.ReadAsStringAsync().Soon();
        using var json = JsonDocument.Parse(text.Length > 0 ? text : "null");
        return (response.StatusCode, json.RootElement.Clone());
    }

    public Task<(HttpStatusCode Status, JsonElement Body)> PostAsync(string path, string body, Action<HttpRequestMessage>? request = null, string? user = null, string ticket = Ticket) => AskAsync(HttpMethod.Post, path, body, request, user, ticket);

    public Task<(HttpStatusCode Status, JsonElement Body)> GetAsync(string path, string? user = null) => AskAsync(HttpMethod.Get, path, user: user);

    /// <summary>Publishes over HTTP, which is right, and tells the publication.</summary>
    public async Task<long> PublishAsync(string topic, string args = "[]")
    {
        var (status, body) = await PostAsync($"{Open}/publish", $$"""{"topic":"{{topic}}","args":{{args}}}""");
        Assert.That(status, Is.EqualTo(HttpStatusCode.OK), body.ToString());
        return body.GetProperty("publication").GetInt64();
    }

    /// <summary>The server-sent events of a request.</summary>
    public async Task<EventSource> ListenAsync(string query, string? lastEventId = null, string realm = Open, string? user = null)
    {
        var response = await SendAsync(HttpMethod.Get, $"{realm}/events?{query}", request: message => message.Headers.TryAddWithoutValidation("Last-Event-ID", lastEventId), user: user).Soon();
        Assert.That((response.StatusCode, response.Content.Headers.ContentType?.ToString()), Is.EqualTo((HttpStatusCode.OK, "text/event-stream")));
        return new EventSource(response, await response.Content.ReadAsStreamAsync().Soon());
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        foreach (var client in _clients)
        {
            await client.DisposeAsync();
        }

        await _app.DisposeAsync();
        Assert.That(Log.Strangers, Is.Empty, "docs/logs.md names another category: see LogCategories");
        Assert.That(Log.Failures, Is.Empty);
    }

    private static RealmConfiguration OpenRealm(string name) => new(
        new RealmSettings
        {
            Name = name,
            Roles = [new RoleSettings { Name = "all", Permissions = [new PermissionRule { Uri = "", Match = MatchPolicy.Prefix, Allow = Permissions.All }] }],
            History = [new HistorySettings { Uri = HistoryTopic, Limit = Remembered }, new HistorySettings { Uri = HistoryPrefix, Match = MatchPolicy.Prefix }],
        },
        new SessionSettings { Authentication = new AuthenticationSettings { Methods = [new AnonymousSettings { Role = "all", LoopbackOnly = true }] }, RequestIds = RequestIdCheck.Strict },
        "");

    private static RealmConfiguration HookedRealm() => OpenRealm(Hooked) with
    {
        Webhooks = new WebhookSettings { Receivers = [new ReceiverSettings { Name = "shop", Topic = HookTopic, Secrets = [HookSecret] }] },
    };

    private static RealmConfiguration SecuredRealm() => new(
        new RealmSettings
        {
            Name = Secured,
            Roles =
            [
                new RoleSettings { Name = "staff", Permissions = [new PermissionRule { Uri = "", Match = MatchPolicy.Prefix, Allow = Permissions.All }] },
                new RoleSettings { Name = "reader", Permissions = [new PermissionRule { Uri = Public, Match = MatchPolicy.Prefix, Allow = Permissions.Subscribe }] },
            ],
        },
        new SessionSettings
        {
            Authentication = new AuthenticationSettings
            {
                Methods =
                [
                    new TicketSettings { Principals = new Dictionary<string, TicketPrincipal> { [Staff] = UserOf(Staff, "staff"), [Reader] = UserOf(Reader, "reader") } },
                    new BearerSettings { Principals = new Dictionary<string, BearerPrincipal> { [Robot] = new() { AuthId = Robot, Role = "staff", Tokens = [new KeptToken(Bearer.Hash)] } } },
                ],
            },
            RequestIds = RequestIdCheck.Strict,
        },
        "");

    private static TicketPrincipal UserOf(string name, string role) => new() { AuthId = name, Role = role, Tickets = [HashOf(Ticket)] };

    private static TicketHash HashOf(string ticket) =>
        TicketHash.TryParse($"sha256:{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(ticket)))}", out var hash, out var problem) ? hash : throw new AssertionException(problem);
}
