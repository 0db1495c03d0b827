using System.Net;
using System.Security.Claims;
using System.Security.Cryptography.X509Certificates;
using WampRouter.Sessions.Connections;

namespace WampRouter;

/// <summary>The connection that a client logs in on, as far as an authentication method of the application needs it. Valid for the login; any thread.</summary>
public sealed class WampLoginConnection
{
    private readonly ConnectionDetails _details;
    private IReadOnlyDictionary<string, string>? _cookies;

    internal WampLoginConnection(ConnectionDetails details) => _details = details;

    /// <summary>The transport: <c>websocket</c> or <c>memory</c>.</summary>
    public string Transport => _details.Transport;

    /// <summary>The client's address; null in memory and where a proxy does not say.</summary>
    public IPAddress? Address => _details.IsAddressKnown ? _details.ClientIp : null;

    /// <summary>Whether the client is on this machine, and not behind a proxy that is.</summary>
    public bool IsLocal => _details.IsLocal;

    /// <summary>Whether the connection is encrypted.</summary>
    public bool IsSecure => _details.IsSecure;

    /// <summary>The certificate that the client has shown for TLS; null where it has shown none. Whether it is trusted is the listener's affair (<c>ClientCertificateMode</c>). It belongs to the connection: do not dispose of it.</summary>
    public X509Certificate2? ClientCertificate => _details.ClientCertificate;

    /// <summary>The web page that opened the connection, as its browser says (<c>Origin</c>); null for others.</summary>
    public string? Origin => _details.Origin;

    /// <summary>The cookies of the WebSocket handshake, by name, as the client sent them; of the same name the first counts.</summary>
    public IReadOnlyDictionary<string, string> Cookies => _cookies ??= CookieHeader.Parse(_details.Cookies);

    /// <summary>The user of the connection's HTTP request, as ASP.NET Core authenticated it; null where it authenticated nobody.</summary>
    public ClaimsPrincipal? User => _details.User;
}
