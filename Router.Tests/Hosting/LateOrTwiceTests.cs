using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using WampRouter.Client;

namespace WampRouter.Tests.Hosting;

/// <summary>What an application says of a router too late, or a second time in contradiction to the first, is refused and not forgotten in silence.</summary>
public sealed class LateOrTwiceTests
{
    private static readonly TestCaseData[] Additions =
    [
        Addition("AddRealm", static router => router.AddRealm("realm2", OpenRealm.Describe)),
        Addition("AddRealmFiles", static router => router.AddRealmFiles("realms")),
        Addition("Configure", static router => router.Configure(static options => options.DataDirectory = "x")),
        Addition("ConfigureSection", static router => router.Configure(new Microsoft.Extensions.Configuration.ConfigurationManager().GetSection("x"))),
        Addition("ConfigureLogins", static router => router.ConfigureLogins("realm1", static _ => { })),
        Addition("UsePayloadSerializer", static router => router.UsePayloadSerializer(WampJsonSerializer.Default)),
    ];

    [TestCaseSource(nameof(Additions))]
    public async Task Builder_AfterMapWampRouter_IsTooLate(Action<WampRouterBuilder> add)
    {
        WampRouterBuilder? router = null;
        await using var host = await EmbeddingHost.StartAsync(app => router = app.Services.AddWampRouter().AddRealm("realm1", OpenRealm.Describe));

        Assert.That(() => add(router!), Throws.InvalidOperationException.With.Message.Contains("made already"));
    }

    [Test]
    public async Task Logins_AfterTheStart_AreTooLate()
    {
        WampLogins? logins = null;
        await using var host = await EmbeddingHost.StartAsync(app => app.Services.AddWampRouter().AddRealm("realm1", realm =>
        {
            OpenRealm.Describe(realm);
            logins = realm.Logins;
        }));

        Assert.That(() => logins!.UseHttpUser(static _ => null), Throws.InvalidOperationException.With.Message.Contains("made already"));
        Assert.That(() => logins!.CheckTickets(static (_, _) => default), Throws.InvalidOperationException.With.Message.Contains("made already"));
    }

    [Test]
    public void Logins_TheSameKindTwice_IsRefused()
    {
        var logins = new WampLogins().UseHttpUser(static _ => null).CheckTickets(static (_, _) => default);

        Assert.That(() => logins.UseHttpUser(static _ => null), Throws.InvalidOperationException.With.Message.Contains("UseHttpUser was called already"));
        Assert.That(() => logins.CheckTickets(static (_, _) => default), Throws.InvalidOperationException.With.Message.Contains("CheckTickets was called already"));
    }

    [Test]
    public async Task ConfigureLogins_RealmOfCodeWithLoginsOfAnotherKind_BothCount()
    {
        await using var host = await EmbeddingHost.StartAsync(static app => app.Services.AddWampRouter()
            .ConfigureLogins("realm1", static logins => logins.CheckTickets(static (login, _) => ValueTask.FromResult<WampIdentity?>(new WampIdentity(login.AuthId, "staff"))))
            .AddRealm("realm1", static realm =>
            {
                realm.AddRole("staff").AllowEverything();
                realm.Logins.UseHttpUser(static _ => null);
            }));

        await host.JoinAsync(authentication: WampAuthentication.Ticket("bob", "any"));
    }

    [Test]
    public void ConfigureLogins_RealmOfCodeWithLoginsOfTheSameKind_IsAMistake() =>
        Assert.That(
            () => EmbeddingHost.StartAsync(static app => app.Services.AddWampRouter()
                .ConfigureLogins("realm1", static logins => logins.UseHttpUser(static _ => null))
                .AddRealm("realm1", static realm =>
                {
                    OpenRealm.Describe(realm);
                    realm.Logins.UseHttpUser(static _ => null);
                })),
            Throws.TypeOf<WampRouterConfigurationException>().With.Message.Contains("ConfigureLogins(\"realm1\"): UseHttpUser was called for this realm already, by AddRealm(\"realm1\")"));

    [Test]
    public void Configure_TwoSections_TheSecondIsRefused()
    {
        var configuration = new Microsoft.Extensions.Configuration.ConfigurationManager();
        var router = new ServiceCollection().AddWampRouter(configuration);

        Assert.That(() => router.Configure(configuration.GetSection("WampRouter")), Throws.Nothing);
        Assert.That(() => router.Configure(configuration.GetSection("Messaging")), Throws.InvalidOperationException.With.Message.Contains("'WampRouter'").And.Message.Contains("'Messaging'"));
    }

    [Test]
    public void AddRealmFiles_TwoDirectories_TheSecondIsRefused()
    {
        var router = new ServiceCollection().AddWampRouter().AddRealmFiles("a");

        Assert.That(() => router.AddRealmFiles("b"), Throws.InvalidOperationException.With.Message.Contains("'a'").And.Message.Contains("'b'"));
    }

    [TestCase("/ws", "ws")]
    [TestCase("/WS", "/ws/")]
    public void MapWampRouter_TheSamePathTwice_TheApplicationDoesNotStart(string first, string second) =>
        Assert.That(
            () => StartAsync(app =>
            {
                app.MapWampRouter(first);
                app.MapWampRouter(second, "blue");
            }),
            Throws.InvalidOperationException.With.Message.Contains($"MapWampRouter was called twice for '{first}'"));

    [Test]
    public async Task MapWampRouter_TheSamePathForOtherHosts_LeadsToTheRouterOfTheHost()
    {
        await using var host = await StartAsync(static app =>
        {
            app.MapWampRouter();
            app.MapWampRouter("/ws", "blue").RequireHost("blue.example", "also.blue.example");
        });

        await host.JoinAsync(realm: "realm1");
        await host.JoinAsync(realm: "blue-realm", request: static request => request.Host = new("blue.example"));
    }

    private static Task<EmbeddingHost> StartAsync(Action<WebApplication> map) => EmbeddingHost.StartAsync(
        static app =>
        {
            app.Services.AddWampRouter().AddRealm("realm1", OpenRealm.Describe);
            app.Services.AddWampRouter("blue").AddRealm("blue-realm", OpenRealm.Describe);
        },
        map);

    private static TestCaseData Addition(string name, Action<WampRouterBuilder> add) => new TestCaseData(add).SetArgDisplayNames(name);
}
