using System.IO.Pipelines;
using System.Net;
using WampRouter.Sessions.Connections;
using WampRouter.Transports.Admission;
using WampRouter.Transports.Compression;
using WampRouter.Transports.WebSockets;

namespace WampRouter.Transports.Handshake;

/// <summary>
/// What a way in for WebSockets leads to: judges the request, lets the visitor in, runs the connection. The ways in (front door, endpoint) only
/// differ in how they read the request and write the answer.
/// </summary>
/// <param name="transport">Runs the connections.</param>
/// <param name="receivers">Makes their sessions.</param>
/// <param name="subprotocols">What may be spoken.</param>
internal sealed partial class WebSocketEntrance(WebSocketTransport transport, IReceiverFactory receivers, SubprotocolPolicy subprotocols)
{
    private bool _toldOfShortage;
    private readonly Entrance _entrance = new(transport.Services, subprotocols, receivers.ReadsCookies, WebSocketTransport.Name, transport.Logger);

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
        if (WebSocketHandshake.Check(request) is { } refusal)
        {
            guest = null;
            return _entrance.Refuse(refusal, request, connectionId, remote);
        }

        var refused = _entrance.Admit(request, connectionId, remote, out guest);
        if (guest is not null && request.Extensions is { } extensions)
        {
            guest = guest with { Compression = Agree(extensions, connectionId) };
        }

        return refused;
    }

    /// <inheritdoc cref="Entrance.Refuse(in Entering, string, AddressBlock?)"/>
    public HandshakeRefusal Refuse(in Entering entering, string connectionId, AddressBlock? address) => _entrance.Refuse(entering, connectionId, address);

    /// <summary>The answer could not be sent.</summary>
    public void GiveUp(Guest guest)
    {
        _entrance.GiveUp(guest);
        if (guest.Compression is { } compression)
        {
            Services.Compression.End(compression);
        }
    }

    /// <summary>Runs an admitted connection whose answer was sent.</summary>
    /// <returns>False where the caller should drop the transport at once.</returns>
    public Task<bool> RunAsync(IDuplexPipe pipe, Guest guest) => transport.RunAsync(pipe, guest.Info, KindsOf(guest.Subprotocol), receivers, guest.Compression);

    private DeflateTerms? Agree(string extensions, string connectionId)
    {
        ExtensionHeader.TryRead(extensions, out var offers);
        var agreed = Services.Compression.Agree(offers, out var isShort);
        if (isShort && !Interlocked.Exchange(ref _toldOfShortage, true))
        {
            Log.NoRoomForContexts(Logger, connectionId, Services.Options.Compression.TotalBytes);
        }

        if (agreed is not null)
        {
            Log.Agreed(Logger, connectionId, agreed);
        }

        return agreed;
    }

    /// <summary>JSON goes in text messages, the other formats in binary ones; without a subprotocol nothing is known.</summary>
    private static MessageKinds KindsOf(Subprotocol subprotocol) =>
        subprotocol.Name is null ? MessageKinds.Any : subprotocol.Encoding.Format is Wire.WireFormat.Json ? MessageKinds.Text : MessageKinds.Binary;

    private static partial class Log
    {
        [LoggerMessage(1150, LogLevel.Debug, "{Connection}: agreed on {Extension}")]
        public static partial void Agreed(ILogger logger, string connection, DeflateTerms extension);

        [LoggerMessage(1151, LogLevel.Warning, "{Connection} gets no context takeover, or not both ways: connections hold as much for it as they may. See WampRouter:Transports:Compression:TotalBytes, {Limit}; messages are compressed all the same, each by itself. Said once.")]
        public static partial void NoRoomForContexts(ILogger logger, string connection, long limit);
    }
}
