using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using WampRouter.Configuration;
using WampRouter.Realms.Authorization;
using WampRouter.Realms.Patterns;
using WampRouter.Realms.Settings;
using WampRouter.Server;
using WampRouter.Server.Configuration;
using WampRouter.Server.Listeners;
using WampRouter.Sessions;
using WampRouter.Sessions.Authentication;
using WampRouter.Tests.Doubles;
using WampRouter.Wire;

namespace WampRouter.Tests.Conformance.Exchange;

/// <summary>The real router, reached through its real transports. Two realms: one open to all, one for those with a ticket.</summary>
internal sealed class ConformanceRouter : IAsyncDisposable
{
    /// <summary>Anybody joins it, as <c>guest</c>, and may do everything but with <c>closed.to.all.guests.</c>, which few patterns touch; <c>com.history.</c> is kept.</summary>
    public const string OpenRealm = "open";

    /// <summary>
    /// <c>ann</c> and <c>abe</c> are managers, trusted at level 7, <c>sue</c> and <c>sam</c> are staff, trusted at level 0. Callers of <c>com.disclosed.</c> and publishers
    /// there are disclosed. <c>cleo</c> and <c>dora</c> are staff who come in by WAMP-CRA, and <c>dora</c>'s secret is salted.
    /// </summary>
    public const string TicketRealm = "tickets";

    private static readonly (string AuthId, string Role)[] Users = [("ann", "manager"), ("abe", "manager"), ("sue", "staff"), ("sam", "staff")];

    private readonly WebApplication _app;

    private ConformanceRouter(WebApplication app) => _app = app;

    /// <summary>The open realm as it is unless a suite wants it otherwise.</summary>
    public static RealmSettings Open { get; } = new()
    {
        Name = OpenRealm,
        Roles =
        [
            new RoleSettings
            {
                Name = "guest",
                Permissions =
                [
                    new PermissionRule { Uri = "", Match = MatchPolicy.Prefix, Allow = Permissions.All },
                    new PermissionRule { Uri = "closed.to.all.guests.", Match = MatchPolicy.Prefix, Allow = Permissions.None },
                ],
            },
        ],
        History = [new HistorySettings { Uri = "com.history.", Match = MatchPolicy.Prefix }],
    };

    public static string TicketOf(string authId) => $"the ticket of {authId}, which nobody guesses";

    public static string SecretOf(string authId) => $"the secret of {authId}, which nobody guesses";

    public static async Task<ConformanceRouter> StartAsync(RealmSettings open, RequestIdCheck requestIds)
    {
        var options = new StandAloneOptions
        {
            Listeners = [new ListenerOptions { Url = "http://127.0.0.1:0" }],
            Sessions = new WampSessionOptions { DrainTimeout = TimeSpan.Zero, GoodbyeTimeout = TimeSpan.FromMilliseconds(1), Shutdown = WampShutdownNotice.Goodbye },
        };
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        var configuration = new RouterConfiguration
        {
            Options = options,
            RealmsDirectory = string.Empty,
            Realms =
            [
                new(open, new SessionSettings { Authentication = new() { Methods = [new AnonymousSettings { Role = "guest" }] }, RequestIds = requestIds }, string.Empty),
                new(WithTickets, new SessionSettings { Authentication = new() { Methods = [Tickets, Secrets] } }, string.Empty),
            ],
            Mistakes = [],
        };
        builder.Services.AddWampRouter(configuration);
        builder.WebHost.UseWampListeners();
        var app = builder.Build();
        app.MapWampListeners();
        await app.StartAsync().Soon();
        return new ConformanceRouter(app);
    }

    public async Task<IMessageChannel> ConnectAsync(Way way, WireFormat format)
    {
        var subprotocol = $"wamp.2.{format switch { WireFormat.Json => "json", WireFormat.MessagePack => "msgpack", _ => "cbor" }}";
        return way switch
        {
            Way.Memory => new MemoryChannel(_app.Services.GetRequiredService<WampMemoryTransport>().Connect(subprotocol)),
            Way.RawSocket => await RawSocketChannel.ConnectAsync(Address.Port, format),
            Way.WebSocket => await WebSocketChannel.ConnectAsync(Address, format, subprotocol),
            Way.BatchedWebSocket => await WebSocketChannel.ConnectAsync(Address, format, $"{subprotocol}.batched"),
            Way.LongPoll => await LongPollChannel.OpenAsync(new UriBuilder(Address) { Scheme = "http", Path = "/lp" }.Uri, format, subprotocol),
            _ => await LongPollChannel.OpenAsync(new UriBuilder(Address) { Scheme = "http", Path = "/lp" }.Uri, format, $"{subprotocol}.batched"),
        };
    }

    /// <summary>What SIGTERM does.</summary>
    public Task StopAsync() => _app.StopAsync().Soon();

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private Uri Address => new UriBuilder(_app.Services.GetRequiredService<RunningListeners>().Urls.Single()) { Scheme = "ws", Path = "/ws" }.Uri;

    private static RealmSettings WithTickets => new()
    {
        Name = TicketRealm,
        Roles = [Role("manager", 7), Role("staff", 0)],
    };

    private static TicketSettings Tickets => new()
    {
        Principals = Users.ToDictionary(user => user.AuthId, user => new TicketPrincipal { AuthId = user.AuthId, Role = user.Role, Tickets = [HashOf(TicketOf(user.AuthId))] }),
    };

    private static WampCraSettings Secrets
    {
        get
        {
            var salting = new WampCraSalting("AAECAwQFBgcICQoLDA0ODw==", 1_000, 32);
            return new WampCraSettings
            {
                Principals = new Dictionary<string, WampCraPrincipal>
                {
                    ["cleo"] = new() { AuthId = "cleo", Role = "staff", Secrets = [WampCraSecret.Of(SecretOf("cleo"))] },
                    ["dora"] = new() { AuthId = "dora", Role = "staff", Secrets = [WampCraSecret.Derive(SecretOf("dora"), salting)], Salting = salting },
                },
            };
        }
    }

    private static RoleSettings Role(string name, int trustLevel) => new()
    {
        Name = name,
        TrustLevel = trustLevel,
        Permissions =
        [
            new PermissionRule { Uri = "", Match = MatchPolicy.Prefix, Allow = Permissions.All },
            new PermissionRule { Uri = "com.disclosed.", Match = MatchPolicy.Prefix, Allow = Permissions.All | Permissions.DiscloseCaller | Permissions.DisclosePublisher },
        ],
    };

    private static TicketHash HashOf(string ticket) =>
        TicketHash.TryParse($"sha256:{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(ticket)))}", out var hash, out var problem)
            ? hash
            : throw new AssertionException(problem);
}
