using WampRouter.Sessions.Outboxes;

namespace WampRouter.Sessions.Resumption;

/// <summary>The shares of all principals that have resumable sessions now. Any thread.</summary>
/// <param name="bytes">What all principals may keep together.</param>
/// <param name="mostBytes">What each principal may keep.</param>
internal sealed class ResumptionShares(ByteBudget bytes, long mostBytes)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<(string Realm, string Principal), ResumptionShare> _shares = [];
    private long _mostBytes = mostBytes;

    /// <summary>How many principals have a share.</summary>
    public int Count
    {
        get
        {
            lock (_gate)
            {
                return _shares.Count;
            }
        }
    }

    /// <summary>The share of a principal, for one more of its sessions. The session gives it back with <see cref="Leave"/>.</summary>
    public ResumptionShare Enter(string realm, string principal)
    {
        lock (_gate)
        {
            if (!_shares.TryGetValue((realm, principal), out var share))
            {
                share = _shares[(realm, principal)] = new ResumptionShare((realm, principal), bytes, _mostBytes);
            }

            share.Holders++;
            return share;
        }
    }

    /// <summary>Another bound for each principal holds from now on; what is kept stays.</summary>
    public void Apply(long most)
    {
        lock (_gate)
        {
            _mostBytes = most;
            foreach (var share in _shares.Values)
            {
                share.MostBytes = most;
            }
        }
    }

    /// <summary>A session of the principal is over, and has already given back its bytes and its place.</summary>
    public void Leave(ResumptionShare share)
    {
        lock (_gate)
        {
            if (--share.Holders == 0)
            {
                _shares.Remove(share.Key);
            }
        }
    }
}
