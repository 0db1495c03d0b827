namespace WampRouter.Tests.Doubles;

/// <summary>How clients reach the router. The names stand in the conformance table.</summary>
public enum Way
{
    Memory,
    WebSocket,
    BatchedWebSocket,
    RawSocket,
    LongPoll,
    BatchedLongPoll,
}
