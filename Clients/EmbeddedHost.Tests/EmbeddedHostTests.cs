using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.AspNetCore.TestHost;
using NUnit.Framework;
using WampRouter.Client;

namespace EmbeddedHost.Tests;

/// <summary>Tests an application that hosts a router as its clients see it, without a socket.</summary>
internal sealed class EmbeddedHostTests : IAsyncDisposable
{
    private readonly WebApplicationFactory<Program> _application = new();

    public ValueTask DisposeAsync() => _application.DisposeAsync();

    [Test]
    public async Task Greet_SomebodyOverWebSocket_IsGreeted()
    {
        await using var client = await _application.Server.ConnectWampAsync();

        Assert.That(await client.CallAsync<string>("com.example.greet", ["Ada"]), Is.EqualTo("Hello, Ada!"));
    }

    [Test]
    public async Task News_PostedOverHttp_ReachesSubscribers()
    {
        await using var client = await _application.Server.ConnectWampAsync();
        var heard = new TaskCompletionSource<string>();
        await client.SubscribeAsync<string>("com.example.news", heard.SetResult);
        using var http = _application.CreateClient();

        using var response = await http.PostAsync(new Uri("/news?text=it+works", UriKind.Relative), null);

        Assert.That(await heard.Task.WaitAsync(TimeSpan.FromSeconds(5), TimeProvider.System), Is.EqualTo("it works"));
    }

    [Test]
    public async Task Visitor_WhoWantsToServe_IsRefused()
    {
        await using var client = await _application.Server.ConnectWampAsync();

        Assert.That(
            () => client.RegisterAsync("com.example.other", () => 1),
            Throws.TypeOf<WampException>().With.Property(nameof(WampException.ErrorUri)).EqualTo(WampErrorUri.NotAuthorized));
    }
}
