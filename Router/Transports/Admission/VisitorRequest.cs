using System.Net;
using System.Security.Claims;
using System.Security.Cryptography.X509Certificates;

namespace WampRouter.Transports.Admission;

/// <summary>What somebody who wants to come in says of himself over HTTP, whatever he wants then. Repeated headers are joined; null where absent.</summary>
internal record VisitorRequest
{
    private IPAddress? _client;

    /// <summary>Whether a proxy passed the request on: the address of the connection is then the proxy's.</summary>
    public bool IsForwarded { get; set; }

    /// <summary>What the listener's settings say of a proxy before it; null: there is none. All requests are forwarded where there is one.</summary>
    public ProxyBefore? Proxy
    {
        get;
        set
        {
            field = value;
            IsForwarded |= value is not null;
        }
    }

    /// <summary>The host that the client asked a proxy for, as the proxy says (<c>X-Forwarded-Host</c>).</summary>
    public string? ForwardedHost { get; set; }

    /// <summary><c>X-Forwarded-For</c>.</summary>
    public string? ForwardedFor { get; set; }

    /// <summary><c>X-Forwarded-Proto</c>.</summary>
    public string? ForwardedProto { get; set; }

    /// <summary><c>Forwarded</c>.</summary>
    public string? Forwarded { get; set; }

    /// <summary>Where the client is as the application says, which knows the proxy before it; null where it says no more than the connection does.</summary>
    public IPAddress? AddressByApplication { get; init; }

    /// <summary>Where the client of a proxy is, as the application says, or the proxy that stands before this listener: after <see cref="Settle"/>.</summary>
    public IPAddress? ClientAddress => AddressByApplication ?? _client;

    /// <summary>Whether the connection itself is encrypted; after <see cref="Settle"/> that of the client to its proxy, where a trusted one says it.</summary>
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

    /// <summary>
    /// Takes from the headers what a trusted proxy says of its client, and forgets what anybody else says: who is no proxy is at the address that he comes from. Nothing where no proxy stands before the listener.
    /// </summary>
    /// <param name="remote">Where the connection comes from.</param>
    /// <returns>False where something was forgotten.</returns>
    public bool Settle(EndPoint? remote)
    {
        if (Proxy is null)
        {
            return true;
        }

        if (Proxy.Believes(remote))
        {
            _client = ForwardedClient.Find(ForwardedFor, Forwarded, Proxy.Trusted);
            IsSecure = ForwardedClient.FindSecurity(ForwardedProto, Forwarded) ?? IsSecure;
            return true;
        }

        var saysNothing = (ForwardedFor ?? Forwarded ?? ForwardedHost ?? ForwardedProto) is null;
        (ForwardedFor, Forwarded, ForwardedHost, ForwardedProto) = (null, null, null, null);
        _client = Proxy.Trusted.Contains(remote) ? null : (remote as IPEndPoint)?.Address;
        return saysNothing;
    }
}
