using WampRouter.Sessions.Connections;
using WampRouter.Sessions.Outboxes;

namespace WampRouter.Transports;

/// <summary>
/// What a transport makes of the bytes of its pipe: how the peer's frames are read, and what the router's own look like. When they are sent is decided
/// elsewhere, for all transports alike. One for each connection.
/// </summary>
internal abstract class ConnectionFraming
{
    /// <summary>The most a ping of ours carries.</summary>
    public const int MaxControlPayload = 125;

    /// <summary>The most there is around what a ping, pong or goodbye carries.</summary>
    public const int ControlHeader = 4;

    /// <summary>The most a ping or goodbye takes with everything around it, and the answer to a ping of no more than <see cref="MaxControlPayload"/>.</summary>
    public const int MaxControlBytes = ControlHeader + MaxControlPayload;

    /// <summary>The peer's frames. Read loop only.</summary>
    public abstract FrameReader Frames { get; }

    /// <summary>How messages to the peer are put into frames; null where each is the frame that was encoded.</summary>
    public virtual IOutboundFraming? Outbound => null;

    /// <summary>Whether a text message that it delivers is known to be UTF-8, so that nobody needs to look again.</summary>
    public virtual bool ChecksText => false;

    /// <summary>What it means that the input ends where no goodbye was said.</summary>
    public virtual DisconnectReason AtEndOfInput => DisconnectReason.ConnectionLost;

    /// <summary>Whether it knows pings: where not, silence says nothing about a peer.</summary>
    public virtual bool HasPings => false;

    /// <summary>Whether each ping of the peer gets a pong of its own, however many there are.</summary>
    public virtual bool AnswersEachPing => false;

    /// <summary>
    /// Whether the end of the stream is the only goodbye. <see cref="Goodbye"/> then gives a WAMP message, and none follows a session's own last one. After the router's last word the end of the stream of a peer which
    /// goes on sending is waited for, for a moment: what is written to it could be lost otherwise.
    /// </summary>
    public virtual bool EndsWithStream => false;

    /// <summary>For how long the peer has not done what shows that it is there, where the framing sees that by itself and it was too long; null otherwise. Heartbeat only.</summary>
    /// <param name="now">A timestamp.</param>
    public virtual TimeSpan? MissingFor(long now) => null;

    /// <summary>A ping. Any thread.</summary>
    /// <param name="room">At least <see cref="MaxControlBytes"/>.</param>
    /// <param name="payload">At most <see cref="MaxControlPayload"/>.</param>
    /// <returns>The part of <paramref name="room"/> that was written.</returns>
    public virtual ReadOnlySpan<byte> Ping(Span<byte> room, scoped ReadOnlySpan<byte> payload) => default;

    /// <summary>The answer to a ping.</summary>
    /// <param name="room">At least <see cref="ControlHeader"/> bytes more than <paramref name="payload"/>.</param>
    /// <param name="payload">What the ping carried.</param>
    /// <returns>The part of <paramref name="room"/> that was written.</returns>
    public virtual ReadOnlySpan<byte> Pong(Span<byte> room, scoped ReadOnlySpan<byte> payload) => default;

    /// <summary>What is said last; nothing where the end of the pipe says it all. Read loop only.</summary>
    /// <param name="room">At least <see cref="MaxControlBytes"/>.</param>
    /// <param name="reason">Why the connection ends. Where the peer said goodbye or broke a rule, that is what was read last.</param>
    /// <param name="text">The same in words for the peer; may be empty.</param>
    /// <returns>A part of <paramref name="room"/>, or bytes that stay until this thread encodes another message.</returns>
    public virtual ReadOnlySpan<byte> Goodbye(Span<byte> room, DisconnectReason reason, string text) => default;

    /// <summary>Says in the log that the peer broke a rule of the framing.</summary>
    public abstract void ReportFault(string connectionId, string fault);
}

/// <summary>What a transport brings to a connection: a pipe, a framing, and who is at the other end.</summary>
/// <param name="Pipe">Read and written by the connection alone, until it has ended; then the transport's to complete.</param>
/// <param name="Framing">What its bytes mean.</param>
/// <param name="Info">What the handshake found out.</param>
/// <param name="Logger">Where the connection logs.</param>
internal sealed record TransportLink(System.IO.Pipelines.IDuplexPipe Pipe, ConnectionFraming Framing, ConnectionDetails Info, ILogger Logger);
