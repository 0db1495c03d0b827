using System.Buffers.Binary;
using WampRouter.Transports.WebSockets;
using WampRouter.Wire;

namespace WampRouter.Transports.LongPoll;

/// <summary>
/// The messages in the body of a request, or of an answer: one, or a batch as on a WebSocket (<c>rfc/text/advanced/transport_batched_websocket.md</c>). A whole body is at hand, so it is judged before anything of it is taken.
/// </summary>
/// <remarks>What comes and what goes may be on two threads: all they share is the separator, one byte.</remarks>
/// <param name="format">The format of the messages.</param>
/// <param name="isBatched">Whether a body is a batch.</param>
internal sealed class MessageBatches(WireFormat format, bool isBatched)
{
    private volatile byte _separator = BatchDelimiter.RecordSeparator;

    /// <summary>Whether a body is a batch.</summary>
    public bool IsBatched => isBatched;

    /// <summary>The format of the messages.</summary>
    public WireFormat Format => format;

    /// <summary>What follows each JSON message of a batch: what the client used last.</summary>
    public byte Separator => _separator;

    /// <summary>The most bytes of a body, where a message may have <paramref name="messageBytes"/>.</summary>
    public long MaxBodyBytes(int messageBytes) => isBatched ? InboundBatches.MaxBatchBytes(messageBytes) : messageBytes;

    /// <summary>Finds the messages of a body; null where all is right, and otherwise what is wrong with it.</summary>
    /// <param name="body">A whole one.</param>
    /// <param name="messages">Gets where they are.</param>
    public string? FindMessages(ReadOnlySpan<byte> body, List<Range> messages)
    {
        if (!isBatched)
        {
            messages.Add(..body.Length);
            return body.IsEmpty ? "the body is empty: it has to be a message" : null;
        }

        return body.IsEmpty ? "a batch has at least one message" : format is WireFormat.Json ? SplitText(body, messages) : SplitBinary(body, messages);
    }

    private string? SplitText(ReadOnlySpan<byte> body, List<Range> messages)
    {
        for (var start = 0; start < body.Length;)
        {
            var length = body[start..].IndexOfAny(BatchDelimiter.RecordSeparator, BatchDelimiter.MisreadSeparator);
            if (length <= 0)
            {
                return length == 0 ? "a message of a batch is empty" : "every message of a batch is followed by the byte 0x1E";
            }

            messages.Add(start..(start + length));
            _separator = body[start + length];
            start += length + 1;
        }

        return null;
    }

    private static string? SplitBinary(ReadOnlySpan<byte> body, List<Range> messages)
    {
        for (var start = 0; start < body.Length;)
        {
            if (body.Length - start < BatchDelimiter.LengthPrefix)
            {
                return "every message of a batch begins with its length in 4 bytes";
            }

            var length = BinaryPrimitives.ReadUInt32BigEndian(body[start..]);
            start += BatchDelimiter.LengthPrefix;
            if (length == 0 || length > body.Length - start)
            {
                return length == 0 ? "a message of a batch is empty" : "a message of a batch is longer than what is left of the batch";
            }

            messages.Add(start..(start + (int)length));
            start += (int)length;
        }

        return null;
    }
}
