using WampRouter.Realms.Peers;
using WampRouter.Sessions.Connections;
using WampRouter.Wire;

namespace WampRouter.Sessions;

/// <summary>
/// The messages of one session that were understood but cannot be taken, because of their content or size. Counts them, logs the first of each kind, and
/// builds the error for the peer that waits for an answer.
/// </summary>
/// <remarks>A mutable struct inside its session. Session loop only.</remarks>
internal struct UnfitMessages(SessionContext context, IConnection connection)
{
    private bool _hasLoggedContent;
    private bool _hasLoggedSize;

    /// <summary>A message with content that cannot be passed on.</summary>
    public Refusal ForContent(MessageCode code, string fault, ulong session)
    {
        context.Metrics.Unfit("content");
        if (!_hasLoggedContent)
        {
            _hasLoggedContent = true;
            SessionLog.RefusedForContent(context.Logger, connection.Info.ConnectionId, code.Name(), session, fault);
        }

        return Refusal.InvalidArgument(IsAnswer(code) ? $"the callee's answer cannot be passed on: {fault}" : $"this {code.Name()} cannot be taken: {fault}");
    }

    /// <summary>A message that was too large and was skipped.</summary>
    public Refusal ForSize(MessageCode code, long size, ulong session)
    {
        context.Metrics.Unfit("size");
        if (!_hasLoggedSize)
        {
            _hasLoggedSize = true;
            SessionLog.RefusedForSize(context.Logger, connection.Info.ConnectionId, code.Name(), session, size, connection.MaxMessageBytes);
        }

        return Refusal.TooLarge(IsAnswer(code) ? "the callee's answer" : $"this {code.Name()}", size, connection.MaxMessageBytes);
    }

    private static bool IsAnswer(MessageCode code) => code is MessageCode.Yield or MessageCode.Error;
}
