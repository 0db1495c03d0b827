namespace WampRouter.Wire;

/// <summary>How the bytes of one message are delimited on a connection.</summary>
internal enum Framing : byte
{
    /// <summary>An unmasked server-to-client frame of RFC 6455: text for JSON, binary for the rest.</summary>
    WebSocket,

    /// <summary>One zero byte and a 24-bit big-endian length: a regular RawSocket message, also spoken in memory.</summary>
    RawSocket,

    /// <summary>The bare message: the outbox delimits it when it puts it into a batch (<c>rfc/text/advanced/transport_batched_websocket.md</c>).</summary>
    Batched,
}

/// <summary>
/// What a frame must look like for one peer. Two peers with equal encodings can be sent the very same bytes, which is what
/// makes fan-out a copy: an EVENT is encoded once per <see cref="WireEncoding"/>, not once per subscriber.
/// </summary>
internal readonly record struct WireEncoding(WireFormat Format, Framing Framing)
{
    /// <summary>How many encodings there are: the size of a table indexed by <see cref="Index"/>.</summary>
    public const int Count = 9;

    /// <summary>A dense index, 0 to <see cref="Count"/> - 1.</summary>
    public int Index => ((int)Framing * 3) + (int)Format;
}
