using System.Threading.Channels;
using WampRouter.Client;
using WampRouter.Tests.Conformance;
using WampRouter.Tests.Doubles;

namespace WampRouter.Tests.Clients;

[TestFixture(WampSerializer.Json)]
[TestFixture(WampSerializer.MessagePack)]
[TestFixture(WampSerializer.Cbor)]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class ResumptionTests(WampSerializer serializer)
{
    private const string Roles = "\"roles\":{\"dealer\":{\"features\":{\"call_canceling\":true}}}";
    private const string First = $$"""[2,77,{{{Roles}},"resumable":true,"resume_token":"A","resumed":false,"_received":0,"_resume_within":60000}]""";
    private static readonly TimeSpan Delay = TimeSpan.FromMilliseconds(1);

    private readonly ManualTime _time = new();
    private readonly ScriptedRouter _router = new();
    private readonly Channel<WampClientState> _states = Channel.CreateUnbounded<WampClientState>();
    private WampClient? _clientOrNone;
    private ScriptedPeer _peer = null!;

    private WampClient Client => _clientOrNone!;

    [TearDown]
    public async Task LeaveAsync()
    {
        await _router.DisposeAsync();
        if (_clientOrNone is not null)
        {
            await _clientOrNone.DisposeAsync().Soon();
        }
    }

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

        _time.Advance(TimeSpan.FromSeconds(6));

        _peer = await _router.AcceptAsync().Soon();
        Assert.That(await _peer.ReceiveAsync(), Does.Contain("\"resume-session\":77"));
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
            await _peer.ReceiveAsync();
        }

        await CutAsync();
        await ResumeAsync(taken: 1);

        Assert.That(await _peer.ReceiveAsync(), Is.EqualTo("""[16,2,{},"com.example.t",[1]]"""));
        Assert.That(await _peer.ReceiveAsync(), Is.EqualTo("""[48,3,{},"com.example.b"]"""));
        await _peer.SendAsync("[50,1,{},[10]]");
        await _peer.SendAsync("[50,3,{},[30]]");
        Assert.That((await first.Soon(), await second.Soon()), Is.EqualTo((10, 30)));
        await Client.PublishAsync("com.example.t", [2]);
        Assert.That(await _peer.ReceiveAsync(), Is.EqualTo("""[16,4,{},"com.example.t",[2]]"""));
    }

    [Test]
    public async Task Resumed_Twice_CountsOverAllConnections()
    {
        await JoinAsync();
        var feed = await SubscribeAsync();
        await _peer.SendAsync("[36,501,1,{}]");
        Assert.That(await NextAsync(feed), Is.EqualTo(1));

        await CutAsync();
        Assert.That(await AttemptAsync(), Does.EndWith("""resume-token":"A","_received":2}]"""));
        await WelcomeAsync(Resumed("B", taken: 1));
        await _peer.SendAsync("[36,501,2,{}]");
        Assert.That(await NextAsync(feed), Is.EqualTo(2));
        await Client.PublishAsync("com.example.t");
        await _peer.ReceiveAsync();

        await CutAsync();
        Assert.That(await AttemptAsync(), Does.EndWith("""resume-token":"B","_received":3}]"""));
        await WelcomeAsync(Resumed("C", taken: 1));
        Assert.That(await _peer.ReceiveAsync(), Does.StartWith("[16,2,"));
    }

    [Test]
    public async Task Resumed_SubscriptionsAndRegistrations_AreAsTheyWere()
    {
        await JoinAsync();
        var feed = await SubscribeAsync();
        var registering = Client.RegisterAsync("com.example.p", (int n) => n + 1);
        await _peer.AnswerAsync("[65,$,701]");
        await registering.Soon();

        await CutAsync();
        await ResumeAsync(taken: 2);

        await _peer.SendAsync("[36,501,9,{}]");
        Assert.That(await NextAsync(feed), Is.EqualTo(9));
        await _peer.SendAsync("[68,1,701,{},[4]]");
        Assert.That(await _peer.ReceiveAsync(), Is.EqualTo("[70,1,{},[5]]"), "and neither SUBSCRIBE nor REGISTER before it");
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
        await _peer.AnswerAsync("[65,$,701]");
        await registering.Soon();
        await _peer.SendAsync("[68,1,701,{}]");
        await entered.Task.Soon();

        await CutAsync();
        release.SetResult();
        await ResumeAsync(taken: 1);

        Assert.That(await _peer.ReceiveAsync(), Is.EqualTo("[70,1,{},[5]]"));
    }

    [Test]
    public async Task Resumed_CallCanceledMeanwhile_IsCanceledThen()
    {
        await JoinAsync();
        using var cancellation = new CancellationTokenSource();
        var call = Client.CallAsync("com.example.a", cancellationToken: cancellation.Token);
        await _peer.ReceiveAsync();

        await CutAsync();
        await cancellation.CancelAsync();
        Assert.CatchAsync<OperationCanceledException>(() => call.Soon());
        await ResumeAsync(taken: 1);

        Assert.That(await _peer.ReceiveAsync(), Is.EqualTo("""[49,1,{"mode":"killnowait"}]"""));
    }

    [Test]
    public async Task NotResumed_CallsFailAndEverythingIsRestored()
    {
        await JoinAsync();
        var feed = await SubscribeAsync();
        var call = Client.CallAsync("com.example.a");
        await _peer.ReceiveAsync();

        await CutAsync();
        Assert.That(call.IsCompleted, Is.False, "the call may go on");
        await AttemptAsync();
        await _peer.SendAsync("""[2,78,{"resumable":true,"resume_token":"B","resumed":false,"_received":0,"_resume_within":60000}]""");

        Assert.ThrowsAsync<WampConnectionException>(() => call.Soon());
        Assert.That(await _peer.AnswerAsync("[33,$,601]"), Is.EqualTo("""[32,1,{},"com.example.t"]"""));
        await ReachAsync(WampClientState.Connected);
        await _peer.SendAsync("[36,601,3,{}]");
        Assert.That(await NextAsync(feed), Is.EqualTo(3));
        Assert.That(Client.Session!.IsResumed, Is.False);
    }

    [Test]
    public async Task Goodbye_IsFinal()
    {
        await JoinAsync();
        var call = Client.CallAsync("com.example.a");
        await _peer.ReceiveAsync();

        await _peer.SendAsync("""[6,{},"wamp.close.system_shutdown"]""");

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
        await _peer.ReceiveAsync();

        await CutAsync();

        Assert.ThrowsAsync<WampConnectionException>(() => call.Soon());
        Assert.That(await AttemptAsync(), Does.EndWith("\"resumable\":true}]"));
    }

    [Test]
    public async Task RouterStaysAway_TimeIsOver_CallsFail()
    {
        await JoinAsync();
        var call = Client.CallAsync("com.example.a");
        await _peer.ReceiveAsync();
        _router.IsDown = true;
        await CutAsync();

        _time.Advance(TimeSpan.FromSeconds(59));
        Assert.That(call.IsCompleted, Is.False);
        _time.Advance(TimeSpan.FromSeconds(1));

        Assert.ThrowsAsync<WampConnectionException>(() => call.Soon());
        _router.IsDown = false;
        Assert.That(await AttemptAsync(), Does.EndWith("\"resumable\":true}]"));
    }

    [Test]
    public async Task MoreUnderWayThanIsKept_LeavesTheSessionAndJoinsAnew()
    {
        await JoinAsync(maxKeptBytes: 1024);
        for (var i = 0; i < 3; i++)
        {
            await Client.PublishAsync("com.example.t", [new string('x', 600)]);
            await _peer.ReceiveAsync();
        }

        await CutAsync();
        await AttemptAsync();
        await _peer.SendAsync(Resumed("B", taken: 0));

        Assert.That(await _peer.ReceiveAsync(), Does.StartWith("[6,"));
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
        await _peer.AnswerAsync("[65,$,701]");
        await registering.Soon();
        await _peer.SendAsync("""[68,1,701,{"receive_progress":true}]""");
        await entered.Task.Soon();
        await _peer.ReceiveAsync();

        await CutAsync();
        release.SetResult();
        await ResumeAsync(taken: 1);

        for (var i = 1; i <= 3; i++)
        {
            Assert.That(await _peer.ReceiveAsync(), Does.EndWith($"[{i}]]"));
        }
    }

    [Test]
    public async Task DisposeAsync_WhileAway_EndsAtOnceAndFailsCalls()
    {
        await JoinAsync();
        var call = Client.CallAsync("com.example.a");
        await _peer.ReceiveAsync();
        await CutAsync();

        await Client.DisposeAsync().Soon();

        Assert.ThrowsAsync<WampConnectionException>(() => call.Soon());
    }

    [Test]
    public void Options_WithoutReconnect_AreRefused() =>
        Assert.That(() => new WampClient(Options(reconnect: null)), Throws.ArgumentException.With.Message.Contains("Resumption needs Reconnect"));

    private static string Resumed(string token, int taken) =>
        $$"""[2,77,{{{Roles}},"resumable":true,"resume_token":"{{token}}","resumed":true,"_received":{{taken}},"_resume_within":60000}]""";

    private static async Task<long> NextAsync(WampEventFeed feed)
    {
        await using var events = feed.GetAsyncEnumerator();
        Assert.That(await events.MoveNextAsync().Soon(), Is.True);
        return events.Current.PublicationId;
    }

    private WampClientOptions Options(WampReconnectPolicy? reconnect, int maxKeptBytes = 4096) => new()
    {
        Transport = _router.Transport,
        Realm = "realm1",
        Serializers = [serializer],
        TimeProvider = _time,
        Reconnect = reconnect,
        Resumption = new WampResumption { MaxKeptBytes = maxKeptBytes },
    };

    private async Task JoinAsync(string welcome = First, int maxKeptBytes = 4096, TimeSpan? delay = null)
    {
        var always = delay ?? Delay;
        _clientOrNone = new WampClient(Options(new WampReconnectPolicy { InitialDelay = always, MaxDelay = always }, maxKeptBytes));
        Client.StateChanged += (_, change) => _states.Writer.TryWrite(change.Current);
        var connecting = Client.ConnectAsync();
        _peer = await _router.AcceptAsync();
        Assert.That(await _peer.ReceiveAsync(), Does.EndWith(",\"resumable\":true}]"));
        await _peer.SendAsync(welcome);
        await connecting.Soon();
    }

    private async Task<WampEventFeed> SubscribeAsync()
    {
        var subscribing = Client.SubscribeAsync("com.example.t");
        await _peer.AnswerAsync("[33,$,501]");
        return await subscribing.Soon();
    }

    private async Task CutAsync()
    {
        await _peer.CloseAsync();
        await ReachAsync(WampClientState.Reconnecting);
    }

    /// <summary>Lets the client come back; its HELLO.</summary>
    private async Task<string> AttemptAsync()
    {
        var accepting = _router.AcceptAsync();
        while (await Task.WhenAny(accepting, _time.WhenWaitedForAsync(Delay)).Soon() != accepting)
        {
            _time.Advance(Delay);
        }

        _peer = await accepting;
        return await _peer.ReceiveAsync();
    }

    private async Task ResumeAsync(int taken)
    {
        await AttemptAsync();
        await WelcomeAsync(Resumed("B", taken));
    }

    private async Task WelcomeAsync(string welcome)
    {
        await _peer.SendAsync(welcome);
        await ReachAsync(WampClientState.Connected);
    }

    private async Task ReachAsync(WampClientState wanted)
    {
        while (await _states.Reader.ReadAsync().Soon() != wanted)
        {
        }
    }
}
