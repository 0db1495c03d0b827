using System.Net.Security;
using Microsoft.AspNetCore.Connections;
using WampRouter.Server.Configuration;
using WampRouter.Server.Monitoring;
using WampRouter.Transports.FrontDoor;
using WampRouter.Transports.Handshake;

namespace WampRouter.Server.Listeners;

/// <summary>
/// One version of what the settings say of one listener. Immutable. A connection has the one that holds when it is accepted, as a feature, and keeps it; only the limits of its listener are always those of
/// now.
/// </summary>
/// <param name="options">The settings.</param>
/// <param name="section">Where they stand, such as <c>WampRouter:Listeners:0</c>.</param>
/// <param name="entrance">Where its clients come in.</param>
/// <param name="certificate">What it proves itself with; null: without TLS.</param>
internal sealed class ListenerEdition(ListenerOptions options, string section, WebSocketEntrance entrance, ServedCertificate? certificate)
{
    private HandshakeGate? _gate;       // two at the same moment make two of them, which are the same
    private FrontDoor? _door;
    private SideDoor? _sideDoor;

    /// <summary>The settings.</summary>
    public ListenerOptions Options { get; } = options;

    /// <summary>Where they stand.</summary>
    public string Section { get; } = section;

    /// <summary>Where its clients come in.</summary>
    public WebSocketEntrance Entrance { get; } = entrance;

    /// <summary>What it proves itself with; null: without TLS.</summary>
    public ServedCertificate? Certificate { get; } = certificate;

    /// <summary>For each TLS handshake here. Whoever watches has no use for HTTP/2, and over HTTP/1.1 each answer has a time limit of its own.</summary>
    public SslServerAuthenticationOptions Tls => Options.ServesWamp ? Certificate!.Tls : Certificate!.TlsOfHttp1;

    /// <summary>What is served here, for the HTTP pipeline that all listeners share.</summary>
    public ServedHere Served { get; } = new(options.Services);

    /// <summary>The edition under which a connection was accepted.</summary>
    public static ListenerEdition Of(BaseConnectionContext connection) => connection.Features.Get<ListenerEdition>() ?? throw new InvalidOperationException("The connection was not accepted by a listener of the router.");

    /// <summary>Counts a TLS handshake, before it begins.</summary>
    public Task PassGateAsync(ConnectionContext connection, ConnectionDelegate next) => (_gate ??= new HandshakeGate(Entrance.Services, Options.BehindProxy, next)).OnConnectedAsync(connection);

    /// <summary>Serves WAMP, and passes on who wants something else; where WAMP is not served, passes on everybody.</summary>
    public Task PassDoorAsync(ConnectionContext connection, ConnectionDelegate next) =>
        Options.ServesWamp ? (_door ??= new FrontDoor(Entrance, Options.Serve(ListenerServices.WebSocket) ? Options.Path : string.Empty, Options.BehindProxy, next)).OnConnectedAsync(connection)
            : (_sideDoor ??= new SideDoor(Entrance, Options.BehindProxy, next)).OnConnectedAsync(connection);
}
