namespace WampRouter.Sessions;

/// <summary>What sessions log. Faults of clients are information; nothing is logged for each message.</summary>
internal static partial class SessionLog
{
    [LoggerMessage(1201, LogLevel.Debug, "{Connection}: session {Session} joined {Realm} as {AuthId} ({AuthRole})")]
    public static partial void Joined(ILogger logger, string connection, ulong session, string realm, string authId, string authRole);

    [LoggerMessage(1202, LogLevel.Debug, "{Connection}: session {Session} ended: {Reason}")]
    public static partial void Disconnected(ILogger logger, string connection, ulong session, DisconnectReason reason);

    [LoggerMessage(1203, LogLevel.Information, "{Connection}: refused from realm '{Realm}' with {Error}: {Detail}")]
    public static partial void Refused(ILogger logger, string connection, string realm, string error, string detail);

    [LoggerMessage(1204, LogLevel.Information, "{Connection}: session {Session} aborted for a protocol violation: {Violation}")]
    public static partial void Violation(ILogger logger, string connection, ulong session, string violation);

    [LoggerMessage(1205, LogLevel.Information, "{Connection}: session {Session} aborted by the peer: {Reason}")]
    public static partial void AbortedByPeer(ILogger logger, string connection, ulong session, string reason);

    [LoggerMessage(1206, LogLevel.Information, "{Connection}: session {Session} sent request id {Request} out of order; logged once")]
    public static partial void RequestIdOutOfOrder(ILogger logger, string connection, ulong session, ulong request);

    [LoggerMessage(1207, LogLevel.Information, "{Connection}: closed, the peer took too long in state {State}")]
    public static partial void Deadline(ILogger logger, string connection, SessionState state);

    [LoggerMessage(1230, LogLevel.Information, "{Connection}: a {Message} of session {Session} was refused for its content: {Fault}; logged once for a session")]
    public static partial void RefusedForContent(ILogger logger, string connection, string message, ulong session, string fault);

    [LoggerMessage(1231, LogLevel.Information, "{Connection}: a {Message} of session {Session} was refused for its size: {Size} bytes, and WampRouter:Transports:MaxMessageBytes is {Limit}; logged once for a session")]
    public static partial void RefusedForSize(ILogger logger, string connection, string message, ulong session, long size, int limit);
}
