using System.Text.Unicode;
using WampRouter.Realms;
using WampRouter.Wire;

namespace WampRouter.Transports.WebSocket;

/// <summary>
/// Takes the batches of a client apart as they come and delivers their messages one by one, in order. A message that lies whole in a piece is delivered
/// from there; only one that does not is gathered, and of one that is too large the head: the others of its batch go on.
/// </summary>
/// <remarks>Read loop only.</remarks>
/// <param name="connection">Whose session gets the messages.</param>
/// <param name="answers">Learns which separator the peer uses.</param>
/// <param name="limits">How much of a message is kept.</param>
internal sealed class InboundBatches(WebSocketConnection connection, OutboundBatches answers, MessageLimits limits)
{
    private const int SmallestLimit = 128 * 1024;

    private readonly WireFormat _format = connection.Info.Encoding.Format;
    private MessageAssembly _message;   // the one that is not whole yet
    private int _prefixBytes;           // not JSON: what has come of the length of the next message
    private uint _length;               // not JSON: that length
    private bool _hasMessages;          // in this batch

    /// <summary>The most bytes of a batch, where a message may have <paramref name="messageBytes"/>: one of any size, and others with it.</summary>
    public static long MaxBatchBytes(int messageBytes) => Math.Max(2L * messageBytes, SmallestLimit);

    /// <summary>Takes a piece of a batch, borrowed for the call.</summary>
    /// <param name="piece">Unmasked.</param>
    /// <param name="left">Bytes left of the batch with this piece, as far as is known.</param>
    /// <param name="taken">How much was taken: everything, unless the session wants to be awaited or the connection ends.</param>
    /// <param name="batch">What is flushed after the read.</param>
    public Progress Take(ReadOnlySpan<byte> piece, long left, out int taken, FlushBatch batch)
    {
        taken = 0;
        var progress = Progress.Continue;
        while (progress == Progress.Continue && taken < piece.Length)
        {
            progress = _format is WireFormat.Json ? TakeText(piece[taken..], ref taken, batch)
                : _prefixBytes < BatchDelimiter.LengthPrefix ? TakeLength(piece[taken..], left - taken, ref taken, batch)
                : TakeBinary(piece[taken..], ref taken, batch);
        }

        return progress;
    }

    /// <summary>The batch is over.</summary>
    public Progress End(FlushBatch batch)
    {
        var fault = _message.Size > 0 && _format is WireFormat.Json ? "every message of a batch is followed by the byte 0x1E"
            : _prefixBytes is > 0 and < BatchDelimiter.LengthPrefix ? "every message of a batch begins with its length in 4 bytes"
            : _prefixBytes > 0 ? "a message of a batch is longer than what is left of the batch"
            : !_hasMessages ? "a batch has at least one message"
            : null;
        _hasMessages = false;
        return fault is null ? Progress.Continue : connection.Fail(CloseCode.ProtocolError, fault, batch);
    }

    /// <summary>Gives back what an unfinished message holds. Idempotent.</summary>
    public void Release() => _message.Clear();

    private Progress TakeText(ReadOnlySpan<byte> rest, ref int taken, FlushBatch batch)
    {
        var length = rest.IndexOfAny(BatchDelimiter.RecordSeparator, BatchDelimiter.MisreadSeparator);
        if (length < 0)
        {
            taken += rest.Length;
            _message.Append(rest, key: 0, limits);
            return _message.Size > connection.MaxReadBytes ? FailTooLarge(_message.Size, batch)
                : _message.IsUtf8SoFar(complete: false) ? connection.Hold(_message.HeldBytes, batch)
                : FailText(batch);
        }

        taken += length + 1;
        answers.Separator = rest[length];
        if (_message.Size == 0)
        {
            return Deliver(rest[..length], batch);
        }

        _message.Append(rest[..length], key: 0, limits);
        return _message.Size > connection.MaxReadBytes ? FailTooLarge(_message.Size, batch) : DeliverGathered(batch);
    }

    private Progress TakeLength(ReadOnlySpan<byte> rest, long left, ref int taken, FlushBatch batch)
    {
        var bytes = rest[..Math.Min(rest.Length, BatchDelimiter.LengthPrefix - _prefixBytes)];
        foreach (var next in bytes)
        {
            _length = (_length << 8) | next;
        }

        _prefixBytes += bytes.Length;
        taken += bytes.Length;
        if (_prefixBytes < BatchDelimiter.LengthPrefix)
        {
            return Progress.Continue;
        }

        _message.Expect(_length, limits);
        return _length == 0 ? connection.Fail(CloseCode.ProtocolError, "a message of a batch is empty", batch)
            : _length > left - bytes.Length ? connection.Fail(CloseCode.ProtocolError, "a message of a batch is longer than what is left of the batch", batch)
            : _length > connection.MaxReadBytes ? FailTooLarge(_length, batch)
            : Progress.Continue;
    }

    private Progress TakeBinary(ReadOnlySpan<byte> rest, ref int taken, FlushBatch batch)
    {
        var piece = rest[..(int)Math.Min(rest.Length, _length - _message.Size)];
        taken += piece.Length;
        var isWhole = piece.Length == _length - _message.Size;
        _prefixBytes = isWhole ? 0 : _prefixBytes;
        if (isWhole && _message.Size == 0 && !_message.IsTooLarge)
        {
            return Deliver(piece, batch);
        }

        _message.Append(piece, key: 0, limits);
        return isWhole ? DeliverGathered(batch) : connection.Hold(_message.HeldBytes, batch);
    }

    /// <summary>Delivers a message that lies whole in a piece.</summary>
    private Progress Deliver(ReadOnlySpan<byte> message, FlushBatch batch)
    {
        _hasMessages = true;
        return message.IsEmpty ? connection.Fail(CloseCode.ProtocolError, "a message of a batch is empty", batch)
            : message.Length > connection.MaxReadBytes ? FailTooLarge(message.Length, batch)
            : message.Length > limits.MessageBytes ? connection.DeliverTooLarge(limits.HeadOf(message), message.Length, batch)
            : _format is WireFormat.Json && !Utf8.IsValid(message) ? FailText(batch)
            : connection.Deliver(message, batch);
    }

    private Progress DeliverGathered(FlushBatch batch)
    {
        _hasMessages = true;
        var progress = _message.IsTooLarge ? connection.DeliverTooLarge(_message.Message, _message.Size, batch)
            : _format is WireFormat.Json && !_message.IsUtf8SoFar(complete: true) ? FailText(batch)
            : connection.Deliver(_message.Message, batch);
        _message.Clear();
        connection.LetGo();
        return progress;
    }

    private Progress FailTooLarge(long size, FlushBatch batch) => connection.Fail(CloseCode.MessageTooBig, connection.ExplainTooLarge(size), batch);

    private Progress FailText(FlushBatch batch) => connection.Fail(CloseCode.InvalidPayload, "a text message must be UTF-8", batch);
}
