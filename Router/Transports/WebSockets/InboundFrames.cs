using System.Buffers;
using System.Text.Unicode;

namespace WampRouter.Transports.WebSockets;

/// <summary>
/// Takes what a client sends apart into messages and control frames, by the letter of RFC 6455 section 5. A message that lies whole in one read is unmasked
/// into a buffer of the thread, which lives until the next frame is asked for; only others take a buffer of their own.
/// </summary>
/// <param name="kinds">The messages the subprotocol has.</param>
/// <param name="limits">How much of a message is kept.</param>
/// <param name="batches">Takes the batches apart; null where each message has a frame of its own.</param>
/// <param name="takesCompressed">Whether messages may be compressed. They are handed out whole as they are, batches too: see <see cref="IsCompressed"/>.</param>
internal sealed class InboundFrames(MessageKinds kinds, MessageLimits limits, InboundBatches? batches = null, bool takesCompressed = false) : FrameReader(limits)
{
    private MessageAssembly _assembly;
    private ulong _payloadLeft;     // of the data frame whose header was taken
    private uint _key;
    private bool _inPayload;
    private bool _isFinal;
    private bool _isOpen;           // a message has begun and not ended
    private bool _isText;
    private bool _isCompressed;
    private bool _isHandedOut;      // the message in the assembly is whole, and whoever asked has it
    private long _size;             // of the message, as far as its frames have promised it
    private int _clearAt;           // a batch: where in the thread's buffer the bytes begin that are unmasked and not taken
    private int _clearBytes;

    /// <inheritdoc />
    public override long MessageBytes => IsGathered ? _size : batches!.MessageBytes;

    /// <inheritdoc />
    public override long HeldBytes => (batches?.HeldBytes ?? 0) + _assembly.HeldBytes;

    /// <inheritdoc />
    public override bool IsInsideMessage => _isOpen;

    /// <inheritdoc />
    public override bool IsInsideFrame => _payloadLeft > 0;

    /// <inheritdoc />
    public override bool IsText => _isText;

    /// <summary>Whether the message that was read last is compressed: what was handed out is then what came, unlooked at.</summary>
    public bool IsCompressed => _isCompressed;

    /// <summary>Whether the message is handed out as a whole.</summary>
    private bool IsGathered => batches is null || _isCompressed;

    /// <summary>How much of it is kept then: what compression does not make smaller it makes a little larger.</summary>
    private MessageLimits KeptOfMessage => _isCompressed ? new(Limits.MessageBytes + (Limits.MessageBytes / 16) + 64) : Limits;

    /// <summary>With what code the frame is to be answered that ended the conversation.</summary>
    public CloseCode Answer { get; private set; } = CloseCode.Normal;

    /// <inheritdoc />
    public override FrameRead Next(scoped ref SequenceReader<byte> input, int maxReadBytes, out ReadOnlySpan<byte> payload)
    {
        if (_isHandedOut)
        {
            _assembly.Clear();
            _isHandedOut = false;
        }

        return _inPayload ? TakePayload(ref input, maxReadBytes, out payload) : TakeFrame(ref input, maxReadBytes, out payload);
    }

    /// <inheritdoc />
    public override bool SkipToGoodbye(scoped ref SequenceReader<byte> input)
    {
        var found = false;
        while (!found)
        {
            var skipped = Math.Min(_payloadLeft, (ulong)input.Remaining);
            input.Advance((long)skipped);
            _payloadLeft -= skipped;
            if (_payloadLeft > 0 || !ClientFrameHeader.TryRead(ref input, out var header))
            {
                break;
            }

            input.Advance(header.Size);
            _payloadLeft = header.PayloadLength;
            found = header.Opcode == WebSocketOpcode.Close;
        }

        return found;
    }

    /// <inheritdoc />
    public override void Skip(long bytes) => _payloadLeft -= Math.Min(_payloadLeft, (ulong)bytes);

    /// <inheritdoc />
    public override void Release()
    {
        _assembly.Clear();
        batches?.Release();
        (_isHandedOut, _clearBytes) = (false, 0);
    }

    private FrameRead TakeFrame(scoped ref SequenceReader<byte> input, int maxReadBytes, out ReadOnlySpan<byte> payload)
    {
        payload = default;
        if (!ClientFrameHeader.TryRead(ref input, out var header))
        {
            return FrameRead.NeedMore;
        }

        if (header.FindFault(takesCompressed) is { } fault)
        {
            input.Advance(header.Size);
            _payloadLeft = header.PayloadLength;
            return Break(CloseCode.ProtocolError, fault);
        }

        return header.IsControl ? TakeControl(ref input, header, out payload) : TakeData(ref input, header, maxReadBytes, out payload);
    }

    private FrameRead TakeControl(scoped ref SequenceReader<byte> input, scoped in ClientFrameHeader header, out ReadOnlySpan<byte> payload)
    {
        payload = default;
        var length = (int)header.PayloadLength;
        if (input.Remaining < header.Size + length)
        {
            return FrameRead.NeedMore;
        }

        input.Advance(header.Size);
        payload = UnmaskBuffer.Take(ref input, length, header.MaskingKey);
        return header.Opcode switch
        {
            WebSocketOpcode.Ping => FrameRead.Ping,
            WebSocketOpcode.Pong => FrameRead.Pong,
            _ => TakeClose(payload),
        };
    }

    private FrameRead TakeClose(ReadOnlySpan<byte> payload)
    {
        if (!ClosePayload.TryRead(payload, out var code, out var fault))
        {
            return Break(code, fault!);
        }

        // A Close without a code asks for an ordinary end. Clients take one that is answered without a code for a loss (ws, and Autobahn with it: code 1005, "lost").
        Answer = code == CloseCode.None ? CloseCode.Normal : code;
        return FrameRead.Goodbye;
    }

    private FrameRead TakeData(scoped ref SequenceReader<byte> input, scoped in ClientFrameHeader header, int maxReadBytes, out ReadOnlySpan<byte> payload)
    {
        payload = default;
        input.Advance(header.Size);
        if (Judge(header, maxReadBytes) is var verdict and not FrameRead.Part)
        {
            _payloadLeft = header.PayloadLength;
            return verdict;
        }

        var length = (long)header.PayloadLength;
        if (header.Opcode != WebSocketOpcode.Continuation)
        {
            (_isText, _size) = (header.Opcode == WebSocketOpcode.Text, 0);
            if (header.IsFinal && length <= Math.Min(UnmaskBuffer.Bytes, Limits.MessageBytes) && input.Remaining >= length && IsGathered)
            {
                payload = UnmaskBuffer.Take(ref input, (int)length, header.MaskingKey);
                return _isText && !_isCompressed && !Utf8.IsValid(payload) ? BreakText() : FrameRead.Message;
            }
        }

        _size += length;
        (_isOpen, _inPayload, _isFinal, _payloadLeft, _key) = (true, true, header.IsFinal, header.PayloadLength, header.MaskingKey);
        if (IsGathered)
        {
            _assembly.Expect(length, KeptOfMessage);
        }

        return TakePayload(ref input, maxReadBytes, out payload);
    }

    /// <summary>Takes a piece of a data frame's payload, or ends the frame, and with it perhaps the message.</summary>
    private FrameRead TakePayload(scoped ref SequenceReader<byte> input, int maxReadBytes, out ReadOnlySpan<byte> payload)
    {
        payload = default;
        if (_payloadLeft > 0 && !input.End)
        {
            var piece = input.UnreadSpan;
            piece = piece[..(int)Math.Min((ulong)piece.Length, _payloadLeft)];
            if (!IsGathered)
            {
                return TakeOfBatch(ref input, piece, batches!, maxReadBytes, out payload);
            }

            _assembly.Append(piece, _key, KeptOfMessage);
            Taken(ref input, piece.Length);
            return FrameRead.Part;
        }

        var isWhole = _isFinal && _payloadLeft == 0;
        if (_isText && batches is null && !_isCompressed && !_assembly.IsUtf8SoFar(isWhole))
        {
            return BreakText();
        }

        if (_payloadLeft > 0)
        {
            return FrameRead.NeedMore;
        }

        _inPayload = false;
        return isWhole ? End(out payload) : FrameRead.Part;
    }

    /// <summary>Takes what is next in a batch. What it unmasks ahead of that stays in the thread's buffer, which nobody else uses before the next step.</summary>
    private FrameRead TakeOfBatch(scoped ref SequenceReader<byte> input, ReadOnlySpan<byte> masked, InboundBatches batches, int maxReadBytes, out ReadOnlySpan<byte> message)
    {
        if (_clearBytes == 0)
        {
            (_clearAt, _clearBytes) = (0, Math.Min(masked.Length, UnmaskBuffer.Bytes));
            FrameMask.Apply(masked[.._clearBytes], UnmaskBuffer.OfThread, _key);
        }

        var read = batches.Next(UnmaskBuffer.OfThread.Slice(_clearAt, _clearBytes), _isFinal ? (long)_payloadLeft : long.MaxValue, maxReadBytes, out var taken, out message);
        Taken(ref input, taken);
        (_clearAt, _clearBytes) = (_clearAt + taken, _clearBytes - taken);
        return read switch
        {
            FrameRead.TooLong => TooLong(),
            FrameRead.Broken => Break(batches.Fault.Code, batches.Fault.Text),
            _ => read,
        };
    }

    private void Taken(scoped ref SequenceReader<byte> input, int bytes)
    {
        _key = FrameMask.Turn(_key, bytes);
        _payloadLeft -= (ulong)bytes;
        input.Advance(bytes);
    }

    private FrameRead End(out ReadOnlySpan<byte> payload)
    {
        _isOpen = false;
        payload = default;
        if (!IsGathered)
        {
            return batches!.FindFaultAtEnd() is { } fault ? Break(CloseCode.ProtocolError, fault) : FrameRead.Part;
        }

        _isHandedOut = true;
        payload = _assembly.Message;
        return _assembly.IsTooLarge ? FrameRead.ReadPast : FrameRead.Message;
    }

    /// <summary>What is wrong with a data frame at this point of the conversation; a part of a message where nothing is.</summary>
    private FrameRead Judge(in ClientFrameHeader header, int maxReadBytes)
    {
        if ((header.Opcode == WebSocketOpcode.Continuation) != _isOpen)
        {
            return Break(CloseCode.ProtocolError, _isOpen ? "a message began before the last one ended" : "there is no message to continue");
        }

        _isCompressed = header.Opcode == WebSocketOpcode.Continuation ? _isCompressed : header.IsCompressed;
        var kind = header.Opcode switch
        {
            WebSocketOpcode.Text => MessageKinds.Text,
            WebSocketOpcode.Binary => MessageKinds.Binary,
            _ => kinds,
        };
        if ((kind & kinds) == 0)
        {
            return Break(CloseCode.UnsupportedData, kinds == MessageKinds.Text ? "this subprotocol uses text messages" : "this subprotocol uses binary messages");
        }

        var size = (long)header.PayloadLength + (_isOpen ? _size : 0);
        if (IsGathered)
        {
            return size <= maxReadBytes ? FrameRead.Part : TooLong(size);
        }

        // A batch of one has room for the message that is too large, and for others.
        var most = InboundBatches.MaxBatchBytes(maxReadBytes);
        return size <= most ? FrameRead.Part : Break(CloseCode.MessageTooBig, FormattableString.Invariant($"a batch has at most {most} bytes here, this one {size}"));
    }

    private FrameRead TooLong(long size)
    {
        _size = size;
        return TooLong();
    }

    /// <summary>The message that was read last is too large: the conversation is over.</summary>
    public FrameRead TooLong()
    {
        Answer = CloseCode.MessageTooBig;
        return FrameRead.TooLong;
    }

    private FrameRead BreakText() => Break(CloseCode.InvalidPayload, "a text message must be UTF-8");

    /// <summary>What came breaks the rules: the conversation is over.</summary>
    public FrameRead Break(CloseCode code, string fault)
    {
        (Answer, Fault) = (code, fault);
        return FrameRead.Broken;
    }
}
