using System.Buffers;

namespace WampRouter.Transports.RawSocket;

/// <summary>What a length-prefixed frame carries (<c>rfc/text/advanced/rawsocket.md</c>).</summary>
internal enum LengthPrefixedKind : byte
{
    Message = 0,
    Ping = 1,
    Pong = 2,
}

/// <summary>What <see cref="LengthPrefixedFrames.Read"/> found.</summary>
internal enum FrameRead
{
    /// <summary>A whole frame.</summary>
    Whole,

    /// <summary>Not yet.</summary>
    NeedMore,

    /// <summary>A reserved bit or type.</summary>
    Malformed,

    /// <summary>A message longer than the limit has been read past: its head is what there is.</summary>
    ReadPast,

    /// <summary>Longer than what is read past.</summary>
    TooLong,
}

/// <summary>
/// Reads RawSocket frames, one byte of type and a 24-bit big-endian length each, without copying what lies in one piece: a frame across the
/// pieces of the pipe is gathered in a pooled buffer, which the next call gives back. Of a message that is too large only the head is kept.
/// </summary>
/// <remarks>Read loop only; a mutable struct inside its connection.</remarks>
internal struct LengthPrefixedFrames(MessageLimits limits)
{
    /// <summary>Type and length.</summary>
    public const int HeaderSize = 4;

    private byte[]? _gathered;
    private int _kept;      // of the message that is read past
    private int _left;      // of it, still to come

    /// <summary>How long the last frame is.</summary>
    public int Length { get; private set; }

    /// <summary>Whether a message is being read past.</summary>
    public readonly bool IsReadingPast => _left > 0;

    /// <summary>Takes one frame off the front of <paramref name="buffer"/>.</summary>
    /// <param name="buffer">Shortened by the frame where there is a whole one, and by what is read past.</param>
    /// <param name="maxReadBytes">The longest message that is read at all, be it past.</param>
    /// <param name="kind">What it is.</param>
    /// <param name="payload">What it carries; valid until the next call.</param>
    public FrameRead Read(ref ReadOnlySequence<byte> buffer, int maxReadBytes, out LengthPrefixedKind kind, out ReadOnlySpan<byte> payload)
    {
        kind = default;
        if (_left > 0)
        {
            return ReadPast(ref buffer, out payload);
        }

        Release();
        payload = default;
        if (buffer.Length < HeaderSize)
        {
            return FrameRead.NeedMore;
        }

        Span<byte> header = stackalloc byte[HeaderSize];
        buffer.Slice(0, HeaderSize).CopyTo(header);
        if (header[0] > (byte)LengthPrefixedKind.Pong)
        {
            return FrameRead.Malformed;
        }

        kind = (LengthPrefixedKind)header[0];
        Length = (header[1] << 16) | (header[2] << 8) | header[3];
        if (Length > maxReadBytes)
        {
            return FrameRead.TooLong;
        }

        if (Length > limits.MessageBytes)
        {
            return kind != LengthPrefixedKind.Message ? FrameRead.TooLong : BeginReadPast(ref buffer, out payload);
        }

        if (buffer.Length < HeaderSize + Length)
        {
            return FrameRead.NeedMore;
        }

        payload = InOnePiece(buffer.Slice(HeaderSize, Length));
        buffer = buffer.Slice(HeaderSize + Length);
        return FrameRead.Whole;
    }

    /// <summary>Gives the gathered frame back. Idempotent.</summary>
    public void Release()
    {
        if (_gathered is not null)
        {
            ArrayPool<byte>.Shared.Return(_gathered);
            _gathered = null;
        }
    }

    private FrameRead BeginReadPast(ref ReadOnlySequence<byte> buffer, out ReadOnlySpan<byte> head)
    {
        _gathered = ArrayPool<byte>.Shared.Rent(limits.HeadBytes);
        (_left, _kept) = (Length, 0);
        buffer = buffer.Slice(HeaderSize);
        return ReadPast(ref buffer, out head);
    }

    private FrameRead ReadPast(ref ReadOnlySequence<byte> buffer, out ReadOnlySpan<byte> head)
    {
        var here = (int)Math.Min(buffer.Length, _left);
        var piece = buffer.Slice(0, here);
        if (_kept == 0)
        {
            var reader = new SequenceReader<byte>(piece);
            reader.AdvancePastAny(MessageLimits.Blanks);
            piece = reader.UnreadSequence;
        }

        var keep = (int)Math.Min(piece.Length, limits.HeadBytes - _kept);
        piece.Slice(0, keep).CopyTo(_gathered.AsSpan(_kept));
        buffer = buffer.Slice(here);
        _kept += keep;
        _left -= here;
        head = _left == 0 ? _gathered.AsSpan(0, _kept) : default;
        return _left == 0 ? FrameRead.ReadPast : FrameRead.NeedMore;
    }

    private ReadOnlySpan<byte> InOnePiece(ReadOnlySequence<byte> bytes)
    {
        if (bytes.IsSingleSegment)
        {
            return bytes.FirstSpan;
        }

        _gathered = ArrayPool<byte>.Shared.Rent((int)bytes.Length);
        bytes.CopyTo(_gathered);
        return _gathered.AsSpan(0, (int)bytes.Length);
    }
}
