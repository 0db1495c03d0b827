using System.Net;
using System.Net.WebSockets;
using Microsoft.AspNetCore.Http;
using WampRouter.Client;
using WampRouter.Testing;

namespace Microsoft.AspNetCore.TestHost;

/// <summary>WAMP clients of an application that runs on a <see cref="TestServer"/>, by itself or in a <c>WebApplicationFactory</c> (its <c>Server</c>).</summary>
public static class WampTestServerExtensions
{
    /// <summary>A transport that leads to an endpoint of the application: for a client with options of its own.</summary>
    /// <param name="server">Of the application.</param>
    /// <param name="path">Where it has mapped its router.</param>
    /// <param name="request">Changes the opening request: headers, cookies, a token, the host, where it comes from (<c>HttpContext.Connection.RemoteIpAddress</c>; from this machine if it says nothing).</param>
    /// <returns>The transport.</returns>
    public static IWampTransport CreateWampTransport(this TestServer server, string path = "/ws", Action<HttpRequest>? request = null) =>
        server.CreateWampTransport(path, request, isBatched: false);

    /// <summary>The same, where what is ready may be sent in one WebSocket message.</summary>
    internal static WampWebSocketTransport CreateWampTransport(this TestServer server, string path, Action<HttpRequest>? request, bool isBatched)
    {
        ArgumentNullException.ThrowIfNull(server);
        ArgumentNullException.ThrowIfNull(path);
        var address = new UriBuilder(server.BaseAddress) { Scheme = server.BaseAddress.Scheme == Uri.UriSchemeHttps ? "wss" : "ws", Path = path };
        return new WampWebSocketTransport(address.Uri) { Open = OpenAsync, Batched = isBatched };

        Task<WebSocket> OpenAsync(Uri uri, IReadOnlyList<string> subprotocols, CancellationToken cancellationToken)
        {
            var sockets = server.CreateWebSocketClient();
            sockets.ConfigureRequest = opening =>
            {
                // A test server does not say where its clients are, so nobody would take them for local: they are in this process.
                opening.HttpContext.Connection.RemoteIpAddress = IPAddress.Loopback;
                request?.Invoke(opening);
            };
            foreach (var subprotocol in subprotocols)
            {
                sockets.SubProtocols.Add(subprotocol);
            }

            return sockets.ConnectAsync(uri, cancellationToken);
        }
    }

    /// <summary>A client that has joined through an endpoint of the application.</summary>
    /// <param name="server">Of the application.</param>
    /// <param name="path">Where it has mapped its router.</param>
    /// <param name="realm">The realm; null: the only one of the application's routers.</param>
    /// <param name="authentication">How the client says who it is; null: it does not.</param>
    /// <param name="request">Changes the opening request: headers, cookies, a token, the host.</param>
    /// <param name="serializer">How its messages are encoded.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <returns>The client; dispose of it before the server.</returns>
    /// <exception cref="ArgumentException">No realm is named, and the application's routers have several.</exception>
    /// <exception cref="WampConnectionException">The router refused.</exception>
    public static async Task<WampClient> ConnectWampAsync(
        this TestServer server,
        string path = "/ws",
        string? realm = null,
        WampAuthentication? authentication = null,
        Action<HttpRequest>? request = null,
        WampSerializer serializer = WampSerializer.Json,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(server);
        var client = new WampClient(new WampClientOptions
        {
            Transport = server.CreateWampTransport(path, request),
            Realm = realm ?? OnlyRealm.Of(server.Services),
            Authentication = authentication ?? WampAuthentication.Anonymous,
            Serializers = [serializer],
        });
        try
        {
            await client.ConnectAsync(cancellationToken).ConfigureAwait(false);
            return client;
        }
        catch
        {
            await client.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }
}
