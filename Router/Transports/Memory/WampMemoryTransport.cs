using System.Globalization;
using System.IO.Pipelines;
using WampRouter.Sessions.Connections;
using WampRouter.Transports;
using WampRouter.Transports.Admission;
using WampRouter.Transports.Memory;
using WampRouter.Wire;

namespace WampRouter;

/// <summary>
/// Connects clients that live in the router's own process, without a socket. A session that comes in this way counts as local and trusted as one
/// on loopback; it passes the same authentication as any other.
/// </summary>
/// <remarks>Registered by <c>AddWampRouter</c>. Any thread.</remarks>
public sealed class WampMemoryTransport
{
    private const string Name = "memory";

    private readonly PipeTransport _transport;
    private long _connections;

    internal WampMemoryTransport(TransportServices services, IReceiverFactory receivers, ILogger<WampMemoryTransport> logger) => _transport = new PipeTransport(services, receivers, logger);

    /// <summary>Opens a connection.</summary>
    /// <param name="subprotocol"><c>wamp.2.json</c>, <c>wamp.2.msgpack</c> or <c>wamp.2.cbor</c>.</param>
    /// <returns>
    /// The client's end. Each WAMP message travels as one byte 0 and its length in three bytes, big-endian, both ways: RawSocket framing without
    /// RawSocket's handshake. Completing the output ends the connection; the input completes when the router ends it.
    /// </returns>
    /// <exception cref="ArgumentException">The subprotocol is unknown.</exception>
    /// <exception cref="InvalidOperationException">The router is full or shutting down.</exception>
    public IDuplexPipe Connect(string subprotocol) => Connect(subprotocol, granted: null);

    /// <summary>The same for somebody who needs no login.</summary>
    /// <param name="subprotocol">As above.</param>
    /// <param name="granted">Who it is; null: whoever logs in.</param>
    /// <param name="transport">What the transport is called for others.</param>
    internal IDuplexPipe Connect(string subprotocol, GrantedLogin? granted, string transport = Name)
    {
        ArgumentNullException.ThrowIfNull(subprotocol);
        WireFormat format = subprotocol switch
        {
            "wamp.2.json" => WireFormat.Json,
            "wamp.2.msgpack" => WireFormat.MessagePack,
            "wamp.2.cbor" => WireFormat.Cbor,
            _ => throw new ArgumentException("Known subprotocols are wamp.2.json, wamp.2.msgpack and wamp.2.cbor.", nameof(subprotocol)),
        };

        // The thread pool between both ends: neither runs the other's code under its locks.
        var options = new PipeOptions(useSynchronizationContext: false);
        var (toRouter, toClient) = (new Pipe(options), new Pipe(options));
        var info = new ConnectionDetails
        {
            Transport = transport,
            IsInProcess = true,
            Encoding = new WireEncoding(format, Framing.RawSocket),
            Granted = granted,
            ConnectionId = string.Create(CultureInfo.InvariantCulture, $"{transport}-{Interlocked.Increment(ref _connections)}"),
        };
        if (_transport.TryRun(new PipePair(toRouter.Reader, toClient.Writer), info) is { IsGranted: false } entering)
        {
            throw new InvalidOperationException(Refusals.For(entering).Text);
        }

        return new PipePair(toClient.Reader, toRouter.Writer);
    }
}
