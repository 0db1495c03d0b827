namespace WampRouter.Wire;

/// <summary>How a peer's messages are serialized. A value, never a type parameter: code that routes does not multiply by it.</summary>
internal enum WireFormat : byte
{
    /// <summary><c>wamp.2.json</c></summary>
    Json,

    /// <summary><c>wamp.2.msgpack</c></summary>
    MessagePack,

    /// <summary><c>wamp.2.cbor</c></summary>
    Cbor,
}
