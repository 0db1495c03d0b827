using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using WampRouter.Measures;
using WampRouter.Realms;
using WampRouter.Realms.Authorization;
using WampRouter.Realms.Decisions;
using WampRouter.Realms.History;
using WampRouter.Realms.Metrics;
using WampRouter.Realms.Patterns;
using WampRouter.Realms.Settings;
using WampRouter.Sessions;
using WampRouter.Sessions.Authentication;
using WampRouter.Sessions.Connections;

namespace WampRouter.Tests.Doubles;

/// <summary>Realms and sessions without transports: what tests of routing need.</summary>
internal sealed class TestRouter : IDisposable
{
    private readonly TestMeters _meters = new();

    public TestRouter(
        RealmSettings? realm = null, SessionSettings? sessions = null, WampSessionOptions? options = null, TimeProvider? time = null, IEventHistories? histories = null, ILogger<Session>? logger = null, ILogger<Realm>? realmLogger = null, RealmNeighbours? neighbours = null, IAuthorizer? authorizer = null)
    {
        Live = new LiveSessions();
        var metrics = new SessionMetrics(Meter, Live);
        Logins = new TicketVerifier(options ?? new WampSessionOptions { ConcurrentTicketChecks = 2, QueuedTicketChecks = 8 }, time ?? TimeProvider.System, metrics: metrics);
        Hosted = new HostedRealm(realm ?? OpenRealm, sessions ?? Anonymous, Logins, time, histories, logger: realmLogger, neighbours: neighbours, authorizer: authorizer, instruments: new RealmInstruments(Meter));
        Context = new SessionContext([Hosted], options ?? new WampSessionOptions(), Live, time ?? TimeProvider.System, logger ?? NullLogger<Session>.Instance, metrics);
        Sessions = new SessionFactory(Context);
    }

    /// <summary>A realm where the role <c>anonymous</c> may do everything.</summary>
    public static RealmSettings OpenRealm { get; } = new()
    {
        Name = "realm1",
        Roles = [new RoleSettings { Name = "anonymous", Permissions = [new PermissionRule { Uri = "", Match = MatchPolicy.Prefix, Allow = Permissions.All }] }],
    };

    public static SessionSettings Anonymous { get; } = new() { Authentication = new AuthenticationSettings { Methods = [new AnonymousSettings { Role = "anonymous" }] } };

    /// <summary>What it measures.</summary>
    public RouterMeter Meter => _meters.Router;

    public TicketVerifier Logins { get; }

    public LiveSessions Live { get; }

    public HostedRealm Hosted { get; }

    public SessionContext Context { get; }

    public SessionFactory Sessions { get; }

    public TestPeer Connect(ConnectionDetails? info = null) => new(Sessions, info);

    /// <summary>A connected and joined peer, with nothing left to read.</summary>
    public TestPeer Join(string? details = null)
    {
        var peer = Connect();
        if (details is null)
        {
            peer.Join();
        }
        else
        {
            peer.Join(details: details);
        }

        return peer;
    }

    public void Dispose()
    {
        Logins.Dispose();
        _meters.Dispose();
    }
}
