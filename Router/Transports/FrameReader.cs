using System.Buffers;

namespace WampRouter.Transports;

/// <summary>What <see cref="FrameReader.Next"/> found.</summary>
internal enum FrameRead
{
    /// <summary>Not enough has come for anything more.</summary>
    NeedMore,

    /// <summary>A part of a message, which is kept: see <see cref="FrameReader.HeldBytes"/>. There may be more in what has come.</summary>
    Part,

    /// <summary>A whole message.</summary>
    Message,

    /// <summary>A message that is too large has been read past: its head is what there is.</summary>
    ReadPast,

    /// <summary>A message too large to be read past.</summary>
    TooLong,

    /// <summary>The peer asks whether we are there, and wants its payload back.</summary>
    Ping,

    /// <summary>The peer answers, or pretends to.</summary>
    Pong,

    /// <summary>The peer says that nothing will follow.</summary>
    Goodbye,

    /// <summary>What came breaks the rules of the framing: see <see cref="FrameReader.Fault"/>.</summary>
    Broken,
}

/// <summary>
/// Takes apart what a peer sends, one step at a time: whoever reads the pipe pulls the next frame out of it. Knows neither session nor outbox, and judges
/// nothing but the framing.
/// </summary>
/// <remarks>Read loop only. Keeps nothing of a message that is over, so an idle connection holds no buffer.</remarks>
/// <param name="limits">How much of a message is kept.</param>
internal abstract class FrameReader(MessageLimits limits)
{
    /// <summary>How much of a message is kept. What the peer was told of it holds for as long as its connection.</summary>
    public MessageLimits Limits { get; } = limits;

    /// <summary>Takes the next thing off the front of <paramref name="input"/>.</summary>
    /// <param name="input">What has come; what is not taken comes again with the next read.</param>
    /// <param name="maxReadBytes">The longest message that is read at all, be it past.</param>
    /// <param name="payload">A message, a head, or what a ping or pong carries; valid until the next call.</param>
    public abstract FrameRead Next(scoped ref SequenceReader<byte> input, int maxReadBytes, out ReadOnlySpan<byte> payload);

    /// <summary>How many bytes the message has that is too large.</summary>
    public abstract long MessageBytes { get; }

    /// <summary>How many bytes are held for the message that has begun and not ended.</summary>
    public abstract long HeldBytes { get; }

    /// <summary>Whether a message has begun and not ended, as far as its beginning was taken.</summary>
    public abstract bool IsInsideMessage { get; }

    /// <summary>Whether a message that is too large is read past, and only that message lost. False where the framing wants the connection to end.</summary>
    public virtual bool ReadsPastTooLarge => true;

    /// <summary>Whether the message that was read last came as text; false where the framing does not tell.</summary>
    public virtual bool IsText => false;

    /// <summary>What the peer did wrong, in words for it.</summary>
    public string Fault { get; protected set; } = string.Empty;

    /// <summary>How many bytes more than came the messages had that were handed out since the last call: what they were before they were compressed. A peer that may send only so much may send no more by that.</summary>
    public virtual long TakeInflatedBytes() => 0;

    /// <summary>Gives back what the last message took. Before the thread may do anything else than call <see cref="Next"/> again. Idempotent.</summary>
    public abstract void Release();

    /// <summary>Once our goodbye is said: drops everything up to the peer's, and judges nothing. True where it was found.</summary>
    public virtual bool SkipToGoodbye(scoped ref SequenceReader<byte> input) => true;

    /// <summary>Whether the frame in which the connection failed has not come to its end: the peer is in the middle of sending it.</summary>
    public virtual bool IsInsideFrame => false;

    /// <summary>Once the connection has failed: drops bytes, and understands no more of them than where the faulty frame ends.</summary>
    public virtual void Skip(long bytes)
    {
    }
}
