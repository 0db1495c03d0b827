using System.IO.Pipelines;
using System.Net;
using WampRouter.Sessions.Connections;
using WampRouter.Transports.Admission;
using WampRouter.Wire;

namespace WampRouter.Transports.RawSocket;

/// <summary>
/// What a way in for RawSocket leads to: judges the four bytes of the handshake, lets the visitor in, says what is to be replied, runs the connection. Any thread.
/// </summary>
/// <param name="transport">Runs the connections.</param>
/// <param name="receivers">Makes their sessions.</param>
internal sealed partial class RawSocketEntrance(RawSocketTransport transport, IReceiverFactory receivers)
{
    /// <summary>The least that a client must take: WELCOME has more than a thousand bytes, and an ERROR has to fit as well.</summary>
    private const int LeastMaxBytes = 4096;

    /// <summary>What all connections share.</summary>
    public TransportServices Services => transport.Services;

    /// <summary>The same entrance for those who come through a listener with limits of its own, which <paramref name="services"/> has.</summary>
    public RawSocketEntrance Within(TransportServices services) => new(new RawSocketTransport(services, transport.Logger), receivers);

    /// <summary>Judges a request. Where it may come in, a place in the roster is taken, and <see cref="RunAsync"/> or <see cref="GiveUp"/> must follow.</summary>
    /// <param name="request">The first four bytes of the connection: <see cref="RawSocketHandshake.Bytes"/>.</param>
    /// <param name="visitor">What the connection itself tells of who comes.</param>
    /// <param name="connectionId">The id that the connection has in logs.</param>
    /// <param name="remote">Where it comes from; null where that is not known.</param>
    /// <param name="guest">Who comes in, where it may.</param>
    /// <returns>What is to be replied, in either case.</returns>
    public byte[] Admit(ReadOnlySpan<byte> request, VisitorRequest visitor, string connectionId, EndPoint? remote, out RawSocketGuest? guest)
    {
        guest = null;
        visitor.Settle(remote);
        var error = RawSocketHandshake.ReadRequest(request, out var format, out var maxSendBytes);
        if (error == RawSocketError.None && maxSendBytes < LeastMaxBytes)
        {
            error = RawSocketError.MaximumLengthUnacceptable;
        }

        if (error != RawSocketError.None)
        {
            Services.Metrics.RefusedRawSocket((int)error);
            Log.Refused(transport.Logger, connectionId, Entrance.AddressOf(visitor, remote), (int)error, Describe(error, request, maxSendBytes));
            return RawSocketHandshake.Refuse(error);
        }

        var subprotocol = new Subprotocol(null, new WireEncoding(format, Framing.RawSocket));
        var info = Entrance.Describe(visitor, RawSocketTransport.Name, subprotocol, connectionId, remote) with { MaxSendBytes = maxSendBytes };
        if (Services.Admittance.TryEnter(info.Address) is { IsGranted: false } entering)
        {
            return Refuse(entering, connectionId, info.Address);
        }

        guest = new RawSocketGuest(info, subprotocol, RawSocketHandshake.Acceptable(Services.Options.MaxMessageBytes));
        return RawSocketHandshake.Write(format, guest.MaxMessageBytes);
    }

    /// <summary>What is replied to somebody for whom there is no room; it is counted and logged.</summary>
    public byte[] Refuse(in Entering entering, string connectionId, AddressBlock? address)
    {
        const RawSocketError error = RawSocketError.MaximumConnectionCount;
        Services.Metrics.RefusedRawSocket((int)error, entering);
        Log.Refused(transport.Logger, connectionId, address, (int)error, Refusals.For(entering).Text);
        return RawSocketHandshake.Refuse(error);
    }

    /// <summary>The reply could not be sent.</summary>
    public void GiveUp(RawSocketGuest guest) => Services.Admittance.Leave(guest.Info.Address);

    /// <summary>Runs an admitted connection whose reply was sent.</summary>
    /// <returns>False where the caller should drop the transport at once.</returns>
    public Task<bool> RunAsync(IDuplexPipe pipe, RawSocketGuest guest) => transport.RunAsync(pipe, guest.Info, guest.MaxMessageBytes, receivers);

    private static string Describe(RawSocketError error, ReadOnlySpan<byte> request, int maxBytes) => error switch
    {
        RawSocketError.SerializerUnsupported => FormattableString.Invariant($"serializer {request[1] & 0x0F} is not spoken here; 1 is JSON, 2 MessagePack, 3 CBOR"),
        RawSocketError.MaximumLengthUnacceptable => FormattableString.Invariant($"it takes messages of at most {maxBytes} bytes, and {LeastMaxBytes} are needed for WELCOME and errors"),
        _ => "the reserved bits of its handshake are set",
    };

    private static partial class Log
    {
        [LoggerMessage(1141, LogLevel.Information, "{Connection} ({Address}): its RawSocket handshake was refused with error {Error}: {Reason}")]
        public static partial void Refused(ILogger logger, string connection, AddressBlock? address, int error, string reason);
    }
}

/// <summary>Somebody who may come in over RawSocket: a place in the roster is taken for it.</summary>
/// <param name="Info">What the handshake found out.</param>
/// <param name="Subprotocol">What will be spoken.</param>
/// <param name="MaxMessageBytes">The longest message that it may send.</param>
internal sealed record RawSocketGuest(ConnectionDetails Info, Subprotocol Subprotocol, int MaxMessageBytes) : Guest(Info, Subprotocol);
