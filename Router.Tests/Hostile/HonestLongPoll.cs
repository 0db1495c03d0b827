using System.Net;
using System.Text.Json;
using WampRouter.Client;

namespace WampRouter.Tests.Hostile;

/// <summary>Long-poll for the .NET client, which has none of its own: one request waits for messages, and messages are sent one after the other.</summary>
/// <param name="address">Below which the requests go.</param>
internal sealed class HonestLongPoll(Uri address) : IWampTransport
{
    public async ValueTask<IWampConnection> ConnectAsync(IReadOnlyList<string> subprotocols, CancellationToken cancellationToken)
    {
        var http = new HttpClient();
        try
        {
            using var response = await http.PostAsync(new Uri(address, "open"), new StringContent($$"""{"protocols":["{{string.Join("\",\"", subprotocols)}}"]}"""), cancellationToken);
            response.EnsureSuccessStatusCode();
            using var opened = JsonDocument.Parse(await response.Content.ReadAsByteArrayAsync(cancellationToken));
            return new Connection(http, new Uri(address, $"{opened.RootElement.GetProperty("transport").GetString()}/"), opened.RootElement.GetProperty("protocol").GetString()!);
        }
        catch
        {
            http.Dispose();
            throw;
        }
    }

    private sealed class Connection(HttpClient http, Uri transport, string protocol) : IWampConnection
    {
        private readonly Uri _send = new(transport, "send");
        private readonly Uri _receive = new(transport, "receive");

        public string Subprotocol => protocol;

        public async ValueTask SendAsync(ReadOnlyMemory<byte> message, bool endOfBatch, CancellationToken cancellationToken)
        {
            using var response = await http.PostAsync(_send, new ReadOnlyMemoryContent(message), cancellationToken);
            if (!response.IsSuccessStatusCode)
            {
                throw new IOException($"{(int)response.StatusCode}: {await response.Content.ReadAsStringAsync(cancellationToken)}");
            }
        }

        public async ValueTask<ReadOnlyMemory<byte>?> ReceiveAsync(CancellationToken cancellationToken)
        {
            while (true)
            {
                using var response = await http.PostAsync(_receive, content: null, cancellationToken);
                switch (response.StatusCode)
                {
                    case HttpStatusCode.OK:
                        return await response.Content.ReadAsByteArrayAsync(cancellationToken);
                    case HttpStatusCode.NoContent:
                        continue;       // nothing came for as long as a request waits
                    default:
                        return null;
                }
            }
        }

        public async ValueTask DisposeAsync()
        {
            try
            {
                using var response = await http.PostAsync(new Uri(transport, "close"), content: null);
            }
            catch (HttpRequestException)
            {
                // The router is gone.
            }

            http.Dispose();
        }
    }
}
