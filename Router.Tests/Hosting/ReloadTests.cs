using Microsoft.Extensions.DependencyInjection;
using WampRouter.Client;
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
    public async Task Reload_NothingIsDifferent_SaysSo()
    {
        await using var host = await StartAsync();

        var reload = await Router(host).ReloadAsync().Soon();

        Assert.That((reload.Changes.Count, reload.NeedRestart.Count, host.Log.Of(Reloaded).Single()), Is.EqualTo((0, 0, "The configuration was read again, for the application; changes: 0")));
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
