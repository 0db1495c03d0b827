using System.Net.WebSockets;
using WampRouter.Client.Transports;

namespace WampRouter.Client;

/// <summary>A router at a <c>ws://</c> or <c>wss://</c> address.</summary>
public sealed class WampWebSocketTransport : IWampTransport
{
    // HTTP/2 connections are shared by those who open WebSockets on them, so something must outlive each of them.
    private static readonly Lazy<HttpMessageInvoker> SharedConnections =
        new(static () => new HttpMessageInvoker(new SocketsHttpHandler { EnableMultipleHttp2Connections = true }));

    /// <summary>A router at an address.</summary>
    /// <param name="uri">The address, such as <c>wss://example.com/ws</c>.</param>
    public WampWebSocketTransport(Uri uri)
    {
        ArgumentNullException.ThrowIfNull(uri);
        if (WampTransport.FindMistake(uri, "ws", "wss") is { } mistake)
        {
            throw new ArgumentException($"The address {mistake}.", nameof(uri));
        }

        Uri = uri;
    }

    /// <summary>The router's address.</summary>
    public Uri Uri { get; }

    /// <summary>
    /// Which HTTP version opens the WebSocket. Default 1.1; with 2.0 (RFC 8441) many connections share one TCP connection, if
    /// the router speaks it.
    /// </summary>
    public Version HttpVersion { get; init; } = System.Net.HttpVersion.Version11;

    /// <summary>What to do when the server does not speak <see cref="HttpVersion"/>. Default: exactly that version.</summary>
    public HttpVersionPolicy HttpVersionPolicy { get; init; } = HttpVersionPolicy.RequestVersionExact;

    /// <summary>Sends the opening request, for a proxy, certificates or sockets of your own; stays yours to dispose. HTTP/2 uses one shared by all clients otherwise.</summary>
    public HttpMessageInvoker? Invoker { get; init; }

    /// <summary>How often a ping is sent. Default 20 s.</summary>
    public TimeSpan KeepAliveInterval { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>How long to wait for its pong before the connection counts as lost. Default 20 s.</summary>
    public TimeSpan KeepAliveTimeout { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>The largest message to accept. Default 16 MiB.</summary>
    public int MaxMessageBytes { get; init; } = 16 * 1024 * 1024;

    /// <summary>
    /// Whether to send what is ready in one WebSocket message, with a router that can take it apart (<c>wamp.2.json.batched</c> and its like); the others get every
    /// message by itself. Default <see langword="false"/>: it pays for clients that publish or call much at a time, and some routers expect another JSON separator
    /// than the specified one until they have sent theirs.
    /// </summary>
    public bool Batched { get; init; }

    /// <summary>
    /// Whether to offer compression (permessage-deflate, RFC 7692): where the router agrees, messages of 1,024 bytes or more travel compressed. Default <see langword="false"/>. It pays over slow networks and for large
    /// messages, and costs processor time on both sides. Leave it alone where messages hold secrets beside what others may choose, because their sizes then tell something of the secrets.
    /// Not for sockets of <see cref="Open"/>.
    /// </summary>
    public bool Compressed { get; init; }

    /// <summary>
    /// Opens the WebSocket where it is not to be opened over the network: gets the address and the subprotocols to offer, in order. For <c>TestServer</c> and WebSockets of another kind; the settings
    /// of the opening request mean nothing then.
    /// </summary>
    public Func<Uri, IReadOnlyList<string>, CancellationToken, Task<WebSocket>>? Open { get; init; }

    /// <summary>
    /// Headers, cookies, certificates: everything else the socket can be told before it connects. Called before each attempt, so that a token may change. <c>ClientCertificates</c> is what the client proves itself with,
    /// <c>RemoteCertificateValidationCallback</c> whom it believes to be the router. With <see cref="Invoker"/> or HTTP/2 the connection is not the socket's own: there both belong to the <c>SslOptions</c> of the invoker's handler.
    /// </summary>
    public Action<ClientWebSocketOptions>? Configure { get; init; }

    /// <inheritdoc/>
    /// <exception cref="WampConnectionException">The router could not be reached; the message names the address and what to look at.</exception>
    public async ValueTask<IWampConnection> ConnectAsync(IReadOnlyList<string> subprotocols, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(subprotocols);
        var offered = Batched ? [.. subprotocols.SelectMany(subprotocol => new[] { subprotocol + BatchedConnection.Suffix, subprotocol })] : subprotocols;
        return Speak(await (Open is { } open ? open(Uri, offered, cancellationToken) : ConnectSocketAsync(offered, cancellationToken)).ConfigureAwait(false));
    }

    private IWampConnection Speak(WebSocket socket) => socket.SubProtocol?.EndsWith(BatchedConnection.Suffix, StringComparison.Ordinal) == true
        ? new BatchedConnection(new WebSocketConnection(socket, BatchedConnection.MaxBatchBytes(MaxMessageBytes), KeepAliveTimeout), MaxMessageBytes)
        : new WebSocketConnection(socket, MaxMessageBytes, KeepAliveTimeout);

    private async Task<WebSocket> ConnectSocketAsync(IReadOnlyList<string> offered, CancellationToken cancellationToken)
    {
        var socket = new ClientWebSocket();
        try
        {
            foreach (var subprotocol in offered)
            {
                socket.Options.AddSubProtocol(subprotocol);
            }

            socket.Options.HttpVersion = HttpVersion;
            socket.Options.HttpVersionPolicy = HttpVersionPolicy;
            socket.Options.KeepAliveInterval = KeepAliveInterval;
            socket.Options.KeepAliveTimeout = KeepAliveTimeout;
            socket.Options.CollectHttpResponseDetails = true;
            socket.Options.DangerousDeflateOptions = Compressed ? new WebSocketDeflateOptions() : null;
            Configure?.Invoke(socket.Options);
            var invoker = Invoker ?? (HttpVersion.Major > 1 ? SharedConnections.Value : null);
            await socket.ConnectAsync(Uri, invoker, cancellationToken).ConfigureAwait(false);
            socket.HttpResponseHeaders = null;
            return socket;
        }
        catch (Exception e)
        {
            var status = socket.HttpStatusCode;
            socket.Dispose();
            if (e is WebSocketException or HttpRequestException)
            {
                throw WebSocketFailure.Describe(Uri, e, status);
            }

            throw;
        }
    }
}
