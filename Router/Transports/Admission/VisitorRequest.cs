using System.Net;
using System.Security.Claims;
using System.Security.Cryptography.X509Certificates;

namespace WampRouter.Transports.Admission;

/// <summary>What somebody who wants to come in says of himself over HTTP, whatever he wants then. Repeated headers are joined; null where absent.</summary>
internal record VisitorRequest
{
    /// <summary>Whether a proxy passed the request on: the address of the connection is then the proxy's.</summary>
    public bool IsForwarded { get; set; }

    /// <summary>Whether the listener's settings say that a proxy stands before it; all requests are then forwarded.</summary>
    public bool IsBehindProxy
    {
        get;
        set
        {
            field = value;
            IsForwarded |= value;
        }
    }

    /// <summary>The host that the client asked a proxy for, as the proxy says (<c>X-Forwarded-Host</c>).</summary>
    public string? ForwardedHost { get; set; }

    /// <summary><c>X-Forwarded-For</c>.</summary>
    public string? ForwardedFor { get; set; }

    /// <summary><c>Forwarded</c>.</summary>
    public string? Forwarded { get; set; }

    /// <summary>Where the client is as the application says, which knows the proxy before it; null where it says no more than the connection does.</summary>
    public IPAddress? AddressByApplication { get; init; }

    /// <summary>Where the client of a proxy is, as the application says, or the proxy that stands before this listener.</summary>
    public IPAddress? ClientAddress => AddressByApplication ?? (IsBehindProxy ? ForwardedClient.Find(ForwardedFor, Forwarded) : null);

    /// <summary>Whether the connection itself is encrypted.</summary>
    public bool IsSecure { get; set; }

    public string? Host { get; set; }

    /// <summary>What the client offers to speak, by preference.</summary>
    public string? Subprotocols { get; set; }

    public string? Origin { get; set; }

    /// <summary>The cookies; several headers are joined by semicolons.</summary>
    public string? Cookies { get; set; }

    /// <summary>The certificate that the client has shown for TLS; null where it has shown none.</summary>
    public X509Certificate2? ClientCertificate { get; set; }

    /// <summary>What the application's own rules say of the page of <see cref="Origin"/>; null where they say nothing.</summary>
    public bool? IsOriginAllowed { get; init; }

    /// <summary>Whom the application has authenticated; null: nobody.</summary>
    public ClaimsPrincipal? User { get; init; }

    /// <summary>The address the client connected to; null where there is none.</summary>
    public EndPoint? LocalEndPoint { get; init; }
}
