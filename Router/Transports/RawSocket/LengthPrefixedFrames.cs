using System.Buffers;
using WampRouter.Wire;

namespace WampRouter.Transports.RawSocket;

/// <summary>
/// Reads RawSocket frames (<see cref="RawSocketPrefix"/>) without copying what lies in one piece: a frame across the
/// pieces of the pipe is gathered in a pooled buffer, which the next call gives back. An unfinished message waits in the pipe; of one that is too large only
/// the head is kept, where such a message does not end the connection.
/// </summary>
/// <param name="limits">How much of a message is kept.</param>
/// <param name="isSocket">Whether this is RawSocket itself: pings and pongs may come, and a message that is too large ends the connection. Otherwise they break the rules, and it is read past.</param>
internal sealed class LengthPrefixedFrames(MessageLimits limits, bool isSocket) : FrameReader(limits)
{
    private byte[]? _gathered;
    private int _length;    // of the last frame
    private int _kept;      // of the message that is read past
    private int _left;      // of it, still to come
    private long _failing;  // of the frame in which the connection has failed, still to come
    private long _waiting;  // what has come of the unfinished message, and is in the pipe

    /// <inheritdoc />
    public override long MessageBytes => _length;

    /// <inheritdoc />
    public override long HeldBytes => _waiting;

    /// <inheritdoc />
    public override bool IsInsideMessage => _left > 0;

    /// <inheritdoc />
    public override bool IsInsideFrame => _failing > 0;

    /// <inheritdoc />
    public override bool ReadsPastTooLarge => !isSocket;

    /// <inheritdoc />
    public override FrameRead Next(scoped ref SequenceReader<byte> input, int maxReadBytes, out ReadOnlySpan<byte> payload)
    {
        payload = default;
        if (_left > 0)
        {
            return ReadPast(ref input, out payload);
        }

        Release();
        Span<byte> header = stackalloc byte[RawSocketPrefix.Size];
        if (!input.TryCopyTo(header))
        {
            return NeedMore(input);
        }

        if (FindFault(header) is { } fault)
        {
            Fault = fault;
            return FrameRead.Broken;
        }

        var kind = RawSocketPrefix.KindIn(header);
        _length = RawSocketPrefix.LengthIn(header);
        if (_length > maxReadBytes)
        {
            return FailFor(_length);
        }

        if (_length > Limits.MessageBytes)
        {
            return kind == RawSocketKind.Message ? BeginReadPast(ref input, out payload) : FailFor(_length);
        }

        if (input.Remaining < RawSocketPrefix.Size + _length)
        {
            return NeedMore(input);
        }

        input.Advance(RawSocketPrefix.Size);
        payload = TakeInOnePiece(ref input);
        return kind switch
        {
            RawSocketKind.Message => FrameRead.Message,
            RawSocketKind.Ping => FrameRead.Ping,
            _ => FrameRead.Pong,
        };
    }

    /// <inheritdoc />
    public override void Release()
    {
        _waiting = 0;
        if (_gathered is not null)
        {
            MessageBuffers.Return(_gathered);
            _gathered = null;
        }
    }

    /// <summary>Nothing but the end of the stream is a goodbye: drops what has come.</summary>
    public override bool SkipToGoodbye(scoped ref SequenceReader<byte> input)
    {
        input.AdvanceToEnd();
        return false;
    }

    /// <inheritdoc />
    public override void Skip(long bytes) => _failing -= Math.Min(_failing, bytes);

    private FrameRead FailFor(int length)
    {
        _failing = RawSocketPrefix.Size + length;
        return FrameRead.TooLong;
    }

    private string? FindFault(ReadOnlySpan<byte> header) =>
        RawSocketPrefix.FindFault(header) ?? (!isSocket && RawSocketPrefix.KindIn(header) != RawSocketKind.Message ? "a frame is no WAMP message" : null);

    private FrameRead NeedMore(in SequenceReader<byte> input)
    {
        _waiting = input.Remaining;
        return FrameRead.NeedMore;
    }

    private FrameRead BeginReadPast(scoped ref SequenceReader<byte> input, out ReadOnlySpan<byte> head)
    {
        _gathered = MessageBuffers.Rent(Limits.HeadBytes);
        (_left, _kept) = (_length, 0);
        input.Advance(RawSocketPrefix.Size);
        return ReadPast(ref input, out head);
    }

    private FrameRead ReadPast(scoped ref SequenceReader<byte> input, out ReadOnlySpan<byte> head)
    {
        var here = (int)Math.Min(input.Remaining, _left);
        var piece = input.UnreadSequence.Slice(0, here);
        if (_kept == 0)
        {
            var reader = new SequenceReader<byte>(piece);
            reader.AdvancePastAny(MessageLimits.Blanks);
            piece = reader.UnreadSequence;
        }

        var keep = (int)Math.Min(piece.Length, Limits.HeadBytes - _kept);
        piece.Slice(0, keep).CopyTo(_gathered.AsSpan(_kept));
        input.Advance(here);
        _kept += keep;
        _left -= here;
        head = _left == 0 ? _gathered.AsSpan(0, _kept) : default;
        return _left == 0 ? FrameRead.ReadPast : FrameRead.NeedMore;
    }

    private ReadOnlySpan<byte> TakeInOnePiece(scoped ref SequenceReader<byte> input)
    {
        var piece = input.UnreadSpan;
        if (piece.Length >= _length)
        {
            input.Advance(_length);
            return piece[.._length];
        }

        _gathered = MessageBuffers.Rent(_length);
        var whole = _gathered.AsSpan(0, _length);
        input.TryCopyTo(whole);
        input.Advance(_length);
        return whole;
    }
}
