namespace WampRouter.Client;

/// <summary>How messages are written on the connection. The router picks the first of <see cref="WampClientOptions.Serializers"/> that it speaks.</summary>
public enum WampSerializer
{
    /// <summary><c>wamp.2.json</c>: readable on the wire, and the least work for this client.</summary>
    Json,

    /// <summary><c>wamp.2.msgpack</c>: compact, and binary stays binary on the wire.</summary>
    MessagePack,

    /// <summary><c>wamp.2.cbor</c>: compact, and binary stays binary on the wire.</summary>
    Cbor,
}
