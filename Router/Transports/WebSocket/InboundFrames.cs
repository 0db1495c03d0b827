using System.Buffers;
using System.Text.Unicode;
using WampRouter.Realms;

namespace WampRouter.Transports.WebSocket;

/// <summary>
/// Turns what a client sends into messages and control frames for its connection, by the letter of RFC 6455 section 5. A message that lies whole in
/// one read is unmasked into a buffer of the thread, which lives for the call; only others take a buffer of their own.
/// </summary>
/// <remarks>Read loop only. Keeps nothing of a message beyond the call, so an idle connection holds no buffer.</remarks>
/// <param name="connection">Gets what was found.</param>
/// <param name="kinds">The messages the subprotocol has.</param>
/// <param name="limits">How much of a message is kept.</param>
/// <param name="batches">Takes the batches apart; null where each message has a frame of its own.</param>
internal sealed class InboundFrames(WebSocketConnection connection, MessageKinds kinds, MessageLimits limits, InboundBatches? batches = null)
{
    /// <summary>Above this a message is gathered in a pooled buffer, so that threads do not keep large ones forever.</summary>
    private const int ThreadBufferBytes = 64 * 1024;

    [ThreadStatic]
    private static byte[]? _threadBuffer;

    private MessageAssembly _assembly;
    private ulong _payloadLeft;     // of the data frame whose header was taken
    private uint _key;
    private bool _inPayload;
    private bool _isFinal;
    private bool _isOpen;           // a message has begun and not ended
    private bool _isText;
    private long _size;             // of that message, as far as its frames have promised it

    /// <summary>Takes every whole frame, and the beginning of a data frame, off the front of <paramref name="buffer"/>.</summary>
    public Progress Consume(ref ReadOnlySequence<byte> buffer, FlushBatch batch)
    {
        var reader = new SequenceReader<byte>(buffer);
        Progress progress;
        do
        {
            progress = _inPayload ? TakePayload(ref reader, batch) : TakeFrame(ref reader, batch);
        }
        while (progress == Progress.Continue);

        buffer = buffer.Slice(reader.Position);
        return progress;
    }

    /// <summary>
    /// Once our Close frame is out: drops everything up to the peer's. Judges nothing, the connection is over either way.
    /// </summary>
    /// <returns>True where the peer's Close was found.</returns>
    public bool SkipToClose(ref ReadOnlySequence<byte> buffer)
    {
        var reader = new SequenceReader<byte>(buffer);
        var found = false;
        while (!found)
        {
            var skipped = Math.Min(_payloadLeft, (ulong)reader.Remaining);
            reader.Advance((long)skipped);
            _payloadLeft -= skipped;
            if (_payloadLeft > 0 || !ClientFrameHeader.TryRead(ref reader, out var header))
            {
                break;
            }

            reader.Advance(header.Size);
            _payloadLeft = header.PayloadLength;
            found = header.Opcode == WebSocketOpcode.Close;
        }

        buffer = buffer.Slice(reader.Position);
        return found;
    }

    /// <summary>Whether a message has begun and not ended.</summary>
    public bool IsInsideMessage => _isOpen;

    /// <summary>Whether the frame in which the connection failed has not come to its end: the peer is in the middle of sending it.</summary>
    public bool IsInsideFrame => _payloadLeft > 0;

    /// <summary>Once the connection has failed: drops bytes without understanding more of them than where the faulty frame ends.</summary>
    public void Skip(long bytes) => _payloadLeft -= Math.Min(_payloadLeft, (ulong)bytes);

    /// <summary>Gives the buffer of an unfinished message back. Idempotent.</summary>
    public void Release()
    {
        _assembly.Clear();
        batches?.Release();
    }

    private Progress TakeFrame(ref SequenceReader<byte> reader, FlushBatch batch)
    {
        if (!ClientFrameHeader.TryRead(ref reader, out var header))
        {
            return Progress.NeedMore;
        }

        if (header.FindFault() is { } fault)
        {
            reader.Advance(header.Size);
            _payloadLeft = header.PayloadLength;
            return connection.Fail(CloseCode.ProtocolError, fault, batch);
        }

        return header.IsControl ? TakeControl(ref reader, header, batch) : TakeData(ref reader, header, batch);
    }

    private Progress TakeControl(ref SequenceReader<byte> reader, in ClientFrameHeader header, FlushBatch batch)
    {
        var length = (int)header.PayloadLength;
        if (reader.Remaining < header.Size + length)
        {
            return Progress.NeedMore;
        }

        Span<byte> payload = stackalloc byte[ServerFrame.MaxControlPayload];
        payload = payload[..length];
        reader.Advance(header.Size);
        Unmask(ref reader, payload, header.MaskingKey);
        switch (header.Opcode)
        {
            case WebSocketOpcode.Ping:
                connection.OnPing(payload, batch);
                return Progress.Continue;
            case WebSocketOpcode.Pong:
                connection.OnPong(payload);
                return Progress.Continue;
            default:
                return connection.OnClose(payload, batch);
        }
    }

    private Progress TakeData(ref SequenceReader<byte> reader, in ClientFrameHeader header, FlushBatch batch)
    {
        reader.Advance(header.Size);
        if (FindFault(header) is var (code, fault))
        {
            _payloadLeft = header.PayloadLength;
            return connection.Fail(code, fault, batch);
        }

        var isContinuation = header.Opcode == WebSocketOpcode.Continuation;
        var length = (long)header.PayloadLength;
        if (!isContinuation)
        {
            (_isText, _size) = (header.Opcode == WebSocketOpcode.Text, 0);
            if (header.IsFinal && length <= Math.Min(ThreadBufferBytes, limits.MessageBytes) && reader.Remaining >= length && batches is null)
            {
                var message = ThreadBuffer[..(int)length];
                Unmask(ref reader, message, header.MaskingKey);
                return _isText && !Utf8.IsValid(message) ? FailText(batch) : connection.Deliver(message, _isText, batch);
            }
        }

        _size += length;
        (_isOpen, _inPayload, _isFinal, _payloadLeft, _key) = (true, true, header.IsFinal, header.PayloadLength, header.MaskingKey);
        if (batches is null)
        {
            _assembly.Expect(length, limits);
        }

        return TakePayload(ref reader, batch);
    }

    /// <summary>Takes what is there of a data frame's payload, and delivers the message if that was the rest of it.</summary>
    private Progress TakePayload(ref SequenceReader<byte> reader, FlushBatch batch)
    {
        while (_payloadLeft > 0 && !reader.End)
        {
            var piece = reader.UnreadSpan;
            piece = piece[..(int)Math.Min((ulong)piece.Length, _payloadLeft)];
            var progress = Take(piece, out var taken, batch);
            _key = FrameMask.Turn(_key, taken);
            _payloadLeft -= (ulong)taken;
            reader.Advance(taken);
            if (progress != Progress.Continue)
            {
                return progress;
            }
        }

        var isWhole = _isFinal && _payloadLeft == 0;
        if (_isText && batches is null && !_assembly.IsUtf8SoFar(isWhole))
        {
            return FailText(batch);
        }

        if (_payloadLeft > 0)
        {
            return Progress.NeedMore;
        }

        _inPayload = false;
        return isWhole ? End(batch) : Progress.Continue;
    }

    /// <summary>Takes a piece of a message, or as much of a batch as its session wants.</summary>
    private Progress Take(ReadOnlySpan<byte> masked, out int taken, FlushBatch batch)
    {
        taken = masked.Length;
        if (batches is null)
        {
            _assembly.Append(masked, _key, limits);
            return connection.Hold(_assembly.HeldBytes, batch);
        }

        var piece = ThreadBuffer[..Math.Min(masked.Length, ThreadBufferBytes)];
        FrameMask.Apply(masked[..piece.Length], piece, _key);
        return batches.Take(piece, _isFinal ? (long)_payloadLeft : long.MaxValue, out taken, batch);
    }

    private Progress End(FlushBatch batch)
    {
        _isOpen = false;
        if (batches is not null)
        {
            return batches.End(batch);
        }

        var progress = _assembly.IsTooLarge
            ? connection.DeliverTooLarge(_assembly.Message, _assembly.Size, batch)
            : connection.Deliver(_assembly.Message, _isText, batch);
        _assembly.Clear();
        connection.LetGo();
        return progress;
    }

    /// <summary>What is wrong with a data frame at this point of the conversation.</summary>
    private (CloseCode Code, string Text)? FindFault(in ClientFrameHeader header)
    {
        if ((header.Opcode == WebSocketOpcode.Continuation) != _isOpen)
        {
            return (CloseCode.ProtocolError, _isOpen ? "a message began before the last one ended" : "there is no message to continue");
        }

        var kind = header.Opcode switch
        {
            WebSocketOpcode.Text => MessageKinds.Text,
            WebSocketOpcode.Binary => MessageKinds.Binary,
            _ => kinds,
        };
        if ((kind & kinds) == 0)
        {
            return (CloseCode.UnsupportedData, kinds == MessageKinds.Text ? "this subprotocol uses text messages" : "this subprotocol uses binary messages");
        }

        // A batch of one has room for the message that is too large, and for others.
        var most = batches is null ? connection.MaxReadBytes : InboundBatches.MaxBatchBytes(connection.MaxReadBytes);
        var size = (long)header.PayloadLength + (_isOpen ? _size : 0);
        return size <= most ? null
            : (CloseCode.MessageTooBig, batches is null ? connection.ExplainTooLarge(size) : FormattableString.Invariant($"a batch has at most {most} bytes here, this one {size}"));
    }

    private static Span<byte> ThreadBuffer => _threadBuffer ??= GC.AllocateUninitializedArray<byte>(ThreadBufferBytes);

    private Progress FailText(FlushBatch batch) => connection.Fail(CloseCode.InvalidPayload, "a text message must be UTF-8", batch);

    private static void Unmask(ref SequenceReader<byte> reader, scoped Span<byte> destination, uint key)
    {
        while (!destination.IsEmpty)
        {
            var piece = reader.UnreadSpan;
            piece = piece[..Math.Min(piece.Length, destination.Length)];
            FrameMask.Apply(piece, destination, key);
            key = FrameMask.Turn(key, piece.Length);
            destination = destination[piece.Length..];
            reader.Advance(piece.Length);
        }
    }
}
