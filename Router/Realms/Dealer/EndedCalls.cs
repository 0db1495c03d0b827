using WampRouter.Wire;

namespace WampRouter.Realms.Dealer;

/// <summary>
/// Calls in pieces of one session that ended before their last piece, whose pieces may still come. Some are known by their ids. Those before them are known by their
/// place: a session counts its request ids up, so an id behind one that was forgotten begins no call. Not safe on several threads.
/// </summary>
/// <remarks>Of a session that makes its ids up, against the specification, only those known by id count: nothing else tells a late piece from a new call.</remarks>
internal sealed class EndedCalls
{
    /// <summary>How many are known by their ids.</summary>
    private const int MostById = 1_000;

    private readonly LinkedList<ulong> _inOrder = [];
    private readonly Dictionary<ulong, LinkedListNode<ulong>> _byId = [];
    private ulong _forgottenUpTo;       // 0: none

    /// <summary>Remembers one more.</summary>
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

    /// <summary>Its last piece has come: the next CALL of this id is another call.</summary>
    public void Remove(ulong request)
    {
        if (_byId.Remove(request, out var place))
        {
            _inOrder.Remove(place);
        }
    }

    /// <summary>Whether a CALL that goes on with no call under way goes on with one that ended.</summary>
    /// <param name="request">CALL.Request</param>
    /// <param name="counts">Whether the session has counted its ids up so far.</param>
    public bool Covers(ulong request, bool counts) =>
        _byId.ContainsKey(request) || (counts && _forgottenUpTo != 0 && !WampId.IsAfter(request, _forgottenUpTo));
}
