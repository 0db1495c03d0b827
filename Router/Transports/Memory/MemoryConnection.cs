using System.Buffers;
using System.IO.Pipelines;
using WampRouter.Realms;
using WampRouter.Sessions;
using WampRouter.Transports.RawSocket;
using ConnectionInfo = WampRouter.Sessions.ConnectionInfo;

namespace WampRouter.Transports.Memory;

/// <summary>The router's end of a connection inside the process. Nothing can be lost on the way, so there is no keepalive; the end of the pipe is the goodbye.</summary>
internal sealed partial class MemoryConnection : MessageConnection
{
    private readonly ILogger _logger;
    private LengthPrefixedFrames _frames;

    public MemoryConnection(TransportServices services, ILogger logger, IDuplexPipe pipe, ConnectionInfo info)
        : base(services, logger, pipe, info)
    {
        _logger = logger;
        _frames = new LengthPrefixedFrames(new MessageLimits(MaxMessageBytes));
    }

    /// <inheritdoc />
    protected override DisconnectReason ReasonAtEndOfInput => DisconnectReason.ClosedByPeer;

    /// <inheritdoc />
    protected override Progress Consume(ref ReadOnlySequence<byte> buffer, FlushBatch batch)
    {
        var progress = Progress.Continue;
        while (progress == Progress.Continue)
        {
            progress = _frames.Read(ref buffer, MaxReadBytes, out var kind, out var message) switch
            {
                FrameRead.NeedMore => Progress.NeedMore,
                FrameRead.Whole when kind == LengthPrefixedKind.Message => Deliver(message, batch),
                FrameRead.ReadPast => DeliverTooLarge(message, _frames.Length, batch),
                FrameRead.TooLong => Fail(ExplainTooLarge(_frames.Length)),
                _ => Fail("a frame is no WAMP message"),
            };
        }

        // An unfinished message waits in the pipe.
        return progress == Progress.NeedMore && Hold(buffer.Length, batch) == Progress.Ended ? Progress.Ended : progress;
    }

    /// <inheritdoc />
    protected override bool IsInsideMessage => _frames.IsReadingPast;

    /// <inheritdoc />
    protected override void ReleaseBuffers() => _frames.Release();

    /// <inheritdoc />
    protected override void SayGoodbye(DisconnectReason reason, string text, FlushBatch batch)
    {
    }

    private Progress Fail(string fault)
    {
        Log.ClientBrokeRule(_logger, Info.ConnectionId, fault);
        return End(DisconnectReason.TransportViolation);
    }

    private static partial class Log
    {
        [LoggerMessage(1110, LogLevel.Information, "{ConnectionId} broke the framing: {Fault}")]
        public static partial void ClientBrokeRule(ILogger logger, string connectionId, string fault);
    }
}
