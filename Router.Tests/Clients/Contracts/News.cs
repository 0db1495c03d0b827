using System.Threading.Channels;
using WampRouter.Client;

namespace WampRouter.Tests.Clients.Contracts;

/// <summary>Keeps what it is told.</summary>
internal sealed class News : INews
{
    private readonly Channel<string> _told = Channel.CreateUnbounded<string>();

    public ValueTask<string> NextAsync() => _told.Reader.ReadAsync();

    public Task HeadlineAsync(string text, string? author, WampEvent? message, CancellationToken cancellationToken) => Tell($"{text} by {author ?? "nobody"} at {message!.Topic}");

    public Task TickerAsync(decimal price, WampEvent message) => Tell($"{price} at {message.Topic}");

    public ValueTask WeatherAsync(double celsius, WampPublishOptions? options) => new(Tell($"{celsius} degrees"));

    private Task Tell(string news)
    {
        _told.Writer.TryWrite(news);
        return Task.CompletedTask;
    }
}
