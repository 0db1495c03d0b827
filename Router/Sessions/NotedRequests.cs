using WampRouter.Realms.Peers;
using WampRouter.Realms.Uris;
using WampRouter.Wire;

namespace WampRouter.Sessions;

/// <summary>Whether a request was noted in the log.</summary>
internal enum Noting
{
    /// <summary>It was, or there were too many before it.</summary>
    Done,

    /// <summary>It was not.</summary>
    New,

    /// <summary>It was not, and there were too many: that is to be said, once.</summary>
    OneTooMany,
}

/// <summary>
/// Which refused or odd requests of the session on a connection the log knows of: one line for each kind of request and URI, and a bound, so that no client writes the log
/// as fast as it publishes. Any thread.
/// </summary>
internal sealed class NotedRequests
{
    /// <summary>Lines for one session.</summary>
    public const int Most = 16;

    private readonly Lock _gate = new();                                    // lock order: none is taken under it
    private readonly List<(MessageCode Request, int Uri)> _known = [];      // the hash of a URI: a collision costs a line
    private ulong _session;                                                 // a connection can have several, one after the other
    private bool _hasSaidTooMany;

    /// <summary>Notes a request.</summary>
    public Noting Add(in Remark remark)
    {
        var key = (remark.Request, Utf8Hash.Of(remark.Uri));
        lock (_gate)
        {
            if (_session != remark.Member.Session)
            {
                _session = remark.Member.Session;
                _hasSaidTooMany = false;
                _known.Clear();
            }

            if (_known.Contains(key) || _hasSaidTooMany)
            {
                return Noting.Done;
            }

            if (_known.Count == Most)
            {
                _hasSaidTooMany = true;
                return Noting.OneTooMany;
            }

            _known.Add(key);
            return Noting.New;
        }
    }
}
