using WampRouter.Delivery;
using WampRouter.Sessions.Connections;
using WampRouter.Sessions.Outboxes;
using WampRouter.Tests.Doubles;
using WampRouter.Transports.WebSockets;

namespace WampRouter.Tests.Transports.WebSockets;

/// <summary>How connections end, who is told, and what is left: nothing.</summary>
[TestFixture(WayIn.Pipe)]
[TestFixture(WayIn.FrontDoor)]
[TestFixture(WayIn.FrontDoorTls)]
[TestFixture(WayIn.Endpoint)]
[TestFixture(WayIn.EndpointHttp2)]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class LifecycleTests(WayIn way)
{
    private const int FilledFrames = 200;
    private const int FrameBytes = 64 * 1024;

    private readonly ManualTime _time = new();
    private WebSocketRig _rig = null!;
    private FrameClient _client = null!;
    private EchoReceiver _session = null!;

    private static byte[] Text(string text) => FrameClient.Frame(WebSocketOpcode.Text, System.Text.Encoding.UTF8.GetBytes(text));

    [SetUp]
    public async Task ConnectAsync()
    {
        _rig = await WebSocketRig.StartAsync(time: _time, configure: o => o.CloseTimeout = TimeSpan.FromSeconds(5));
        _client = await _rig.ConnectAsync(way);
        await _client.SendTextAsync("hello");
        await _client.ReceiveAsync();
        _session = await _rig.Receivers.NextAsync();
    }

    [TearDown]
    public async Task StopAsync()
    {
        await _client.DisposeAsync();
        _rig.Services.Roster.StopAdmitting();
        await _rig.Services.Roster.WhenEmptyAsync().Soon();
        Assert.That(_session.DisconnectedCalls, Is.EqualTo(1));
        Assert.That(_session.Connection.Outbox.TryEnqueue([1], FlushBatch.OfThread), Is.EqualTo(EnqueueResult.Closed));
        Assert.That(_rig.Services.Roster.Connections, Is.Empty);
        Assert.That(() => _rig.Services.Budget.ReservedBytes, Is.Zero.After(delayInMilliseconds: 10_000, pollingInterval: 1), "given back when the transport lets go of the bytes");
        await _rig.DisposeAsync();
    }

    [Test]
    public async Task Close_ByThePeer_TellsTheSession()
    {
        await _client.SendCloseAsync();

        Assert.That(await _session.Ended, Is.EqualTo(DisconnectReason.ClosedByPeer));
    }

    [Test]
    public async Task Close_ByTheSession_SendsWhatIsEnqueuedAndDeliversNothingMore()
    {
        _session.OnMessage = _ => ReceiveStatus.Close;
        await _client.SendRawAsync([.. Text("last"), .. Text("too late")]);

        Assert.That((await _client.ReceiveAsync())!.Text, Is.EqualTo("last"));
        Assert.That((await _client.ReceiveAsync())!.CloseCode, Is.EqualTo(1000));
        await _client.SendCloseAsync();
        Assert.That(await _client.ReceiveAsync(), Is.Null);
        Assert.That((await _session.Ended, _session.Messages), Is.EqualTo((DisconnectReason.ClosedByRouter, 2)));
    }

    [Test]
    public async Task RequestClose_WhileIdle_ClosesInOrder()
    {
        _session.Connection.RequestClose();

        Assert.That((await _client.ReceiveAsync())!.CloseCode, Is.EqualTo(1000));
        Assert.That(await _session.Ended, Is.EqualTo(DisconnectReason.ClosedByRouter));
        await _client.SendRawAsync([.. Text("crossed the close"), .. FrameClient.Frame(WebSocketOpcode.Close, FrameClient.CloseBody(1000))]);
        Assert.That(await _client.ReceiveAsync(), Is.Null);
    }

    [Test]
    public async Task RequestClose_PeerDoesNotAnswer_IsDroppedAfterTheCloseTimeout()
    {
        _session.Connection.RequestClose();
        await _client.ReceiveAsync();

        _time.Advance(TimeSpan.FromSeconds(6));

        Assert.That(await _client.ReceiveAsync(), Is.Null);
    }

    [Test]
    public async Task CloseAll_AtShutdown_SaysGoingAway()
    {
        _rig.Services.Roster.CloseAll();

        Assert.That((await _client.ReceiveAsync())!.CloseCode, Is.EqualTo(1001));
        await _client.SendCloseAsync(1001);
        await _rig.Services.Roster.WhenEmptyAsync().Soon();
    }

    [Test]
    public async Task CloseAll_ForARestart_SaysSo()
    {
        _rig.Services.Roster.StopAdmitting(forRestart: true);
        _rig.Services.Roster.CloseAll();

        Assert.That((await _client.ReceiveAsync())!.CloseCode, Is.EqualTo(1012));
        await _client.SendCloseAsync(1012);
        await _rig.Services.Roster.WhenEmptyAsync().Soon();
    }

    [Test]
    public async Task AbortAll_ConnectionsThatDoNotClose_DropsThem()
    {
        _rig.Services.Roster.CloseAll();
        await _client.ReceiveAsync();

        _rig.Services.Roster.AbortAll();

        await _rig.Services.Roster.WhenEmptyAsync().Soon();
    }

    [Test]
    public async Task Abort_Anytime_DropsTheTransport()
    {
        _session.Connection.Abort();

        Assert.That(await _client.ReceiveAsync(), Is.Null);
        Assert.That(await _session.Ended, Is.EqualTo(DisconnectReason.ClosedByRouter));
    }

    [Test]
    public async Task Peer_Vanishes_TellsTheSession()
    {
        await _client.DisposeAsync();

        Assert.That(await _session.Ended, Is.EqualTo(DisconnectReason.ConnectionLost));
    }

    [Test]
    public async Task Peer_BreaksARule_TellsTheSession()
    {
        await _client.SendRawAsync(FrameClient.Frame(WebSocketOpcode.Text, [0xFF]));

        Assert.That(await _session.Ended, Is.EqualTo(DisconnectReason.TransportViolation));
    }

    [Test]
    public async Task Session_Throws_IsClosedWith1011()
    {
        _session.OnMessage = _ => throw new InvalidOperationException("a bug");

        await _client.SendTextAsync("x");

        Assert.That((await _client.ReceiveAsync())!.Text, Is.EqualTo("x"), "what was enqueued before");
        Assert.That((await _client.ReceiveAsync())!.CloseCode, Is.EqualTo(1011));
        Assert.That(await _session.Ended, Is.EqualTo(DisconnectReason.SessionFailed));
    }

    [Test]
    public async Task Session_ThrowsWhenResumed_IsClosedWith1011()
    {
        _session.OnMessage = _ => ReceiveStatus.Wait;
        _session.OnResume = () => throw new InvalidOperationException("a bug");

        await _client.SendTextAsync("x");

        Assert.That((await _client.ReceiveAsync())!.Text, Is.EqualTo("x"));
        Assert.That((await _client.ReceiveAsync())!.CloseCode, Is.EqualTo(1011));
    }

    [Test]
    public async Task Session_Waits_TheNextMessageOfTheSameReadComesAfterwards()
    {
        var work = new TaskCompletionSource<ReceiveStatus>(TaskCreationOptions.RunContinuationsAsynchronously);
        _session.OnMessage = text => text == "slow" ? ReceiveStatus.Wait : ReceiveStatus.Continue;
        _session.OnResume = () => work.Task;
        await _client.SendRawAsync([.. Text("slow"), .. Text("next")]);

        Assert.That((await _client.ReceiveAsync())!.Text, Is.EqualTo("slow"), "flushed before the wait");
        Assert.That(_session.Messages, Is.EqualTo(2));

        work.SetResult(ReceiveStatus.Continue);
        Assert.That((await _client.ReceiveAsync())!.Text, Is.EqualTo("next"));
    }

    [Test]
    public async Task Session_WaitsAndThenCloses_DeliversNothingMore()
    {
        _session.OnMessage = _ => ReceiveStatus.Wait;
        _session.OnResume = () => Task.FromResult(ReceiveStatus.Close);
        await _client.SendRawAsync([.. Text("slow"), .. Text("never")]);

        Assert.That((await _client.ReceiveAsync())!.Text, Is.EqualTo("slow"));
        Assert.That((await _client.ReceiveAsync())!.CloseCode, Is.EqualTo(1000));
        Assert.That(_session.Messages, Is.EqualTo(2));
    }

    [TestCase("")]
    [TestCase("more, which is not looked at")]
    public async Task Peer_GoesWhileTheSessionIsAwaited_SessionLearnsOfItAtOnce(string more)
    {
        var work = new TaskCompletionSource<ReceiveStatus>(TaskCreationOptions.RunContinuationsAsynchronously);
        _session.OnMessage = _ => ReceiveStatus.Wait;
        _session.OnResume = () => work.Task;
        _session.OnPeerIsGone = () => work.TrySetResult(ReceiveStatus.Close);
        await _client.SendTextAsync("slow");
        await _client.ReceiveAsync();
        if (more.Length > 0)
        {
            await _client.SendTextAsync(more);
        }

        await _client.DisposeAsync();

        await _session.Ended;
        Assert.That((_session.Messages, work.Task.IsCompletedSuccessfully), Is.EqualTo((2, true)), "one of them before the test");
    }

    [Test]
    public async Task RequestClose_DuringAWait_TakesEffectAfterIt()
    {
        var work = new TaskCompletionSource<ReceiveStatus>(TaskCreationOptions.RunContinuationsAsynchronously);
        _session.OnMessage = _ => ReceiveStatus.Wait;
        _session.OnResume = () => work.Task;
        await _client.SendRawAsync([.. Text("slow"), .. Text("never")]);
        await _client.ReceiveAsync();

        _session.Connection.RequestClose();
        work.SetResult(ReceiveStatus.Continue);

        Assert.That((await _client.ReceiveAsync())!.CloseCode, Is.EqualTo(1000));
        Assert.That(_session.Messages, Is.EqualTo(2));
    }

    [Test]
    public async Task RequestClose_PeerReadsNothing_IsDroppedAfterTheCloseTimeout()
    {
        Fill(_session.Connection.Outbox);
        _session.Connection.RequestClose();
        await _session.Ended;

        _time.Advance(TimeSpan.FromSeconds(6));

        _rig.Services.Roster.StopAdmitting();
        await _rig.Services.Roster.WhenEmptyAsync().Soon();
    }

    [Test]
    public async Task RequestClose_OthersStillSend_NothingFollowsTheClose()
    {
        _session.Connection.RequestClose();
        await _session.Ended;

        Assert.That(_session.Connection.Outbox.TryEnqueue(Text("late"), FlushBatch.OfThread), Is.EqualTo(EnqueueResult.Closed));
        Assert.That(_session.Connection.Outbox.TryEnqueueControl(Text("late"), FlushBatch.OfThread), Is.EqualTo(EnqueueResult.Closed));
        Assert.That((await _client.ReceiveAsync())!.CloseCode, Is.EqualTo(1000));
    }

    [Test]
    public async Task Outbox_FilledFarAheadOfThePeer_ArrivesWholeAndInOrder()
    {
        Fill(_session.Connection.Outbox);
        _session.Connection.RequestClose();

        for (var i = 0; i < FilledFrames; i++)
        {
            var frame = await _client.ReceiveAsync();
            Assert.That((frame!.Payload.Length, frame.Payload[0]), Is.EqualTo((FrameBytes, (byte)i)));
        }

        Assert.That((await _client.ReceiveAsync())!.CloseCode, Is.EqualTo(1000));
    }

    /// <summary>More than the sockets' buffers take.</summary>
    private static void Fill(Outbox outbox)
    {
        var frame = new byte[ServerFrame.MaxHeaderSize + FrameBytes];
        var header = ServerFrame.WriteHeader(frame, WebSocketOpcode.Binary, FrameBytes);
        for (var i = 0; i < FilledFrames; i++)
        {
            frame[header] = (byte)i;
            Assert.That(outbox.TryEnqueue(frame.AsSpan(0, header + FrameBytes), FlushBatch.OfThread), Is.EqualTo(EnqueueResult.Accepted));
        }

        FlushBatch.OfThread.Flush();
    }
}
