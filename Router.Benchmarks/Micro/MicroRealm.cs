using Microsoft.Extensions.Logging.Abstractions;
using WampRouter.Benchmarks.Dialects;
using WampRouter.Realms.Authorization;
using WampRouter.Realms.Patterns;
using WampRouter.Realms.Settings;
using WampRouter.Sessions;
using WampRouter.Sessions.Authentication;

namespace WampRouter.Benchmarks.Micro;

/// <summary>A real realm that anonymous sessions join without sockets, and in which they may do everything.</summary>
internal sealed class MicroRealm : IDisposable
{
    private const string Name = "realm1";

    private readonly WampJson _wamp = new(Name);
    private readonly TicketVerifier _verifier = new(new WampSessionOptions(), TimeProvider.System);
    private readonly SessionFactory _sessions;

    /// <param name="limits">What clients can make the realm hold.</param>
    public MicroRealm(RealmLimits limits)
    {
        var settings = new RealmSettings
        {
            Name = Name,
            Limits = limits,
            Roles =
            [
                new RoleSettings
                {
                    Name = "anonymous",
                    Permissions = [new PermissionRule { Uri = "", Match = MatchPolicy.Prefix, Allow = Permissions.All }],
                },
            ],
        };
        var entrance = new SessionSettings { Authentication = new AuthenticationSettings { Methods = [new AnonymousSettings { Role = "anonymous" }] } };
        _sessions = new SessionFactory(new SessionContext(
            [new HostedRealm(settings, entrance, _verifier)],
            new WampSessionOptions(),
            new LiveSessions(),
            TimeProvider.System,
            NullLogger<Session>.Instance));
    }

    /// <summary>A session that has had its WELCOME.</summary>
    public DiscardingConnection Join()
    {
        var connection = new DiscardingConnection(_sessions);
        connection.Deliver(_wamp.Hello);
        return connection;
    }

    /// <inheritdoc />
    public void Dispose() => _verifier.Dispose();
}
