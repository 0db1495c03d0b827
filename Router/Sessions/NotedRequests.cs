using WampRouter.Realms.Patterns;
using WampRouter.Realms.Peers;
using WampRouter.Wire;

namespace WampRouter.Sessions;

/// <summary>Whether a request has been written to the log.</summary>
internal enum Noting
{
    /// <summary>It was logged already, or the limit was reached earlier: log nothing.</summary>
    Done,

    /// <summary>It is new: log it.</summary>
    New,

    /// <summary>It is new, and the limit is reached now: log that no more are logged.</summary>
    OneTooMany,
}

/// <summary>
/// Which refused or odd requests of a connection's session have been logged: one line for each kind of request and URI, up to a limit, so that no client can fill the log
/// as fast as it publishes. Any thread.
/// </summary>
internal sealed class NotedRequests
{
    /// <summary>The most lines for one session.</summary>
    public const int Most = 16;

    private readonly Lock _gate = new();                                    // lock order: none is taken under it
    private readonly List<(MessageCode Request, int Uri)> _known = [];      // a hash in place of the URI: a collision loses one line
    private ulong _session;                                                 // a connection can have several, one after the other
    private bool _hasSaidTooMany;

    /// <summary>Adds a request, and says what to log.</summary>
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
