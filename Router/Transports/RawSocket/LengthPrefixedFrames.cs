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

    /// <summary>Longer than the limit.</summary>
    TooLong,
}

/// <summary>
/// Reads RawSocket frames, one byte of type and a 24-bit big-endian length each, without copying what lies in one piece: a frame across the
/// pieces of the pipe is gathered in a pooled buffer, which the next call gives back.
/// </summary>
/// <remarks>Read loop only; a mutable struct inside its connection.</remarks>
internal struct LengthPrefixedFrames(int maxMessageBytes)
{
    /// <summary>Type and length.</summary>
    public const int HeaderSize = 4;

    private byte[]? _gathered;

    /// <summary>Takes one frame off the front of <paramref name="buffer"/>.</summary>
    /// <param name="buffer">Shortened by the frame where there is a whole one.</param>
    /// <param name="kind">What it is.</param>
    /// <param name="payload">What it carries; valid until the next call.</param>
    public FrameRead Read(ref ReadOnlySequence<byte> buffer, out LengthPrefixedKind kind, out ReadOnlySpan<byte> payload)
    {
        Release();
        kind = default;
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
        var length = (header[1] << 16) | (header[2] << 8) | header[3];
        if (length > maxMessageBytes)
        {
            return FrameRead.TooLong;
        }

        if (buffer.Length < HeaderSize + length)
        {
            return FrameRead.NeedMore;
        }

        payload = InOnePiece(buffer.Slice(HeaderSize, length));
        buffer = buffer.Slice(HeaderSize + length);
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
