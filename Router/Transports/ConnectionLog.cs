using WampRouter.Sessions.Connections;

namespace WampRouter.Transports;

/// <summary>What connections log, whatever their framing. Faults of clients are information.</summary>
internal static partial class ConnectionLog
{
    [LoggerMessage(1102, LogLevel.Debug, "{ConnectionId} was lost: {Reason}")]
    public static partial void ConnectionLost(ILogger logger, string connectionId, string reason);

    [LoggerMessage(1105, LogLevel.Information, "{ConnectionId} ends for a message of {Size} bytes: WampRouter:Transports:MaxMessageBytes is {Limit}, and messages are read past after the login only, up to WampRouter:Transports:MaxOversizeBytes, {MostBytes}")]
    public static partial void TooLarge(ILogger logger, string connectionId, long size, int limit, int mostBytes);

    [LoggerMessage(1106, LogLevel.Information, "{ConnectionId} ends for a message of {Size} bytes before the login: WampRouter:Transports:MaxMessageBytesBeforeLogin is {Limit}")]
    public static partial void TooLargeBeforeLogin(ILogger logger, string connectionId, long size, int limit);

    [LoggerMessage(1144, LogLevel.Information, "{ConnectionId} ends for a message of {Size} bytes: its handshake has said that {Limit} is the most (WampRouter:Transports:MaxMessageBytes)")]
    public static partial void TooLargeForHandshake(ILogger logger, string connectionId, long size, int limit);

    [LoggerMessage(1107, LogLevel.Information, "{ConnectionId} ({Address}) ends, there is no room for {Asked} bytes of its unfinished message: those of all connections hold {Held}, WampRouter:Transports:InboundTotalBytes is {Limit}, and nobody may hold more than a part of what is left")]
    public static partial void NoRoom(ILogger logger, string connectionId, AddressBlock? address, long asked, long held, long limit);

    [LoggerMessage(1108, LogLevel.Information, "{ConnectionId} ({Address}, {AuthId}) ends, a message has been coming for {Seconds:F0} s and holds {Held} shared bytes: see WampRouter:Transports:MessageTimeout")]
    public static partial void MessageTimeout(ILogger logger, string connectionId, AddressBlock? address, string? authId, double seconds, long held);

    [LoggerMessage(1109, LogLevel.Warning, "{ConnectionId} ({Address}, {AuthId}) ends: a message has been coming for {Seconds:F0} s and holds {Held} bytes, and of WampRouter:Transports:InboundTotalBytes ({Limit}) {All} are used. Those go first that have been coming the longest")]
    public static partial void InboundPressure(ILogger logger, string connectionId, AddressBlock? address, string? authId, double seconds, long held, long limit, long all);

    [LoggerMessage(1104, LogLevel.Warning, "Reading from {ConnectionId} failed in an unforeseen way; it counts as lost")]
    public static partial void ReadingFailed(ILogger logger, Exception exception, string connectionId);

    [LoggerMessage(1103, LogLevel.Error, "The session of {ConnectionId} failed; its connection was closed")]
    public static partial void SessionFailed(ILogger logger, Exception exception, string connectionId);

    [LoggerMessage(1113, LogLevel.Information, "{ConnectionId} ({Address}, {AuthId}) is read more slowly, it sends more than it may: see WampRouter:Transports:MaxMessagesPerSecond, MaxBytesPerSecond, those PerAddress, and 'limits' of its role; logged once")]
    public static partial void HeldBack(ILogger logger, string connectionId, AddressBlock? address, string? authId);

    [LoggerMessage(1111, LogLevel.Information, "{ConnectionId} ({Address}, {AuthId}) is dropped: it has taken nothing for {Seconds:F0} s and {Held} bytes wait for it. See WampRouter:Transports:StallTimeout")]
    public static partial void Stalled(ILogger logger, string connectionId, AddressBlock? address, string? authId, double seconds, long held);

    [LoggerMessage(1114, LogLevel.Information, "{ConnectionId} ({Address}, {AuthId}) is dropped: it has not asked for messages for {Seconds:F0} s. See WampRouter:Transports:LongPollTimeout")]
    public static partial void PollTimeout(ILogger logger, string connectionId, AddressBlock? address, string? authId, double seconds);

    [LoggerMessage(1112, LogLevel.Warning, "{ConnectionId} ({Address}, {AuthId}) is dropped: it has taken nothing for {Seconds:F0} s, {Held} bytes wait for it, and of WampRouter:Transports:OutboxTotalBytes ({Limit}) {All} are used. Those go first that have been stalled the longest")]
    public static partial void OutboxPressure(ILogger logger, string connectionId, AddressBlock? address, string? authId, double seconds, long held, long limit, long all);
}
