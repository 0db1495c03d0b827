using System.Collections.Frozen;
using Microsoft.Extensions.Logging.Abstractions;
using WampRouter.Realms;
using WampRouter.Realms.History;
using WampRouter.Realms.Settings;
using WampRouter.Sessions.Authentication;

namespace WampRouter.Sessions;

/// <summary>A realm and the authentication methods by which clients join it.</summary>
internal sealed class HostedRealm
{
    private readonly FrozenDictionary<string, IAuthenticationMethod> _methods;

    public HostedRealm(RealmSettings realm, SessionSettings sessions, TicketVerifier verifier, TimeProvider? time = null, IEventHistories? histories = null, TicketStretch? stretch = null, ILogger<Realm>? logger = null, ApplicationLogins? logins = null)
    {
        Realm = new Realm(realm, time, histories, logger);
        Settings = sessions;
        var methods = new List<IAuthenticationMethod>();
        if (sessions.Authentication.Anonymous is { } anonymous)
        {
            methods.Add(new AnonymousMethod(anonymous));
        }

        var configured = sessions.Authentication.Ticket is { } ticket ? new TicketMethod(realm.Name, ticket, verifier, stretch) : null;
        var identities = new ApplicationIdentities(Realm, logger ?? (ILogger)NullLogger.Instance);
        if (logins?.TicketCheck is { } check)
        {
            methods.Add(new ApplicationTicketMethod(realm.Name, check, configured, identities));
        }
        else if (configured is not null)
        {
            methods.Add(configured);
        }

        if (logins?.HttpUser is { } identify)
        {
            methods.Add(new HttpUserMethod(identify, identities));
        }

        _methods = methods.ToFrozenDictionary(method => method.Name, StringComparer.Ordinal);
    }

    /// <summary>The realm itself.</summary>
    public Realm Realm { get; }

    /// <summary>The settings of its sessions.</summary>
    public SessionSettings Settings { get; }

    /// <summary>The names of the methods, for messages to people.</summary>
    public string MethodNames => _methods.Count == 0 ? "nobody" : string.Join(" or ", _methods.Keys.Order(StringComparer.Ordinal).Select(name => $"'{name}'"));

    /// <summary>A method by its name, if the realm offers it.</summary>
    public IAuthenticationMethod? Method(string name) => _methods.GetValueOrDefault(name);
}
