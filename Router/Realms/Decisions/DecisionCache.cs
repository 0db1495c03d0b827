using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using WampRouter.Realms.Authorization;
using WampRouter.Realms.Patterns;
using WampRouter.Realms.Peers;
using WampRouter.Realms.Policies;

namespace WampRouter.Realms.Decisions;

/// <summary>
/// Decisions that an authorizer lets be remembered, by identity. It belongs to one policy, and is thrown away with it. When it is full, what was not used since the last time goes, and everything if
/// that is less than half. Looking takes no lock; any thread.
/// </summary>
/// <param name="policy">The policy.</param>
internal sealed class DecisionCache(RealmPolicy policy)
{
    /// <summary>Longer URIs are not remembered: a decision takes a few hundred bytes and its URI.</summary>
    private const int LongestUri = 256;

    private readonly ConcurrentDictionary<Key, Remembered> _decisions = new(Comparer.Instance);
    private readonly Lock _changes = new();
    private int _count;

    /// <summary>The policy by which it was decided who has to be asked.</summary>
    public RealmPolicy Policy { get; } = policy;

    /// <summary>How many decisions there are.</summary>
    public int Count => Volatile.Read(ref _count);

    /// <summary>Finds a decision.</summary>
    public bool TryFind(MemberIdentity identity, Permissions action, MatchPolicy match, byte[] uri, out Decision decision)
    {
        var isKnown = _decisions.TryGetValue(Key.Of(identity, action, match, uri), out var known);
        decision = known?.Use() ?? default;
        return isKnown;
    }

    /// <summary>Remembers a decision, if the bounds leave a place.</summary>
    public void Add(MemberIdentity identity, Permissions action, MatchPolicy match, byte[] uri, in Decision decision)
    {
        var most = Policy.Settings.Authorizer.MaxCached;
        if (most == 0 || uri.Length > LongestUri)
        {
            return;
        }

        lock (_changes)
        {
            if (_count >= most)
            {
                Forget(unusedOnly: true);
                if (_count > most / 2)
                {
                    Forget(unusedOnly: false);
                }
            }

            if (_decisions.TryAdd(Key.Of(identity, action, match, uri), new Remembered(decision)))
            {
                Volatile.Write(ref _count, _count + 1);
            }
        }
    }

    private void Forget(bool unusedOnly)
    {
        foreach (var (key, remembered) in _decisions)
        {
            if (!(unusedOnly && remembered.TakeUse()) && _decisions.TryRemove(key, out _))
            {
                Volatile.Write(ref _count, _count - 1);
            }
        }
    }

    private readonly record struct Key(string AuthId, string AuthRole, string AuthProvider, Permissions Action, MatchPolicy Match, byte[] Uri)
    {
        public static Key Of(MemberIdentity identity, Permissions action, MatchPolicy match, byte[] uri) => new(identity.AuthId, identity.AuthRole, identity.AuthProvider, action, match, uri);
    }

    private sealed class Remembered(Decision decision)
    {
        private bool _isUsed;

        public Decision Use()
        {
            if (!_isUsed)
            {
                _isUsed = true;     // written only if that changes something, because all threads read it
            }

            return decision;
        }

        public bool TakeUse()
        {
            var wasUsed = _isUsed;
            _isUsed = false;
            return wasUsed;
        }
    }

    /// <summary>Compares URIs by their bytes.</summary>
    private sealed class Comparer : IEqualityComparer<Key>
    {
        public static readonly Comparer Instance = new();

        public bool Equals(Key x, Key y) =>
            (x.Action, x.Match, x.AuthId, x.AuthRole, x.AuthProvider) == (y.Action, y.Match, y.AuthId, y.AuthRole, y.AuthProvider) && x.Uri.AsSpan().SequenceEqual(y.Uri);

        public int GetHashCode([DisallowNull] Key obj) => HashCode.Combine(obj.Action, obj.Match, obj.AuthId, Utf8Hash.Of(obj.Uri));
    }
}
