using WampRouter.Realms.Members;
using WampRouter.Realms.Messages;
using WampRouter.Realms.Patterns;
using WampRouter.Realms.Uris;

namespace WampRouter.Realms.Dealer;

/// <summary>
/// A procedure, or a pattern of procedures, and its callees. Callers read a snapshot of the callees and take no lock. A change copies
/// the snapshot, under the lock of <see cref="Registrations"/>.
/// </summary>
internal sealed class Registration(ulong id, byte[] uri, in RegisterOptions options, DateTimeOffset created)
{
    private volatile CalleeEndpoint[] _endpoints = [];      // in the order of registration; replaced whole, never edited in place
    private volatile CallQueue? _queue;
    private uint _turns;

    /// <summary>The registration id: router scope, one for all callees.</summary>
    public ulong Id { get; } = id;

    /// <summary>The procedure or pattern, in UTF-8.</summary>
    public byte[] Uri { get; } = uri;

    /// <summary>How <see cref="Uri"/> is compared.</summary>
    public MatchPolicy Match { get; } = options.Match;

    /// <summary>Which of several callees gets a call: set by the first callee, as long as the registration exists.</summary>
    public InvocationPolicy Policy { get; } = options.Invoke;

    /// <summary>When it was created.</summary>
    public DateTimeOffset Created { get; } = created;

    /// <summary>The pinned entry of an exact procedure; null for patterns.</summary>
    public UriEntry? Procedure { get; init; }

    /// <summary>The queue for calls; null as long as no callee limits its concurrency.</summary>
    public CallQueue? Queue => _queue;

    /// <summary>The callees as of now, in the order in which they registered.</summary>
    public ReadOnlySpan<CalleeEndpoint> Endpoints => _endpoints;

    /// <summary>The callee whose turn it is; null where the last one has just left.</summary>
    public CalleeEndpoint? Pick()
    {
        var endpoints = _endpoints;
        if (endpoints.Length <= 1)
        {
            return endpoints.Length == 0 ? null : endpoints[0];
        }

        return Policy switch
        {
            InvocationPolicy.RoundRobin => endpoints[NextTurn(endpoints.Length)],
            InvocationPolicy.Random => endpoints[Random.Shared.Next(endpoints.Length)],
            InvocationPolicy.Last => endpoints[^1],
            _ => endpoints[0],
        };
    }

    /// <summary>The same without some of the callees, as if they had left; null where no other is left.</summary>
    public CalleeEndpoint? PickOther(List<CalleeEndpoint> excluded)
    {
        var endpoints = _endpoints;
        var start = Policy == InvocationPolicy.RoundRobin ? NextTurn(Math.Max(endpoints.Length, 1)) : 0;
        CalleeEndpoint[] others = [.. endpoints.Skip(start).Concat(endpoints.Take(start)).Except(excluded)];
        return others.Length == 0 ? null
            : Policy == InvocationPolicy.Random ? others[Random.Shared.Next(others.Length)]
            : Policy == InvocationPolicy.Last ? others[^1]
            : others[0];
    }

    /// <summary>The callee that owns a key, among those not excluded; null where there is none.</summary>
    public CalleeEndpoint? PickShard(ulong key, List<CalleeEndpoint>? excluded)
    {
        CalleeEndpoint? owner = null;
        foreach (var endpoint in _endpoints)
        {
            if (excluded?.Contains(endpoint) is not true
                && (owner is null || RendezvousHash.Weight(key, endpoint.ShardNode) > RendezvousHash.Weight(key, owner.ShardNode)))
            {
                owner = endpoint;
            }
        }

        return owner;
    }

    /// <summary>Whether a session is among the callees.</summary>
    public bool IsServedBy(Member member) => Array.Exists(_endpoints, endpoint => ReferenceEquals(endpoint.Callee, member));

    /// <summary>One callee more, behind the others.</summary>
    public void Add(CalleeEndpoint endpoint)
    {
        if (endpoint.IsLimited)
        {
            _queue ??= new CallQueue(this);
        }

        _endpoints = [.. _endpoints, endpoint];
    }

    /// <summary>Removes a callee.</summary>
    public void Remove(CalleeEndpoint endpoint) => _endpoints = Array.FindAll(_endpoints, other => !ReferenceEquals(other, endpoint));

    private int NextTurn(int callees) => (int)((Interlocked.Increment(ref _turns) - 1) % (uint)callees);
}
