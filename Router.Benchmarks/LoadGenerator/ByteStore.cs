namespace WampRouter.Benchmarks.LoadGenerator;

/// <summary>Bytes set aside until more come. Grows to what is needed, then allocates nothing.</summary>
internal sealed class ByteStore
{
    private byte[] _bytes = [];
    private int _length;

    /// <summary>What is set aside.</summary>
    public ReadOnlySpan<byte> Bytes => _bytes.AsSpan(0, _length);

    /// <summary>Adds to it.</summary>
    public void Append(ReadOnlySpan<byte> bytes)
    {
        if (_length + bytes.Length > _bytes.Length)
        {
            Array.Resize(ref _bytes, (_length + bytes.Length) * 2);
        }

        bytes.CopyTo(_bytes.AsSpan(_length));
        _length += bytes.Length;
    }

    /// <summary>Forgets it.</summary>
    public void Clear() => _length = 0;
}
