using NUnit.Framework;
using WampRouter.Client;
using WampRouter.Testing;

namespace EmbeddedHost.Tests;

/// <summary>Tests one service of the application, with a router of its own and without the rest.</summary>
internal sealed class GreeterTests
{
    [Test]
    public async Task StartAsync_SomebodyCalls_IsGreeted()
    {
        await using var router = await WampTestRouter.StartAsync();
        await new Greeter(router.Realm()).StartAsync(CancellationToken.None);
        var caller = await router.ConnectAsync();

        Assert.That(await caller.CallAsync<string>("com.example.greet", ["Ada"]), Is.EqualTo("Hello, Ada!"));
    }
}
