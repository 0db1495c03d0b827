using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using WampRouter.Client;
using WampRouter.Tests.Doubles;

namespace WampRouter.Tests.Hosting;

/// <summary>An application describes its routers in code, in its own settings and in files, and maps them like any endpoint.</summary>
public sealed class EmbeddedRouterTests
{
    [Test]
    public async Task AddRealm_NoFilesAndNoSettings_RolesMayWhatTheCodeSays()
    {
        await using var host = await EmbeddingHost.StartAsync(static app => app.Services.AddWampRouter().AddRealm("com.shop", static realm =>
        {
            realm.AddRole("visitor").Allow("com.shop.", WampUriMatch.Prefix, subscribe: true);
            realm.AllowAnonymous("visitor");
        }));
        var client = await host.JoinAsync(realm: "com.shop");

        await using var allowed = await client.SubscribeAsync("com.shop.sold").Soon();
        var refused = Assert.ThrowsAsync<WampException>(() => client.SubscribeAsync("com.other").Soon());

        Assert.That((client.Session!.AuthRole, refused!.ErrorUri), Is.EqualTo(("visitor", "wamp.error.not_authorized")));
    }

    [Test]
    public async Task Dispose_ServicesThatWereNeverStopped_EndsWhatTheRouterServes()
    {
        var services = new ServiceCollection();
        services.AddWampRouter().AddRealm("realm1", OpenRealm.Describe);
        var provider = services.BuildServiceProvider();
        var memory = provider.GetRequiredService<WampMemoryTransport>();
        await using var client = new WampClient(new WampClientOptions
        {
            Transport = new WampPipeTransport((subprotocol, _) => ValueTask.FromResult(memory.Connect(subprotocol))),
            Realm = "realm1",
            Reconnect = null,
        });
        await client.ConnectAsync().Soon();
        var ended = new TaskCompletionSource();
        client.StateChanged += (_, _) => ended.TrySetResult();

        await provider.DisposeAsync();

        await ended.Task.Soon();
        Assert.That(client.State, Is.EqualTo(WampClientState.Closed));
    }

    [Test]
    public async Task AddPrincipal_ItsTicket_LetsItIn()
    {
        await using var host = await EmbeddingHost.StartAsync(static app => app.Services.AddWampRouter().AddRealm("realm1", static realm =>
        {
            realm.AddRole("staff").AllowEverything();
            realm.AddPrincipal("bob", "staff", WampTicketHash.Of("the secret of bob"));
        }));

        var bob = await host.JoinAsync(authentication: WampAuthentication.Ticket("bob", "the secret of bob"));

        Assert.That(bob.Session!.AuthId, Is.EqualTo("bob"));
        Assert.ThrowsAsync<WampConnectionException>(() => host.JoinAsync(authentication: WampAuthentication.Ticket("bob", "another")));
    }

    [Test]
    public async Task AddWampRouter_TwoInOneApplication_TheirSessionsDoNotMeet()
    {
        await using var host = await EmbeddingHost.StartAsync(
            static app =>
            {
                app.Services.AddWampRouter("blue").AddRealm("realm1", OpenRealm.Describe);
                app.Services.AddWampRouter("green").AddRealm("realm1", OpenRealm.Describe).Configure(static options => options.Transports.MaxConnections = 1);
            },
            static app =>
            {
                app.MapWampRouter("/blue", "blue");
                app.MapWampRouter("/green", "green");
            });
        var (blue, green) = (await host.JoinAsync("/blue"), await host.JoinAsync("/green"));
        await using var registration = await blue.RegisterAsync("com.where", () => "blue").Soon();

        var alone = Assert.ThrowsAsync<WampException>(() => green.CallAsync<string>("com.where").Soon());

        Assert.That(alone!.ErrorUri, Is.EqualTo("wamp.error.no_such_procedure"));
        Assert.That(await (await host.JoinAsync("/blue")).CallAsync<string>("com.where").Soon(), Is.EqualTo("blue"));
        Assert.ThrowsAsync<WampConnectionException>(() => host.JoinAsync("/green"), "its own limit");
    }

    [Test]
    public async Task MapWampRouter_SeveralPaths_LeadToTheSameRouter()
    {
        await using var host = await EmbeddingHost.StartAsync(
            static app => app.Services.AddWampRouter().AddRealm("realm1", OpenRealm.Describe),
            static app =>
            {
                app.MapWampRouter("/a");
                app.MapWampRouter("/b");
            });
        var (a, b) = (await host.JoinAsync("/a"), await host.JoinAsync("/b", serializer: WampSerializer.Cbor, isBatched: true));
        await using var registration = await a.RegisterAsync("com.where", () => "a").Soon();

        Assert.That(await b.CallAsync<string>("com.where").Soon(), Is.EqualTo("a"));
    }

    [Test]
    public async Task Configure_SectionOfAnyName_ItsSettingsCountAndCodeHasTheLastWord()
    {
        await using var host = await EmbeddingHost.StartAsync(static app =>
        {
            app.Services.AddWampRouter()
                .Configure(app.Configuration.GetSection("Messages:Router"))
                .Configure(static options => options.Transports.MaxConnectionsPerAddress = 3)
                .AddRealm("realm1", OpenRealm.Describe);

            // What is added later counts as well: so do test factories change settings.
            app.Configuration.AddInMemoryCollection([new("Messages:Router:Transports:MaxMessageBytes", "2048"), new("Messages:Router:Transports:MaxConnectionsPerAddress", "7")]);
        });

        var client = await host.JoinAsync();

        Assert.That(client.Session!.MaxMessageBytes, Is.EqualTo(2048));
    }

    [Test]
    public void Configure_MistakesInTheSectionInCodeAndInRealms_AreToldAllAtOnceByTheirPlaces()
    {
        var failure = Assert.ThrowsAsync<WampRouterConfigurationException>(() => EmbeddingHost.StartAsync(static app =>
        {
            app.Configuration.AddInMemoryCollection([new("Messages:Router:Transports:MaxMesageBytes", "2048"), new("Messages:Router:Sessions:HelloTimeout", "soon")]);
            app.Services.AddWampRouter()
                .Configure(app.Configuration.GetSection("Messages:Router"))
                .Configure(static options => options.Transports.OutboxBytes = 1)
                .AddRealm("realm1", static realm => realm.AllowAnonymous("nobody"))
                .AddRealm("realm2", static realm => realm.AddRole("staff"));
        }));

        Assert.That(failure!.Message.Split(Environment.NewLine), Is.EqualTo(new[]
        {
            "The WAMP router's configuration has 5 mistakes:",
            "Messages:Router:Sessions:HelloTimeout: must be a time such as 00:00:10 (hours:minutes:seconds), not 'soon'",
            "Messages:Router:Transports:MaxMesageBytes: there is no such setting; did you mean 'MaxMessageBytes'?",
            "Configure: options.Transports.OutboxBytes: must be at least 65536 (64 KiB).",
            "AddRealm(\"realm1\"): Roles: must not be empty",
            "AddRealm(\"realm2\"): Authentication: must have at least one of 'Anonymous', 'Ticket', 'WampCra', 'Bearer': without a method nobody can join, and there are no Logins either",
        }));
    }

    [Test]
    public void AddWampRouter_NoRealmAnywhere_SaysSo() =>
        Assert.That(
            () => EmbeddingHost.StartAsync(static app => app.Services.AddWampRouter()),
            Throws.TypeOf<WampRouterConfigurationException>().With.Message.EndsWith("AddWampRouter: there is no realm; describe one with AddRealm, or name a directory of realm files with AddRealmFiles"));

    [Test]
    public void ConfigureLogins_RealmThatThereIsNot_IsAMistake() =>
        Assert.That(
            () => EmbeddingHost.StartAsync(static app => app.Services.AddWampRouter().AddRealm("realm1", OpenRealm.Describe).ConfigureLogins("realm2", static _ => { })),
            Throws.TypeOf<WampRouterConfigurationException>().With.Message.Contains("ConfigureLogins(\"realm2\"): there is no such realm"));

    [Test]
    public void MapWampRouter_NoSuchRouter_SaysWhatToCall() =>
        Assert.That(
            () => EmbeddingHost.StartAsync(static _ => { }, static app => app.MapWampRouter("/ws", "blue")),
            Throws.InvalidOperationException.With.Message.Contains("AddWampRouter(\"blue\")"));

    [Test]
    public async Task AddWampRouter_TheSameNameTwice_IsTheSameRouter()
    {
        await using var host = await EmbeddingHost.StartAsync(static app =>
        {
            app.Services.AddWampRouter().AddRealm("realm1", OpenRealm.Describe);
            app.Services.AddWampRouter().AddRealm("realm2", OpenRealm.Describe);
        });

        await host.JoinAsync(realm: "realm1");
        await host.JoinAsync(realm: "realm2");
    }

    [Test]
    public async Task MapWampRouter_RequireHost_OtherHostsDoNotFindIt()
    {
        await using var host = await EmbeddingHost.StartAsync(
            static app => app.Services.AddWampRouter().AddRealm("realm1", OpenRealm.Describe),
            static app => app.MapWampRouter().RequireHost("wamp.example"));

        Assert.That(await host.AskAsync(), Is.EqualTo(404));
        await host.JoinAsync(request: static request => request.Host = new("wamp.example"));
    }

    [TestCase("https://shop.example", 101)]
    [TestCase("https://evil.example", 403)]
    public async Task MapWampRouter_RequireCors_ItsPolicySaysWhichPagesMayConnect(string origin, int status)
    {
        await using var host = await EmbeddingHost.StartAsync(
            static app =>
            {
                app.Services.AddCors(static cors => cors.AddPolicy("pages", static policy => policy.WithOrigins("https://shop.example")));
                app.Services.AddWampRouter().AddRealm("realm1", OpenRealm.Describe);
            },
            static app =>
            {
                app.UseCors();
                app.MapWampRouter().RequireCors("pages");
            });

        if (status == 101)
        {
            await host.JoinAsync(request: request => request.Headers.Origin = origin);
        }
        else
        {
            Assert.That(await host.AskAsync(request: request => request.Headers.Origin = origin), Is.EqualTo(status));
        }
    }
}
