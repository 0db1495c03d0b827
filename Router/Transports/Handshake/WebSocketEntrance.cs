using System.IO.Pipelines;
using System.Net;
using WampRouter.Sessions.Connections;
using WampRouter.Transports.Admission;
using WampRouter.Transports.WebSockets;

namespace WampRouter.Transports.Handshake;

/// <summary>
/// What a way in leads to: judges the request, takes a place in the roster, runs the connection. The ways in (front door, endpoint) only
/// differ in how they read the request and write the answer.
/// </summary>
/// <param name="transport">Runs the connections.</param>
/// <param name="receivers">Makes their sessions.</param>
/// <param name="subprotocols">What may be spoken.</param>
internal sealed partial class WebSocketEntrance(WebSocketTransport transport, IReceiverFactory receivers, SubprotocolPolicy subprotocols)
{
    private readonly WebSocketHandshake _handshake = new(subprotocols);

    private bool _toldOfProxy;

    /// <summary>What all connections share.</summary>
    public TransportServices Services => transport.Services;

    /// <summary>Where it logs.</summary>
    public ILogger<WebSocketTransport> Logger => transport.Logger;

    /// <summary>The same entrance for those who come through a listener with limits of its own. Called once for each listener.</summary>
    public WebSocketEntrance Within(ListenerLimits limits, string section) =>
        new(new WebSocketTransport(Services.Within(limits, section), transport.Logger), receivers, subprotocols);

    /// <summary>Judges a request. Where it may come in, a place in the roster is taken, and <see cref="RunAsync"/> or <see cref="GiveUp"/> must follow.</summary>
    /// <param name="request">What was asked.</param>
    /// <param name="connectionId">The id that the connection has in logs.</param>
    /// <param name="remote">Where it comes from.</param>
    /// <param name="guest">Who comes in, where it may.</param>
    public HandshakeRefusal? Admit(UpgradeRequest request, string connectionId, EndPoint? remote, out Guest? guest)
    {
        guest = null;
        if (request is { IsForwarded: true, IsBehindProxy: false, LocalEndPoint: IPEndPoint local } && IPAddress.IsLoopback(local.Address) && !Interlocked.Exchange(ref _toldOfProxy, true))
        {
            Log.ProxyNotConfigured(transport.Logger, local.Port);
        }

        var refusal = _handshake.Check(request, Services.Origins, out var subprotocol);
        if (refusal is not null)
        {
            Services.Metrics.Refused(WebSocketTransport.Name, refusal.Status);
            Log.Refused(transport.Logger, connectionId, AddressOf(request, remote), refusal.Status, refusal.Text);
            return refusal;
        }

        var info = Describe(request, subprotocol!, connectionId, remote) with { Cookies = receivers.ReadsCookies ? request.Cookies : null };
        var entering = Services.Admittance.TryEnter(info.Address);
        if (!entering.IsGranted)
        {
            return Refuse(entering, connectionId, info.Address);
        }

        guest = new Guest(info, subprotocol!);
        return null;
    }

    /// <summary>What is said to somebody for whom there is no room; it is counted and logged.</summary>
    public HandshakeRefusal Refuse(in Entering entering, string connectionId, AddressBlock? address)
    {
        var refusal = Refusals.For(entering);
        Services.Metrics.Refused(WebSocketTransport.Name, refusal.Status, entering);
        Log.Refused(transport.Logger, connectionId, address, refusal.Status, refusal.Text);
        return refusal;
    }

    /// <summary>The answer could not be sent.</summary>
    public void GiveUp(Guest guest) => Services.Admittance.Leave(guest.Info.Address);

    /// <summary>Runs an admitted connection whose answer was sent.</summary>
    /// <returns>False where the caller should drop the transport at once.</returns>
    public Task<bool> RunAsync(IDuplexPipe pipe, Guest guest) => transport.RunAsync(pipe, guest.Info, guest.Subprotocol.Kinds, receivers);

    /// <summary>What the session gets to know.</summary>
    public static ConnectionDetails Describe(UpgradeRequest request, Subprotocol subprotocol, string connectionId, EndPoint? remote) => new()
    {
        Transport = WebSocketTransport.Name,
        Encoding = subprotocol.Encoding,
        ConnectionId = connectionId,
        RemoteEndPoint = remote,
        ClientAddress = request.ClientAddress,
        IsSecure = request.IsSecure,
        IsForwarded = request.IsForwarded,
        Host = request.Host,
        IsPageElsewhere = WebOrigin.TryParse(request.Origin, out var page) && page.Scheme is "http" or "https" && !page.IsLoopback,
        Origin = request.Origin,
        User = request.User,
        ClientCertificate = request.ClientCertificate,
    };

    private static AddressBlock? AddressOf(UpgradeRequest request, EndPoint? remote) =>
        (request.ClientAddress ?? (remote as IPEndPoint)?.Address) is { } address ? AddressBlock.Of(address) : null;

    private static partial class Log
    {
        [LoggerMessage(1120, LogLevel.Information, "{Connection} ({Address}): its handshake was refused with {Status}: {Reason}")]
        public static partial void Refused(ILogger logger, string connection, AddressBlock? address, int status, string reason);

        [LoggerMessage(1121, LogLevel.Warning, "A proxy on this machine passes clients on to port {Port}. Set BehindProxy for that listener (WampRouter:Listeners): no client of the proxy is then taken for local, whatever headers it leaves out. Said once.")]
        public static partial void ProxyNotConfigured(ILogger logger, int port);
    }
}
