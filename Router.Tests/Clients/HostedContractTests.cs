using Microsoft.Extensions.DependencyInjection;
using WampRouter.Client;
using WampRouter.Tests.Doubles;

namespace WampRouter.Tests.Clients;

/// <summary>Interfaces in an application's host: served from its container, and called from it.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed partial class HostedContractTests
{
    private readonly HostedClient _hosted = new();

    [TearDown]
    public async Task DisposeAsync() => await _hosted.DisposeAsync();

    [Test]
    public async Task AddContract_EachCallAndEvent_GetsAServiceOfItsOwn()
    {
        var log = new Log();
        _hosted.Services.AddSingleton(log);
        _hosted.Add().AddContract<IMeter, Meter>(
            registration => registration with { Invoke = WampInvokePolicy.RoundRobin }, subscription => subscription with { GetRetained = true });
        var peer = await _hosted.JoinAsync();
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
        _hosted.Services.AddSingleton(new Log()).AddSingleton<Meter>();
        _hosted.Add().AddContract<IMeter, Meter>();
        var peer = await _hosted.JoinAsync();
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
        _hosted.Add().AddProxy<IMeter>(new WampCallOptions { DiscloseMe = true });
        _hosted.Services.AddWampClient("other", settings => settings.Realm = "other").UseTransport(_ => _hosted.Router.Transport).AddProxy<IMeter>();
        var connecting = ((WampClient)_hosted.Client).ConnectAsync();
        var peer = await _hosted.Router.WelcomeAsync();
        await connecting.Soon();

        var next = _hosted.Get<IMeter>().NextAsync(1);

        Assert.That(await peer.AnswerAsync("[50,$,{},[2]]"), Is.EqualTo("""[48,1,{"disclose_me":true},"com.example.meter.next",[1]]"""));
        Assert.That(await next.Soon(), Is.EqualTo(2));
        Assert.That(_hosted.Get<IMeter>("other"), Is.Not.SameAs(_hosted.Get<IMeter>()));
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
