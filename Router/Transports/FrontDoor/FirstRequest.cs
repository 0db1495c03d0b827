using System.Buffers;
using WampRouter.Transports.Handshake;
using WampRouter.Wire;

namespace WampRouter.Transports.FrontDoor;

/// <summary>What a visitor has begun with, as far as it has come.</summary>
internal enum Beginning
{
    /// <summary>Not a byte.</summary>
    Nothing,

    /// <summary>The method of an HTTP request.</summary>
    OfHttp,

    /// <summary>Something else.</summary>
    OfAnything,
}

/// <summary>What a visitor asks for, where the front door answers it: one of the two.</summary>
/// <param name="Upgrade">A WebSocket.</param>
/// <param name="RawSocket">The handshake of a RawSocket: <see cref="RawSocketHandshake.Bytes"/>.</param>
internal sealed record FirstRequest(UpgradeRequest? Upgrade, byte[]? RawSocket)
{
    /// <summary>A request for a RawSocket.</summary>
    public static FirstRequest OfRawSocket(in ReadOnlySequence<byte> handshake) => new(null, handshake.ToArray());

    /// <summary>How a visitor has begun.</summary>
    public static Beginning BeginningOf(in ReadOnlySequence<byte> buffer) =>
        buffer.IsEmpty ? Beginning.Nothing : buffer.FirstSpan[0] is >= (byte)'A' and <= (byte)'Z' ? Beginning.OfHttp : Beginning.OfAnything;
}
