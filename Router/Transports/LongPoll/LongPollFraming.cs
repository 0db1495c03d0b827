using WampRouter.Sessions.Connections;
using WampRouter.Wire;

namespace WampRouter.Transports.LongPoll;

/// <summary>
/// How messages travel between the requests of a client and its connection: with the header of RawSocket, both ways. What is said last is a header without a message, which tells whoever asks for
/// messages that no more will come.
/// </summary>
/// <param name="transport">What the requests are led to.</param>
/// <param name="frames">What they bring.</param>
/// <param name="logger">Gets what clients do wrong.</param>
internal sealed partial class LongPollFraming(LongPollTransport transport, LongPollFrames frames, ILogger logger) : ConnectionFraming
{
    /// <summary>The first byte of a header after which nothing is understood; that of a message is 0.</summary>
    public const byte LastWord = 0xFF;

    /// <summary>The first byte of a header that stands for a message which is too large: what was kept of it goes another way.</summary>
    public const byte TooLarge = 0xFE;

    /// <inheritdoc />
    public override FrameReader Frames => frames;

    /// <summary>A request to close, which is the client's goodbye.</summary>
    public override DisconnectReason AtEndOfInput => DisconnectReason.ClosedByPeer;

    /// <inheritdoc />
    public override TimeSpan? MissingFor(long now) => transport.MissingFor(now);

    /// <inheritdoc />
    public override ReadOnlySpan<byte> Goodbye(Span<byte> room, DisconnectReason reason, string text)
    {
        transport.NoteEnd(reason);
        var goodbye = room[..RawSocketPrefix.Size];
        goodbye.Clear();
        goodbye[0] = LastWord;
        return goodbye;
    }

    /// <inheritdoc />
    public override void ReportFault(string connectionId, string fault) => Log.ClientBrokeRule(logger, connectionId, fault);

    private static partial class Log
    {
        [LoggerMessage(1115, LogLevel.Information, "{ConnectionId} broke the rules of long-poll: {Fault}")]
        public static partial void ClientBrokeRule(ILogger logger, string connectionId, string fault);
    }
}
