namespace WampRouter.Realms.Dealer;

/// <summary>
/// A procedure and who serves it. Callers read a snapshot of the callees and take no lock; joining and leaving copy it, under the
/// lock of <see cref="Registrations"/>.
/// </summary>
internal sealed class Registration(ulong id, UriEntry procedure, InvocationPolicy policy)
{
    private volatile CalleeEndpoint[] _endpoints = [];      // in the order of registration; replaced whole, never edited in place
    private uint _turns;

    /// <summary>The registration id: router scope, one for all callees.</summary>
    public ulong Id { get; } = id;

    /// <summary>The procedure.</summary>
    public UriEntry Procedure { get; } = procedure;

    /// <summary>Who of several is called: as the first callee had it, for as long as the registration stands.</summary>
    public InvocationPolicy Policy { get; } = policy;

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
            InvocationPolicy.RoundRobin => endpoints[(int)((Interlocked.Increment(ref _turns) - 1) % (uint)endpoints.Length)],
            InvocationPolicy.Random => endpoints[Random.Shared.Next(endpoints.Length)],
            InvocationPolicy.Last => endpoints[^1],
            _ => endpoints[0],
        };
    }

    /// <summary>Whether a session is among the callees.</summary>
    public bool IsServedBy(Member member) => Array.Exists(_endpoints, endpoint => ReferenceEquals(endpoint.Callee, member));

    /// <summary>One callee more, behind the others.</summary>
    public void Add(CalleeEndpoint endpoint) => _endpoints = [.. _endpoints, endpoint];

    /// <summary>One callee less; true where it was the last.</summary>
    public bool Remove(CalleeEndpoint endpoint)
    {
        _endpoints = Array.FindAll(_endpoints, other => !ReferenceEquals(other, endpoint));
        return _endpoints.Length == 0;
    }
}
