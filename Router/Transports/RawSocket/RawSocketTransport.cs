using System.IO.Pipelines;
using WampRouter.Sessions.Connections;

namespace WampRouter.Transports.RawSocket;

/// <summary>Runs RawSocket connections over any pipe once their handshake is done.</summary>
internal sealed class RawSocketTransport(TransportServices services, ILogger<RawSocketTransport> logger)
{
    /// <summary>The name in <see cref="ConnectionDetails.Transport"/>, logs and metrics.</summary>
    public const string Name = "rawsocket";

    /// <summary>What the connections share.</summary>
    public TransportServices Services { get; } = services;

    /// <summary>Where the connections log.</summary>
    public ILogger<RawSocketTransport> Logger { get; } = logger;

    /// <summary>Runs one connection, which has a place in the roster, to its end.</summary>
    /// <param name="pipe">Read and written by the connection alone from now on; completed by the caller afterwards.</param>
    /// <param name="info">What the handshake found out.</param>
    /// <param name="maxMessageBytes">The longest message that the peer may send, as the handshake has told it.</param>
    /// <param name="receivers">Makes the session.</param>
    /// <returns>False where the caller should drop the transport at once; otherwise what is still in the pipe is worth sending.</returns>
    public Task<bool> RunAsync(IDuplexPipe pipe, ConnectionDetails info, int maxMessageBytes, IReceiverFactory receivers) =>
        new MessageConnection(Services, new TransportLink(pipe, new RawSocketFraming(this, info, maxMessageBytes), info, Logger)).RunAsync(receivers);
}
