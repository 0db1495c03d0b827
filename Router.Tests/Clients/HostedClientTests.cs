using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using WampRouter.Client;
using WampRouter.Tests.Doubles;

namespace WampRouter.Tests.Clients;

/// <summary>A client in an application's host: its life, its health, and what it offers from the container.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class HostedClientTests
{
    private readonly HostedClient _hosted = new();

    [TearDown]
    public async Task DisposeAsync() => await _hosted.DisposeAsync();

    [Test]
    public async Task Stop_RouterIsAwayAndAServiceWaitsForIt_TheApplicationStops()
    {
        await using var application = new HostedClient();
        application.Add();
        var waiting = new LastWords();
        application.Services.AddHostedService(services => waiting.With(services.GetRequiredService<IWampClient>()));
        await application.StartAsync();

        await application.StopAsync();

        Assert.That((waiting.Failures.Count, application.Client.State), Is.EqualTo((1, WampClientState.Closed)));
    }

    [Test]
    public async Task Start_RouterIsNotThereYet_DoesNotWaitForIt()
    {
        _hosted.Add();
        _hosted.Router.IsDown = true;

        await _hosted.StartAsync();

        Assert.That(_hosted.Client.State, Is.EqualTo(WampClientState.Connecting));
        var publishing = _hosted.Client.PublishAsync("com.example.t", [1]);
        Assert.That(publishing.IsCompleted, Is.False, "requests wait for the router");
        _hosted.Router.IsDown = false;
        var peer = await _hosted.Router.WelcomeAsync();
        await publishing.Soon();
        Assert.That(await peer.ReceiveAsync(), Is.EqualTo("""[16,1,{},"com.example.t",[1]]"""));
    }

    [Test]
    public async Task Start_WaitForConnection_EndsWhenAllIsRegistered()
    {
        _hosted.Add(settings => settings.WaitForConnection = true).AddService<Counter>();
        var starting = _hosted.StartAsync();
        var peer = await _hosted.Router.WelcomeAsync();
        Assert.That(starting.IsCompleted, Is.False);

        Assert.That(await peer.AnswerAsync("[65,$,701]"), Is.EqualTo("""[64,1,{},"com.example.next"]"""));

        await starting;
    }

    [Test]
    public async Task Stop_Connected_SaysGoodbye()
    {
        _hosted.Add();
        var peer = await _hosted.JoinAsync();
        await _hosted.ReachAsync(WampClientState.Connected);

        var stopping = _hosted.StopAsync();
        Assert.That(await peer.AnswerAsync("""[6,{},"wamp.close.goodbye_and_out"]"""), Is.EqualTo("""[6,{},"wamp.close.close_realm"]"""));

        await stopping;
        Assert.That(_hosted.Client.State, Is.EqualTo(WampClientState.Closed));
    }

    [Test]
    public async Task Stop_NeverConnected_Ends()
    {
        _hosted.Add();
        _hosted.Router.IsDown = true;
        await _hosted.StartAsync();

        await _hosted.StopAsync();
    }

    [Test]
    public async Task AddService_EachCall_GetsAServiceOfItsOwnThatIsDisposed()
    {
        _hosted.Add().AddService<Counter>();
        var peer = await _hosted.JoinAsync();
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
        _hosted.Services.AddSingleton<Counter>();
        _hosted.Add().AddService<Counter>();
        var peer = await _hosted.JoinAsync();
        await peer.AnswerAsync("[65,$,701]");

        await peer.SendAsync("[68,1,701,{},[5]]");
        await peer.ReceiveAsync();
        await peer.SendAsync("[68,2,701,{},[5]]");

        Assert.That(await peer.ReceiveAsync(), Is.EqualTo("[70,2,{},[7]]"));
    }

    [Test]
    public async Task AddSubscription_Event_IsHandledByTheService()
    {
        _hosted.Services.AddSingleton<Listener>();
        _hosted.Add().AddSubscription<Listener, int>("com.example.t", (listener, number) => listener.HearAsync(number));
        var peer = await _hosted.JoinAsync();
        Assert.That(await peer.AnswerAsync("[33,$,501]"), Is.EqualTo("""[32,1,{},"com.example.t"]"""));

        await peer.SendAsync("[36,501,1,{},[7]]");

        Assert.That(await _hosted.Get<Listener>().Heard.Task.Soon(), Is.EqualTo(7));
    }

    [Test]
    public async Task Start_ConnectionIsLostWhileRegistering_RegistersAgain()
    {
        _hosted.Add(settings => settings.Reconnect.InitialDelay = TimeSpan.FromMilliseconds(1)).AddService<Counter>();
        var first = await _hosted.JoinAsync();
        await first.ReceiveAsync();

        await first.CloseAsync();

        var second = await _hosted.Router.WelcomeAsync();
        Assert.That(await second.AnswerAsync("[65,$,702]"), Does.Contain("com.example.next"));
    }

    [Test]
    public async Task AddWampClient_SeveralNames_AreKeyedAndApart()
    {
        _hosted.Add();
        _hosted.Services.AddWampClient("orders", settings => settings.Realm = "orders").UseTransport(_ => _hosted.Router.Transport);

        var (one, other) = (_hosted.Client, _hosted.Get<IWampClient>("orders"));

        Assert.That(other, Is.Not.SameAs(one));
        Assert.That(() => _hosted.Services.AddWampClient("orders", _ => { }), Throws.InvalidOperationException.With.Message.Contains("'orders'"));
        Assert.That(() => _hosted.Services.AddWampClient(_ => { }), Throws.InvalidOperationException);
        await Task.WhenAll(one.DisposeAsync().AsTask(), other.DisposeAsync().AsTask()).Soon();
    }

    [Test]
    public async Task HealthCheck_FollowsTheState()
    {
        _hosted.Add(settings => settings.Reconnect.Enabled = false);
        _hosted.Services.AddHealthChecks().AddWampClient();
        await _hosted.StartAsync();
        Assert.That((await CheckAsync()).Status, Is.EqualTo(HealthStatus.Degraded));

        var peer = await _hosted.Router.WelcomeAsync();
        await _hosted.ReachAsync(WampClientState.Connected);
        Assert.That((await CheckAsync()).Entries["wamp"].Description, Is.EqualTo("Connected to realm realm1"));
        Assert.That((await CheckAsync()).Status, Is.EqualTo(HealthStatus.Healthy));

        await peer.CloseAsync();
        await _hosted.ReachAsync(WampClientState.Closed);
        Assert.That((await CheckAsync()).Status, Is.EqualTo(HealthStatus.Unhealthy));
    }

    private Task<HealthReport> CheckAsync() => _hosted.Get<HealthCheckService>().CheckHealthAsync();

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
