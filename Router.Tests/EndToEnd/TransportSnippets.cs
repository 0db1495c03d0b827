using System.Net.Sockets;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using WampRouter.Client;

namespace WampRouter.Tests.EndToEnd;

/// <summary>What docs/transports.md shows of the .NET client. Each gives back what the router says of the client's transport.</summary>
internal static class TransportSnippets
{
    public static async Task<JsonElement> WebSocketAsync(TransportAddresses addresses)
    {
        Uri.Begin(addresses);
        await using var client = new WampClient(new Uri("ws://127.0.0.1:8080/ws"), "realm1");
        return await DescribeAsync(client);
    }

    public static async Task<JsonElement> CompressedAsync(TransportAddresses addresses)
    {
        Uri.Begin(addresses);
        await using var client = new WampClient(new WampClientOptions
        {
            Transport = new WampWebSocketTransport(new Uri("ws://127.0.0.1:8080/ws")) { Compressed = true },
            Realm = "realm1",
        });
        return await DescribeAsync(client);
    }

    public static async Task<JsonElement> RawSocketAsync(TransportAddresses addresses)
    {
        Uri.Begin(addresses);
        await using var client = new WampClient(new Uri("tcp://127.0.0.1:8080"), "realm1");
        return await DescribeAsync(client);
    }

    public static async Task<JsonElement> UnixSocketAsync(TransportAddresses addresses)
    {
        Uri.Begin(addresses);
        await using var client = new WampClient(new Uri("unix:/run/wamprouter/router.sock"), "realm1");
        return await DescribeAsync(client);
    }

    public static async Task<JsonElement> WebSocketOverUnixSocketAsync(string path)
    {
        var invoker = new HttpMessageInvoker(new SocketsHttpHandler
        {
            ConnectCallback = async (_, cancellation) =>
            {
                var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
                await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), cancellation);
                return new NetworkStream(socket, ownsSocket: true);
            },
        });
        var transport = new WampWebSocketTransport(new Uri("ws://localhost/ws")) { Invoker = invoker };

        using (invoker)
        {
            await using var client = new WampClient(new WampClientOptions { Transport = transport, Realm = "realm1" });
            return await DescribeAsync(client);
        }
    }

    public static async Task<JsonElement> MemoryAsync(WebApplication app)
    {
        var memory = app.Services.GetRequiredService<WampMemoryTransport>();
        await using var client = new WampClient(new WampClientOptions
        {
            Transport = new WampPipeTransport((subprotocol, _) => ValueTask.FromResult(memory.Connect(subprotocol))),
            Realm = "realm1",
        });
        return await DescribeAsync(client);
    }

    private static async Task<JsonElement> DescribeAsync(WampClient client)
    {
        await client.ConnectAsync();
        var session = await client.CallAsync<JsonElement>("wamp.session.get", [client.Session!.Id]);
        return session.GetProperty("transport");
    }

    /// <summary>The addresses of one test in the place of those in the document.</summary>
    private sealed class Uri(string address) : System.Uri(Addresses.Value is { } real ? real.PutInto(address) : address)
    {
        private static readonly AsyncLocal<TransportAddresses?> Addresses = new();

        public static void Begin(TransportAddresses real) => Addresses.Value = real;
    }
}

/// <summary>Where a router is that has the listeners of docs/transports.md.</summary>
/// <param name="Authority">Host and port of its first listener.</param>
/// <param name="Port">The port.</param>
/// <param name="SocketPath">The path of its Unix domain socket.</param>
internal sealed record TransportAddresses(string Authority, int Port, string SocketPath)
{
    /// <summary>The path in the document.</summary>
    public const string ShownPath = "/run/wamprouter/router.sock";

    /// <summary>An example of the document, with these addresses.</summary>
    public string PutInto(string example) => example
        .Replace("127.0.0.1:8080", Authority, StringComparison.Ordinal)
        .Replace("port: 8080", FormattableString.Invariant($"port: {Port}"), StringComparison.Ordinal)
        .Replace(ShownPath, SocketPath, StringComparison.Ordinal);
}
