using WampRouter.Realms.Peers;
using WampRouter.Sessions.Connections;

namespace WampRouter.Sessions;

/// <summary>What sessions log. Faults of clients have the level Information; nothing is logged for every message.</summary>
internal static partial class SessionLog
{
    [LoggerMessage(1201, LogLevel.Debug, "{Connection}: session {Session} joined {Realm} as {AuthId} ({AuthRole})")]
    public static partial void Joined(ILogger logger, string connection, ulong session, string realm, string authId, string authRole);

    // Programs that ban addresses read this line: address and error come first, before anything that a peer has chosen (docs/limits.md).
    [LoggerMessage(1203, LogLevel.Information, "Refused {Address} with {Error}: authid '{AuthId}', realm '{Realm}', {Detail} ({Connection})")]
    public static partial void Refused(ILogger logger, string address, string error, string? authId, string realm, string detail, string connection);

    [LoggerMessage(1275, LogLevel.Error, "A login of realm {Realm} with '{Method}' leads '{AuthId}' to realm '{Other}' with the role '{Role}', and {Problem}; the client was refused")]
    public static partial void LeadsNowhere(ILogger logger, string realm, string method, string authId, string other, string role, string problem);

    [LoggerMessage(1276, LogLevel.Error, "The authentication method '{Method}' of realm {Realm} {Problem}; the client was refused")]
    public static partial void MethodFailed(ILogger logger, string method, string realm, string problem);

    [LoggerMessage(1206, LogLevel.Information, "{Connection}: session {Session} sent request id {Request} out of order; logged once")]
    public static partial void RequestIdOutOfOrder(ILogger logger, string connection, ulong session, ulong request);

    [LoggerMessage(1208, LogLevel.Information, "{Connection}: a {Message} of session {Session} was refused for its content: {Fault}; logged once for a session")]
    public static partial void RefusedForContent(ILogger logger, string connection, string message, ulong session, string fault);

    [LoggerMessage(1209, LogLevel.Information, "{Connection}: a {Message} of session {Session} was refused for its size: {Size} bytes, and WampRouter:Transports:MaxMessageBytes is {Limit}; logged once for a session")]
    public static partial void RefusedForSize(ILogger logger, string connection, string message, ulong session, long size, int limit);

    [LoggerMessage(1290, LogLevel.Information, "{Connection} ({Address}, {AuthId}): session {Session} is ended, no message came or went for {Timeout}: see {Setting}")]
    public static partial void Idle(ILogger logger, string connection, AddressBlock? address, string authId, ulong session, TimeSpan timeout, string setting);

    [LoggerMessage(1211, LogLevel.Information, "{Connection}: more requests of session {Session} are refused or odd; no further ones are logged")]
    public static partial void NoMoreRequestsNoted(ILogger logger, string connection, ulong session);

    /// <summary>A remark about a request; logged once for each session, kind of request and URI.</summary>
    public static void RequestNoted(ILogger logger, string connection, MemberIdentity who, string remark) =>
        RequestNoted(logger, connection, who.Session, who.AuthId, who.AuthRole, remark);

    /// <summary>The connection has ended, and with it the session, if there was one.</summary>
    public static void Disconnected(ILogger logger, string connection, ulong? session, DisconnectReason reason)
    {
        if (session is { } id)
        {
            SessionEnded(logger, connection, id, reason.InWords());
        }
        else
        {
            ClosedWithoutSession(logger, connection, reason.InWords());
        }
    }

    /// <summary>A connection without a session is closed, because its time is over. This is no fault of a client that had a session and said GOODBYE.</summary>
    public static void Deadline(ILogger logger, ConnectionDetails connection, ulong? session, SessionState state)
    {
        if (session is { } id && state == SessionState.Closed)
        {
            LeftConnected(logger, connection.ConnectionId, id);
        }
        else
        {
            TookTooLong(logger, connection.DescribeAddress(), WhatIsLate(state), connection.ConnectionId);
        }
    }

    /// <summary>The peer broke the protocol.</summary>
    public static void Violation(ILogger logger, ConnectionDetails connection, ulong? session, string violation)
    {
        if (session is { } id)
        {
            SessionAborted(logger, connection.ConnectionId, id, violation);
        }
        else
        {
            AbortedWithoutSession(logger, connection.DescribeAddress(), violation, connection.ConnectionId);
        }
    }

    /// <summary>The peer sent ABORT.</summary>
    public static void AbortedByPeer(ILogger logger, string connection, ulong? session, string reason)
    {
        if (session is { } id)
        {
            SessionAbortedByPeer(logger, connection, id, reason);
        }
        else
        {
            AbortedByPeerWithoutSession(logger, connection, reason);
        }
    }

    /// <summary>Another session, or the configuration, has ended this one.</summary>
    public static void Killed(ILogger logger, MemberIdentity whom, string realm, string reason, string? message, MemberIdentity? by)
    {
        if (by is not null)
        {
            Killed(logger, whom.Session, whom.AuthId, whom.AuthRole, realm, reason, by.Session, by.AuthId, by.AuthRole, message ?? "no message");
        }
        else
        {
            NoLongerAllowed(logger, whom.Session, whom.AuthId, whom.AuthRole, realm, reason, message ?? "no message");
        }
    }

    private static string WhatIsLate(SessionState state) => state switch
    {
        SessionState.Closed => "its HELLO",
        SessionState.Challenging => "its AUTHENTICATE",
        SessionState.ShuttingDown => "its GOODBYE",
        _ => "the decision on its login",
    };

    [LoggerMessage(1210, LogLevel.Information, "{Connection}: session {Session} ({AuthId}, role {AuthRole}): {Remark}")]
    private static partial void RequestNoted(ILogger logger, string connection, ulong session, string authId, string authRole, string remark);

    [LoggerMessage(1202, LogLevel.Debug, "{Connection}: session {Session} ended: {Reason}")]
    private static partial void SessionEnded(ILogger logger, string connection, ulong session, string reason);

    [LoggerMessage(1250, LogLevel.Debug, "{Connection}: closed without a session: {Reason}")]
    private static partial void ClosedWithoutSession(ILogger logger, string connection, string reason);

    [LoggerMessage(1207, LogLevel.Information, "Closed {Address}: {What} did not come in time ({Connection})")]
    private static partial void TookTooLong(ILogger logger, string address, string what, string connection);

    [LoggerMessage(1212, LogLevel.Debug, "{Connection}: session {Session} left and did not disconnect; closed by the router")]
    private static partial void LeftConnected(ILogger logger, string connection, ulong session);

    [LoggerMessage(1204, LogLevel.Information, "{Connection}: session {Session} aborted for a protocol violation: {Violation}")]
    private static partial void SessionAborted(ILogger logger, string connection, ulong session, string violation);

    [LoggerMessage(1251, LogLevel.Information, "Aborted {Address} before it had a session, for a protocol violation: {Violation} ({Connection})")]
    private static partial void AbortedWithoutSession(ILogger logger, string address, string violation, string connection);

    [LoggerMessage(1205, LogLevel.Information, "{Connection}: session {Session} aborted by the peer: {Reason}")]
    private static partial void SessionAbortedByPeer(ILogger logger, string connection, ulong session, string reason);

    [LoggerMessage(1252, LogLevel.Information, "{Connection}: aborted by the peer before it had a session: {Reason}")]
    private static partial void AbortedByPeerWithoutSession(ILogger logger, string connection, string reason);

    [LoggerMessage(1254, LogLevel.Information, "Session {Session} ({AuthId}, {AuthRole}) of {Realm} is ended with {Reason}: {Message}")]
    private static partial void NoLongerAllowed(ILogger logger, ulong session, string authId, string authRole, string realm, string reason, string message);

    [LoggerMessage(1253, LogLevel.Information, "Session {Session} ({AuthId}, {AuthRole}) of {Realm} is ended with {Reason} by session {BySession} ({ByAuthId}, {ByAuthRole}): {Message}")]
    private static partial void Killed(
        ILogger logger, ulong session, string authId, string authRole, string realm, string reason, ulong bySession, string byAuthId, string byAuthRole, string message);
}
