using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using WampRouter.Wire;

namespace WampRouter.Http;

/// <summary>Takes the router's messages from a pipe. They are its own, so they have no faults.</summary>
internal static class ReplyFrames
{
    /// <summary>Takes the first message, where it is whole.</summary>
    /// <param name="buffer">What has come.</param>
    /// <param name="reply">The message.</param>
    /// <param name="end">Where it ends.</param>
    public static bool TryTake(in ReadOnlySequence<byte> buffer, [NotNullWhen(true)] out Reply? reply, out SequencePosition end)
    {
        (reply, end) = (null, buffer.Start);
        Span<byte> prefix = stackalloc byte[RawSocketPrefix.Size];
        if (buffer.Length < prefix.Length)
        {
            return false;
        }

        buffer.Slice(0, prefix.Length).CopyTo(prefix);
        var length = RawSocketPrefix.LengthIn(prefix);
        if (buffer.Length < prefix.Length + length)
        {
            return false;
        }

        var body = buffer.Slice(prefix.Length, length);
        reply = Read(body.IsSingleSegment ? body.FirstSpan : body.ToArray());
        end = body.End;
        return true;
    }

    private static Reply Read(ReadOnlySpan<byte> body) => MessageReader.TryRead(WireFormat.Json, body, out var message, out var fault)
        ? Reply.Of(message)
        : throw new InvalidOperationException($"The router has sent what is no WAMP message: {fault}");
}
