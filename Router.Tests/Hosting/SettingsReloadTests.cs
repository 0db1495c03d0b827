using Microsoft.Extensions.DependencyInjection;
using WampRouter.Client;
using WampRouter.Configuration;
using WampRouter.Configuration.Changes;
using WampRouter.Tests.Doubles;

namespace WampRouter.Tests.Hosting;

/// <summary>The settings of a router change while it runs: who is connected stays, and what is different holds.</summary>
public sealed class SettingsReloadTests
{
    private const int Refused = 1295;

    private Action<WampRouterOptions> _settings = static _ => { };

    [SetUp]
    public void BeginWithDefaults() => _settings = static _ => { };

    [Test]
    public void Settings_AllThatCanBeSet_AreKnownToTheDifference() =>
        Assert.That(RouterSetting.All.Select(setting => setting.Key), Is.EquivalentTo(OptionsKind.RouterShape.Keys.Except(["Sessions", "Transports", "Transports:Compression"])));

    [Test]
    public async Task Reload_SettingsAreDifferent_AreToldInSentences()
    {
        await using var host = await StartAsync(options => options.Transports.MaxConnections = 7);

        var reload = await ReloadAsync(host, options =>
        {
            options.Sessions.HelloTimeout = TimeSpan.FromSeconds(5);
            options.Sessions.Shutdown = WampRouter.Sessions.WampShutdownNotice.Goodbye;
            options.Sessions.FailedLoginDelay = TimeSpan.FromMilliseconds(100);
            options.Transports.MaxMessageBytes = 2_000_000;
            options.Transports.AllowedOrigins = ["https://one.example", "https://two.example"];
            options.DataDirectory = "elsewhere";
        });

        Assert.That(reload.Changes, Is.EqualTo(new[]
        {
            "Sessions:HelloTimeout is 5 s now, it was 10 s; this counts for those who connect from now on",
            "Sessions:Shutdown is goodbye now, it was restart",
            "Sessions:FailedLoginDelay is 100 ms now, it was 250 ms",
            "Transports:MaxMessageBytes is 2000000 now, it was 1048576; this counts for those who connect from now on",
            "Transports:MaxConnections is not set now, it was 7",
            "Transports:AllowedOrigins is https://one.example, https://two.example now, it was empty; this counts for those who connect from now on",
        }));
        Assert.That(reload.NeedRestart, Is.EqualTo(new[] { "DataDirectory is data until then, and elsewhere afterwards" }));
    }

    [Test]
    public async Task Reload_NothingIsDifferentSinceTheLast_IsToldOnlyOfWhatNeedsARestart()
    {
        await using var host = await StartAsync();
        Action<WampRouterOptions> settings = options => (options.DataDirectory, options.Sessions.HelloTimeout) = ("elsewhere", TimeSpan.FromSeconds(5));
        await ReloadAsync(host, settings);

        var again = await ReloadAsync(host, settings);

        Assert.That((again.Changes.Count, again.NeedRestart.Count), Is.EqualTo((0, 1)));
    }

    [Test]
    public async Task Reload_FewerConnectionsThanThereAre_NobodyIsDroppedAndNobodyComes()
    {
        await using var host = await StartAsync();
        var one = await host.JoinAsync();
        var other = await host.JoinAsync();

        await ReloadAsync(host, options => options.Transports.MaxConnections = 1);

        Assert.That(await host.AskAsync(), Is.EqualTo(503));
        await one.PublishAcknowledgedAsync("com.a").Soon();
        await other.PublishAcknowledgedAsync("com.a").Soon();

        await ReloadAsync(host, options => options.Transports.MaxConnections = 3);
        await host.JoinAsync();
    }

    [Test]
    public async Task Reload_Origins_HoldForTheNextHandshake()
    {
        await using var host = await StartAsync();
        Assert.That(await AskAsync(), Is.EqualTo(403));

        await ReloadAsync(host, options => options.Transports.AllowedOrigins = ["https://app.example"]);
        await host.JoinAsync(request: FromApp);

        await ReloadAsync(host, static _ => { });
        Assert.That(await AskAsync(), Is.EqualTo(403));

        Task<int> AskAsync() => host.AskAsync(request: FromApp);

        static void FromApp(Microsoft.AspNetCore.Http.HttpRequest request) => request.Headers.Origin = "https://app.example";
    }

    [Test]
    public async Task Reload_SmallerMessages_WhoIsConnectedMaySendWhatItWasTold()
    {
        await using var host = await StartAsync(options => options.Transports.MaxOversizeBytes = 1_048_576);
        var former = await host.JoinAsync();

        await ReloadAsync(host, options => (options.Transports.MaxMessageBytes, options.Transports.MaxOversizeBytes) = (100_000, 200_000));
        var present = await host.JoinAsync();

        await former.PublishAcknowledgedAsync("com.a", [new string('x', 500_000)]).Soon();
        var refusal = Assert.ThrowsAsync<WampException>(() => present.PublishAcknowledgedAsync("com.a", [new string('x', 150_000)]).Soon());
        Assert.That(refusal!.ErrorUri, Is.EqualTo("wamp.error.payload_size_exceeded"));
    }

    [Test]
    public async Task Reload_AMistakeAmongGoodSettings_ChangesNone()
    {
        await using var host = await StartAsync();

        var refused = Assert.ThrowsAsync<WampRouterConfigurationException>(() => ReloadAsync(host, options =>
        {
            options.Transports.MaxConnections = 1;
            options.Sessions.HelloTimeout = TimeSpan.FromHours(1);
        }));

        Assert.That(refused!.Message, Does.Contain("HelloTimeout"));
        Assert.That(host.Log.Of(Refused).Single(), Does.Contain("everything stays as it was"));
        await host.JoinAsync();
        await host.JoinAsync();
    }

    [Test]
    public async Task Reload_WhileClientsComeTalkAndGo_NobodyIsDropped()
    {
        await using var host = await StartAsync();
        var resident = await host.JoinAsync();
        using var over = new CancellationTokenSource();
        var random = new Random(4711);
        var visitors = Enumerable.Range(0, 3).Select(_ => Task.Run(async () =>
        {
            while (!over.IsCancellationRequested)
            {
                var visitor = host.Client();
                await visitor.ConnectAsync().Soon();
                await visitor.PublishAcknowledgedAsync("com.a", [new string('x', 20_000)]).Soon();
                await visitor.DisposeAsync();
            }
        })).ToArray();

        for (var i = 0; i < 200; i++)
        {
            await ReloadAsync(host, options =>
            {
                options.Transports.MaxConnections = random.Next(20, 1_000);
                options.Transports.MaxConnectionsPerAddress = random.Next(20, 1_000);
                options.Transports.JoinsPerSecond = random.Next(100_000, 200_000);
                options.Transports.PingInterval = TimeSpan.FromSeconds(random.Next(20, 40));
                options.Transports.MaxMessageBytes = random.Next(100_000, 200_000);
                options.Transports.MaxOversizeBytes = 200_000;
                options.Transports.OutboxTotalBytes = random.Next(20_000_000, 40_000_000);
                options.Transports.MaxMessagesPerSecond = random.Next(2) == 0 ? null : 10_000;
                options.Sessions.HelloTimeout = TimeSpan.FromSeconds(random.Next(5, 20));
                options.Sessions.MaxDetachedSessions = random.Next(0, 10);
            });
            await resident.PublishAcknowledgedAsync("com.a", [new string('x', 20_000)]).Soon();
        }

        await over.CancelAsync();
        await Task.WhenAll(visitors).Soon();
        Assert.That(resident.State, Is.EqualTo(WampClientState.Connected));
    }

    private Task<WampReload> ReloadAsync(EmbeddingHost host, Action<WampRouterOptions> settings)
    {
        _settings = settings;
        return host.Services.GetRequiredService<IWampRouter>().ReloadAsync().Soon();
    }

    private Task<EmbeddingHost> StartAsync(Action<WampRouterOptions>? settings = null)
    {
        _settings = settings ?? _settings;
        return EmbeddingHost.StartAsync(app => app.Services.AddWampRouter().Configure(options => _settings(options)).AddRealm("realm1", OpenRealm.Describe));
    }
}
