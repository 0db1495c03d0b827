namespace WampRouter.Tests.Conformance.Exchange;

/// <summary>How the peers of a conformance test reach the router. The names stand in the conformance table.</summary>
public enum Way
{
    Memory,
    WebSocket,
    BatchedWebSocket,
}
