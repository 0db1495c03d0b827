namespace WampRouter.Transports.WebSockets;

/// <summary>What a frame is (RFC 6455 section 5.2); every other value is reserved and fails the connection.</summary>
internal enum WebSocketOpcode : byte
{
    Continuation = 0x0,
    Text = 0x1,
    Binary = 0x2,
    Close = 0x8,
    Ping = 0x9,
    Pong = 0xA,
}

/// <summary>Which kinds of message a connection takes: a WAMP serializer has exactly one, an echo both.</summary>
[Flags]
internal enum MessageKinds : byte
{
    Text = 1,
    Binary = 2,
    Any = Text | Binary,
}
