using WampRouter.Client;
using WampRouter.Tests.Doubles;

namespace WampRouter.Tests.Clients;

/// <summary>The watch for calls that wait ends with the last of them: a client that was busy once has no timer for the rest of its life.</summary>
internal sealed class StallWatchEndTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    [Test]
    public async Task Calls_NoneWaitsAnyMore_NobodyLooksAgain()
    {
        var time = new ManualTime();
        await using var joined = await JoinedClient.JoinAsync(WampSerializer.Json, time);
        var before = time.ActiveTimers;
        var gate = new SemaphoreSlim(0);
        await joined.RegisteredAsync(joined.Client.RegisterAsync(
            "com.example.slow",
            async (WampInvocation call) =>
            {
                await gate.WaitAsync(call.CancellationToken);
                return 1;
            },
            new WampRegisterOptions { Concurrency = 1, QueueSize = 1 }));
        await joined.Peer.SendAsync("[68,1,701,{}]");
        await joined.Peer.SendAsync("[68,2,701,{}]");
        await joined.Peer.SendAsync("[68,3,701,{}]");
        Assert.That(await joined.Peer.ReceiveAsync(), Does.StartWith("[8,68,3,"), "one runs, one waits");
        await time.WhenWaitedForAsync(Patience).Soon();

        gate.Release(2);
        Assert.That(new[] { await joined.Peer.ReceiveAsync(), await joined.Peer.ReceiveAsync() }, Is.EqualTo(new[] { "[70,1,{},[1]]", "[70,2,{},[1]]" }));
        time.Advance(Patience);

        Assert.That(() => time.ActiveTimers, Is.EqualTo(before).After(delayInMilliseconds: 5000, pollingInterval: 1));
        time.Advance(Patience);
        Assert.That(time.ActiveTimers, Is.EqualTo(before));
    }
}
