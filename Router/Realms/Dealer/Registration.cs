using WampRouter.Realms.Members;
using WampRouter.Realms.Messages;
using WampRouter.Realms.Patterns;
using WampRouter.Realms.Uris;

namespace WampRouter.Realms.Dealer;

/// <summary>
/// A procedure, or a pattern of procedures, and who serves it. Callers read a snapshot of the callees and take no lock; joining and
/// leaving copy it, under the lock of <see cref="Registrations"/>.
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

    /// <summary>Who of several is called: as the first callee had it, for as long as the registration stands.</summary>
    public InvocationPolicy Policy { get; } = options.Invoke;

    /// <summary>When it came to be.</summary>
    public DateTimeOffset Created { get; } = created;

    /// <summary>The table's entry of an exact procedure, held there; null for patterns.</summary>
    public UriEntry? Procedure { get; init; }

    /// <summary>Where calls wait; null as long as no callee limits what it serves at a time.</summary>
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
    /// <param name="endpoint">The callee.</param>
    /// <param name="queueCapacity">How many calls may wait for callees that limit what they serve at a time.</param>
    public void Add(CalleeEndpoint endpoint, int queueCapacity)
    {
        if (endpoint.IsLimited)
        {
            _queue ??= new CallQueue(this, queueCapacity);
        }

        _endpoints = [.. _endpoints, endpoint];
    }

    /// <summary>One callee less.</summary>
    public void Remove(CalleeEndpoint endpoint) => _endpoints = Array.FindAll(_endpoints, other => !ReferenceEquals(other, endpoint));

    private int NextTurn(int callees) => (int)((Interlocked.Increment(ref _turns) - 1) % (uint)callees);
}
