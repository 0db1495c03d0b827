using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using WampRouter.Client;
using WampRouter.Measures;
using WampRouter.Realms.Events;
using WampRouter.Realms.History;
using WampRouter.Realms.Settings;
using WampRouter.Storage;
using WampRouter.Tests.Doubles;
using WampRouter.Tests.Storage;

namespace WampRouter.Tests.Hosting;

/// <summary>The configuration of a router that runs is read again: sessions stay, and what is different holds.</summary>
public sealed class ReloadTests
{
    private const int Reloaded = 1291;
    private const int Change = 1292;
    private const int NeedsRestart = 1293;
    private const int Lost = 1294;
    private const int Refused = 1295;
    private const int Mistake = 1296;

    private const string Everything = """{ "uri": "", "match": "prefix", "allow": { "call": true, "register": true, "publish": true, "subscribe": true } }""";

    private DataDirectory _directory = null!;

    [SetUp]
    public void MakeDirectory()
    {
        _directory = new DataDirectory();
        Write("shop", Everything);
    }

    [TearDown]
    public void RemoveDirectory() => _directory.Dispose();

    [Test]
    public async Task Reload_RightIsTakenAway_SessionsStayAndTheNextMessageIsRefused()
    {
        await using var host = await StartAsync();
        var client = await host.JoinAsync(realm: "shop");
        await using var subscription = await client.SubscribeAsync("com.a").Soon();
        await client.PublishAcknowledgedAsync("com.secret").Soon();

        Write("shop", Everything, """{ "uri": "com.secret", "allow": { "subscribe": true } }""");
        var reload = await Router(host).ReloadAsync().Soon();

        Assert.That(reload.Changes, Is.EqualTo(new[] { "realm shop: role anonymous may no longer call, register, publish to com.secret" }));
        Assert.That(reload.NeedRestart, Is.Empty);
        Assert.That(() => client.PublishAcknowledgedAsync("com.secret").Soon(), Throws.TypeOf<WampException>().With.Property("ErrorUri").EqualTo("wamp.error.not_authorized"));
        await client.PublishAcknowledgedAsync("com.a").Soon();
        Assert.That(host.Log.Of(Reloaded), Is.EqualTo(new[] { "The configuration was read again, for the application; changes: 1" }));
        Assert.That(host.Log.Of(Change), Is.EqualTo(new[] { "Changed: realm shop: role anonymous may no longer call, register, publish to com.secret" }));
        Assert.That(host.Log.Of(Lost), Is.Empty);
    }

    [Test]
    public async Task Reload_SubscriptionIsForbidden_ItsSessionHearsNoMoreAndTheLogCountsIt()
    {
        await using var host = await StartAsync();
        var client = await host.JoinAsync(realm: "shop");
        var heard = new List<string>();
        var last = new TaskCompletionSource();
        await using var secret = await client.SubscribeAsync("com.secret", _ => heard.Add("secret")).Soon();
        await using var open = await client.SubscribeAsync("com.open", _ => last.SetResult()).Soon();
        var publisher = await host.JoinAsync(realm: "shop");

        Write("shop", Everything, """{ "uri": "com.secret", "allow": { "publish": true } }""");
        await Router(host).ReloadAsync().Soon();

        Assert.That(host.Log.Of(Lost), Is.EqualTo(new[] { "By the changes sessions have lost: subscriptions: 1, registrations: 0; sessions that were ended: 0" }));
        await publisher.PublishAcknowledgedAsync("com.secret").Soon();
        await publisher.PublishAcknowledgedAsync("com.open").Soon();
        await last.Task.Soon();
        Assert.That(heard, Is.Empty);
    }

    [Test]
    public async Task Reload_Mistake_ChangesNothingAndSaysWhereItIs()
    {
        await using var host = await StartAsync();
        var client = await host.JoinAsync(realm: "shop");
        Write("shop", """{ "uri": "com.secret", "allow": {} }""");
        File.WriteAllText(Path.Combine(_directory.Path, "broken.json"), """{ "name": "broken", "roles": [ { "nam": "x" } ] }""");

        var refused = Assert.ThrowsAsync<WampRouterConfigurationException>(() => Router(host).ReloadAsync().Soon());

        Assert.That(refused!.Message, Does.Contain("broken.json:1:").And.Contain("did you mean 'name'?"));
        Assert.That(host.Log.Of(Refused).Single(), Does.Contain("everything stays as it was"));
        Assert.That(host.Log.Of(Mistake), Is.Not.Empty);
        await client.PublishAcknowledgedAsync("com.secret").Soon();
        Assert.That(Router(host).Realms, Is.EqualTo(new[] { "shop" }));
    }

    [Test]
    public async Task Reload_RealmsComeAndGo_OneCanBeJoinedAndTheOtherIsClosed()
    {
        await using var host = await StartAsync();
        var client = host.Client(realm: "shop");
        await client.ConnectAsync().Soon();
        var ended = new TaskCompletionSource<Exception?>();
        client.StateChanged += (_, change) => ended.TrySetResult(change.Cause);

        File.Delete(Path.Combine(_directory.Path, "shop.json"));
        Write("bank", Everything);
        var reload = await Router(host).ReloadAsync().Soon();

        Assert.That(reload.Changes, Is.EqualTo(new[] { "realm bank: it is new", "realm shop: it is closed, because it is no longer configured" }));
        Assert.That((await ended.Task.Soon())?.ToString(), Does.Contain("wamp.close.close_realm"));
        await host.JoinAsync(realm: "bank");
        var unknown = Assert.ThrowsAsync<WampConnectionException>(() => host.JoinAsync(realm: "shop"));
        Assert.That(unknown!.ErrorUri, Is.EqualTo("wamp.error.no_such_realm"));
        Assert.That(Router(host).Realms, Is.EqualTo(new[] { "bank" }));
    }

    [Test]
    public async Task Reload_WhatNeedsARestart_StaysAndIsSaidEachTime()
    {
        await using var host = await StartAsync();
        Write("shop", Everything, "", """ "uriCheck": "strict", """);

        await Router(host).ReloadAsync().Soon();
        var reload = await Router(host).ReloadAsync().Soon();

        Assert.That(reload.NeedRestart, Is.EqualTo(new[] { "realm shop: uriCheck is strict instead of loose" }));
        Assert.That(host.Log.Of(NeedsRestart), Has.Count.EqualTo(2));
        var client = await host.JoinAsync(realm: "shop");
        await client.PublishAcknowledgedAsync("com.Not-Strict").Soon();
    }

    [Test]
    public async Task Reload_HistoriesComeChangeAndGo_WithoutARestart()
    {
        await using var host = await StartAsync();
        var client = await host.JoinAsync(realm: "shop");
        await using var subscription = await client.SubscribeAsync("com.kept").Soon();
        await client.PublishAcknowledgedAsync("com.kept", [0]).Soon();

        Write("shop", Everything, settings: """ "history": [ { "uri": "com.kept" }, { "uri": "com.log.", "match": "prefix" } ], """);
        var reload = await Router(host).ReloadAsync().Soon();
        Assert.That(reload.Changes, Is.EqualTo(new[] { "realm shop: the history of com.kept is kept from now on", "realm shop: the history of URIs that begin with com.log. is kept from now on" }));
        for (var i = 1; i <= 3; i++)
        {
            await client.PublishAcknowledgedAsync("com.kept", [i]).Soon();
        }

        await client.PublishAcknowledgedAsync("com.log.a", [9]).Soon();
        Assert.That((await KeptAsync(client)).Count(), Is.EqualTo(3));
        Assert.That(await client.GetEventsAsync("com.log.", new WampHistoryQuery { Match = WampMatch.Prefix }).Soon(), Has.Count.EqualTo(1));

        Write("shop", Everything, settings: """ "history": [ { "uri": "com.kept", "limit": 2 } ], """);
        await Router(host).ReloadAsync().Soon();
        Assert.That(await KeptAsync(client), Is.EqualTo(new[] { 2, 3 }));

        Write("shop", Everything);
        await Router(host).ReloadAsync().Soon();
        Assert.That(() => client.GetEventsAsync("com.kept").Soon(), Throws.TypeOf<WampException>());
        await client.PublishAcknowledgedAsync("com.kept", [4]).Soon();

        static async Task<IEnumerable<int>> KeptAsync(WampClient client) => (await client.GetEventsAsync("com.kept").Soon()).Select(kept => kept.Event.Arguments.Get<int>(0)).ToArray();
    }

    [Test]
    public async Task Reload_DurableHistoryGoesAndComesBack_HasItsEventsAndAnotherStoreNeedsARestart()
    {
        using var data = new DataDirectory();
        const string Kept = """ "history": [ { "uri": "com.kept", "store": "sqlite" } ], """;
        Write("shop", Everything, settings: Kept);
        await using var host = await EmbeddingHost.StartAsync(app => app.Services.AddWampRouter().Configure(options => options.DataDirectory = data.Path).AddRealmFiles(_directory.Path).AddSqliteHistories());
        var client = await host.JoinAsync(realm: "shop");
        await client.PublishAcknowledgedAsync("com.kept", [1]).Soon();

        Write("shop", Everything);
        await Router(host).ReloadAsync().Soon();
        await client.PublishAcknowledgedAsync("com.kept", [2]).Soon();
        Write("shop", Everything, settings: Kept);
        await Router(host).ReloadAsync().Soon();
        await client.PublishAcknowledgedAsync("com.kept", [3]).Soon();
        Write("shop", Everything, settings: """ "history": [ { "uri": "com.kept", "store": "memory", "limit": 5 } ], """);
        var reload = await Router(host).ReloadAsync().Soon();

        Assert.That((await client.GetEventsAsync("com.kept").Soon()).Select(kept => kept.Event.Arguments.Get<int>(0)), Is.EqualTo(new[] { 1, 3 }));
        Assert.That(reload.NeedRestart, Is.EqualTo(new[] { "realm shop: the history of com.kept is kept in memory instead of sqlite" }));
        Assert.That(reload.Changes, Is.EqualTo(new[] { "realm shop: the history of com.kept: limit is 5 instead of 1000" }));
    }

    [Test]
    public async Task Reload_OneOfTwoNewHistoriesCannotBeOpened_NothingIsOpenAndNothingChanges()
    {
        var store = new HalfBrokenStore();
        await using var host = await EmbeddingHost.StartAsync(app =>
        {
            app.Services.AddWampRouter().AddRealmFiles(_directory.Path);
            app.Services.AddKeyedSingleton<IDurableHistories>("", store);
        });
        var client = await host.JoinAsync(realm: "shop");
        Write("shop", """{ "uri": "com.a", "allow": {} }""", settings: """ "history": [ { "uri": "com.kept", "store": "sqlite" } ], """);
        Write("third", Everything, settings: """ "history": [ { "uri": "com.kept", "store": "sqlite" } ], """);
        Write("zoo", Everything, settings: """ "history": [ { "uri": "com.broken", "store": "sqlite" } ], """);

        var refused = Assert.ThrowsAsync<WampRouterConfigurationException>(() => Router(host).ReloadAsync().Soon());

        Assert.That(refused!.Message, Does.Contain("com.broken cannot be opened"));
        Assert.That((store.Opened, store.Closed), Is.EqualTo((2, 2)));
        Assert.That(Router(host).Realms, Is.EqualTo(new[] { "shop" }));
        await client.PublishAcknowledgedAsync("com.a").Soon();
    }

    [Test]
    public async Task Reload_RightsAreTakenAndGivenBack_TheApplicationIsToldAndMayBeginAgain()
    {
        await using var host = await StartAsync();
        var (callee, other) = (await host.JoinAsync(realm: "shop"), await host.JoinAsync(realm: "shop"));
        var heard = 0;
        var registration = await callee.RegisterAsync("com.add", (int a, int b) => a + b).Soon();
        var subscription = await callee.SubscribeAsync("com.news", _ => Interlocked.Increment(ref heard)).Soon();
        Assert.That(await other.CallAsync<int>("com.add", [1, 2]).Soon(), Is.EqualTo(3));

        Write("shop", Everything, """{ "uri": "com.add", "allow": { "call": true } }, { "uri": "com.news", "allow": { "publish": true } }""");
        await Router(host).ReloadAsync().Soon();

        Assert.That(await registration.Revoked.Soon(), Does.Contain("wamp.error.not_authorized"));
        Assert.That(await subscription.Revoked.Soon(), Does.Contain("wamp.error.not_authorized"));
        Assert.That(() => other.CallAsync<int>("com.add", [1, 2]).Soon(), Throws.TypeOf<WampException>().With.Property("ErrorUri").EqualTo("wamp.error.no_such_procedure"));
        await other.PublishAcknowledgedAsync("com.news").Soon();
        Assert.That(() => callee.RegisterAsync("com.add", (int a, int b) => a + b).Soon(), Throws.TypeOf<WampException>().With.Property("ErrorUri").EqualTo("wamp.error.not_authorized"));

        Write("shop", Everything);
        await Router(host).ReloadAsync().Soon();

        var told = new TaskCompletionSource();
        await using var again = await callee.RegisterAsync("com.add", (int a, int b) => a + b).Soon();
        await using var more = await callee.SubscribeAsync("com.news", _ => told.SetResult()).Soon();
        Assert.That(await other.CallAsync<int>("com.add", [3, 4]).Soon(), Is.EqualTo(7));
        await other.PublishAcknowledgedAsync("com.news").Soon();
        await told.Task.Soon();
        Assert.That(heard, Is.Zero, "the handler of the revoked subscription is silent");
    }

    [Test]
    public async Task Reload_RealmsDirectoryIsAnother_ItsRealmsAreServedAndItIsWatched()
    {
        using var elsewhere = new DataDirectory();
        var directory = _directory.Path;
        await using var host = await EmbeddingHost.StartAsync(app => app.Services.AddWampRouter().AddRealmFiles(directory).Configure(options => options.RealmsDirectory = directory));
        File.Copy(Path.Combine(_directory.Path, "shop.json"), Path.Combine(elsewhere.Path, "shop.json"));

        directory = elsewhere.Path;
        var reload = await Router(host).ReloadAsync().Soon();
        Assert.That(reload.Changes.Single(), Does.StartWith("RealmsDirectory is "));
        File.WriteAllText(Path.Combine(elsewhere.Path, "bank.json"), "{");
        await host.Log.WhenLoggedAsync(Mistake).Soon();

        Assert.That(host.Log.Of(Mistake)[0], Does.Contain(Path.Combine(elsewhere.Path, "bank.json")));
    }

    [Test]
    public async Task Reload_RealmGoesAndComesBack_ItsCountersBeginAtZeroAgain()
    {
        Write("bank", Everything);
        await using var host = await StartAsync();
        using var publications = new Measured(host.Services.GetRequiredKeyedService<RouterMeter>(""), "wamp_router.publications");
        await using (var client = await host.JoinAsync(realm: "shop"))
        {
            await client.PublishAcknowledgedAsync("com.a").Soon();
        }

        var counted = publications.Of("realm=shop");

        File.Move(Path.Combine(_directory.Path, "shop.json"), Path.Combine(_directory.Path, "shop.off"));
        await Router(host).ReloadAsync().Soon();
        var meanwhile = publications.Tags;
        File.Move(Path.Combine(_directory.Path, "shop.off"), Path.Combine(_directory.Path, "shop.json"));
        await Router(host).ReloadAsync().Soon();

        Assert.That(counted, Is.Positive);
        Assert.That(meanwhile, Is.EqualTo(new[] { "realm=bank" }));
        Assert.That(publications.Tags, Is.EquivalentTo(new[] { "realm=bank", "realm=shop" }));
        Assert.That(publications.Of("realm=shop"), Is.Zero);
    }

    [Test]
    public async Task Reload_WhatHistoriesNeedIsMissing_IsOneMistakeAndChangesNothing()
    {
        var store = new HalfBrokenStore { Missing = "there is no library" };
        await using var host = await EmbeddingHost.StartAsync(app =>
        {
            app.Services.AddWampRouter().AddRealmFiles(_directory.Path);
            app.Services.AddKeyedSingleton<IDurableHistories>("", store);
        });

        Write("kept", Everything, settings: """ "history": [ { "uri": "com.a", "store": "sqlite" }, { "uri": "com.b", "store": "sqlite" } ], """);
        var refused = Assert.ThrowsAsync<WampRouterConfigurationException>(() => Router(host).ReloadAsync().Soon());

        Assert.That(refused!.Message, Does.EndWith($"{_directory.Path}/kept.json: the history of 'com.a' cannot be kept in a file: there is no library"));
        Assert.That(refused.Message, Does.Not.Contain("com.b"));
        Assert.That((Router(host).Realms, store.Opened), Is.EqualTo((new[] { "shop" }, 0)));
    }

    [Test]
    public async Task Reload_NothingIsDifferent_SaysSo()
    {
        await using var host = await StartAsync();

        var reload = await Router(host).ReloadAsync().Soon();

        Assert.That((reload.Changes.Count, reload.NeedRestart.Count, host.Log.Of(Reloaded).Single()), Is.EqualTo((0, 0, "The configuration was read again, for the application; changes: 0")));
    }

    [Test]
    public async Task Reload_SettingsWereWrittenJustNow_AreRead()
    {
        var file = Path.Combine(_directory.Path, "settings");
        await File.WriteAllTextAsync(file, """{ "WampRouter": { "Sessions": { "IdleTimeout": "00:05:00" } } }""");
        await using var host = await EmbeddingHost.StartAsync(app =>
        {
            app.Configuration.AddJsonFile(file, optional: false, reloadOnChange: false);
            app.Services.AddWampRouter(app.Configuration).AddRealmFiles(_directory.Path);
        });

        await File.WriteAllTextAsync(file, """{ "WampRouter": { "Sessions": { "IdleTimeout": "00:06:00" } } }""");
        var reload = await Router(host).ReloadAsync().Soon();

        Assert.That(reload.Changes, Is.EqualTo(new[] { "Sessions:IdleTimeout is 360 s now, it was 300 s" }));
        await File.WriteAllTextAsync(file, "{");
        var refused = Assert.ThrowsAsync<WampRouterConfigurationException>(() => Router(host).ReloadAsync().Soon());
        Assert.That(refused!.Message, Does.Contain("\nthe application's configuration: ").And.Contain(file));
        await host.JoinAsync(realm: "shop");
    }

    [Test]
    public async Task Watch_FileChanges_IsReadAgainByItself()
    {
        await using var host = await StartAsync();
        var client = await host.JoinAsync(realm: "shop");

        Write("shop", """{ "uri": "com.a", "allow": { "publish": true } }""");
        await host.Log.WhenLoggedAsync(Change).Soon();

        await client.PublishAcknowledgedAsync("com.a").Soon();
        Assert.That(() => client.PublishAcknowledgedAsync("com.b").Soon(), Throws.TypeOf<WampException>());
    }

    [Test]
    public async Task Watch_SwitchedOff_NothingIsReadByItself()
    {
        await using var host = await StartAsync(options => options.ReloadOnChange = false);

        Write("shop", """{ "uri": "com.a", "allow": { "publish": true } }""");
        var reload = await Router(host).ReloadAsync().Soon();

        Assert.That((reload.Changes.Count > 0, host.Log.Of(Reloaded).Count), Is.EqualTo((true, 1)));
    }

    /// <summary>Opens all histories but those of one topic.</summary>
    private sealed class HalfBrokenStore : IDurableHistories
    {
        public int Opened { get; private set; }

        public int Closed { get; private set; }

        public string? Missing { get; set; }

        public string? Trouble => null;

        public IEventHistory Open(string realm, HistorySettings settings)
        {
            if (settings.Uri == "com.broken")
            {
                throw new EventHistoryException("com.broken cannot be opened", new IOException());
            }

            Opened++;
            return new Kept(this);
        }

        private sealed class Kept(HalfBrokenStore store) : IEventHistory
        {
            public HistoryVolume Volume => default;

            public void Apply(HistorySettings settings)
            {
            }

            public bool TryAppend(StoredEvent stored, IAppendReceipt? receipt) => true;

            public Task ReadAsync(HistoryReading reading) => Task.CompletedTask;

            public void Dispose() => store.Closed++;
        }
    }

    private static IWampRouter Router(EmbeddingHost host) => host.Services.GetRequiredService<IWampRouter>();

    private Task<EmbeddingHost> StartAsync(Action<WampRouterOptions>? configure = null) =>
        EmbeddingHost.StartAsync(app => app.Services.AddWampRouter().Configure(configure ?? (static _ => { })).AddRealmFiles(_directory.Path));

    private void Write(string name, string rule, string more = "", string settings = "")
    {
        var file = Path.Combine(_directory.Path, $"{name}.json");
        var rules = more.Length > 0 ? $"{rule}, {more}" : rule;
        File.WriteAllText($"{file}.part", $$"""{ "name": "{{name}}", {{settings}} "roles": [ { "name": "anonymous", "permissions": [ {{rules}} ] } ], "authentication": { "anonymous": { "role": "anonymous" } } }""");
        File.Move($"{file}.part", file, overwrite: true);
    }
}
