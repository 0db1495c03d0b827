using WampRouter.Transports.Admission;

namespace WampRouter.Transports.Handshake;

/// <summary>What a client said when it asked for a WebSocket, however it came in.</summary>
internal sealed record UpgradeRequest : VisitorRequest
{
    public UpgradeRequest()
    {
    }

    /// <summary>The request of a visitor of whom the rest is known.</summary>
    public UpgradeRequest(VisitorRequest visitor)
        : base(visitor)
    {
    }

    public required string Method { get; set; }

    /// <summary>Whether this is HTTP/2 extended CONNECT (RFC 8441), which has neither Upgrade nor a key.</summary>
    public bool IsExtendedConnect { get; init; }

    /// <summary>Whether the request came in HTTP/1.1.</summary>
    public bool IsHttp11 { get; set; }

    /// <summary>Whether the client announced a body, which a WebSocket request must not have.</summary>
    public bool HasBody { get; set; }

    public string? Upgrade { get; set; }

    public string? Connection { get; set; }

    public string? Version { get; set; }

    public string? Key { get; set; }

    /// <summary>The extensions that the client offers, by preference (<c>Sec-WebSocket-Extensions</c>).</summary>
    public string? Extensions { get; set; }

    /// <summary>Whether a WebSocket is what the client wants, rightly or wrongly put.</summary>
    public bool AsksForWebSocket => Upgrade?.Contains("websocket", StringComparison.OrdinalIgnoreCase) == true;
}
