using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using WampRouter.Client;
using WampRouter.Tests.Doubles;

namespace WampRouter.Tests.Server.Listeners;

/// <summary>A client that plays the proxy before it as well: it comes from an address of its choice and says what it likes before and in its request.</summary>
internal sealed class ProxiedClient : IAsyncDisposable
{
    private readonly HttpMessageInvoker _connections;
    private readonly WampClient _client;

    private ProxiedClient(HttpMessageInvoker connections, WampClient client) => (_connections, _client) = (connections, client);

    /// <summary>Joins.</summary>
    /// <param name="url">The listener's.</param>
    /// <param name="from">The loopback address that it comes from.</param>
    /// <param name="first">What is sent before everything else, such as the header of the PROXY protocol.</param>
    /// <param name="realm">The realm.</param>
    /// <param name="headers">Headers of its request.</param>
    public static async Task<ProxiedClient> JoinAsync(string url, string from = "127.0.0.1", byte[]? first = null, string realm = "realm1", params (string Name, string Value)[] headers)
    {
        var connections = new HttpMessageInvoker(new SocketsHttpHandler
        {
            ConnectCallback = async (context, cancellation) => await ConnectAsync(context.DnsEndPoint.Port, from, first ?? [], cancellation),
#pragma warning disable CA5359 // the certificates of listeners are made by the tests, and looked at where they matter
            SslOptions = { RemoteCertificateValidationCallback = static (_, _, _, _) => true },
#pragma warning restore CA5359
        });
        var proxied = new ProxiedClient(connections, new WampClient(new WampClientOptions
        {
            Transport = new WampWebSocketTransport(new Uri($"ws{url.AsSpan("http".Length)}/ws"))
            {
                Invoker = connections,
                Configure = options => Array.ForEach(headers, header => options.SetRequestHeader(header.Name, header.Value)),
            },
            Realm = realm,
            Reconnect = null,
        }));
        try
        {
            await proxied._client.ConnectAsync().Soon();
            return proxied;
        }
        catch
        {
            await proxied.DisposeAsync();
            throw;
        }
    }

    /// <summary>A socket that comes from a loopback address.</summary>
    public static async Task<NetworkStream> ConnectAsync(int port, string from, byte[] first, CancellationToken cancellation = default)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        socket.Bind(new IPEndPoint(IPAddress.Parse(from), 0));
        await socket.ConnectAsync(new IPEndPoint(IPAddress.Loopback, port), cancellation);
        var stream = new NetworkStream(socket, ownsSocket: true);
        if (first.Length > 0)
        {
            await stream.WriteAsync(first, cancellation);
        }

        return stream;
    }

    /// <summary>Where it is, as the router tells others: an address, with a port where that of the connection is meant.</summary>
    public async Task<string> PeerAsync() => (await TransportAsync())["peer"].GetString()!;

    /// <summary>What the router tells others of its connection.</summary>
    public async Task<Dictionary<string, JsonElement>> TransportAsync()
    {
        var details = await _client.CallAsync<Dictionary<string, JsonElement>>("wamp.session.get", [_client.Session!.Id]).Soon();
        return details["transport"].EnumerateObject().ToDictionary(entry => entry.Name, entry => entry.Value);
    }

    public async ValueTask DisposeAsync()
    {
        await _client.DisposeAsync();
        _connections.Dispose();
    }
}
