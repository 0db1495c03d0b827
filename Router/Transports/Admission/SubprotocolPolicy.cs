using WampRouter.Wire;

namespace WampRouter.Transports.Admission;

/// <summary>A subprotocol and what it means for the connection.</summary>
/// <param name="Name">As in <c>Sec-WebSocket-Protocol</c>; null where none was agreed.</param>
/// <param name="Encoding">Serializer and framing.</param>
internal sealed record Subprotocol(string? Name, WireEncoding Encoding);

/// <summary>Which subprotocols are spoken.</summary>
/// <param name="Known">What it speaks; empty for one that needs no subprotocol, such as an echo for protocol tests.</param>
/// <param name="OfferedIn">Where a client says what it speaks.</param>
internal sealed record SubprotocolPolicy(IReadOnlyList<Subprotocol> Known, string OfferedIn = "Sec-WebSocket-Protocol")
{
    private static readonly Subprotocol Nothing = new(null, new WireEncoding(WireFormat.Json, Framing.WebSocket));

    /// <summary>The WAMP subprotocols of <c>rfc/text/basic/transports.md</c> and <c>rfc/text/advanced/transport_batched_websocket.md</c>.</summary>
    public static SubprotocolPolicy Wamp { get; } = new(
    [
        new("wamp.2.json", new(WireFormat.Json, Framing.WebSocket)),
        new("wamp.2.msgpack", new(WireFormat.MessagePack, Framing.WebSocket)),
        new("wamp.2.cbor", new(WireFormat.Cbor, Framing.WebSocket)),
        new("wamp.2.json.batched", new(WireFormat.Json, Framing.Batched)),
        new("wamp.2.msgpack.batched", new(WireFormat.MessagePack, Framing.Batched)),
        new("wamp.2.cbor.batched", new(WireFormat.Cbor, Framing.Batched)),
    ]);

    /// <summary>The same names, for a transport whose pipes have the frames of RawSocket whatever its clients see, and that is told in the body of a request.</summary>
    public static SubprotocolPolicy OverRequests { get; } = new([.. Wamp.Known.Select(known => known with { Encoding = known.Encoding with { Framing = Framing.RawSocket } })], "'protocols'");

    /// <summary>Takes any client, with text and binary messages alike.</summary>
    public static SubprotocolPolicy NoneRequired { get; } = new([]);

    /// <summary>The first of the client's list that is known: the client's order is its preference (RFC 6455 section 4.1).</summary>
    /// <param name="offered">The header's value, null where there is none.</param>
    public Subprotocol? Select(string? offered)
    {
        if (Known.Count == 0)
        {
            return Nothing;
        }

        foreach (var range in offered.AsSpan().Split(','))
        {
            var name = offered.AsSpan()[range].Trim();
            foreach (var known in Known)
            {
                if (name.Equals(known.Name, StringComparison.Ordinal))
                {
                    return known;
                }
            }
        }

        return null;
    }

    /// <summary>For an error text.</summary>
    public override string ToString() => string.Join(", ", Known.Select(k => k.Name));
}
