using WampRouter.Wire.Json;

namespace WampRouter.Wire;

/// <summary>
/// The arguments of a message as they came: the encoded tail <c>Arguments|list, ArgumentsKw|dict</c>, validated but not parsed.
/// Borrows the receive buffer: never store it, never await while holding it.
/// </summary>
internal readonly ref struct Payload(WireFormat format, ReadOnlySpan<byte> tail, int count)
{
    /// <summary>The format <see cref="Tail"/> is encoded in.</summary>
    public WireFormat Format { get; } = format;

    /// <summary>Everything from the first byte of Arguments to the last byte of ArgumentsKw; for JSON with the comma between them.</summary>
    public ReadOnlySpan<byte> Tail { get; } = tail;

    /// <summary>0: neither, 1: Arguments, 2: Arguments and ArgumentsKw.</summary>
    public int Count { get; } = count;

    /// <summary>The positional arguments, for the few messages that are meant for the router itself. None where an opaque value stands for them.</summary>
    public ListReader ReadArguments() => new(Format, Tail);

    /// <summary>The keyword arguments, likewise.</summary>
    public DictionaryReader ReadArgumentsKw()
    {
        var reader = new TokenReader(Format, Tail);
        if (Count < 2 || !WireValue.TryRead(ref reader, out _))
        {
            return new DictionaryReader(Format, default);
        }

        if (Format is WireFormat.Json)
        {
            JsonTokenReader.TrySkipComma(ref reader);
        }

        return WireValue.TryRead(ref reader, out var keywords) ? keywords.AsDictionary() : new DictionaryReader(Format, default);
    }
}
