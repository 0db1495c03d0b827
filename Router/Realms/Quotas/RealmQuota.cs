using System.Diagnostics.CodeAnalysis;
using WampRouter.Realms.Metrics;
using WampRouter.Realms.Peers;
using WampRouter.Realms.Settings;

namespace WampRouter.Realms.Quotas;

/// <summary>What a realm's sessions use: in all, by principal and by session. A principal is known as long as it has a session. Any thread.</summary>
internal sealed class RealmQuota
{
    private readonly Lock _changes = new();      // lock order: RealmQuota -> SessionQuota
    private readonly Dictionary<string, Quota> _byPrincipal = new(StringComparer.Ordinal);
    private readonly QuotaBounds _ofPrincipal;
    private readonly QuotaBounds _ofSession;
    private readonly QuotaBounds _ofRealm;

    public RealmQuota(RealmLimits limits)
    {
        _ofPrincipal = QuotaBounds.OfPrincipal(limits);
        _ofSession = QuotaBounds.OfSession(limits);
        _ofRealm = QuotaBounds.OfRealm(limits);
        Total = new Quota(_ofRealm);
    }

    /// <summary>What all sessions use.</summary>
    public Quota Total { get; }

    /// <summary>The most that all sessions may use of a resource; <see cref="long.MaxValue"/>: no limit.</summary>
    public long Most(Resource resource) => _ofRealm.Most(resource);

    /// <summary>How many principals have sessions now.</summary>
    public int Principals
    {
        get
        {
            lock (_changes)
            {
                return _byPrincipal.Count;
            }
        }
    }

    /// <summary>Puts new bounds into effect. What is used already stays; a session, principal or realm that uses more than it now may gets no more.</summary>
    public void Apply(RealmLimits limits)
    {
        _ofPrincipal.Become(QuotaBounds.OfPrincipal(limits));
        _ofSession.Become(QuotaBounds.OfSession(limits));
        _ofRealm.Become(QuotaBounds.OfRealm(limits));
    }

    /// <summary>Adds one session of a principal; <see cref="Leave"/> must follow. If false, <paramref name="refusal"/> says why.</summary>
    public bool TryEnter(string principal, [NotNullWhen(true)] out SessionQuota? session, out Refusal refusal)
    {
        lock (_changes)
        {
            var isNew = !_byPrincipal.TryGetValue(principal, out var quota);
            quota ??= new Quota(_ofPrincipal, Total);
            session = new SessionQuota(_ofSession, quota);
            if (session.Take(Resource.Sessions, 1) is { } reason)
            {
                (session, refusal) = (null, reason);
                return false;
            }

            if (isNew)
            {
                _byPrincipal.Add(principal, quota);
            }

            refusal = default;
            return true;
        }
    }

    /// <summary>The quota of a link to those who are elsewhere: it counts for the realm alone.</summary>
    public SessionQuota OfLink() => new(new QuotaBounds("the link has"), Total);

    /// <summary>A session of a principal has left.</summary>
    public void Leave(string principal, SessionQuota session)
    {
        lock (_changes)
        {
            session.End();
            if (_byPrincipal.TryGetValue(principal, out var quota) && quota.Used(Resource.Sessions) == 0)
            {
                _byPrincipal.Remove(principal);
            }
        }
    }
}
