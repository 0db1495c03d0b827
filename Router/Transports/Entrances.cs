using WampRouter.Transports.Handshake;
using WampRouter.Transports.LongPoll;
using WampRouter.Transports.RawSocket;

namespace WampRouter.Transports;

/// <summary>Where the clients of one router come in, or those of one listener, which may have limits of its own. Immutable.</summary>
/// <param name="WebSockets">Those who speak WebSocket.</param>
/// <param name="RawSockets">Those who speak RawSocket.</param>
/// <param name="LongPoll">Those who have only HTTP requests: one for all listeners, since a request of theirs may come to another.</param>
internal sealed record Entrances(WebSocketEntrance WebSockets, RawSocketEntrance RawSockets, LongPollEntrance LongPoll)
{
    /// <summary>What all connections share.</summary>
    public TransportServices Services => WebSockets.Services;

    /// <summary>The same for those who come through a listener with limits of its own. Called once for each listener.</summary>
    public Entrances Within(ListenerLimits limits, string section)
    {
        var within = WebSockets.Within(limits, section);
        return new Entrances(within, RawSockets.Within(within.Services), LongPoll);
    }
}
