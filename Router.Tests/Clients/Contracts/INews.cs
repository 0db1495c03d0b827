using WampRouter.Client;

namespace WampRouter.Tests.Clients.Contracts;

/// <summary>What an interface inherits from another contract belongs to it.</summary>
[WampContract("com.example.news")]
internal partial interface INews : IWeather
{
    [WampTopic("headline", Retain = true, DiscloseMe = true)]
    Task HeadlineAsync(string text, [WampNamed] string? author = null, WampEvent? message = null, CancellationToken cancellationToken = default);

    [WampTopic("ticker.", Match = WampMatch.Prefix, BufferSize = 10, Overflow = WampOverflowPolicy.Fail)]
    Task TickerAsync(decimal price, WampEvent message);
}

[WampContract]
internal partial interface IWeather
{
    [WampTopic("com.example.weather", Acknowledge = true)]
    ValueTask WeatherAsync(double celsius, WampPublishOptions? options = null);
}
