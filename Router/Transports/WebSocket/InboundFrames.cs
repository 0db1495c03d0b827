using System.Buffers;
using System.Text.Unicode;
using WampRouter.Realms;

namespace WampRouter.Transports.WebSocket;

/// <summary>
/// Turns what a client sends into messages and control frames for its connection, by the letter of RFC 6455 section 5. A message that lies whole in
/// one read is unmasked into a buffer of the thread, which lives for the call; only others take a buffer of their own.
/// </summary>
/// <remarks>Read loop only. Keeps nothing of a message beyond the call, so an idle connection holds no buffer.</remarks>
internal sealed class InboundFrames(WebSocketConnection connection, MessageKinds kinds, int maxMessageBytes)
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

    /// <summary>Whether the frame in which the connection failed has not come to its end: the peer is in the middle of sending it.</summary>
    public bool IsInsideFrame => _payloadLeft > 0;

    /// <summary>Once the connection has failed: drops bytes without understanding more of them than where the faulty frame ends.</summary>
    public void Skip(long bytes) => _payloadLeft -= Math.Min(_payloadLeft, (ulong)bytes);

    /// <summary>Gives the buffer of an unfinished message back. Idempotent.</summary>
    public void Release() => _assembly.Clear();

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
        var isText = header.Opcode == WebSocketOpcode.Text;
        var length = (int)header.PayloadLength;
        if (header.IsFinal && !isContinuation && length <= ThreadBufferBytes && reader.Remaining >= length)
        {
            var message = (_threadBuffer ??= GC.AllocateUninitializedArray<byte>(ThreadBufferBytes)).AsSpan(0, length);
            Unmask(ref reader, message, header.MaskingKey);
            return isText && !Utf8.IsValid(message) ? FailText(batch) : connection.Deliver(message, isText, batch);
        }

        if (!isContinuation)
        {
            _assembly.Begin(isText);
        }

        (_inPayload, _isFinal, _payloadLeft, _key) = (true, header.IsFinal, header.PayloadLength, header.MaskingKey);
        return TakePayload(ref reader, batch);
    }

    /// <summary>Takes what is there of a data frame's payload, and delivers the message if that was the rest of it.</summary>
    private Progress TakePayload(ref SequenceReader<byte> reader, FlushBatch batch)
    {
        while (_payloadLeft > 0 && !reader.End)
        {
            var piece = reader.UnreadSpan;
            piece = piece[..(int)Math.Min((ulong)piece.Length, _payloadLeft)];
            _assembly.Append(piece, _key);
            _key = FrameMask.Turn(_key, piece.Length);
            _payloadLeft -= (ulong)piece.Length;
            reader.Advance(piece.Length);
        }

        var isWhole = _isFinal && _payloadLeft == 0;
        if (_assembly.IsText && !_assembly.IsUtf8SoFar(isWhole))
        {
            return FailText(batch);
        }

        if (_payloadLeft > 0)
        {
            return Progress.NeedMore;
        }

        _inPayload = false;
        if (!isWhole)
        {
            return Progress.Continue;
        }

        var progress = connection.Deliver(_assembly.Message, _assembly.IsText, batch);
        _assembly.Clear();
        return progress;
    }

    /// <summary>What is wrong with a data frame at this point of the conversation.</summary>
    private (CloseCode Code, string Text)? FindFault(in ClientFrameHeader header)
    {
        if ((header.Opcode == WebSocketOpcode.Continuation) != _assembly.IsOpen)
        {
            return (CloseCode.ProtocolError, _assembly.IsOpen ? "a message began before the last one ended" : "there is no message to continue");
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

        return header.PayloadLength > (ulong)(maxMessageBytes - _assembly.Length)
            ? (CloseCode.MessageTooBig, $"a message has at most {maxMessageBytes} bytes here")
            : null;
    }

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
