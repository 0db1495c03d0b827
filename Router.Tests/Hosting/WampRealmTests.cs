using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using WampRouter.Client;
using WampRouter.Tests.Doubles;

namespace WampRouter.Tests.Hosting;

/// <summary>An application publishes, calls, subscribes and registers in its own realms without a socket or a login.</summary>
public sealed class WampRealmTests
{
    [Test]
    public async Task Realm_OfTheOnlyRealm_IsInjectedWithoutAName()
    {
        await using var host = await EmbeddingHost.StartAsync(static app =>
        {
            app.Services.AddWampRouter().AddRealm("realm1", OpenRealm.Describe);
            app.Services.AddHostedService<Greeter>();
        });
        var client = await host.JoinAsync();

        Assert.That(await client.CallAsync<string>("com.greet", ["Ada"]).Soon(), Is.EqualTo("Hello, Ada!"));
    }

    [Test]
    public async Task Realm_AllThatAClientDoes_ReachesOtherSessionsAndTheirsReachIt()
    {
        await using var host = await EmbeddingHost.StartAsync(static app => app.Services.AddWampRouter().AddRealm("realm1", OpenRealm.Describe));
        var realm = host.Services.GetRequiredKeyedService<IWampRealm>("realm1");
        var client = await host.JoinAsync();
        await using var feed = await client.SubscribeAsync("com.event").Soon();
        await using var events = feed.GetAsyncEnumerator();
        await using var add = await client.RegisterAsync("com.add", (int a, int b) => a + b).Soon();
        await using var count = await client.RegisterAsync("com.count", CountAsync, new WampRegisterOptions()).Soon();
        var heard = new TaskCompletionSource<int>();

        await using var subscription = await realm.SubscribeAsync<int>("com.other", heard.SetResult).Soon();
        await realm.PublishAsync("com.event", [1]);
        await client.PublishAsync("com.other", [2]);

        Assert.That(await events.MoveNextAsync().Soon(), Is.True);
        Assert.That((events.Current.Arguments.Get<int>(0), await heard.Task.Soon()), Is.EqualTo((1, 2)));
        Assert.That(await realm.CallAsync<int>("com.add", [2, 3]).Soon(), Is.EqualTo(5));
        Assert.That(await realm.CallProgressivelyAsync<int>("com.count", [3]).ToListAsync().AsTask().Soon(), Is.EqualTo(new[] { 0, 1, 2, 3 }));
        Assert.That((realm.Name, realm.Session!.AuthRole, realm.Session.AuthMethod), Is.EqualTo(("realm1", "application", "internal")));
    }

    [Test]
    public async Task Realm_RoleApplicationIsDescribed_MayWhatThatMay()
    {
        await using var host = await EmbeddingHost.StartAsync(static app => app.Services.AddWampRouter().AddRealm("realm1", static realm =>
        {
            OpenRealm.Describe(realm);
            realm.AddRole("application").Allow("com.allowed", publish: true);
        }));
        var realm = host.Services.GetRequiredService<IWampRealm>();

        await realm.PublishAcknowledgedAsync("com.allowed").Soon();

        Assert.That(() => realm.PublishAcknowledgedAsync("com.other").Soon(), Throws.TypeOf<WampException>().With.Property("ErrorUri").EqualTo("wamp.error.not_authorized"));
    }

    [Test]
    public async Task Realm_OfARouterWithAName_IsFoundByBothNames()
    {
        await using var host = await EmbeddingHost.StartAsync(
            static app =>
            {
                app.Services.AddWampRouter("blue").AddRealm("realm1", OpenRealm.Describe);
                app.Services.AddWampRouter().AddRealm("realm1", OpenRealm.Describe).AddRealm("a/b", OpenRealm.Describe);
            },
            static app => app.MapWampRouter("/ws", "blue"));
        var client = await host.JoinAsync();
        await using var registration = await client.RegisterAsync("com.where", () => "blue").Soon();

        Assert.That(await host.Services.GetRequiredKeyedService<IWampRealm>("blue/realm1").CallAsync<string>("com.where").Soon(), Is.EqualTo("blue"));
        Assert.That(() => host.Services.GetRequiredKeyedService<IWampRealm>("realm1").CallAsync("com.where").Soon(), Throws.TypeOf<WampException>());
        Assert.That(host.Services.GetRequiredKeyedService<IWampRealm>("a/b").Name, Is.EqualTo("a/b"));
    }

    [TestCase("realm2", "There is no realm 'realm2'; did you mean 'realm1'?")]
    [TestCase("shop", "There is no realm 'shop'; the realms are 'realm1', 'other'.")]
    [TestCase("blue/realm1", "There is no realm 'blue/realm1', because there is no router 'blue'.")]
    public async Task Realm_ThatThereIsNot_SaysWhichThereAre(string name, string message)
    {
        await using var host = await EmbeddingHost.StartAsync(static app => app.Services.AddWampRouter().AddRealm("realm1", OpenRealm.Describe).AddRealm("other", OpenRealm.Describe));

        Assert.That(() => host.Services.GetRequiredKeyedService<IWampRealm>(name), Throws.InvalidOperationException.With.Message.EqualTo(message));
        Assert.That(() => host.Services.GetRequiredService<IWampRealm>(), Throws.InvalidOperationException.With.Message.Contains("[FromKeyedServices(\"realm1\")]"));
    }

    [Test]
    public async Task Realm_AllRoutersHaveNames_SaysWhatToInject()
    {
        await using var host = await EmbeddingHost.StartAsync(
            static app =>
            {
                app.Services.AddWampRouter("blue").AddRealm("realm1", OpenRealm.Describe);
                app.Services.AddWampRouter("green").AddRealm("a/b", OpenRealm.Describe);
            },
            static app => app.MapWampRouter("/ws", "blue"));

        Assert.That(
            () => host.Services.GetRequiredService<IWampRealm>(),
            Throws.InvalidOperationException.With.Message.EqualTo("All routers of the application have names, and so have their realms: say which one with [FromKeyedServices(\"router/realm\")]. There are 'blue/realm1', 'green/a/b'."));
        Assert.That(
            () => host.Services.GetRequiredKeyedService<IWampRealm>("realm1"),
            Throws.InvalidOperationException.With.Message.EqualTo("There is no realm 'realm1', because there is no router without a name; write 'router/realm': 'blue/realm1', 'green/a/b'."));
        Assert.That(host.Services.GetRequiredKeyedService<IWampRealm>("green/a/b").Name, Is.EqualTo("a/b"));
    }

    [Test]
    public async Task Realm_NameMeansTwo_IsRefused()
    {
        await using var host = await EmbeddingHost.StartAsync(static app =>
        {
            app.Services.AddWampRouter().AddRealm("blue/realm1", OpenRealm.Describe);
            app.Services.AddWampRouter("blue").AddRealm("realm1", OpenRealm.Describe);
        });

        Assert.That(() => host.Services.GetRequiredKeyedService<IWampRealm>("blue/realm1"), Throws.InvalidOperationException.With.Message.Contains("another name"));
    }

    [Test]
    public void AddWampRouter_NameWithASlash_IsRefused() =>
        Assert.That(() => new ServiceCollection().AddWampRouter("x/y"), Throws.ArgumentException.With.Message.Contains("router/realm"));

    [Test]
    public async Task Realm_ItsSessionIsEnded_BeginsAnotherOne()
    {
        await using var host = await EmbeddingHost.StartAsync(static app => app.Services.AddWampRouter().AddRealm("realm1", OpenRealm.Describe));
        var realm = host.Services.GetRequiredService<IWampRealm>();
        await using var registration = await realm.RegisterAsync("com.where", () => "here").Soon();
        var client = await host.JoinAsync();
        var former = realm.Session!.Id;

        var rejoined = new TaskCompletionSource();
        realm.StateChanged += (_, change) =>
        {
            if (change.Current is WampClientState.Connected)
            {
                rejoined.TrySetResult();
            }
        };

        await client.CallAsync("wamp.session.kill", [former]).Soon();

        await rejoined.Task.Soon();
        Assert.That(realm.Session!.Id, Is.Not.EqualTo(former));
        Assert.That(await client.CallAsync<string>("com.where").Soon(), Is.EqualTo("here"));
    }

    [Test]
    public async Task Dispose_BySomebodyWhoGotIt_EndsItForNobody()
    {
        await using var host = await EmbeddingHost.StartAsync(static app => app.Services.AddWampRouter().AddRealm("realm1", OpenRealm.Describe));
        var realm = host.Services.GetRequiredService<IWampRealm>();
        await using (var borrowed = host.Services.GetRequiredKeyedService<IWampRealm>("realm1"))
        {
            await borrowed.PublishAcknowledgedAsync("com.event").Soon();
        }

        await realm.PublishAcknowledgedAsync("com.event").Soon();

        Assert.That(realm.State, Is.EqualTo(WampClientState.Connected));
        Assert.ThrowsAsync<NotSupportedException>(() => realm.CloseAsync());
    }

    [Test]
    public async Task Stop_HostedServiceHasLastWords_TheyFailAtOnceAndTheApplicationStops()
    {
        var farewell = new LastWords();
        await using var host = await EmbeddingHost.StartAsync(app =>
        {
            app.Services.AddSingleton(farewell);
            app.Services.AddHostedService(services => services.GetRequiredService<LastWords>().With(services.GetRequiredService<IWampRealm>()));
            app.Services.AddWampRouter().AddRealm("realm1", OpenRealm.Describe);
            app.Services.AddHostedService(services => services.GetRequiredService<LastWords>().With(services.GetRequiredService<IWampRealm>()));
        });
        await host.Services.GetRequiredService<IWampRealm>().PublishAcknowledgedAsync("com.event").Soon();

        await host.StopAsync().Soon();

        Assert.That(farewell.Failures, Has.Count.GreaterThan(0).And.All.InstanceOf<ObjectDisposedException>().And.All.Message.Contains("The router has shut down, and the application's session in realm 'realm1' with it."));
        Assert.That(host.Log.Of(1280), Is.Empty, "no attempt to come back");
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task Realm_ApplicationHasEnded_SaysSo(bool isAsync)
    {
        var services = new ServiceCollection();
        services.AddWampRouter().AddRealm("realm1", OpenRealm.Describe);
        var provider = services.BuildServiceProvider();
        var realm = provider.GetRequiredService<IWampRealm>();
        await realm.ConnectAsync().Soon();

        if (isAsync)
        {
            await provider.DisposeAsync();
        }
        else
        {
            provider.Dispose();
        }

        Assert.ThrowsAsync<ObjectDisposedException>(() => realm.ConnectAsync().Soon());
        Assert.ThrowsAsync<ObjectDisposedException>(() => realm.PublishAcknowledgedAsync("com.event").Soon());
    }

    private static async Task<WampPayload?> CountAsync(WampInvocation invocation)
    {
        var last = invocation.Arguments.Get<int>(0);
        for (var i = 0; i < last; i++)
        {
            await invocation.ReportProgressAsync([i]);
        }

        return [last];
    }

    private sealed class Greeter(IWampRealm realm) : IHostedService
    {
        public Task StartAsync(CancellationToken cancellationToken) => realm.RegisterAsync("com.greet", (string name) => $"Hello, {name}!", cancellationToken: cancellationToken);

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
