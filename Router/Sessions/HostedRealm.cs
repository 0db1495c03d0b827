using Microsoft.Extensions.Logging.Abstractions;
using WampRouter.Realms;
using WampRouter.Realms.Broker;
using WampRouter.Realms.Decisions;
using WampRouter.Realms.History;
using WampRouter.Realms.Members;
using WampRouter.Realms.Metrics;
using WampRouter.Realms.Peers;
using WampRouter.Realms.Settings;
using WampRouter.Sessions.Authentication;
using WampRouter.Wire;

namespace WampRouter.Sessions;

/// <summary>A realm and the authentication methods by which clients join it.</summary>
internal sealed class HostedRealm
{
    private readonly TicketVerifier _verifier;
    private readonly TicketStretch? _stretch;
    private readonly ApplicationLogins? _application;
    private readonly ApplicationChecks _checks;
    private readonly TimeProvider _time;
    private readonly DecoyKey _decoys = new();      // outlives the settings
    private volatile LoginPolicy _logins;
    private volatile bool _isClosed;

    public HostedRealm(
        RealmSettings realm,
        SessionSettings sessions,
        TicketVerifier verifier,
        TimeProvider? time = null,
        IEventHistories? histories = null,
        TicketStretch? stretch = null,
        ILogger<Realm>? logger = null,
        ApplicationLogins? logins = null,
        RealmNeighbours? neighbours = null,
        IAuthorizer? authorizer = null,
        RealmInstruments? instruments = null)
    {
        (_verifier, _stretch, _application) = (verifier, stretch, logins);
        Realm = new Realm(realm, time, histories, logger, neighbours, authorizer, instruments);
        _time = time ?? TimeProvider.System;
        _checks = new ApplicationChecks(new ApplicationIdentities(Realm, logger ?? (ILogger)NullLogger.Instance), () => verifier.Most);
        _logins = MakeLogins(sessions);
    }

    /// <summary>The realm itself.</summary>
    public Realm Realm { get; }

    /// <summary>The current settings of its sessions, and the methods by which clients join.</summary>
    public LoginPolicy Logins => _logins;

    /// <summary>The current settings of its sessions.</summary>
    public SessionSettings Settings => _logins.Settings;

    /// <summary>
    /// Puts other settings into effect while sessions stay: see <see cref="Realm.Apply"/>. Sessions that could not join by the new settings, because their user, role or method is gone, get
    /// GOODBYE. Any thread; one at a time.
    /// </summary>
    /// <param name="realm">The settings of the realm; its name is the same.</param>
    /// <param name="sessions">The settings of its sessions.</param>
    /// <param name="histories">The histories, ready: see <see cref="Realm.PrepareHistories"/>; null: they are as before.</param>
    /// <returns>What was taken away.</returns>
    public PolicyEffect Apply(RealmSettings realm, SessionSettings sessions, BrokerHistories.Change? histories = null)
    {
        var (subscriptions, registrations) = Realm.Apply(realm, histories);
        _logins = MakeLogins(sessions);
        return new PolicyEffect(subscriptions, registrations, Realm.EndWhere(WampErrors.Killed, WhyGone));
    }

    /// <summary>Says why a login does not count that an earlier version of the settings has judged; null: it counts.</summary>
    /// <param name="identity">Who has logged in.</param>
    /// <param name="judge">The version that has judged it.</param>
    public string? WhyVoid(MemberIdentity identity, LoginPolicy judge)
    {
        var logins = _logins;
        return ReferenceEquals(judge, logins) ? null : WhyRoleGone(identity) ?? logins.WhyVoid(identity, judge);
    }

    /// <summary>Ends a session that has just joined, if it was let in by an earlier version of the settings and could not join now: those settings may have come after <see cref="WhyVoid"/>.</summary>
    /// <param name="member">The session, which other sessions can see by now.</param>
    /// <param name="judge">The version that let it in.</param>
    public void Recheck(Member member, LoginPolicy judge)
    {
        if (WhyVoid(member.Identity, judge) is { } why)
        {
            member.Peer.Close(_isClosed ? WampErrors.CloseRealm : WampErrors.Killed, why, by: null);
        }
    }

    /// <summary>The realm is no longer configured: ends all its sessions with GOODBYE, reason <c>wamp.close.close_realm</c>, and those of logins under way as they come. Returns how many.</summary>
    public int Close()
    {
        _isClosed = true;
        _logins = MakeLogins(Settings);     // another object: logins under way are looked at again
        var ended = Realm.EndWhere(WampErrors.CloseRealm, WhyGone);
        Realm.CloseHistories();
        Realm.EndMetrics();
        return ended;
    }

    private string? WhyGone(MemberIdentity identity) => WhyRoleGone(identity) ?? _logins.WhyGone(identity);

    private string? WhyRoleGone(MemberIdentity identity) =>
        _isClosed ? "the realm is closed: it is no longer configured"
        : Realm.HasRole(identity.AuthRole) ? null
        : $"the realm no longer has the role '{identity.AuthRole}'";

    private LoginPolicy MakeLogins(SessionSettings sessions)
    {
        var services = new MethodServices(Realm.Name, _verifier, _stretch, _time, _decoys);
        var methods = sessions.Authentication.Methods.ToDictionary(settings => settings.Method, settings => settings.Create(services), StringComparer.Ordinal);
        if (_application?.TicketCheck is { } check)
        {
            methods[TicketSettings.MethodName] = new ApplicationTicketMethod(Realm.Name, check, methods.GetValueOrDefault(TicketSettings.MethodName) as TicketMethod, _checks);
        }

        if (_application?.HttpUser is { } identify)
        {
            methods[HttpUserMethod.MethodName] = new HttpUserMethod(identify, _checks.Identities);
        }

        foreach (var (name, open) in _application?.Methods ?? new Dictionary<string, Func<OpenAuthenticator>>())
        {
            methods[name] = new ApplicationMethod(name, open, _checks);
        }

        return new LoginPolicy(sessions, methods.Values);
    }
}

/// <summary>What sessions have lost by a new policy.</summary>
/// <param name="Subscriptions">Subscriptions that were revoked.</param>
/// <param name="Registrations">Registrations that were revoked.</param>
/// <param name="Sessions">Sessions that were ended.</param>
internal readonly record struct PolicyEffect(int Subscriptions, int Registrations, int Sessions)
{
    /// <summary>Both together.</summary>
    public static PolicyEffect operator +(PolicyEffect one, PolicyEffect other) =>
        new(one.Subscriptions + other.Subscriptions, one.Registrations + other.Registrations, one.Sessions + other.Sessions);
}
