using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using WampRouter.Client;
using WampRouter.Client.Hosting;
using WampRouter.Tests.Doubles;

namespace WampRouter.Tests.Clients;

/// <summary>Interfaces in an application's host: served from its container, and called from it.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed partial class HostedContractTests
{
    private readonly ScriptedRouter _router = new();
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
    public async Task AddContract_EachCallAndEvent_GetsAServiceOfItsOwn()
    {
        var log = new Log();
        _builder.Services.AddSingleton(log);
        AddClient().AddContract<IMeter, Meter>(
            registration => registration with { Invoke = WampInvokePolicy.RoundRobin }, subscription => subscription with { GetRetained = true });
        var peer = await StartAsync();
        Assert.That(await peer.AnswerAsync("[65,$,701]"), Is.EqualTo("""[64,1,{"invoke":"roundrobin"},"com.example.meter.next"]"""));
        Assert.That(await peer.AnswerAsync("[33,$,501]"), Is.EqualTo("""[32,2,{"get_retained":true},"com.example.meter.reset"]"""));

        await peer.SendAsync("[68,1,701,{},[5]]");
        Assert.That(await peer.ReceiveAsync(), Is.EqualTo("[70,1,{},[6]]"));
        await peer.SendAsync("[68,2,701,{},[5]]");
        Assert.That(await peer.ReceiveAsync(), Is.EqualTo("[70,2,{},[6]]"), "not 7: the first one's count went with it");
        await peer.SendAsync("[36,501,1,{},[8]]");
        Assert.That(await log.Reset.Task.Soon(), Is.EqualTo(8));
    }

    [Test]
    public async Task AddContract_Singleton_IsTheSameForEachCall()
    {
        _builder.Services.AddSingleton(new Log()).AddSingleton<Meter>();
        AddClient().AddContract<IMeter, Meter>();
        var peer = await StartAsync();
        await peer.AnswerAsync("[65,$,701]");

        await peer.AnswerAsync("[33,$,501]");
        await peer.SendAsync("[68,1,701,{},[5]]");
        await peer.ReceiveAsync();
        await peer.SendAsync("[68,2,701,{},[5]]");

        Assert.That(await peer.ReceiveAsync(), Is.EqualTo("[70,2,{},[7]]"));
    }

    [Test]
    public async Task AddProxy_Interface_IsAServiceThatCalls()
    {
        AddClient().AddProxy<IMeter>(new WampCallOptions { DiscloseMe = true });
        _builder.Services.AddWampClient("other", settings => settings.Realm = "other").UseTransport(_ => _router.Transport).AddProxy<IMeter>();
        _host = _builder.Build();
        var client = (WampClient)_host.Services.GetRequiredService<IWampClient>();
        var connecting = client.ConnectAsync();
        var peer = await _router.WelcomeAsync();
        await connecting.Soon();

        var next = _host.Services.GetRequiredService<IMeter>().NextAsync(1);

        Assert.That(await peer.AnswerAsync("[50,$,{},[2]]"), Is.EqualTo("""[48,1,{"disclose_me":true},"com.example.meter.next",[1]]"""));
        Assert.That(await next.Soon(), Is.EqualTo(2));
        Assert.That(_host.Services.GetRequiredKeyedService<IMeter>("other"), Is.Not.SameAs(_host.Services.GetRequiredService<IMeter>()));
    }

    private WampClientBuilder AddClient() => _builder.Services.AddWampClient(settings => settings.Realm = "realm1").UseTransport(_ => _router.Transport);

    private async Task<ScriptedPeer> StartAsync()
    {
        _host = _builder.Build();
        await _host.StartAsync().Soon();
        return await _router.WelcomeAsync();
    }

    internal sealed class Log
    {
        public TaskCompletionSource<int> Reset { get; } = new();
    }

    internal sealed class Meter(Log log) : IMeter
    {
        private int _calls;

        public Task<int> NextAsync(int last) => Task.FromResult(last + Interlocked.Increment(ref _calls));

        public Task ResetAsync(int to)
        {
            log.Reset.SetResult(to);
            return Task.CompletedTask;
        }
    }

    [WampContract("com.example.meter")]
    internal partial interface IMeter
    {
        [WampProcedure("next")]
        Task<int> NextAsync(int last);

        [WampTopic("reset")]
        Task ResetAsync(int to);
    }
}
