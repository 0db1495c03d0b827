using System.Text.Unicode;
using WampRouter.Wire;

namespace WampRouter.Transports.WebSockets;

/// <summary>
/// Takes the batches of a client apart as they come, message by message, in order. A message that lies whole in a piece is handed out
/// from there; only one that does not is gathered, and of one that is too large the head: the others of its batch go on.
/// </summary>
/// <remarks>Read loop only.</remarks>
/// <param name="format">The format of the messages.</param>
/// <param name="answers">Learns which separator the peer uses.</param>
/// <param name="limits">How much of a message is kept.</param>
internal sealed class InboundBatches(WireFormat format, OutboundBatches answers, MessageLimits limits)
{
    private const int SmallestLimit = 128 * 1024;

    private MessageAssembly _message;   // the one that is not whole yet, or was gathered and handed out
    private bool _isHandedOut;
    private int _prefixBytes;           // not JSON: what has come of the length of the next message
    private uint _length;               // not JSON: that length
    private bool _hasMessages;          // in this batch

    /// <summary>The most bytes of a batch, where a message may have <paramref name="messageBytes"/>: one of any size, and others with it.</summary>
    public static long MaxBatchBytes(int messageBytes) => Math.Max(2L * messageBytes, SmallestLimit);

    /// <summary>How many bytes the message has that is too large.</summary>
    public long MessageBytes { get; private set; }

    /// <summary>How many bytes are held for a message that is not whole.</summary>
    public long HeldBytes => _isHandedOut ? 0 : _message.HeldBytes;

    /// <summary>What the peer did wrong.</summary>
    public (CloseCode Code, string Text) Fault { get; private set; }

    /// <summary>Takes what is next.</summary>
    /// <param name="piece">Of a batch, unmasked; not empty.</param>
    /// <param name="left">Bytes left of the batch with this piece, as far as is known.</param>
    /// <param name="maxReadBytes">The longest message that is read at all, be it past.</param>
    /// <param name="taken">How much of the piece was taken.</param>
    /// <param name="message">A message, or the head of one; lies in the piece or is valid until the next call.</param>
    public FrameRead Next(ReadOnlySpan<byte> piece, long left, int maxReadBytes, out int taken, out ReadOnlySpan<byte> message)
    {
        ForgetHandedOut();
        message = default;
        return format is WireFormat.Json ? TakeText(piece, maxReadBytes, out taken, out message)
            : _prefixBytes < BatchDelimiter.LengthPrefix ? TakeLength(piece, left, maxReadBytes, out taken)
            : TakeBinary(piece, maxReadBytes, out taken, out message);
    }

    /// <summary>The batch is over: what is wrong with it, if anything.</summary>
    public string? FindFaultAtEnd()
    {
        ForgetHandedOut();
        var fault = _message.Size > 0 && format is WireFormat.Json ? "every message of a batch is followed by the byte 0x1E"
            : _prefixBytes is > 0 and < BatchDelimiter.LengthPrefix ? "every message of a batch begins with its length in 4 bytes"
            : _prefixBytes > 0 ? "a message of a batch is longer than what is left of the batch"
            : !_hasMessages ? "a batch has at least one message"
            : null;
        _hasMessages = false;
        return fault;
    }

    /// <summary>Gives back what a message holds. Idempotent.</summary>
    public void Release()
    {
        _message.Clear();
        _isHandedOut = false;
    }

    private void ForgetHandedOut()
    {
        if (_isHandedOut)
        {
            Release();
        }
    }

    private FrameRead TakeText(ReadOnlySpan<byte> piece, int maxReadBytes, out int taken, out ReadOnlySpan<byte> message)
    {
        message = default;
        var length = piece.IndexOfAny(BatchDelimiter.RecordSeparator, BatchDelimiter.MisreadSeparator);
        if (length < 0)
        {
            taken = piece.Length;
            _message.Append(piece, key: 0, limits);
            return _message.Size > maxReadBytes ? TooLong(_message.Size)
                : _message.IsUtf8SoFar(complete: false) ? FrameRead.Part
                : BreakText();
        }

        taken = length + 1;
        answers.Separator = piece[length];
        if (_message.Size == 0)
        {
            return HandOut(piece[..length], maxReadBytes, out message);
        }

        _message.Append(piece[..length], key: 0, limits);
        return _message.Size > maxReadBytes ? TooLong(_message.Size) : HandOutGathered(out message);
    }

    private FrameRead TakeLength(ReadOnlySpan<byte> piece, long left, int maxReadBytes, out int taken)
    {
        var bytes = piece[..Math.Min(piece.Length, BatchDelimiter.LengthPrefix - _prefixBytes)];
        foreach (var next in bytes)
        {
            _length = (_length << 8) | next;
        }

        _prefixBytes += bytes.Length;
        taken = bytes.Length;
        if (_prefixBytes < BatchDelimiter.LengthPrefix)
        {
            return FrameRead.Part;
        }

        _message.Expect(_length, limits);
        return _length == 0 ? Break("a message of a batch is empty")
            : _length > left - bytes.Length ? Break("a message of a batch is longer than what is left of the batch")
            : _length > maxReadBytes ? TooLong(_length)
            : FrameRead.Part;
    }

    private FrameRead TakeBinary(ReadOnlySpan<byte> rest, int maxReadBytes, out int taken, out ReadOnlySpan<byte> message)
    {
        message = default;
        var piece = rest[..(int)Math.Min(rest.Length, _length - _message.Size)];
        taken = piece.Length;
        var isWhole = piece.Length == _length - _message.Size;
        _prefixBytes = isWhole ? 0 : _prefixBytes;
        if (isWhole && _message.Size == 0 && !_message.IsTooLarge)
        {
            return HandOut(piece, maxReadBytes, out message);
        }

        _message.Append(piece, key: 0, limits);
        return isWhole ? HandOutGathered(out message) : FrameRead.Part;
    }

    /// <summary>Hands out a message that lies whole in a piece.</summary>
    private FrameRead HandOut(ReadOnlySpan<byte> whole, int maxReadBytes, out ReadOnlySpan<byte> message)
    {
        _hasMessages = true;
        message = whole;
        if (whole.IsEmpty)
        {
            return Break("a message of a batch is empty");
        }

        if (whole.Length > maxReadBytes)
        {
            return TooLong(whole.Length);
        }

        if (whole.Length > limits.MessageBytes)
        {
            MessageBytes = whole.Length;
            message = limits.HeadOf(whole);
            return FrameRead.ReadPast;
        }

        return format is WireFormat.Json && !Utf8.IsValid(whole) ? BreakText() : FrameRead.Message;
    }

    private FrameRead HandOutGathered(out ReadOnlySpan<byte> message)
    {
        (_hasMessages, _isHandedOut) = (true, true);
        message = _message.Message;
        if (_message.IsTooLarge)
        {
            MessageBytes = _message.Size;
            return FrameRead.ReadPast;
        }

        return format is WireFormat.Json && !_message.IsUtf8SoFar(complete: true) ? BreakText() : FrameRead.Message;
    }

    private FrameRead TooLong(long size)
    {
        MessageBytes = size;
        return FrameRead.TooLong;
    }

    private FrameRead BreakText() => Break("a text message must be UTF-8", CloseCode.InvalidPayload);

    private FrameRead Break(string fault, CloseCode code = CloseCode.ProtocolError)
    {
        Fault = (code, fault);
        return FrameRead.Broken;
    }
}
