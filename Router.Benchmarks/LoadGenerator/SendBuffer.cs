namespace WampRouter.Benchmarks.LoadGenerator;

/// <summary>Bytes on their way to one socket. Grows until it fits what a workload has under way, then allocates nothing.</summary>
/// <param name="isRawSocket">Whether frames are those of RawSocket.</param>
internal sealed class SendBuffer(bool isRawSocket)
{
    private byte[] _bytes = [];
    private int _start;
    private int _end;

    /// <summary>What is still to be sent.</summary>
    public ReadOnlySpan<byte> Unsent => _bytes.AsSpan(_start, _end - _start);

    /// <summary>True when there is nothing to send.</summary>
    public bool IsEmpty => _start == _end;

    /// <summary>Appends one frame, masked where that is due.</summary>
    public void AppendFrame(byte opcode, ReadOnlySpan<byte> body)
    {
        Reserve(body.Length + ClientFrame.MaxHeader);
        _end += isRawSocket ? RawSocketFrame.Write(opcode, body, _bytes.AsSpan(_end)) : ClientFrame.Write(opcode, body, _bytes.AsSpan(_end));
    }

    /// <summary>Appends bytes as they are: what comes before all frames.</summary>
    public void AppendRaw(ReadOnlySpan<byte> bytes)
    {
        Reserve(bytes.Length);
        bytes.CopyTo(_bytes.AsSpan(_end));
        _end += bytes.Length;
    }

    /// <summary>Notes that the first bytes were taken by the socket.</summary>
    public void Sent(int count)
    {
        _start += count;
        if (_start == _end)
        {
            _start = _end = 0;
        }
    }

    private void Reserve(int room)
    {
        if (_bytes.Length - _end >= room)
        {
            return;
        }

        var unsent = _end - _start;
        var target = _bytes.Length >= (unsent + room) * 2 ? _bytes : new byte[Math.Max(512, (unsent + room) * 2)];
        Unsent.CopyTo(target);
        (_bytes, _start, _end) = (target, 0, unsent);
    }
}
