using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using WampRouter.Wire;

namespace WampRouter.Http;

/// <summary>Takes the router's messages from a pipe. They are its own, so they are messages.</summary>
internal static class ReplyFrames
{
    private const int HeaderBytes = 4;
    private const int LongestBit = 0x08;        // of the first byte: the length is the one that 24 bits cannot say

    /// <summary>Takes the first message, where it is whole.</summary>
    /// <param name="buffer">What has come.</param>
    /// <param name="reply">The message.</param>
    /// <param name="end">Where it ends.</param>
    public static bool TryTake(in ReadOnlySequence<byte> buffer, [NotNullWhen(true)] out Reply? reply, out SequencePosition end)
    {
        (reply, end) = (null, buffer.Start);
        Span<byte> header = stackalloc byte[HeaderBytes];
        if (buffer.Length < HeaderBytes)
        {
            return false;
        }

        buffer.Slice(0, HeaderBytes).CopyTo(header);
        var length = (header[0] & LongestBit) != 0 ? FrameHeader.MaxRawSocketBody : (header[1] << 16) | (header[2] << 8) | header[3];
        if (buffer.Length < HeaderBytes + length)
        {
            return false;
        }

        var body = buffer.Slice(HeaderBytes, length);
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
