using System.Net.ServerSentEvents;
using System.Text.Json;
using WampRouter.Tests.Doubles;

namespace WampRouter.Tests.Http;

/// <summary>A client of server-sent events, which reads by the parser of the platform.</summary>
internal sealed class EventSource : IAsyncDisposable
{
    private readonly HttpResponseMessage _response;
    private readonly SseParser<string> _parser;
    private readonly IAsyncEnumerator<SseItem<string>> _items;

    public EventSource(HttpResponseMessage response, Stream stream)
    {
        _response = response;
        _parser = SseParser.Create(stream);
        _items = _parser.EnumerateAsync().GetAsyncEnumerator();
    }

    /// <summary>What a browser would send when it comes again.</summary>
    public string LastEventId => _parser.LastEventId;

    /// <summary>The next event of any kind; null where the stream has ended.</summary>
    public async Task<(string Kind, JsonElement Data)?> NextAsync()
    {
        if (!await _items.MoveNextAsync().AsTask().Soon())
        {
            return null;
        }

        using var data = JsonDocument.Parse(_items.Current.Data);
        return (_items.Current.EventType, data.RootElement.Clone());
    }

    /// <summary>The first argument of the next event, which is an event.</summary>
    public async Task<int> NextNumberAsync()
    {
        var (kind, data) = (await NextAsync())!.Value;
        Assert.That(kind, Is.EqualTo("message"), data.ToString());
        return data.GetProperty("args")[0].GetInt32();
    }

    public ValueTask DisposeAsync()
    {
        _response.Dispose();        // what reads ends with it
        return ValueTask.CompletedTask;
    }
}
