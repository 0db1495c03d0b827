namespace WampRouter.Client.Sessions;

/// <summary>The messages of a session that were given out last, as they were encoded, so that they can be sent again. Under the outbox's lock.</summary>
/// <param name="capacity">Bytes to keep; the oldest messages go first.</param>
internal sealed class SentMessages(int capacity)
{
    private const int InitialBytes = 4096;

    private readonly Queue<int> _lengths = new();
    private byte[] _ring = new byte[Math.Min(InitialBytes, capacity)];
    private int _start;
    private int _used;
    private long _first;    // the number of the oldest message that is kept

    /// <summary>How many messages there were in all.</summary>
    public long Count => _first + _lengths.Count;

    public void Add(ReadOnlySpan<byte> message)
    {
        while (_used + message.Length > capacity && _lengths.TryDequeue(out var oldest))
        {
            _start = (_start + oldest) % _ring.Length;
            _used -= oldest;
            _first++;
        }

        if (message.Length > capacity)
        {
            _first++;
            return;
        }

        Reserve(message.Length);
        var end = (_start + _used) % _ring.Length;
        var untilWrap = Math.Min(message.Length, _ring.Length - end);
        message[..untilWrap].CopyTo(_ring.AsSpan(end));
        message[untilWrap..].CopyTo(_ring);
        _used += message.Length;
        _lengths.Enqueue(message.Length);
    }

    /// <summary>Copies all messages but the first ones. Returns false when some of them are not kept any more, or never were sent.</summary>
    /// <param name="skipped">How many messages to leave out, counted from the beginning of the session.</param>
    /// <param name="batch">Where to copy them.</param>
    public bool TryCopy(long skipped, OutgoingBatch batch)
    {
        if (skipped < _first || skipped > Count)
        {
            return false;
        }

        var (number, offset) = (_first, 0);
        foreach (var length in _lengths)
        {
            if (number++ >= skipped)
            {
                var start = (_start + offset) % _ring.Length;
                var untilWrap = Math.Min(length, _ring.Length - start);
                batch.Add(_ring.AsSpan(start, untilWrap), _ring.AsSpan(0, length - untilWrap));
            }

            offset += length;
        }

        return true;
    }

    private void Reserve(int bytes)
    {
        if (_used + bytes <= _ring.Length)
        {
            return;
        }

        var larger = new byte[Math.Min(capacity, Math.Max(_ring.Length * 2L, _used + bytes))];
        var untilWrap = Math.Min(_used, _ring.Length - _start);
        _ring.AsSpan(_start, untilWrap).CopyTo(larger);
        _ring.AsSpan(0, _used - untilWrap).CopyTo(larger.AsSpan(untilWrap));
        (_ring, _start) = (larger, 0);
    }
}
