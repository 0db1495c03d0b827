using WampRouter.Wire;

namespace WampRouter.Realms.Dealer;

/// <summary>
/// Calls in pieces of one session that ended before their last piece, whose pieces may still come. The latest are known by their ids. Older ones are recognized by
/// the order of ids: a session counts its request ids up, so an id not after a forgotten one cannot begin a new call. Not thread-safe.
/// </summary>
/// <remarks>If a session does not count its ids up, against the specification, only the ids that are still known count: nothing else distinguishes a late piece from a new call.</remarks>
internal sealed class EndedCalls
{
    /// <summary>How many are known by their ids, at most.</summary>
    private const int MostById = 1_000;

    private readonly LinkedList<ulong> _inOrder = [];
    private readonly Dictionary<ulong, LinkedListNode<ulong>> _byId = [];
    private ulong _forgottenUpTo;       // 0: none

    /// <summary>Adds a call that ended early.</summary>
    public void Add(ulong request)
    {
        if (_byId.ContainsKey(request))
        {
            return;
        }

        _byId.Add(request, _inOrder.AddLast(request));
        if (_inOrder.Count > MostById)
        {
            var forgotten = _inOrder.First!.Value;
            Remove(forgotten);
            _forgottenUpTo = _forgottenUpTo == 0 || WampId.IsAfter(forgotten, _forgottenUpTo) ? forgotten : _forgottenUpTo;
        }
    }

    /// <summary>The last piece has come: the next CALL with this id is a new call.</summary>
    public void Remove(ulong request)
    {
        if (_byId.Remove(request, out var place))
        {
            _inOrder.Remove(place);
        }
    }

    /// <summary>Whether a CALL without a pending call of its id is a late piece of a call that ended early.</summary>
    /// <param name="request">CALL.Request</param>
    /// <param name="counts">Whether the session has counted its ids up so far.</param>
    public bool Covers(ulong request, bool counts) =>
        _byId.ContainsKey(request) || (counts && _forgottenUpTo != 0 && !WampId.IsAfter(request, _forgottenUpTo));
}
