using WampRouter.Client;
using WampRouter.Tests.Doubles;

namespace WampRouter.Tests.Clients;

/// <summary>Where the router's account of a session and the client's differ, the session is left and another one joined: nothing is lost or comes twice in silence.</summary>
[TestFixture(WampSerializer.Json)]
[TestFixture(WampSerializer.Cbor)]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class ResumptionDoubtTests(WampSerializer serializer) : ResumptionFixture(serializer)
{
    private readonly WampSerializer _other = serializer == WampSerializer.Json ? WampSerializer.MessagePack : WampSerializer.Json;
    private readonly WampSerializer _serializer = serializer;

    [Test]
    public async Task Resumed_MoreTakenThanWasSent_LeavesTheSessionAndJoinsAnew()
    {
        await JoinAsync();
        await CutAsync();
        await AttemptAsync();

        await Peer.SendAsync(Resumed("B", taken: 1));

        await AssertLeftAsync();
    }

    [Test]
    public async Task Resumed_NotSaidHowMuchWasTaken_LeavesTheSessionAndJoinsAnew()
    {
        await JoinAsync();
        await CutAsync();
        await AttemptAsync();

        await Peer.SendAsync("""[2,77,{"resumable":true,"resume_token":"B","resumed":true}]""");

        await AssertLeftAsync();
    }

    [Test]
    public async Task Resumed_AnotherSession_LeavesItAndJoinsAnew()
    {
        await JoinAsync();
        await CutAsync();
        await AttemptAsync();

        await Peer.SendAsync(Resumed("B", taken: 0).Replace("[2,77,", "[2,78,", StringComparison.Ordinal));

        await AssertLeftAsync();
    }

    [Test]
    public async Task Resumed_OverAnotherSerializer_LeavesTheSessionAndJoinsAnew()
    {
        var transport = new SeamTransport(Router.Transport);
        await JoinAsync(transport: transport, serializers: [_serializer, _other]);
        transport.Offer = offered => [.. offered.Reverse()];
        await CutAsync();
        await AttemptAsync();

        await Peer.SendAsync(Resumed("B", taken: 0));

        await AssertLeftAsync();
        Assert.That(transport.Connections[1].IsDisposed, Is.True);
    }

    [Test]
    public async Task Resumed_BehindAMessageLargerThanIsKept_SendsWhatTheRouterHasNotGot()
    {
        await JoinAsync(maxKeptBytes: 1024);
        await Client.PublishAsync("com.example.first");
        await Client.PublishAsync("com.example.large", [new string('x', 2000)]);
        await Client.PublishAsync("com.example.last");
        for (var i = 0; i < 3; i++)
        {
            await Peer.ReceiveAsync();
        }

        await CutAsync();
        await ResumeAsync(taken: 2);

        Assert.That(await Peer.ReceiveAsync(), Is.EqualTo("""[16,3,{},"com.example.last"]"""));
        await Client.PublishAsync("com.example.new");
        Assert.That(await Peer.ReceiveAsync(), Does.StartWith("[16,4,"));
    }

    [Test]
    public async Task Resumed_TheTimeItWouldHaveBeenKeptPasses_GoesOn()
    {
        await JoinAsync();
        var call = Client.CallAsync<int>("com.example.p");
        await Peer.ReceiveAsync();
        await CutAsync();
        await ResumeAsync(taken: 1);

        Time.Advance(TimeSpan.FromMinutes(2));

        await Peer.SendAsync("[50,1,{},[5]]");
        Assert.That(await call.Soon(), Is.EqualTo(5));
    }

    [Test]
    public async Task Lost_WhatIsSentMeanwhile_GoesToTheNextConnectionOnly()
    {
        var transport = new SeamTransport(Router.Transport);
        await JoinAsync(transport: transport);
        using var cancel = new CancellationTokenSource();
        var call = Client.CallAsync("com.example.p", cancellationToken: cancel.Token);
        await Peer.ReceiveAsync();
        transport.Connections[0].Lose();
        await ReachAsync(WampClientState.Reconnecting);
        var sent = transport.Connections[0].Sent;

        await cancel.CancelAsync();

        Assert.CatchAsync<OperationCanceledException>(() => call.Soon());
        await ResumeAsync(taken: 1);
        Assert.That(await Peer.ReceiveAsync(), Does.StartWith("[49,1,"));
        Assert.That(transport.Connections[0].Sent, Is.EqualTo(sent));
    }

    [Test]
    public async Task Lost_WhileTheTransportStillSends_DoesNotResumeBeforeThatHasEnded()
    {
        var closeTimeout = TimeSpan.FromSeconds(5);
        var (entered, release) = (new TaskCompletionSource(), new TaskCompletionSource());
        var transport = new SeamTransport(Router.Transport);
        await JoinAsync(transport: transport);
        transport.Sending = () =>
        {
            entered.TrySetResult();
            return release.Task;
        };
        await Client.PublishAsync("com.example.t");
        await entered.Task.Soon();
        transport.Sending = () => Task.CompletedTask;

        transport.Connections[0].Lose();

        // It never ends, so that after a while the session is given up: what is still sent might be sent on the next connection.
        await Time.WhenWaitedForAsync(closeTimeout).Soon();
        Time.Advance(closeTimeout);
        Assert.That(await AttemptAsync(), Does.Not.Contain("resume-session"));
        release.SetResult();
    }

    private async Task AssertLeftAsync()
    {
        Assert.That(await Peer.ReceiveAsync(), Does.StartWith("[6,"));
        Assert.That(await AttemptAsync(), Does.EndWith("\"resumable\":true}]"));
    }
}
