using WampRouter.Wire.Cbor;
using WampRouter.Wire.Json;
using WampRouter.Wire.MessagePack;

namespace WampRouter.Wire;

/// <summary>How far the walk through one list or dictionary has come.</summary>
internal struct Items
{
    /// <summary>Items not yet visited, or <see cref="UntilClosed"/> where only an end mark tells (JSON, indefinite CBOR).</summary>
    public int Left;

    /// <summary>JSON only: the bracket that ends this container.</summary>
    public byte Closer;

    /// <summary>JSON only: whether a comma must come before the next item.</summary>
    public bool Started;

    public const int UntilClosed = -1;
}

/// <summary>
/// Reads one value after the other in any format, validating what it passes. Works on untrusted bytes: every method answers false
/// and leaves the reason in <see cref="Fault"/>, none throws, none allocates. The format is a value, so each method is one switch.
/// </summary>
/// <remarks>Not well-formed: <see cref="Fault"/> is set. Well-formed, but another type than asked for: false without a fault.</remarks>
internal ref struct TokenReader(WireFormat format, ReadOnlySpan<byte> bytes)
{
    public readonly WireFormat Format = format;
    public readonly ReadOnlySpan<byte> Bytes = bytes;

    /// <summary>The next unread byte.</summary>
    public int Position;

    /// <summary>What is wrong with the encoding, once something is: a constant text.</summary>
    public string? Fault;

    /// <summary>The first value that was passed over because its content is at fault (<see cref="WireFaults.IsOfContent"/>): what is wrong with it.</summary>
    public string? ContentFault;

    private int _faultCode;     // of Fault, where a syntax walker found it

    /// <summary>Bytes not read yet.</summary>
    public readonly int Remaining => Bytes.Length - Position;

    /// <summary>Notes the first fault. Always false, for <c>return Fail(…)</c>.</summary>
    public bool Fail(string fault)
    {
        Fault ??= fault;
        return false;
    }

    /// <summary>Moves to where a syntax walker came out, or notes the fault it met.</summary>
    public bool TryMoveTo(int position)
    {
        if (position < 0)
        {
            _faultCode = Fault is null ? position : _faultCode;
            return Fail(WireFaults.Explain(position));
        }

        Position = position;
        return true;
    }

    /// <summary>
    /// After a value was refused: where only its content is at fault, notes that in <see cref="ContentFault"/> and moves behind it, so that the
    /// rest can be read.
    /// </summary>
    /// <param name="start">Where the value begins.</param>
    public bool TryPassContent(int start)
    {
        if (!WireFaults.IsOfContent(_faultCode))
        {
            return false;
        }

        ContentFault ??= Fault;
        (Fault, _faultCode) = (null, 0);
        return TryMoveTo(ValueEnd.Find(Format, Bytes, start));
    }

    /// <summary>The kind of the next value; <see cref="WireKind.Absent"/> at the end or before anything unreadable.</summary>
    public WireKind PeekKind() => Format switch
    {
        WireFormat.Json => JsonTokenReader.PeekKind(ref this),
        WireFormat.MessagePack => MessagePackTokenReader.PeekKind(ref this),
        _ => CborTokenReader.PeekKind(ref this),
    };

    /// <summary>Validates one whole value and moves behind it.</summary>
    /// <param name="depth">Containers that are open around the value.</param>
    /// <param name="textKeys">Refuse dictionary keys that are not text. JSON cannot have others.</param>
    public bool TrySkip(int depth, bool textKeys = false) => TryMoveTo(Format switch
    {
        WireFormat.Json => JsonSyntax.Skip(Bytes, Position, depth),
        WireFormat.MessagePack => MessagePackSyntax.Skip(Bytes, Position, depth, textKeys),
        _ => CborSyntax.Skip(Bytes, Position, depth, textKeys),
    });

    /// <summary>Reads a number that is whole and fits, be it written as an integer or as a float: JavaScript encoders write large integers as floats.</summary>
    public bool TryReadInteger(out long value) => Format switch
    {
        WireFormat.Json => JsonTokenReader.TryReadInteger(ref this, out value),
        WireFormat.MessagePack => MessagePackTokenReader.TryReadInteger(ref this, out value),
        _ => CborTokenReader.TryReadInteger(ref this, out value),
    };

    /// <summary>Reads true or false.</summary>
    public bool TryReadBoolean(out bool value) => Format switch
    {
        WireFormat.Json => JsonTokenReader.TryReadBoolean(ref this, out value),
        WireFormat.MessagePack => MessagePackTokenReader.TryReadBoolean(ref this, out value),
        _ => CborTokenReader.TryReadBoolean(ref this, out value),
    };

    /// <summary>Reads any number as the nearest double.</summary>
    public bool TryReadDouble(out double value) => Format switch
    {
        WireFormat.Json => JsonTokenReader.TryReadDouble(ref this, out value),
        WireFormat.MessagePack => MessagePackTokenReader.TryReadDouble(ref this, out value),
        _ => CborTokenReader.TryReadDouble(ref this, out value),
    };

    /// <summary>Reads a text as it is encoded: without quotes or head, but with escapes or chunks in it if it is not <see cref="EncodedString.IsPlain"/>.</summary>
    public bool TryReadText(out EncodedString text) => Format switch
    {
        WireFormat.Json => JsonTokenReader.TryReadText(ref this, out text),
        WireFormat.MessagePack => MessagePackTokenReader.TryReadText(ref this, out text),
        _ => CborTokenReader.TryReadString(ref this, CborHead.Text, out text),
    };

    /// <summary>Reads the next key of a dictionary; false without a fault if it is not text (then <see cref="TrySkip"/> passes it).</summary>
    public bool TryReadKey(out EncodedString key) =>
        Format is WireFormat.Json ? JsonTokenReader.TryReadKey(ref this, out key) : TryReadText(out key);

    /// <summary>Steps into a list.</summary>
    public bool TryEnterList(out Items items) => Format switch
    {
        WireFormat.Json => JsonTokenReader.TryEnter(ref this, (byte)'[', (byte)']', out items),
        WireFormat.MessagePack => MessagePackTokenReader.TryEnter(ref this, WireKind.List, out items),
        _ => CborTokenReader.TryEnter(ref this, CborHead.List, out items),
    };

    /// <summary>Steps into a dictionary. Its items are pairs: read or skip a key and a value for each.</summary>
    public bool TryEnterDictionary(out Items items) => Format switch
    {
        WireFormat.Json => JsonTokenReader.TryEnter(ref this, (byte)'{', (byte)'}', out items),
        WireFormat.MessagePack => MessagePackTokenReader.TryEnter(ref this, WireKind.Dictionary, out items),
        _ => CborTokenReader.TryEnter(ref this, CborHead.Dictionary, out items),
    };

    /// <summary>Moves to the next item. False: the container ended and was stepped out of, or <see cref="Fault"/> is set.</summary>
    public bool TryMoveNext(ref Items items) => Format switch
    {
        WireFormat.Json => JsonTokenReader.TryMoveNext(ref this, ref items),
        WireFormat.MessagePack => items.Left-- > 0,
        _ => CborTokenReader.TryMoveNext(ref this, ref items),
    };
}
