using System.IO.Pipelines;

namespace WampRouter.Sessions.Outboxes;

/// <summary>
/// How messages share frames on a transport that takes several in one. Gathers messages at the end of the outbox's pipe, so that each is
/// copied once. Called by the outbox only, under its lock.
/// </summary>
internal interface IBatchFraming
{
    /// <summary>The most bytes by which <see cref="Append"/> of a message would lengthen the output now, delimiter and frame header included.</summary>
    int SizeOf(int messageBytes);

    /// <summary>Puts a bare message into the open frame, or into a new one where it does not fit.</summary>
    void Append(ReadOnlySpan<byte> message, PipeWriter output);

    /// <summary>Completes the open frame; whatever is written or flushed next comes behind it. Harmless where none is open.</summary>
    void End(PipeWriter output);
}
