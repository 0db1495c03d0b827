using WampRouter.Sessions.Connections;
using WampRouter.Tests.Doubles;

namespace WampRouter.Tests.Transports.WebSockets;

/// <summary>While a session works, silence is not the peer's; as soon as it has done so, it is again.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class BusySessionTests
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(10);

    private readonly ManualTime _time = new();

    [Test]
    public async Task Peer_SendsOnAndOn_IsReadAheadNoFurtherThanABound([Values] bool isDropped)
    {
        await using var rig = await WebSocketRig.StartAsync(time: _time);
        await using var client = await rig.ConnectAsync(WayIn.Pipe);
        var session = await rig.Receivers.NextAsync();
        var work = new TaskCompletionSource<ReceiveStatus>();
        var isGone = new TaskCompletionSource();
        session.OnMessage = text => text == "slow" ? ReceiveStatus.Wait : ReceiveStatus.Continue;
        session.OnResume = () => work.Task;
        session.OnPeerIsGone = () => isGone.TrySetResult();
        await client.SendTextAsync("slow");

        var flood = Task.Run(async () =>
        {
            for (var i = 0; i < 500; i++)
            {
                await client.SendTextAsync(new string('x', 16_000));
            }
        });
        await _time.WhenWaitedForAsync(TimeSpan.FromMilliseconds(200)).Soon();

        Assert.That(flood.IsCompleted, Is.False, "all of it is in memory");
        if (isDropped)
        {
            session.Connection.Abort();
            _time.Advance(TimeSpan.FromMilliseconds(200));
            await isGone.Task.Soon();
        }

        work.SetResult(ReceiveStatus.Continue);
        if (!isDropped)
        {
            await flood.Soon();
            await Waiting.UntilAsync(() => session.Messages == 501);
        }

        session.Connection.Abort();
        await session.Ended;
    }

    [Test]
    public async Task Peer_SilentAfterTheSessionHasWorked_IsPingedAndGivenUp()
    {
        await using var rig = await WebSocketRig.StartAsync(time: _time, configure: o => (o.PingInterval, o.PingTimeout) = (Interval, Timeout));
        await using var client = await rig.ConnectAsync(WayIn.Pipe);
        var session = await rig.Receivers.NextAsync();
        session.OnMessage = text => text == "slow" ? ReceiveStatus.Wait : ReceiveStatus.Continue;
        await client.SendTextAsync("slow");
        Assert.That((await client.ReceiveAsync())!.Text, Is.EqualTo("slow"));
        await client.SendTextAsync("done");
        Assert.That((await client.ReceiveAsync())!.Text, Is.EqualTo("done"));

        _time.Advance(Interval + Timeout + Timeout);

        Assert.That(await session.Ended, Is.EqualTo(DisconnectReason.PingTimeout));
    }
}
