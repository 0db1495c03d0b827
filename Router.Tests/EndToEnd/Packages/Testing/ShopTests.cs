using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;
using WampRouter.Client;
using WampRouter.Testing;

namespace Testing;

/// <summary>Tests of somebody else's: with a router in memory, and of an application on a test server.</summary>
public sealed class ShopTests
{
    [Test]
    public async Task Call_RouterInMemory_IsAnswered()
    {
        await using var router = await WampTestRouter.StartAsync();
        var (service, caller) = (await router.ConnectAsync(), await router.ConnectAsync());
        await service.RegisterAsync("com.shop.double", (int number) => 2 * number);

        Assert.That(await caller.CallAsync<int>("com.shop.double", [21]), Is.EqualTo(42));
    }

    [Test]
    public async Task Join_ApplicationOnATestServer_Joins()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseTestServer();
        builder.Services.AddWampRouter().AddRealm("realm1", realm => realm.AllowAnonymous(realm.AddRole("visitor").Name));
        await using var app = builder.Build();
        app.MapWampRouter();
        await app.StartAsync();

        await using var client = await app.GetTestServer().ConnectWampAsync();

        Assert.That(client.Session!.AuthRole, Is.EqualTo("visitor"));
    }
}
