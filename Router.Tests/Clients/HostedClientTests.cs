using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using WampRouter.Client;
using WampRouter.Client.Hosting;
using WampRouter.Tests.Doubles;

namespace WampRouter.Tests.Clients;

/// <summary>A client in an application's host: its life, its log, its health, and what it offers from the container.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class HostedClientTests
{
    private readonly ScriptedRouter _router = new();
    private readonly LogRecorder<HostedClientTests> _log = new();
    private readonly HostApplicationBuilder _builder = Host.CreateEmptyApplicationBuilder(null);
    private IHost? _host;

    [TearDown]
    public async Task DisposeAsync()
    {
        await _router.DisposeAsync();
        if (_host is not null)
        {
            await ((IAsyncDisposable)_host).DisposeAsync().AsTask().Soon();
        }
    }

    [Test]
    public async Task Start_RouterIsNotThereYet_DoesNotWaitForIt()
    {
        Add();
        _router.IsDown = true;

        var host = await StartAsync();

        Assert.That(host.Services.GetRequiredService<IWampClient>().State, Is.EqualTo(WampClientState.Connecting));
        var publishing = host.Services.GetRequiredService<IWampClient>().PublishAsync("com.example.t", [1]);
        Assert.That(publishing.IsCompleted, Is.False, "requests wait for the router");
        _router.IsDown = false;
        var peer = await _router.WelcomeAsync();
        await publishing.Soon();
        Assert.That(await peer.ReceiveAsync(), Is.EqualTo("""[16,1,{},"com.example.t",[1]]"""));
    }

    [Test]
    public async Task Start_WaitForConnection_EndsWhenAllIsRegistered()
    {
        Add(settings => settings.WaitForConnection = true).AddService<Counter>();
        _host = Build();
        var starting = _host.StartAsync();
        var peer = await _router.WelcomeAsync();
        Assert.That(starting.IsCompleted, Is.False);

        Assert.That(await peer.AnswerAsync("[65,$,701]"), Is.EqualTo("""[64,1,{},"com.example.next"]"""));

        await starting.Soon();
    }

    [Test]
    public async Task Stop_Connected_SaysGoodbye()
    {
        Add();
        var host = await StartAsync();
        var peer = await _router.WelcomeAsync();
        await ConnectedAsync(host);

        var stopping = host.StopAsync();
        Assert.That(await peer.AnswerAsync("""[6,{},"wamp.close.goodbye_and_out"]"""), Is.EqualTo("""[6,{},"wamp.close.close_realm"]"""));

        await stopping.Soon();
        Assert.That(host.Services.GetRequiredService<IWampClient>().State, Is.EqualTo(WampClientState.Closed));
    }

    [Test]
    public async Task Stop_NeverConnected_Ends()
    {
        Add();
        _router.IsDown = true;
        var host = await StartAsync();

        await host.StopAsync().Soon();
    }

    [Test]
    public async Task AddService_EachCall_GetsAServiceOfItsOwnThatIsDisposed()
    {
        Add().AddService<Counter>();
        await StartAsync();
        var peer = await _router.WelcomeAsync();
        await peer.AnswerAsync("[65,$,701]");

        await peer.SendAsync("[68,1,701,{},[5]]");
        Assert.That(await peer.ReceiveAsync(), Is.EqualTo("[70,1,{},[6]]"));
        await peer.SendAsync("[68,2,701,{},[5]]");
        Assert.That(await peer.ReceiveAsync(), Is.EqualTo("[70,2,{},[6]]"), "not 7: the first one's count went with it");

        Assert.That(Counter.Disposed, Is.GreaterThanOrEqualTo(2));
    }

    [Test]
    public async Task AddService_Singleton_IsTheSameForEachCall()
    {
        _builder.Services.AddSingleton<Counter>();
        Add().AddService<Counter>();
        await StartAsync();
        var peer = await _router.WelcomeAsync();
        await peer.AnswerAsync("[65,$,701]");

        await peer.SendAsync("[68,1,701,{},[5]]");
        await peer.ReceiveAsync();
        await peer.SendAsync("[68,2,701,{},[5]]");

        Assert.That(await peer.ReceiveAsync(), Is.EqualTo("[70,2,{},[7]]"));
    }

    [Test]
    public async Task AddSubscription_Event_IsHandledByTheService()
    {
        _builder.Services.AddSingleton<Listener>();
        Add().AddSubscription<Listener, int>("com.example.t", (listener, number) => listener.HearAsync(number));
        var host = await StartAsync();
        var peer = await _router.WelcomeAsync();
        Assert.That(await peer.AnswerAsync("[33,$,501]"), Is.EqualTo("""[32,1,{},"com.example.t"]"""));

        await peer.SendAsync("[36,501,1,{},[7]]");

        Assert.That(await host.Services.GetRequiredService<Listener>().Heard.Task.Soon(), Is.EqualTo(7));
    }

    [Test]
    public async Task Start_RegistrationIsRefused_StopsTheApplicationAndSaysWhy()
    {
        Add().AddService<Counter>();
        var host = await StartAsync();
        var stopping = new TaskCompletionSource();
        host.Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping.Register(stopping.SetResult);
        var peer = await _router.WelcomeAsync();

        await peer.AnswerAsync("""[8,64,$,{},"wamp.error.not_authorized"]""");

        await stopping.Task.Soon();
        Assert.That(_log.Entries.Where(line => line.Level == LogLevel.Critical).Select(line => line.Text).Single(), Does.Contain("'com.example.next' failed with wamp.error.not_authorized"));
    }

    [Test]
    public async Task Start_ConnectionIsLostWhileRegistering_RegistersAgain()
    {
        Add(settings => settings.Reconnect.InitialDelay = TimeSpan.FromMilliseconds(1)).AddService<Counter>();
        await StartAsync();
        var first = await _router.WelcomeAsync();
        await first.ReceiveAsync();

        await first.CloseAsync();

        var second = await _router.WelcomeAsync();
        Assert.That(await second.AnswerAsync("[65,$,702]"), Does.Contain("com.example.next"));
    }

    [Test]
    public async Task AddWampClient_SeveralNames_AreKeyedAndApart()
    {
        Add();
        _builder.Services.AddWampClient("orders", settings => settings.Realm = "orders").UseTransport(_ => _router.Transport);
        _host = Build();

        var (one, other) = (_host.Services.GetRequiredService<IWampClient>(), _host.Services.GetRequiredKeyedService<IWampClient>("orders"));

        Assert.That(other, Is.Not.SameAs(one));
        Assert.That(() => _builder.Services.AddWampClient("orders", _ => { }), Throws.InvalidOperationException.With.Message.Contains("'orders'"));
        Assert.That(() => _builder.Services.AddWampClient(_ => { }), Throws.InvalidOperationException);
        await Task.WhenAll(one.DisposeAsync().AsTask(), other.DisposeAsync().AsTask()).Soon();
    }

    [Test]
    public async Task Log_StateAndBackground_AreTold()
    {
        Add(settings => settings.Reconnect.Enabled = false).AddSubscription<Listener, int>("com.example.t", (_, _) => throw new InvalidOperationException("no ears"));
        var host = await StartAsync();
        var errors = new TaskCompletionSource();
        host.Services.GetRequiredService<IWampClient>().BackgroundError += (_, _) => errors.TrySetResult();
        var peer = await _router.WelcomeAsync();
        await peer.AnswerAsync("[33,$,501]");

        await peer.SendAsync("[36,501,1,{},[7]]");
        await errors.Task.Soon();

        Assert.That(_log.Lines, Does.Contain("Connected (router, realm realm1)"));
        Assert.That(_log.Lines, Does.Contain("EventHandlerFailed at com.example.t: no ears"));
    }

    [Test]
    public async Task HealthCheck_FollowsTheState()
    {
        Add(settings => settings.Reconnect.Enabled = false);
        _builder.Services.AddHealthChecks().AddWampClient();
        _router.IsDown = false;
        var host = await StartAsync();
        Assert.That((await CheckAsync(host)).Status, Is.EqualTo(HealthStatus.Degraded));

        var peer = await _router.WelcomeAsync();
        await ConnectedAsync(host);
        Assert.That((await CheckAsync(host)).Entries["wamp"].Description, Is.EqualTo("Connected to realm realm1"));
        Assert.That((await CheckAsync(host)).Status, Is.EqualTo(HealthStatus.Healthy));

        var closed = new TaskCompletionSource();
        host.Services.GetRequiredService<IWampClient>().StateChanged += (_, _) => closed.TrySetResult();
        await peer.CloseAsync();
        await closed.Task.Soon();
        Assert.That((await CheckAsync(host)).Status, Is.EqualTo(HealthStatus.Unhealthy));
    }

    [Test]
    public void Start_ManyMistakes_NamesEachByItsKey()
    {
        _builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Shop:Wamp:Url"] = "http://example.com/ws",
            ["Shop:Wamp:AuthId"] = "anna",
            ["Shop:Wamp:JoinTimeout"] = "00:00:00",
            ["Shop:Wamp:Reconnect:MaxAttempts"] = "0",
        });
        _builder.Services.AddWampClient(_builder.Configuration.GetSection("Shop:Wamp"));
        _host = Build();

        var error = Assert.CatchAsync<OptionsValidationException>(() => _host.StartAsync())!;

        Assert.That(error.Failures, Is.EquivalentTo(new[]
        {
            "Shop:Wamp:Url must begin with ws:// or wss://, but is 'http://example.com/ws'",
            "Shop:Wamp:Realm is missing: the realm to join",
            "Shop:Wamp:Ticket is missing: the ticket of 'anna'",
            "Shop:Wamp:JoinTimeout must be positive",
            "Shop:Wamp:Reconnect:MaxAttempts must be at least 1",
        }));
    }

    [Test]
    public void Start_KeyThatIsNoSetting_IsRefused()
    {
        _builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?> { ["Wamp:Url"] = "ws://localhost/ws", ["Wamp:Relm"] = "realm1" });
        _builder.Services.AddWampClient(_builder.Configuration.GetSection("Wamp"));
        _host = Build();

        Assert.That(() => _host.StartAsync(), Throws.InvalidOperationException.With.Message.Contains("Relm"));
    }

    [Test]
    public async Task Settings_FromConfiguration_ReachTheClient()
    {
        _builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Wamp:Realm"] = "realm1",
            ["Wamp:AuthId"] = "anna",
            ["Wamp:Ticket"] = "s3cret",
            ["Wamp:Serializers:0"] = "Cbor",
        });
        _builder.Services.AddWampClient(_builder.Configuration.GetSection("Wamp")).UseTransport(_ => _router.Transport);
        var host = await StartAsync();

        var peer = await _router.AcceptAsync();
        Assert.That(await peer.AnswerAsync("""[4,"ticket",{}]"""), Does.Contain("\"authid\":\"anna\""));
        Assert.That(await peer.AnswerAsync("[2,77,{}]"), Is.EqualTo("""[5,"s3cret",{}]"""));
        await ConnectedAsync(host);
        Assert.That(host.Services.GetRequiredService<IWampClient>().Session!.Subprotocol, Is.EqualTo("wamp.2.cbor"));
    }

    private static async Task ConnectedAsync(IHost host)
    {
        var client = host.Services.GetRequiredService<IWampClient>();
        var connected = new TaskCompletionSource();
        client.StateChanged += (_, change) => connected.TrySetResult();
        if (client.State != WampClientState.Connected)
        {
            await connected.Task.Soon();
        }
    }

    private static Task<HealthReport> CheckAsync(IHost host) => host.Services.GetRequiredService<HealthCheckService>().CheckHealthAsync();

    private WampClientBuilder Add(Action<WampClientSettings>? configure = null) => _builder.Services
        .AddWampClient(settings => settings.Realm = "realm1")
        .UseTransport(_ => _router.Transport)
        .Configure(configure ?? (_ => { }));

    private IHost Build()
    {
        _builder.Services.AddSingleton(_log.AsFactory());
        return _builder.Build();
    }

    private async Task<IHost> StartAsync()
    {
        _host = Build();
        await _host.StartAsync().Soon();
        return _host;
    }

    internal sealed class Counter : IDisposable
    {
        private static int _disposed;
        private int _calls;

        public static int Disposed => Volatile.Read(ref _disposed);

        [WampProcedure("com.example.next")]
        public int Next(int last) => last + Interlocked.Increment(ref _calls);

        public void Dispose() => Interlocked.Increment(ref _disposed);
    }

    internal sealed class Listener
    {
        public TaskCompletionSource<int> Heard { get; } = new();

        public Task HearAsync(int number)
        {
            Heard.SetResult(number);
            return Task.CompletedTask;
        }
    }
}
