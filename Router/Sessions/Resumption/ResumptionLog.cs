namespace WampRouter.Sessions.Resumption;

/// <summary>What is logged about sessions that outlive their connection.</summary>
internal static partial class ResumptionLog
{
    [LoggerMessage(1240, LogLevel.Debug, "{Connection}: session {Session} lost its connection and is kept for its client: {Reason}")]
    public static partial void Detached(ILogger logger, string connection, ulong session, DisconnectReason reason);

    [LoggerMessage(1241, LogLevel.Debug, "{Connection}: session {Session} resumed")]
    public static partial void Resumed(ILogger logger, string connection, ulong session);

    [LoggerMessage(1242, LogLevel.Information, "Session {Session} cannot be resumed: {Outcome}; its client gets a new one")]
    public static partial void NotResumed(ILogger logger, ulong session, ResumptionOutcome outcome);

    [LoggerMessage(1243, LogLevel.Debug, "Session {Session} ended: its client did not come back within {Window}")]
    public static partial void TimeOver(ILogger logger, ulong session, TimeSpan window);

    [LoggerMessage(1244, LogLevel.Information, "Session {Session} ended without a connection: more was sent to it than is kept ({MaxBytes} bytes of one session, {TotalBytes} of all)")]
    public static partial void Full(ILogger logger, ulong session, int maxBytes, long totalBytes);

    [LoggerMessage(1245, LogLevel.Warning, "Session {Session} ended with its connection: {Most} sessions without one are kept already (MaxDetachedSessions)")]
    public static partial void NoPlace(ILogger logger, ulong session, int most);
}
