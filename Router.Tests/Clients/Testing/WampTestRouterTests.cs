using Microsoft.Extensions.DependencyInjection;
using WampRouter.Client;
using WampRouter.Testing;
using WampRouter.Tests.Doubles;

namespace WampRouter.Tests.Clients.Testing;

/// <summary>What tests of other people's applications get.</summary>
public sealed class WampTestRouterTests
{
    [Test]
    public async Task ConnectAsync_TwoClients_CallEachOther([Values] WampSerializer serializer)
    {
        await using var router = await WampTestRouter.StartAsync().Soon();
        var (service, caller) = (await router.ConnectAsync().Soon(), await router.ConnectAsync(serializer: serializer).Soon());
        await service.RegisterAsync("com.example.add", (int a, int b) => a + b).Soon();

        Assert.That(await caller.CallAsync<int>("com.example.add", [2, 3]).Soon(), Is.EqualTo(5));
    }

    [Test]
    public async Task StartAsync_Two_DoNotMeet()
    {
        await using var one = await WampTestRouter.StartAsync().Soon();
        await using var other = await WampTestRouter.StartAsync().Soon();
        await (await one.ConnectAsync().Soon()).RegisterAsync("com.example.where", () => 1).Soon();
        var caller = await other.ConnectAsync().Soon();

        Assert.That(() => caller.CallAsync("com.example.where").Soon(), Throws.TypeOf<WampException>());
    }

    [Test]
    public async Task ConnectAsAsync_ARole_MayWhatThatMay()
    {
        await using var router = await WampTestRouter.StartAsync(static router => router.AddRealm("com.shop", static realm =>
        {
            realm.AddRole("buyer").Allow("com.shop.order", call: true);
            realm.AddPrincipal("bob", "buyer", WampTicketHash.Of("secret"));
        })).Soon();
        await router.Realm("com.shop").RegisterAsync("com.shop.order", (WampInvocation _) => "ordered").Soon();
        var ada = await router.ConnectAsAsync("ada", "buyer", "com.shop").Soon();

        Assert.That(await ada.CallAsync<string>("com.shop.order").Soon(), Is.EqualTo("ordered"));
        Assert.That((ada.Session!.AuthId, ada.Session.AuthRole), Is.EqualTo(("ada", "buyer")));
        Assert.That(() => ada.PublishAcknowledgedAsync("com.shop.sold").Soon(), Throws.TypeOf<WampException>());
        Assert.That(() => router.ConnectAsync("com.shop").Soon(), Throws.TypeOf<WampConnectionException>(), "who has no login");
        Assert.That(() => router.ConnectAsAsync("ada", "seller", "com.shop").Soon(), Throws.ArgumentException);
        Assert.That(() => router.ConnectAsAsync("ada", "buyer", WampTestRouter.OpenRealm).Soon(), Throws.ArgumentException);
    }

    [Test]
    public async Task ConnectAsync_NoRealmNamed_JoinsTheOnlyOne()
    {
        await using var router = await WampTestRouter.StartAsync(static router => Open(router, "com.shop")).Soon();

        Assert.That((await router.ConnectAsync().Soon()).Session!.Realm, Is.EqualTo("com.shop"));
        Assert.That((await router.ConnectAsAsync("ada", "buyer").Soon()).Session!.Realm, Is.EqualTo("com.shop"));
        Assert.That(router.Realm(), Is.SameAs(router.Realm("com.shop")));
    }

    [Test]
    public async Task ConnectAsync_NoRealmNamedOfSeveral_NamesThem()
    {
        await using var router = await WampTestRouter.StartAsync(static router => Open(Open(router, "com.shop"), "com.plant")).Soon();

        foreach (var join in new Func<object>[] { () => router.ConnectAsync(), () => router.ConnectAsAsync("ada", "buyer"), () => router.Realm() })
        {
            Assert.That(() => join(), Throws.ArgumentException.With.Message.EqualTo("There are the realms 'com.shop', 'com.plant': name the one to join."));
        }

        Assert.That((await router.ConnectAsync("com.plant").Soon()).Session!.Realm, Is.EqualTo("com.plant"));
    }

    [Test]
    public void StartAsync_Mistakes_AreTold() =>
        Assert.That(() => WampTestRouter.StartAsync(static router => router.AddRealm("com.shop", static _ => { })).Soon(), Throws.TypeOf<WampRouterConfigurationException>());

    [Test]
    public async Task StartAsync_AClockOfTheTest_IsTheRouters()
    {
        var time = new ManualTime();
        await using var router = await WampTestRouter.StartAsync(router => router.Services.AddSingleton<TimeProvider>(time)).Soon();

        Assert.That(router.Services.GetRequiredService<TimeProvider>(), Is.SameAs(time));
    }

    [Test]
    public async Task DisposeAsync_ItsClients_AreClosed()
    {
        var router = await WampTestRouter.StartAsync().Soon();
        var client = await router.ConnectAsync().Soon();

        await router.DisposeAsync().Soon();

        Assert.That(client.State, Is.EqualTo(WampClientState.Closed));
    }

    private static WampRouterBuilder Open(WampRouterBuilder router, string name) => router.AddRealm(name, static realm => realm.AllowAnonymous(realm.AddRole("buyer").Name));
}
