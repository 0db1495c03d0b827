using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using WampRouter.Client;
using WampRouter.Configuration;
using WampRouter.Realms.Authorization;
using WampRouter.Realms.Patterns;
using WampRouter.Realms.Settings;
using WampRouter.Server;
using WampRouter.Server.Configuration;
using WampRouter.Server.Listeners;
using WampRouter.Sessions;
using WampRouter.Sessions.Authentication;
using WampRouter.Sessions.Resumption;
using WampRouter.Tests.Doubles;

namespace WampRouter.Tests.Clients.WithRouter;

/// <summary>The real router in this process, on Kestrel and in memory at once, with an open realm and one that asks for tickets.</summary>
internal sealed class RunningRouter : IAsyncDisposable
{
    public const string OpenRealm = "realm1";
    public const string HistoryTopic = "com.example.history";
    public const string HistoryPrefix = "com.example.log.";
    public const string TicketRealm = "secured";
    public const string User = "anna";
    public const string Ticket = "the right ticket, which nobody guesses";

    /// <summary>Whose token is <see cref="Token"/>.</summary>
    public const string TokenHolder = "ci";

    private readonly WebApplication _app;

    private RunningRouter(WebApplication app) => _app = app;

    public int Port => new Uri(_app.Services.GetRequiredService<RunningListeners>().Urls.Single()).Port;

    private Uri Address => new($"ws://127.0.0.1:{Port.ToString(CultureInfo.InvariantCulture)}/ws");

    /// <summary>A token of the realm that asks for tickets.</summary>
    public static string Token => Made.Token;

    /// <summary>Starts it.</summary>
    /// <param name="port">0, or where one that was stopped has listened.</param>
    /// <param name="open">The open realm, if it is to differ.</param>
    /// <param name="keepsSessions">Whether sessions of the open realm can be resumed.</param>
    /// <param name="shutdown">How it takes leave.</param>
    public static async Task<RunningRouter> StartAsync(
        int port = 0, RealmSettings? open = null, bool keepsSessions = true, WampShutdownNotice shutdown = WampShutdownNotice.Restart)
    {
        var options = new StandAloneOptions
        {
            Listeners = [new ListenerOptions { Url = $"http://127.0.0.1:{port.ToString(CultureInfo.InvariantCulture)}" }],
            Sessions = new WampSessionOptions { DrainTimeout = TimeSpan.Zero, Shutdown = shutdown },
        };
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        var configuration = new RouterConfiguration
        {
            Options = options,
            RealmsDirectory = string.Empty,
            Realms = [new(open ?? RealmOf(OpenRealm), keepsSessions ? Anonymous : Anonymous with { Resumption = new ResumptionSettings { Window = TimeSpan.Zero } }, string.Empty), new(RealmOf(TicketRealm), Tickets, string.Empty)],
            Mistakes = [],
        };
        builder.Services.AddWampRouter(configuration);
        builder.WebHost.UseWampListeners();
        var app = builder.Build();
        app.MapWampListeners();
        await app.StartAsync().Soon();
        return new RunningRouter(app);
    }

    /// <summary>A realm where the one role may do everything and is trusted at level 3, and two topics have a history.</summary>
    public static RealmSettings RealmOf(string name) => new()
    {
        Name = name,
        Roles =
        [
            new RoleSettings
            {
                Name = "staff",
                TrustLevel = 3,
                Permissions = [new PermissionRule { Uri = "", Match = MatchPolicy.Prefix, Allow = Permissions.All }],
            },
        ],
        History = [new HistorySettings { Uri = HistoryTopic }, new HistorySettings { Uri = HistoryPrefix, Match = MatchPolicy.Prefix }],
    };

    public IWampTransport Transport(Way way) => way switch
    {
        Way.Memory => new WampPipeTransport((subprotocol, _) => ValueTask.FromResult(_app.Services.GetRequiredService<WampMemoryTransport>().Connect(subprotocol))),
        Way.RawSocket => new WampRawSocketTransport(new Uri($"tcp://127.0.0.1:{Port.ToString(CultureInfo.InvariantCulture)}")),
        _ => new WampWebSocketTransport(Address) { Batched = way == Way.BatchedWebSocket },
    };

    /// <summary>What SIGTERM does.</summary>
    public Task StopAsync() => _app.StopAsync().Soon();

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private static (string Token, TicketHash Hash) Made { get; } = BearerToken.Generate();

    private static SessionSettings Anonymous => new()
    {
        Authentication = new AuthenticationSettings { Methods = [new AnonymousSettings { Role = "staff" }] },
        RequestIds = RequestIdCheck.Strict,
    };

    private static SessionSettings Tickets => new()
    {
        Authentication = new AuthenticationSettings
        {
            Methods =
            [
                new TicketSettings { Principals = new Dictionary<string, TicketPrincipal> { [User] = new() { AuthId = User, Role = "staff", Tickets = [HashOf(Ticket)] } } },
                new BearerSettings { Principals = new Dictionary<string, BearerPrincipal> { [TokenHolder] = new() { AuthId = TokenHolder, Role = "staff", Tokens = [new KeptToken(Made.Hash)] } } },
            ],
        },
        RequestIds = RequestIdCheck.Strict,
    };

    private static TicketHash HashOf(string ticket) =>
        TicketHash.TryParse($"sha256:{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(ticket)))}", out var hash, out var problem)
            ? hash
            : throw new AssertionException(problem);
}
