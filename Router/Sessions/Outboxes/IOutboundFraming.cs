using System.IO.Pipelines;

namespace WampRouter.Sessions.Outboxes;

/// <summary>
/// Puts messages into frames on a transport where that is more than to copy what was encoded: several share a frame, or a frame is compressed. Writes to the end of the outbox's pipe, so that a
/// message is copied only once. Called by the outbox only, under its lock but for <see cref="Prepare"/>.
/// </summary>
internal interface IOutboundFraming
{
    /// <summary>
    /// The frame that stands for a message at every peer like this one, where there is such a frame: it is made on first demand and copied for all. Any thread, without the lock, because it may take its time.
    /// </summary>
    /// <param name="message">As it was encoded.</param>
    /// <returns>A whole frame, valid until the thread prepares another; empty: the message itself is appended.</returns>
    ReadOnlySpan<byte> Prepare(ReadOnlySpan<byte> message) => default;

    /// <summary>The most bytes by which <see cref="Append"/> of a message would lengthen the output now, delimiter and frame header included.</summary>
    int SizeOf(int messageBytes);

    /// <summary>Writes a message that was not prepared: into the open frame, or into a new one where it does not fit.</summary>
    /// <param name="message">As it was encoded.</param>
    /// <param name="size">What <see cref="SizeOf"/> has just said.</param>
    /// <param name="output">The pipe.</param>
    /// <returns>How many bytes the message counts for: <paramref name="size"/>, or less where it turned out to be shorter.</returns>
    int Append(ReadOnlySpan<byte> message, int size, PipeWriter output);

    /// <summary>Completes the open frame, so that other bytes can be written or flushed after it. Does nothing where no frame is open.</summary>
    void End(PipeWriter output);
}
