using WampRouter.Client;
using WampRouter.Tests.Doubles;

namespace WampRouter.Tests.Clients;

/// <summary>Calls that wait for each other are reported: a procedure that calls itself deeper than it may run would hang without a word.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class StallTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly ManualTime _time = new();
    private readonly Queue<TaskCompletionSource> _running = new();
    private readonly SemaphoreSlim _started = new(0);
    private JoinedClient _joined = null!;
    private BackgroundErrors _errors = null!;

    [SetUp]
    public async Task JoinAsync()
    {
        _joined = await JoinedClient.JoinAsync(WampSerializer.Json, _time);
        _errors = new BackgroundErrors(_joined.Client);
        await _joined.RegisteredAsync(_joined.Client.RegisterAsync("com.example.deep", (WampInvocation call) => RunAsync(call), new WampRegisterOptions { Concurrency = 2, QueueSize = 2 }));
    }

    [TearDown]
    public async Task LeaveAsync() => await _joined.DisposeAsync();

    [Test]
    public async Task Calls_NoneEndsWhileOthersWait_AreReportedOnceWithTheSettingToChange()
    {
        await InvokeAsync(1, 2, 3, 4);

        _time.Advance(Patience);

        var report = await _errors.NextAsync();
        Assert.That((report.Kind, report.Uri), Is.EqualTo((WampBackgroundErrorKind.CallsStalled, "com.example.deep")));
        Assert.That(report.Exception.Message, Does.StartWith("None of the 2 calls of 'com.example.deep' that run has ended for 10 s, and 2 wait: WampRegisterOptions.Concurrency lets no more run."));
        await RefuseAsync(6);
        _time.Advance(Patience * 10);

        // Nothing more of the same stall: what is reported next is the next one.
        await EndAsync();
        await InvokeAsync(7);
        await _time.WhenWaitedForAsync(Patience).Soon();
        _time.Advance(Patience);
        Assert.That((await _errors.NextAsync()).Exception.Message, Does.Contain("and 2 wait"));
    }

    [Test]
    public async Task Calls_OneEndsInTime_AreNotReportedUntilNoneDoes()
    {
        await InvokeAsync(1, 2, 3, 4);
        _time.Advance(Patience / 2);
        await EndAsync();
        _time.Advance(Patience / 2);
        await _time.WhenWaitedForAsync(Patience).Soon();
        await EndAsync();
        _time.Advance(Patience);

        // Two run and nobody waits: a slow procedure is no stall.
        await InvokeAsync(9, 10);
        await _time.WhenWaitedForAsync(Patience).Soon();
        _time.Advance(Patience);
        Assert.That((await _errors.NextAsync()).Exception.Message, Does.Contain("and 2 wait"));
    }

    private async Task<int> RunAsync(WampInvocation call)
    {
        var end = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_running)
        {
            _running.Enqueue(end);
        }

        _started.Release();
        await end.Task.WaitAsync(call.CancellationToken);
        return 1;
    }

    /// <summary>Calls, and returns when those that do not run wait.</summary>
    private async Task InvokeAsync(params int[] requests)
    {
        foreach (var request in requests)
        {
            await _joined.Peer.SendAsync($"[68,{request},701,{{}}]");
        }

        await RefuseAsync(requests[^1] + 100);
    }

    /// <summary>One call too many is refused at once, so that whatever came before it was taken.</summary>
    private async Task RefuseAsync(int request)
    {
        await _joined.Peer.SendAsync($"[68,{request},701,{{}}]");
        Assert.That(await _joined.Peer.ReceiveAsync(), Does.Contain($"[8,68,{request},").And.Contain("wamp.error.unavailable"));
    }

    private async Task EndAsync()
    {
        await _started.WaitAsync().Soon();
        lock (_running)
        {
            _running.Dequeue().SetResult();
        }

        Assert.That(await _joined.Peer.ReceiveAsync(), Does.StartWith("[70,"));
    }
}
