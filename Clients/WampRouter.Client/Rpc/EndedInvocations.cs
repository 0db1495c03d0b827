namespace WampRouter.Client.Rpc;

/// <summary>
/// Invocations that were answered before their last piece had come: what still comes of them is discarded, not taken for a new call (spec: "Continuations on
/// Completed Calls"). Pieces stop when the router has the answer, so only the latest are remembered. Any thread.
/// </summary>
internal sealed class EndedInvocations
{
    private const int Capacity = 1024;

    private readonly Lock _lock = new();        // innermost
    private readonly HashSet<ulong> _requests = [];
    private readonly Queue<ulong> _oldest = new();

    public void Add(ulong request)
    {
        lock (_lock)
        {
            if (!_requests.Add(request))
            {
                return;
            }

            _oldest.Enqueue(request);
            if (_oldest.Count > Capacity)
            {
                _requests.Remove(_oldest.Dequeue());
            }
        }
    }

    public bool Contains(ulong request)
    {
        lock (_lock)
        {
            return _requests.Contains(request);
        }
    }
}
