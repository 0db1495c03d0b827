using WampRouter.Realms.Members;
using WampRouter.Realms.Messages;
using WampRouter.Wire;

namespace WampRouter.Sessions;

/// <summary>What has come in one established session so far, and whether the next message may come. Session loop only.</summary>
/// <remarks>A mutable struct inside its session. A session that is resumed takes it to the new connection.</remarks>
internal struct ReceiveState
{
    private RequestIdSequence _requests;

    /// <summary>How many messages have come.</summary>
    public ulong Messages { get; private set; }

    /// <summary>Counts a message, and checks its request id. The roles that act on its options check those.</summary>
    /// <param name="message">Decoded, and of a kind a client may send.</param>
    /// <param name="member">Who sends it.</param>
    /// <param name="check">How strictly request ids are checked.</param>
    /// <param name="shouldLog">Whether to log the request id, because it is the first of the session that is out of order.</param>
    /// <returns>The protocol violation, or null.</returns>
    public ProtocolViolation? Admit(in WampMessage message, Member member, RequestIdCheck check, out bool shouldLog)
    {
        Messages++;
        shouldLog = false;
        if (message.Code.IsRequest() && !member.Continues(message))
        {
            shouldLog = _requests.ShouldReport(message.Request, check);
            if (!_requests.TryAdvance(message.Request, check))
            {
                return new("request ids must be 1, 2, 3… in this realm; this one is out of order");
            }
        }

        return null;
    }
}
