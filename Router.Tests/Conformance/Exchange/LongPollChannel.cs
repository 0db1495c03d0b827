using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Threading.Channels;
using WampRouter.Tests.Doubles;
using WampRouter.Tests.Transports.WebSockets.Batched;
using WampRouter.Wire;

namespace WampRouter.Tests.Conformance.Exchange;

/// <summary>WAMP in HTTP requests, with or without batches. What is sent is sent one after the other; one request always waits for messages, as those of real clients do.</summary>
internal sealed class LongPollChannel : IMessageChannel
{
    /// <summary>Answers of a router that has taken a message, or does not, which it says in the session as well.</summary>
    private static readonly HttpStatusCode[] AnswersToSend = [HttpStatusCode.Accepted, HttpStatusCode.BadRequest, HttpStatusCode.RequestEntityTooLarge, HttpStatusCode.NotFound, HttpStatusCode.Gone];

    private readonly HttpClient _http = new();
    private readonly Channel<byte[]> _received = Channel.CreateUnbounded<byte[]>();
    private readonly WireFormat _format;
    private readonly bool _isBatched;
    private Uri _transport = null!;
    private Task _receiving = Task.CompletedTask;
    private bool _isDisposed;

    private LongPollChannel(WireFormat format, bool isBatched) => (_format, _isBatched) = (format, isBatched);

    /// <summary>Opens a transport.</summary>
    /// <param name="address">Below which its requests go.</param>
    /// <param name="format">The serializer.</param>
    /// <param name="protocol">What is offered.</param>
    public static async Task<LongPollChannel> OpenAsync(Uri address, WireFormat format, string protocol)
    {
        var channel = new LongPollChannel(format, protocol.EndsWith(".batched", StringComparison.Ordinal));
        using var response = await channel.PostAsync(new Uri($"{address}/open"), Encoding.UTF8.GetBytes($$"""{"protocols":["{{protocol}}"]}"""));
        Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.OK));
        using var opened = JsonDocument.Parse(await response.Content.ReadAsByteArrayAsync());
        Assert.That(opened.RootElement.GetProperty("protocol").GetString(), Is.EqualTo(protocol));
        channel._transport = new Uri($"{address}/{opened.RootElement.GetProperty("transport").GetString()}/");
        channel._receiving = channel.ReceiveAllAsync();
        return channel;
    }

    public async Task SendAsync(byte[] message)
    {
        using var response = await PostAsync(new Uri(_transport, "send"), _isBatched ? BatchedBytes.Join(_format, [message]) : message);
        Assert.That(AnswersToSend, Does.Contain(response.StatusCode));
    }

    public async Task<byte[]?> ReceiveAsync() => await _received.Reader.WaitToReadAsync().Soon() && _received.Reader.TryRead(out var message) ? message : null;

    public async ValueTask DisposeAsync()
    {
        if (_isDisposed)
        {
            return;
        }

        _isDisposed = true;
        try
        {
            using var response = await PostAsync(new Uri(_transport, "close"), []);
        }
        catch (HttpRequestException)
        {
            // The router is gone.
        }

        await _receiving.Soon();
        _http.Dispose();
    }

    private async Task ReceiveAllAsync()
    {
        try
        {
            while (await ReceiveSomeAsync())
            {
            }
        }
        catch (HttpRequestException)
        {
            // The router is gone.
        }

        _received.Writer.Complete();
    }

    /// <summary>Asks once; false where no more will come.</summary>
    private async Task<bool> ReceiveSomeAsync()
    {
        using var response = await _http.PostAsync(new Uri(_transport, "receive"), null);
        if (response.StatusCode == HttpStatusCode.OK)
        {
            var body = await response.Content.ReadAsByteArrayAsync();
            foreach (var message in _isBatched ? BatchedBytes.Split(_format, body) : [body])
            {
                _received.Writer.TryWrite(message);
            }
        }

        return response.StatusCode is HttpStatusCode.OK or HttpStatusCode.NoContent && !_isDisposed;
    }

    private Task<HttpResponseMessage> PostAsync(Uri address, byte[] body)
    {
        var content = new ByteArrayContent(body);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        return _http.PostAsync(address, content).Soon();
    }
}
