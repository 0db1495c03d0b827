using WampRouter.Client;
using WampRouter.Tests.Conformance;
using WampRouter.Tests.Doubles;

namespace WampRouter.Tests.Clients;

[TestFixture(WampSerializer.Json)]
[TestFixture(WampSerializer.MessagePack)]
[TestFixture(WampSerializer.Cbor)]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class ResumptionTests(WampSerializer serializer) : ResumptionFixture(serializer)
{
    [Test]
    public async Task Hello_ResumptionWanted_SaysSo()
    {
        await JoinAsync();

        await CutAsync();

        Assert.That(await AttemptAsync(), Does.EndWith(""","resumable":true,"resume-session":77,"resume-token":"A","_received":0}]"""));
    }

    [Test]
    public async Task Lost_DelaysAreLongerThanTheRouterKeepsTheSession_ComesBackInTime()
    {
        await JoinAsync(delay: TimeSpan.FromHours(1));
        await CutAsync();

        Time.Advance(TimeSpan.FromSeconds(6));

        Peer = await Router.AcceptAsync().Soon();
        Assert.That(await Peer.ReceiveAsync(), Does.Contain("\"resume-session\":77"));
    }

    [Test]
    public async Task Resumed_WhatTheRouterHasNotGot_IsSentAgainUnderTheSameIds()
    {
        await JoinAsync();
        var first = Client.CallAsync<int>("com.example.a");
        await Client.PublishAsync("com.example.t", [1]);
        var second = Client.CallAsync<int>("com.example.b");
        for (var i = 0; i < 3; i++)
        {
            await Peer.ReceiveAsync();
        }

        await CutAsync();
        await ResumeAsync(taken: 1);

        Assert.That(await Peer.ReceiveAsync(), Is.EqualTo("""[16,2,{},"com.example.t",[1]]"""));
        Assert.That(await Peer.ReceiveAsync(), Is.EqualTo("""[48,3,{},"com.example.b"]"""));
        await Peer.SendAsync("[50,1,{},[10]]");
        await Peer.SendAsync("[50,3,{},[30]]");
        Assert.That((await first.Soon(), await second.Soon()), Is.EqualTo((10, 30)));
        await Client.PublishAsync("com.example.t", [2]);
        Assert.That(await Peer.ReceiveAsync(), Is.EqualTo("""[16,4,{},"com.example.t",[2]]"""));
    }

    [Test]
    public async Task Resumed_Twice_CountsOverAllConnections()
    {
        await JoinAsync();
        var feed = await SubscribeAsync();
        await Peer.SendAsync("[36,501,1,{}]");
        Assert.That(await NextAsync(feed), Is.EqualTo(1));

        await CutAsync();
        Assert.That(await AttemptAsync(), Does.EndWith("""resume-token":"A","_received":2}]"""));
        await WelcomeAsync(Resumed("B", taken: 1));
        await Peer.SendAsync("[36,501,2,{}]");
        Assert.That(await NextAsync(feed), Is.EqualTo(2));
        await Client.PublishAsync("com.example.t");
        await Peer.ReceiveAsync();

        await CutAsync();
        Assert.That(await AttemptAsync(), Does.EndWith("""resume-token":"B","_received":3}]"""));
        await WelcomeAsync(Resumed("C", taken: 1));
        Assert.That(await Peer.ReceiveAsync(), Does.StartWith("[16,2,"));
    }

    [Test]
    public async Task Resumed_SubscriptionsAndRegistrations_AreAsTheyWere()
    {
        await JoinAsync();
        var feed = await SubscribeAsync();
        var registering = Client.RegisterAsync("com.example.p", (int n) => n + 1);
        await Peer.AnswerAsync("[65,$,701]");
        await registering.Soon();

        await CutAsync();
        await ResumeAsync(taken: 2);

        await Peer.SendAsync("[36,501,9,{}]");
        Assert.That(await NextAsync(feed), Is.EqualTo(9));
        await Peer.SendAsync("[68,1,701,{},[4]]");
        Assert.That(await Peer.ReceiveAsync(), Is.EqualTo("[70,1,{},[5]]"), "and neither SUBSCRIBE nor REGISTER before it");
        Assert.That((Client.Session!.Id, Client.Session.IsResumed), Is.EqualTo((77, true)));
    }

    [Test]
    public async Task Resumed_InvocationUnderWay_AnswersOnTheNewConnection()
    {
        await JoinAsync();
        var (entered, release) = (new TaskCompletionSource(), new TaskCompletionSource());
        var registering = Client.RegisterAsync("com.example.p", async (CancellationToken canceled) =>
        {
            entered.SetResult();
            await release.Task.WaitAsync(canceled);
            return 5;
        });
        await Peer.AnswerAsync("[65,$,701]");
        await registering.Soon();
        await Peer.SendAsync("[68,1,701,{}]");
        await entered.Task.Soon();

        await CutAsync();
        release.SetResult();
        await ResumeAsync(taken: 1);

        Assert.That(await Peer.ReceiveAsync(), Is.EqualTo("[70,1,{},[5]]"));
    }

    [Test]
    public async Task Resumed_CallCanceledMeanwhile_IsCanceledThen()
    {
        await JoinAsync();
        using var cancellation = new CancellationTokenSource();
        var call = Client.CallAsync("com.example.a", cancellationToken: cancellation.Token);
        await Peer.ReceiveAsync();

        await CutAsync();
        await cancellation.CancelAsync();
        Assert.CatchAsync<OperationCanceledException>(() => call.Soon());
        await ResumeAsync(taken: 1);

        Assert.That(await Peer.ReceiveAsync(), Is.EqualTo("""[49,1,{"mode":"killnowait"}]"""));
    }

    [Test]
    public async Task NotResumed_CallsFailAndEverythingIsRestored()
    {
        await JoinAsync();
        var feed = await SubscribeAsync();
        var call = Client.CallAsync("com.example.a");
        await Peer.ReceiveAsync();

        await CutAsync();
        Assert.That(call.IsCompleted, Is.False, "the call may go on");
        await AttemptAsync();
        await Peer.SendAsync("""[2,78,{"resumable":true,"resume_token":"B","resumed":false,"_received":0,"_resume_within":60000}]""");

        Assert.ThrowsAsync<WampConnectionException>(() => call.Soon());
        Assert.That(await Peer.AnswerAsync("[33,$,601]"), Is.EqualTo("""[32,1,{},"com.example.t"]"""));
        await ReachAsync(WampClientState.Connected);
        await Peer.SendAsync("[36,601,3,{}]");
        Assert.That(await NextAsync(feed), Is.EqualTo(3));
        Assert.That(Client.Session!.IsResumed, Is.False);
    }

    [Test]
    public async Task Goodbye_IsFinal()
    {
        await JoinAsync();
        var call = Client.CallAsync("com.example.a");
        await Peer.ReceiveAsync();

        await Peer.SendAsync("""[6,{},"wamp.close.system_shutdown"]""");

        Assert.ThrowsAsync<WampConnectionException>(() => call.Soon());
        await ReachAsync(WampClientState.Reconnecting);
        Assert.That(await AttemptAsync(), Does.EndWith("\"resumable\":true}]"));
    }

    [TestCase("{}")]
    [TestCase("""{"resumable":null,"resumed":null}""")]
    [TestCase("""{"resumable":false}""")]
    [Shows("state-machine.resumed-absent")]
    public async Task RouterKeepsNoSessions_LosesThemAsEver(string details)
    {
        await JoinAsync($"[2,77,{details}]");
        var call = Client.CallAsync("com.example.a");
        await Peer.ReceiveAsync();

        await CutAsync();

        Assert.ThrowsAsync<WampConnectionException>(() => call.Soon());
        Assert.That(await AttemptAsync(), Does.EndWith("\"resumable\":true}]"));
    }

    [Test]
    public async Task RouterStaysAway_TimeIsOver_CallsFail()
    {
        await JoinAsync();
        var call = Client.CallAsync("com.example.a");
        await Peer.ReceiveAsync();
        Router.IsDown = true;
        await CutAsync();

        Time.Advance(TimeSpan.FromSeconds(59));
        Assert.That(call.IsCompleted, Is.False);
        Time.Advance(TimeSpan.FromSeconds(1));

        Assert.ThrowsAsync<WampConnectionException>(() => call.Soon());
        Router.IsDown = false;
        Assert.That(await AttemptAsync(), Does.EndWith("\"resumable\":true}]"));
    }

    [Test]
    public async Task MoreUnderWayThanIsKept_LeavesTheSessionAndJoinsAnew()
    {
        await JoinAsync(maxKeptBytes: 1024);
        for (var i = 0; i < 3; i++)
        {
            await Client.PublishAsync("com.example.t", [new string('x', 600)]);
            await Peer.ReceiveAsync();
        }

        await CutAsync();
        await AttemptAsync();
        await Peer.SendAsync(Resumed("B", taken: 0));

        Assert.That(await Peer.ReceiveAsync(), Does.StartWith("[6,"));
        Assert.That(await AttemptAsync(), Does.EndWith("\"resumable\":true}]"));
    }

    [Test]
    public async Task SentWhileAway_WaitsInOrderBehindWhatIsSentAgain()
    {
        await JoinAsync();
        var (entered, release) = (new TaskCompletionSource(), new TaskCompletionSource());
        var registering = Client.RegisterAsync("com.example.p", async (WampInvocation call) =>
        {
            await call.ReportProgressAsync([1]);
            entered.SetResult();
            await release.Task;
            await call.ReportProgressAsync([2]);
            return 3;
        });
        await Peer.AnswerAsync("[65,$,701]");
        await registering.Soon();
        await Peer.SendAsync("""[68,1,701,{"receive_progress":true}]""");
        await entered.Task.Soon();
        await Peer.ReceiveAsync();

        await CutAsync();
        release.SetResult();
        await ResumeAsync(taken: 1);

        for (var i = 1; i <= 3; i++)
        {
            Assert.That(await Peer.ReceiveAsync(), Does.EndWith($"[{i}]]"));
        }
    }

    [Test]
    public async Task DisposeAsync_WhileAway_EndsAtOnceAndFailsCalls()
    {
        await JoinAsync();
        var call = Client.CallAsync("com.example.a");
        await Peer.ReceiveAsync();
        await CutAsync();

        await Client.DisposeAsync().Soon();

        Assert.ThrowsAsync<WampConnectionException>(() => call.Soon());
    }

    [Test]
    public void Options_WithoutReconnect_AreRefused() =>
        Assert.That(() => new WampClient(Options(reconnect: null)), Throws.ArgumentException.With.Message.Contains("Resumption needs Reconnect"));

    private static async Task<long> NextAsync(WampEventFeed feed)
    {
        await using var events = feed.GetAsyncEnumerator();
        Assert.That(await events.MoveNextAsync().Soon(), Is.True);
        return events.Current.PublicationId;
    }

    private async Task<WampEventFeed> SubscribeAsync()
    {
        var subscribing = Client.SubscribeAsync("com.example.t");
        await Peer.AnswerAsync("[33,$,501]");
        return await subscribing.Soon();
    }
}
