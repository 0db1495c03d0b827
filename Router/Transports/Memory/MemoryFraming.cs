using WampRouter.Sessions.Connections;
using WampRouter.Transports.RawSocket;

namespace WampRouter.Transports.Memory;

/// <summary>How messages travel inside the process. Nothing can be lost on the way, so there are no pings; the end of the pipe is the goodbye.</summary>
internal sealed partial class MemoryFraming(ILogger logger, MessageLimits limits) : ConnectionFraming
{
    /// <inheritdoc />
    public override FrameReader Frames { get; } = new LengthPrefixedFrames(limits, isSocket: false);

    /// <inheritdoc />
    public override DisconnectReason AtEndOfInput => DisconnectReason.ClosedByPeer;

    /// <inheritdoc />
    public override void ReportFault(string connectionId, string fault) => Log.ClientBrokeRule(logger, connectionId, fault);

    private static partial class Log
    {
        [LoggerMessage(1110, LogLevel.Information, "{ConnectionId} broke the framing: {Fault}")]
        public static partial void ClientBrokeRule(ILogger logger, string connectionId, string fault);
    }
}
