namespace WampRouter.Wire;

/// <summary>A growing array that a message is written into. Reused: it shrinks again after an exceptionally large message.</summary>
internal sealed class OutputBuffer
{
    /// <summary>More than this is given back before the next message.</summary>
    public const int MaxKeptBytes = 1024 * 1024;

    private const int InitialBytes = 4 * 1024;

    private byte[] _bytes = new byte[InitialBytes];

    /// <summary>Bytes written so far.</summary>
    public int Length { get; private set; }

    /// <summary>Bytes the array has room for.</summary>
    public int Capacity => _bytes.Length;

    /// <summary>The bytes written so far; valid until the next write.</summary>
    public Span<byte> Written => _bytes.AsSpan(0, Length);

    /// <summary>Starts anew with some bytes reserved at the front.</summary>
    public void Reset(int headroom)
    {
        if (_bytes.Length > MaxKeptBytes)
        {
            _bytes = new byte[InitialBytes];
        }

        Length = headroom;
    }

    /// <summary>Room for at least so many bytes behind those written; <see cref="Advance"/> says how many were used.</summary>
    public Span<byte> Free(int atLeast)
    {
        if (_bytes.Length - Length < atLeast)
        {
            Grow(atLeast);
        }

        return _bytes.AsSpan(Length);
    }

    /// <summary>Counts bytes written into <see cref="Free"/>.</summary>
    public void Advance(int count) => Length += count;

    public void Write(byte value)
    {
        Free(1)[0] = value;
        Length++;
    }

    public void Write(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(Free(bytes.Length));
        Length += bytes.Length;
    }

    /// <summary>Takes away bytes that were written: from <paramref name="from"/> on, so many.</summary>
    public void Remove(int from, int count)
    {
        _bytes.AsSpan((from + count)..Length).CopyTo(_bytes.AsSpan(from));
        Length -= count;
    }

    private void Grow(int atLeast)
    {
        var needed = (long)Length + atLeast;
        var doubled = Math.Min(Math.Max(needed, 2L * _bytes.Length), Array.MaxLength);
        Array.Resize(ref _bytes, (int)Math.Max(doubled, needed));
    }
}
