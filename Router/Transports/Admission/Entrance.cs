using System.Net;
using WampRouter.Sessions.Connections;

namespace WampRouter.Transports.Admission;

/// <summary>
/// Lets visitors in, by whatever transport they come: judges the web page that they are, agrees on what is spoken, and takes a place for them. A transport asks first what its own rules say, and writes the
/// answer in its own way.
/// </summary>
/// <param name="services">Who is there, and what holds now.</param>
/// <param name="subprotocols">What may be spoken.</param>
/// <param name="readsCookies">Whether a session may want to see the cookies; they are not kept otherwise.</param>
/// <param name="transport">The transport's name, for logs and metrics.</param>
/// <param name="logger">Gets who is refused.</param>
internal sealed partial class Entrance(TransportServices services, SubprotocolPolicy subprotocols, bool readsCookies, string transport, ILogger logger)
{
    private bool _toldOfProxy;
    private bool _toldOfStranger;

    /// <summary>Judges a visitor. Where it may come in, a place in the roster is taken, and its connection or <see cref="GiveUp"/> must follow.</summary>
    /// <param name="request">What it said.</param>
    /// <param name="connectionId">The id that its connection has in logs.</param>
    /// <param name="remote">Where it comes from; null where that is not known.</param>
    /// <param name="guest">Who comes in, where it may.</param>
    public HandshakeRefusal? Admit(VisitorRequest request, string connectionId, EndPoint? remote, out Guest? guest)
    {
        guest = null;
        Settle(request, remote);
        if (request is { IsForwarded: true, Proxy: null, LocalEndPoint: IPEndPoint local } && IPAddress.IsLoopback(local.Address) && !Interlocked.Exchange(ref _toldOfProxy, true))
        {
            Log.ProxyNotConfigured(logger, local.Port);
        }

        var subprotocol = subprotocols.Select(request.Subprotocols);
        var refusal = !services.Origins.Allows(request) ? OriginPolicy.Refuse(request)
            : subprotocol is null ? new HandshakeRefusal(400, $"No subprotocol in common. Offer one of these in {subprotocols.OfferedIn}: {subprotocols}.")
            : null;
        if (refusal is not null)
        {
            return Refuse(refusal, request, connectionId, remote);
        }

        var info = Describe(request, transport, subprotocol!, connectionId, remote) with { Cookies = readsCookies ? request.Cookies : null };
        var entering = services.Admittance.TryEnter(info.Address);
        if (!entering.IsGranted)
        {
            return Refuse(entering, connectionId, info.Address);
        }

        guest = new Guest(info, subprotocol!);
        return null;
    }

    /// <summary>Counts and logs what the transport itself says against a visitor. Returns the same.</summary>
    public HandshakeRefusal Refuse(HandshakeRefusal refusal, VisitorRequest request, string connectionId, EndPoint? remote)
    {
        services.Metrics.Refused(transport, refusal.Status);
        Log.Refused(logger, connectionId, AddressOf(request, remote), refusal.Status, refusal.Text);
        return refusal;
    }

    /// <summary>What is said to somebody for whom there is no room; it is counted and logged.</summary>
    public HandshakeRefusal Refuse(in Entering entering, string connectionId, AddressBlock? address)
    {
        var refusal = Refusals.For(entering);
        services.Metrics.Refused(transport, refusal.Status, entering);
        Log.Refused(logger, connectionId, address, refusal.Status, refusal.Text);
        return refusal;
    }

    /// <summary>A guest's connection never began.</summary>
    public void GiveUp(Guest guest) => services.Admittance.Leave(guest.Info.Address);

    /// <summary>What a session gets to know of a visitor.</summary>
    public static ConnectionDetails Describe(VisitorRequest request, string transport, Subprotocol subprotocol, string connectionId, EndPoint? remote) => new()
    {
        Transport = transport,
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

    /// <summary>Takes from the headers what a trusted proxy says, and counts what is ignored of others. Idempotent; before anything is judged by what a visitor says.</summary>
    /// <param name="request">What it said.</param>
    /// <param name="remote">Where its connection comes from.</param>
    public void Settle(VisitorRequest request, EndPoint? remote)
    {
        if (!request.Settle(remote))
        {
            NoteForgotten(request.Proxy!, remote);
        }
    }

    /// <summary>Whom limits by address count a visitor for, and logs name.</summary>
    public static AddressBlock? AddressOf(VisitorRequest request, EndPoint? remote) =>
        (request.ClientAddress ?? (remote as IPEndPoint)?.Address) is { } address ? AddressBlock.Of(address) : null;

    /// <summary>Counts headers of somebody who is not trusted, and tells of the first.</summary>
    private void NoteForgotten(ProxyBefore proxy, EndPoint? remote)
    {
        services.Metrics.ForwardingIgnored();
        if (!proxy.ReadsHeaders || Interlocked.Exchange(ref _toldOfStranger, true))
        {
            return;
        }

        var section = services.Listener?.Section ?? TransportOptions.SectionName;
        if (proxy.Trusted.IsDefault)
        {
            Log.ProxyElsewhere(logger, remote, section);
        }
        else
        {
            Log.ProxyNotTrusted(logger, remote, section, proxy.Trusted);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1120, LogLevel.Information, "{Connection} ({Address}): its handshake was refused with {Status}: {Reason}")]
        public static partial void Refused(ILogger logger, string connection, AddressBlock? address, int status, string reason);

        [LoggerMessage(1121, LogLevel.Warning, "A proxy on this machine passes clients on to port {Port}. Set BehindProxy for that listener (WampRouter:Listeners): no client of the proxy is then taken for local, whatever headers it leaves out. Said once.")]
        public static partial void ProxyNotConfigured(ILogger logger, int port);

        [LoggerMessage(1126, LogLevel.Warning, "{EndPoint} says by X-Forwarded-For or its like for whom it passes a request on, and is not believed: {Section}:TrustedProxies is not set, so only proxies on this machine are. If it is your proxy, name its address there. Said once.")]
        public static partial void ProxyElsewhere(ILogger logger, EndPoint? endPoint, string section);

        [LoggerMessage(1127, LogLevel.Information, "{EndPoint} says by X-Forwarded-For or its like for whom it passes a request on, and is not believed: {Section}:TrustedProxies has {Trusted}. If it is your proxy, add its address there. Said once.")]
        public static partial void ProxyNotTrusted(ILogger logger, EndPoint? endPoint, string section, TrustedProxies trusted);
    }
}
