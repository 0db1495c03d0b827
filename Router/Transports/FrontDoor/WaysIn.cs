using WampRouter.Transports.Admission;
using WampRouter.Transports.Handshake;
using WampRouter.Transports.RawSocket;

namespace WampRouter.Transports.FrontDoor;

/// <summary>What the front door of one listener leads to. Immutable.</summary>
/// <param name="WebSockets">Where WebSocket clients come in, and whose limits count for all who come.</param>
/// <param name="Path">The path of WebSockets, such as <c>/ws</c>; null: none come in here, or only through the HTTP pipeline.</param>
/// <param name="RawSockets">Where RawSocket clients come in; null: not here.</param>
internal sealed record WaysIn(WebSocketEntrance WebSockets, string? Path, RawSocketEntrance? RawSockets = null)
{
    /// <summary>Whether there is an HTTP pipeline behind the door. False: who begins with anything else than the handshake of a RawSocket is turned away.</summary>
    public bool HasPipeline { get; init; } = true;

    /// <summary>What the settings say of a proxy before the listener, so that nobody who comes is where his address says; null: there is none.</summary>
    public ProxyBefore? Proxy { get; init; }
}
