using WampRouter.Sessions.Connections;

namespace WampRouter.Sessions.Resumption;

/// <summary>What is logged about sessions that outlive their connection.</summary>
internal static partial class ResumptionLog
{
    /// <summary>A session goes on without a connection.</summary>
    public static void Detached(ILogger logger, string connection, ulong session, DisconnectReason reason) => Detached(logger, connection, session, reason.InWords());

    /// <summary>A client cannot have the session that it wants.</summary>
    public static void NotResumed(ILogger logger, string address, ulong session, ResumptionOutcome outcome) => NotResumed(logger, address, session, InWords(outcome));

    [LoggerMessage(1240, LogLevel.Debug, "{Connection}: session {Session} lost its connection and is kept for its client: {Reason}")]
    private static partial void Detached(ILogger logger, string connection, ulong session, string reason);

    [LoggerMessage(1241, LogLevel.Debug, "{Connection}: session {Session} resumed")]
    public static partial void Resumed(ILogger logger, string connection, ulong session);

    [LoggerMessage(1242, LogLevel.Information, "{Address} cannot resume session {Session}: {Why}; it gets a new one")]
    private static partial void NotResumed(ILogger logger, string address, ulong session, string why);

    [LoggerMessage(1243, LogLevel.Debug, "Session {Session} ended: its client did not come back within {Window}")]
    public static partial void TimeOver(ILogger logger, ulong session, TimeSpan window);

    [LoggerMessage(1244, LogLevel.Information, "Session {Session} ended without a connection: more was sent to it than is kept ({MaxBytes} bytes of one session, {PrincipalBytes} of one principal, {TotalBytes} of all)")]
    public static partial void Full(ILogger logger, ulong session, int maxBytes, long principalBytes, long totalBytes);

    [LoggerMessage(1245, LogLevel.Warning, "Session {Session} ended with its connection: {Mine} of '{Principal}' and {All} of all are kept without one already (WampRouter:Sessions:{Setting} is {Most})")]
    public static partial void NoPlace(ILogger logger, ulong session, string principal, int mine, int all, string setting, int most);

    private static string InWords(ResumptionOutcome outcome) => outcome switch
    {
        ResumptionOutcome.WrongToken => "its token is wrong",
        ResumptionOutcome.OtherIdentity => "another identity has logged in",
        ResumptionOutcome.OtherEncoding => "it has negotiated another serializer",
        ResumptionOutcome.FramesGone => "what it has missed is no longer kept",
        _ => "there is no such session to resume, or its time is over",
    };
}
