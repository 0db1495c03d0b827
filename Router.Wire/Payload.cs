using WampRouter.Wire.Cbor;
using WampRouter.Wire.Json;
using WampRouter.Wire.MessagePack;

namespace WampRouter.Wire;

/// <summary>
/// The arguments of a message as they came: the encoded tail <c>Arguments|list, ArgumentsKw|dict</c>, validated but not parsed.
/// Borrows the receive buffer: never store it (<see cref="ToArray"/> is for that), never await while holding it.
/// </summary>
/// <param name="format">The serializer.</param>
/// <param name="tail">See <see cref="Tail"/>.</param>
/// <param name="count">See <see cref="Count"/>.</param>
/// <param name="lacksList">See <see cref="LacksList"/>.</param>
internal readonly ref struct Payload(WireFormat format, ReadOnlySpan<byte> tail, int count, bool lacksList = false)
{
    /// <summary>The format <see cref="Tail"/> is encoded in.</summary>
    public WireFormat Format { get; } = format;

    /// <summary>
    /// Everything from the first byte of Arguments to the last byte of ArgumentsKw; for JSON with the comma between them. Only ArgumentsKw
    /// where the list is lacking.
    /// </summary>
    public ReadOnlySpan<byte> Tail { get; } = tail;

    /// <summary>0: neither, 1: Arguments, 2: Arguments and ArgumentsKw.</summary>
    public int Count { get; } = count;

    /// <summary>
    /// Whether the sender gave named arguments only, and null where the list of positional ones stands. Receivers are sent an empty list: strict ones
    /// take nothing else. Only where <see cref="Count"/> is 2.
    /// </summary>
    public bool LacksList { get; } = lacksList;

    /// <summary>Whether one opaque value stands where the list would.</summary>
    public bool IsOpaque => Count == 1 && new TokenReader(Format, Tail).PeekKind() is not WireKind.List;

    /// <summary>A copy of the elements to keep, <see cref="Count"/> of them: with an empty list where it is lacking.</summary>
    public byte[] ToArray() => LacksList ? [.. EmptyList, .. Tail] : Tail.ToArray();

    /// <summary>An empty list as the first of two elements.</summary>
    private ReadOnlySpan<byte> EmptyList => Format switch
    {
        WireFormat.Json => "[],"u8,
        WireFormat.MessagePack => [MessagePackSyntax.EmptyList],
        _ => [CborSyntax.EmptyList],
    };

    /// <summary>The positional arguments, for the few messages that are meant for the router itself. None where an opaque value stands for them.</summary>
    public ListReader ReadArguments() => new(Format, LacksList ? default : Tail);

    /// <summary>The keyword arguments, likewise.</summary>
    public DictionaryReader ReadArgumentsKw() => TryGetArgumentsKw(out var keywords) ? keywords.AsDictionary() : new DictionaryReader(Format, default);

    /// <summary>ArgumentsKw as one value; false where there is none.</summary>
    public bool TryGetArgumentsKw(out WireValue keywords)
    {
        keywords = default;
        var reader = new TokenReader(Format, Tail);
        if (Count < 2 || (!LacksList && !WireValue.TryRead(ref reader, out _)))
        {
            return false;
        }

        if (Format is WireFormat.Json && !LacksList)
        {
            JsonTokenReader.TrySkipComma(ref reader);
        }

        return WireValue.TryRead(ref reader, out keywords);
    }
}
