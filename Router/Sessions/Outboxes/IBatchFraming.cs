using System.IO.Pipelines;

namespace WampRouter.Sessions.Outboxes;

/// <summary>
/// Puts several messages into one frame, on a transport that allows it. Writes each message to the end of the outbox's pipe, so that it is
/// copied only once. Called by the outbox only, under its lock.
/// </summary>
internal interface IBatchFraming
{
    /// <summary>The most bytes by which <see cref="Append"/> of a message would lengthen the output now, delimiter and frame header included.</summary>
    int SizeOf(int messageBytes);

    /// <summary>Puts a message without a frame header into the open frame, or into a new one where it does not fit.</summary>
    void Append(ReadOnlySpan<byte> message, PipeWriter output);

    /// <summary>Completes the open frame, so that other bytes can be written or flushed after it. Does nothing where no frame is open.</summary>
    void End(PipeWriter output);
}
