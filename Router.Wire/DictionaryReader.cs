namespace WampRouter.Wire;

/// <summary>
/// The entries of an encoded, validated dictionary such as <see cref="WampMessage.Options"/>, one after the other. Borrows the bytes.
/// Entries whose value is undefined, and keys that are not text, are passed over.
/// </summary>
internal ref struct DictionaryReader
{
    private TokenReader _reader;
    private Items _items;

    /// <param name="format">How the dictionary is encoded.</param>
    /// <param name="encoded">The dictionary; no bytes stand for an empty one.</param>
    public DictionaryReader(WireFormat format, ReadOnlySpan<byte> encoded)
    {
        _reader = new TokenReader(format, encoded);
        if (encoded.IsEmpty || !_reader.TryEnterDictionary(out _items))
        {
            _reader = new TokenReader(WireFormat.MessagePack, default) { Fault = _reader.Fault };
            _items = default;
        }
    }

    /// <summary>Whether reading ended before the dictionary did: only where a message was cut, or a key in it is at fault.</summary>
    public readonly bool EndedEarly => _reader.Fault is not null;

    /// <summary>The next entry, or false after the last one.</summary>
    /// <param name="key">The key as UTF-8, without escapes.</param>
    /// <param name="value">Its value, borrowed.</param>
    public bool TryReadNext(out ReadOnlySpan<byte> key, out WireValue value)
    {
        while (_reader.TryMoveNext(ref _items))
        {
            var isText = _reader.TryReadKey(out var encodedKey);
            if (!isText && (EndedEarly || !_reader.TrySkip(depth: 0)))
            {
                break;
            }

            if (!WireValue.TryRead(ref _reader, out value))
            {
                break;
            }

            if (isText && value.Kind is not WireKind.Absent)
            {
                key = encodedKey.ToContent();
                return true;
            }
        }

        key = default;
        value = default;
        return false;
    }

    /// <summary>
    /// Looks among the entries not read yet for a key; null is not given. Of several equal ones the last counts, as it does for whoever reads one entry after the other
    /// and for the JSON parsers of most languages.
    /// </summary>
    public bool TryFind(ReadOnlySpan<byte> key, out WireValue value)
    {
        value = default;
        var isFound = false;
        while (TryReadNext(out var candidate, out var next))
        {
            if (next.Kind is not WireKind.Null && candidate.SequenceEqual(key))
            {
                value = next;
                isFound = true;
            }
        }

        return isFound;
    }
}
