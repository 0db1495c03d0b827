using System.Net.Security;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using WampRouter.Server.Configuration;
using WampRouter.Server.Monitoring;
using WampRouter.Transports;
using WampRouter.Transports.Admission;
using WampRouter.Transports.FrontDoor;
using WampRouter.Transports.ProxyProtocol;

namespace WampRouter.Server.Listeners;

/// <summary>
/// One version of what the settings say of one listener. Immutable. A connection has the one that holds when it is accepted, as a feature, and keeps it; only the limits of its listener are always those of
/// now.
/// </summary>
/// <param name="options">The settings.</param>
/// <param name="section">Where they stand, such as <c>WampRouter:Listeners:0</c>.</param>
/// <param name="entrances">Where its clients come in.</param>
/// <param name="tls">How it speaks TLS; null: it does not.</param>
internal sealed class ListenerEdition(ListenerOptions options, string section, Entrances entrances, ServedTls? tls)
{
    private readonly ProxyBefore? _proxy = options.Proxy;
    private ProxyGate? _proxyGate;
    private HandshakeGate? _gate;       // two at the same moment make two of them, which are the same
    private FrontDoor? _door;
    private SideDoor? _sideDoor;

    /// <summary>The settings.</summary>
    public ListenerOptions Options { get; } = options;

    /// <summary>Where they stand.</summary>
    public string Section { get; } = section;

    /// <summary>Where its clients come in.</summary>
    public Entrances Entrances { get; } = entrances;

    /// <summary>How it speaks TLS; null: it does not.</summary>
    public ServedTls? Tls { get; } = tls;

    /// <summary>What is served here, for the HTTP pipeline that all listeners share.</summary>
    public ServedHere Served { get; } = new(options.Services);

    /// <summary>The edition under which a connection was accepted.</summary>
    public static ListenerEdition Of(BaseConnectionContext connection) => connection.Features.Get<ListenerEdition>() ?? throw new InvalidOperationException("The connection was not accepted by a listener of the router.");

    /// <summary>Finds out for whom a proxy has come, where it is to say so before everything else.</summary>
    public Task PassProxyGateAsync(ConnectionContext connection, ConnectionDelegate next) =>
        Options.ProxyProtocol ? (_proxyGate ??= new ProxyGate(Entrances.Services, _proxy!.Trusted, Entrances.WebSockets.Logger, next)).OnConnectedAsync(connection) : next(connection);

    /// <summary>For one TLS handshake. Whoever watches has no use for HTTP/2, and over HTTP/1.1 each answer has a time limit of its own.</summary>
    public SslServerAuthenticationOptions TlsFor(TlsHandshakeCallbackContext handshake) =>
        Tls!.For(handshake.ClientHelloInfo.ServerName, speaksHttp2: Options.ServesRequests, new ClientCertificateCheck(handshake.Connection, Entrances.Services.Metrics, Section, Entrances.WebSockets.Logger));

    /// <summary>Counts a TLS handshake, before it begins.</summary>
    public Task PassGateAsync(ConnectionContext connection, ConnectionDelegate next) => (_gate ??= new HandshakeGate(Entrances.Services, _proxy, next)).OnConnectedAsync(connection);

    /// <summary>Serves WAMP, and passes on who wants something else; where WAMP is not served, passes on everybody.</summary>
    public Task PassDoorAsync(ConnectionContext connection, ConnectionDelegate next) =>
        Options.ServesWamp ? (_door ??= new FrontDoor(Ways, next)).OnConnectedAsync(connection)
            : (_sideDoor ??= new SideDoor(Entrances.WebSockets, _proxy, next)).OnConnectedAsync(connection);

    private WaysIn Ways => new(Entrances.WebSockets, Options.Serve(ListenerServices.WebSocket) ? Options.Path : null, Options.Serve(ListenerServices.RawSocket) ? Entrances.RawSockets : null)
    {
        HasPipeline = !(ListenerAddress.TryParse(Options.Url, out var address, out _) && address.IsForRawSocketOnly),
        Proxy = _proxy,
    };
}
