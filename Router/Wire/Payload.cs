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
}
