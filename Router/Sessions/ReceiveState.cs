using WampRouter.Realms.Members;
using WampRouter.Wire;

namespace WampRouter.Sessions;

/// <summary>What has come in one established session so far, and whether the next message may come. Session loop only.</summary>
/// <remarks>A mutable struct inside its session; a session that is resumed takes it along.</remarks>
internal struct ReceiveState
{
    private RequestIdSequence _requests;

    /// <summary>How many messages have come.</summary>
    public ulong Messages { get; private set; }

    /// <summary>Counts a message, and checks its request id. Its options are for who acts on them.</summary>
    /// <param name="message">Decoded, and of a kind a client may send.</param>
    /// <param name="member">Who sends it.</param>
    /// <param name="check">How strictly request ids are checked.</param>
    /// <param name="shouldLog">Its request id is the first of the session that is out of order, and the log is to say so.</param>
    /// <returns>The protocol violation it is, or null.</returns>
    public string? Admit(in WampMessage message, Member member, RequestIdCheck check, out bool shouldLog)
    {
        Messages++;
        shouldLog = false;
        if (message.Code.IsRequest() && !member.Continues(message))
        {
            shouldLog = _requests.ShouldReport(message.Request, check);
            if (!_requests.TryAdvance(message.Request, check))
            {
                return "request ids must be 1, 2, 3… in this realm; this one is out of order";
            }
        }

        return null;
    }
}
