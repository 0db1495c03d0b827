using System.Collections.Frozen;
using WampRouter.Realms;
using WampRouter.Realms.History;
using WampRouter.Sessions.Authentication;

namespace WampRouter.Sessions;

/// <summary>A realm and the way into it.</summary>
internal sealed class HostedRealm
{
    private readonly FrozenDictionary<string, IAuthenticationMethod> _methods;

    public HostedRealm(RealmSettings realm, SessionSettings sessions, TicketVerifier verifier, TimeProvider? time = null, IEventHistories? histories = null, ILogger<Realm>? logger = null)
    {
        Realm = new Realm(realm, time, histories, logger);
        Settings = sessions;
        var methods = new List<IAuthenticationMethod>();
        if (sessions.Authentication.Anonymous is { } anonymous)
        {
            methods.Add(new AnonymousMethod(anonymous));
        }

        if (sessions.Authentication.Ticket is { } ticket)
        {
            methods.Add(new TicketMethod(ticket, verifier));
        }

        _methods = methods.ToFrozenDictionary(method => method.Name, StringComparer.Ordinal);
    }

    /// <summary>Where members meet.</summary>
    public Realm Realm { get; }

    /// <summary>What holds for its sessions.</summary>
    public SessionSettings Settings { get; }

    /// <summary>The names of the methods, for people.</summary>
    public string MethodNames => _methods.Count == 0 ? "nobody" : string.Join(" or ", _methods.Keys.Order(StringComparer.Ordinal).Select(name => $"'{name}'"));

    /// <summary>A method by its name, if the realm offers it.</summary>
    public IAuthenticationMethod? Method(string name) => _methods.GetValueOrDefault(name);
}
