using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using WampRouter.Wire;

namespace WampRouter.Http;

/// <summary>Takes the router's messages from a pipe. They are its own, so they are messages.</summary>
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

    private static Reply Read(ReadOnlySpan<byte> body) => MessageReader.Read(WireFormat.Json, body, out var message, out var fault) switch
    {
        Reading.Whole => Reply.Of(message),

        // A result of the router may have within it what just fits a message of its own: an event of a history that is nested very deep.
        Reading.Unfit when message.Code is MessageCode.Result or MessageCode.Error => new Reply
        {
            Code = MessageCode.Error,
            Request = message.Request,
            Uri = WampErrors.PayloadSizeExceeded,
            Details = JsonBody.OfTexts(("message", $"The answer cannot be passed on: {fault}.")),
        },
        _ => throw new InvalidOperationException($"The router has sent what is no WAMP message: {fault}"),
    };
}
