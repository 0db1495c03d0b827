using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using WampRouter.Client;
using WampRouter.Tests.Doubles;

namespace WampRouter.Tests.Clients.Testing;

/// <summary>Clients of an application on a test server.</summary>
public sealed class WampTestServerTests
{
    [Test]
    public async Task ConnectWampAsync_ASerializer_IsSpoken([Values] WampSerializer serializer)
    {
        await using var app = await StartAsync(static services => Open(services.AddWampRouter(), "com.shop"), "");

        await using var client = await app.GetTestServer().ConnectWampAsync(serializer: serializer).Soon();

        Assert.That(client.Session!.Subprotocol, Is.EqualTo(serializer switch { WampSerializer.Json => "wamp.2.json", WampSerializer.MessagePack => "wamp.2.msgpack", _ => "wamp.2.cbor" }));
        Assert.That(client.Session.Realm, Is.EqualTo("com.shop"), "the only one");
    }

    [Test]
    public async Task ConnectWampAsync_NoRealmNamedOfSeveralRouters_NamesTheRealms()
    {
        await using var app = await StartAsync(
            static services =>
            {
                Open(services.AddWampRouter("shop"), "com.shop");
                Open(services.AddWampRouter("plant"), "com.plant");
            },
            "plant");
        var server = app.GetTestServer();

        Assert.That(() => server.ConnectWampAsync().Soon(), Throws.ArgumentException.With.Message.EqualTo("There are the realms 'com.shop', 'com.plant': name the one to join."));
        await using var client = await server.ConnectWampAsync(realm: "com.plant").Soon();
        Assert.That(client.Session!.Realm, Is.EqualTo("com.plant"));
    }

    [Test]
    public async Task ConnectWampAsync_NoRouter_AsksForTheRealm()
    {
        await using var app = await StartAsync(static _ => { }, null);

        Assert.That(() => app.GetTestServer().ConnectWampAsync().Soon(), Throws.ArgumentException.With.Message.Contains("no router"));
    }

    private static void Open(WampRouterBuilder router, string name) => router.AddRealm(name, static realm => realm.AllowAnonymous(realm.AddRole("buyer").Name));

    private static async Task<WebApplication> StartAsync(Action<IServiceCollection> add, string? mapped)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Services.AddRouting();
        builder.Logging.ClearProviders();
        builder.WebHost.UseTestServer();
        add(builder.Services);
        var app = builder.Build();
        if (mapped is not null)
        {
            app.MapWampRouter(name: mapped);
        }

        await app.StartAsync().Soon();
        return app;
    }
}
