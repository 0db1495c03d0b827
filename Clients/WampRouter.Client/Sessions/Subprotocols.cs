using WampRouter.Wire;

namespace WampRouter.Client.Sessions;

/// <summary>The names serializers have on the wire.</summary>
internal static class Subprotocols
{
    public static string Name(WampSerializer serializer) => serializer switch
    {
        WampSerializer.Json => "wamp.2.json",
        WampSerializer.MessagePack => "wamp.2.msgpack",
        WampSerializer.Cbor => "wamp.2.cbor",
        _ => throw new ArgumentOutOfRangeException(nameof(serializer)),
    };

    public static WireFormat Format(string subprotocol) => subprotocol switch
    {
        "wamp.2.json" or "wamp.2.json.batched" => WireFormat.Json,
        "wamp.2.msgpack" or "wamp.2.msgpack.batched" => WireFormat.MessagePack,
        "wamp.2.cbor" or "wamp.2.cbor.batched" => WireFormat.Cbor,
        "" => throw WampConnectionException.Refused("The server accepted none of the WAMP subprotocols: is there a WAMP router at this address?"),
        _ => throw WampConnectionException.Refused($"The server chose the subprotocol '{subprotocol}', which was not offered."),
    };
}
