namespace WampRouter.Wire;

/// <summary>The items of an encoded, validated list, one after the other. Borrows the bytes.</summary>
internal ref struct ListReader
{
    private TokenReader _reader;
    private Items _items;

    /// <param name="format">How the list is encoded.</param>
    /// <param name="encoded">The list; no bytes stand for an empty one.</param>
    public ListReader(WireFormat format, ReadOnlySpan<byte> encoded)
    {
        _reader = new TokenReader(format, encoded);
        if (encoded.IsEmpty || !_reader.TryEnterList(out _items))
        {
            _reader = new TokenReader(WireFormat.MessagePack, default);
            _items = default;
        }
    }

    /// <summary>The next item, or false after the last one.</summary>
    public bool TryReadNext(out WireValue value)
    {
        if (_reader.TryMoveNext(ref _items))
        {
            return WireValue.TryRead(ref _reader, out value);
        }

        value = default;
        return false;
    }
}
