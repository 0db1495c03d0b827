using WampRouter.Server.Configuration;

namespace WampRouter.Server.Welcome;

/// <summary>Where a page speaks WAMP, on its own host and port.</summary>
/// <param name="WebSocket">Over WebSocket, such as <c>/ws</c>; empty where that is not served.</param>
/// <param name="LongPoll">Over long-poll, likewise.</param>
internal sealed record PagePaths(string WebSocket, string LongPoll)
{
    /// <summary>Those of a listener.</summary>
    public static PagePaths Of(ListenerOptions listener) => new(
        listener.Serve(ListenerServices.WebSocket) ? listener.Path : string.Empty,
        listener.Serve(ListenerServices.LongPoll) ? listener.LongPollPath.TrimEnd('/') : string.Empty);
}
