using System.Threading.Channels;
using WampRouter.Client;
using WampRouter.Tests.Doubles;

namespace WampRouter.Tests.Clients;

[TestFixture(WampSerializer.Json)]
[TestFixture(WampSerializer.MessagePack)]
[TestFixture(WampSerializer.Cbor)]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class ReconnectTests(WampSerializer serializer)
{
    private static readonly WampReconnectPolicy Policy = new() { InitialDelay = TimeSpan.FromSeconds(1), MaxDelay = TimeSpan.FromSeconds(8) };

    private readonly ManualTime _time = new();
    private readonly Channel<WampStateChangedEventArgs> _states = Channel.CreateUnbounded<WampStateChangedEventArgs>();

    [Test]
    public async Task Session_Lost_IsJoinedAgainAndEverythingRestored()
    {
        await using var joined = await JoinAsync();
        var received = new Received();
        await joined.SubscribedAsync(joined.Client.SubscribeAsync("com.example.t", received.Add));
        await joined.RegisteredAsync(joined.Client.RegisterAsync("com.example.add", (int a, int b) => a + b));
        await joined.Peer.CloseAsync();
        var lost = await StateAsync(WampClientState.Reconnecting);
        Assert.That(lost.Cause, Is.TypeOf<WampConnectionException>());

        _time.Advance(Policy.InitialDelay);
        var peer = await joined.Router.WelcomeAsync();
        string[] restored = [await peer.AnswerAsync("[33,$,601]"), await peer.AnswerAsync("[65,$,801]")];
        Assert.That(restored, Is.EqualTo(new[] { """[32,1,{},"com.example.t"]""", """[64,2,{},"com.example.add"]""" }));
        await StateAsync(WampClientState.Connected);

        await peer.SendAsync("[36,601,5,{}]");
        await received.ReachAsync(1);
        await peer.SendAsync("[68,1,801,{},[2,3]]");
        Assert.That(await peer.ReceiveAsync(), Is.EqualTo("[70,1,{},[5]]"));
    }

    [Test]
    public async Task Session_LeftSubscriptions_AreNotRestored()
    {
        await using var joined = await JoinAsync();
        var subscription = await joined.SubscribedAsync(joined.Client.SubscribeAsync("com.example.t", _ => { }));
        var registration = await joined.RegisteredAsync(joined.Client.RegisterAsync("com.example.add", (int a, int b) => a + b));
        await joined.Peer.CloseAsync();
        await StateAsync(WampClientState.Reconnecting);
        await subscription.DisposeAsync().Soon();
        await registration.DisposeAsync().Soon();

        _time.Advance(Policy.InitialDelay);
        var peer = await joined.Router.WelcomeAsync();
        await StateAsync(WampClientState.Connected);
        await joined.Client.PublishAsync("com.example.first");
        Assert.That(await peer.ReceiveAsync(), Is.EqualTo("""[16,1,{},"com.example.first"]"""));
    }

    [Test]
    public async Task Attempts_Fail_WaitLongerEachTime()
    {
        await using var joined = await JoinAsync();
        var errors = new BackgroundErrors(joined.Client);
        joined.Router.IsDown = true;
        await joined.Peer.CloseAsync();
        await StateAsync(WampClientState.Reconnecting);

        foreach (var delay in new[] { 1, 2, 4, 8, 8 })
        {
            // The longest this delay can be; jitter only shortens it.
            _time.Advance(TimeSpan.FromSeconds(delay));
            Assert.That((await errors.NextAsync()).Kind, Is.EqualTo(WampBackgroundErrorKind.ReconnectFailed));
        }

        joined.Router.IsDown = false;
        _time.Advance(Policy.MaxDelay);
        await joined.Router.WelcomeAsync();
        await StateAsync(WampClientState.Connected);
    }

    [Test]
    public async Task Requests_WhileDisconnected_FailAtOnceByDefault()
    {
        await using var joined = await JoinAsync();
        await joined.Peer.CloseAsync();
        await StateAsync(WampClientState.Reconnecting);

        Assert.That(async () => await joined.Client.PublishAsync("com.example.t"), Throws.TypeOf<WampConnectionException>());
        Assert.That(async () => await joined.Client.CallAsync("com.example.t"), Throws.TypeOf<WampConnectionException>());
    }

    [Test]
    public async Task Requests_WhileDisconnected_WaitIfToldTo()
    {
        await using var joined = await JoinAsync(WampDisconnectedBehavior.Wait);
        await joined.Peer.CloseAsync();
        await StateAsync(WampClientState.Reconnecting);
        var publishing = joined.Client.PublishAsync("com.example.t", [1]).AsTask();
        using var cancel = new CancellationTokenSource();
        var canceled = joined.Client.PublishAsync("com.example.t", [2], cancellationToken: cancel.Token).AsTask();
        await cancel.CancelAsync();
        Assert.That(async () => await canceled.Soon(), Throws.InstanceOf<OperationCanceledException>());
        Assert.That(publishing.IsCompleted, Is.False);

        _time.Advance(Policy.InitialDelay);
        var peer = await joined.Router.WelcomeAsync();
        await publishing.Soon();
        Assert.That(await peer.ReceiveAsync(), Is.EqualTo("""[16,1,{},"com.example.t",[1]]"""));
    }

    [Test]
    public async Task Registration_StillHeldByTheLostSession_IsTriedUntilFree()
    {
        await using var joined = await JoinAsync();
        var errors = new BackgroundErrors(joined.Client);
        await joined.RegisteredAsync(joined.Client.RegisterAsync("com.example.add", (int a, int b) => a + b));
        await joined.Peer.CloseAsync();
        await StateAsync(WampClientState.Reconnecting);
        _time.Advance(Policy.InitialDelay);
        var peer = await joined.Router.WelcomeAsync();
        await peer.AnswerAsync("""[8,64,$,{},"wamp.error.procedure_already_exists"]""");
        Assert.That((await errors.NextAsync()).Kind, Is.EqualTo(WampBackgroundErrorKind.RestoreFailed));
        await StateAsync(WampClientState.Connected);

        await AdvanceUntilAsync(peer.AnswerAsync("[65,$,801]"));
        await peer.SendAsync("[68,1,801,{},[2,3]]");
        Assert.That(await peer.ReceiveAsync(), Is.EqualTo("[70,1,{},[5]]"));
    }

    [Test]
    public async Task Registration_GivenUpWhileItIsTried_IsTriedNoMore()
    {
        await using var joined = await JoinAsync();
        var errors = new BackgroundErrors(joined.Client);
        var registration = await joined.RegisteredAsync(joined.Client.RegisterAsync("com.example.add", (int a, int b) => a + b));
        var peer = await ComeBackAsync(joined);
        await peer.AnswerAsync("""[8,64,$,{},"wamp.error.procedure_already_exists"]""");
        await errors.NextAsync();
        await StateAsync(WampClientState.Connected);

        await registration.DisposeAsync().Soon();
        for (var i = 0; i < 100; i++)
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }

        await joined.Client.PublishAsync("com.example.fence");
        Assert.That(await peer.ReceiveAsync(), Does.StartWith("[16,"));
    }

    [Test]
    public async Task Feed_AcrossAReconnect_GoesOn()
    {
        await using var joined = await JoinAsync();
        var feed = await joined.SubscribedAsync(joined.Client.SubscribeAsync("com.example.t"));
        await using var events = feed.GetAsyncEnumerator();
        await joined.Peer.SendAsync("[36,501,1,{}]");
        Assert.That(await events.MoveNextAsync().Soon(), Is.True);
        await joined.Peer.CloseAsync();
        await StateAsync(WampClientState.Reconnecting);
        _time.Advance(Policy.InitialDelay);
        var peer = await joined.Router.WelcomeAsync();
        await peer.AnswerAsync("[33,$,601]");
        await peer.SendAsync("[36,601,2,{}]");

        Assert.That(await events.MoveNextAsync().Soon(), Is.True);
        Assert.That(events.Current.PublicationId, Is.EqualTo(2));
    }

    [Test]
    public async Task SubscribedAgain_WhileTheLastUnsubscribed_IsRestored()
    {
        await using var joined = await JoinAsync();
        var one = await joined.SubscribedAsync(joined.Client.SubscribeAsync("com.example.t", _ => { }));
        var leaving = one.DisposeAsync().AsTask();
        Assert.That(await joined.Peer.ReceiveAsync(), Is.EqualTo("[34,2,501]"));
        var received = new Received();
        var again = joined.Client.SubscribeAsync("com.example.t", received.Add);
        await joined.Peer.SendAsync("[35,2]");
        Assert.That(await joined.Peer.AnswerAsync("[33,$,502]"), Is.EqualTo("""[32,3,{},"com.example.t"]"""));
        await leaving.Soon();
        await again.Soon();

        var peer = await ComeBackAsync(joined);

        Assert.That(await peer.AnswerAsync("[33,$,601]"), Is.EqualTo("""[32,1,{},"com.example.t"]"""));
        await StateAsync(WampClientState.Connected);
        await peer.SendAsync("[36,601,1,{}]");
        await received.ReachAsync(1);
    }

    [Test]
    public async Task SubscribedAgain_WhileTheLastUnsubscribedAndTheSessionIsLost_IsRestoredOnce()
    {
        await using var joined = await JoinAsync(WampDisconnectedBehavior.Wait);
        var one = await joined.SubscribedAsync(joined.Client.SubscribeAsync("com.example.t", _ => { }));
        var leaving = one.DisposeAsync().AsTask();
        await joined.Peer.ReceiveAsync();
        var received = new Received();
        var again = joined.Client.SubscribeAsync("com.example.t", received.Add);

        var peer = await ComeBackAsync(joined);
        await leaving.Soon();

        // The one that waited was of the lost session and failed with it, or is restored: never half of both.
        var restored = await Task.WhenAny(again, peer.AnswerAsync("[33,$,601]")).Soon();
        Assert.That(restored == again ? again.IsFaulted : await (Task<string>)restored == """[32,1,{},"com.example.t"]""", Is.True);
    }

    [TestCase("[36,601,1,{\"retained\":true}]", false, TestName = "Retained_HadBeforeTheReconnect_DoesNotComeAgain")]
    [TestCase("[36,601,2,{\"retained\":true}]", true, TestName = "Retained_ChangedMeanwhile_Comes")]
    [TestCase("[36,601,1,{}]", true, TestName = "Retained_IdOfALiveEvent_Comes")]
    public async Task Retained_AfterAReconnect(string message, bool isNews)
    {
        await using var joined = await JoinAsync();
        var received = new Received();
        await joined.SubscribedAsync(joined.Client.SubscribeAsync("com.example.t", received.Add, new WampSubscribeOptions { GetRetained = true }));
        await joined.Peer.SendAsync("""[36,501,1,{"retained":true}]""");
        await received.ReachAsync(1);

        var peer = await ComeBackAsync(joined);
        Assert.That(await peer.AnswerAsync("[33,$,601]"), Is.EqualTo("""[32,1,{"get_retained":true},"com.example.t"]"""));
        await peer.SendAsync(message);
        await peer.SendAsync("[36,601,3,{}]");

        await received.ReachAsync(isNews ? 3 : 2);
        Assert.That(received.Publications[^1], Is.EqualTo(3));
        Assert.That(received.Count, Is.EqualTo(isNews ? 3 : 2));
    }

    [Test]
    public async Task Retained_WasLiveBeforeTheReconnect_DoesNotComeAgain()
    {
        await using var joined = await JoinAsync();
        var received = new Received();
        await joined.SubscribedAsync(joined.Client.SubscribeAsync("com.example", received.Add, new WampSubscribeOptions { GetRetained = true, Match = WampMatch.Prefix }));
        await joined.Peer.SendAsync("""[36,501,1,{"topic":"com.example.a"}]""");
        await joined.Peer.SendAsync("""[36,501,2,{"topic":"com.example.b"}]""");
        await received.ReachAsync(2);

        var peer = await ComeBackAsync(joined);
        await peer.AnswerAsync("[33,$,601]");
        await peer.SendAsync("""[36,601,1,{"topic":"com.example.a","retained":true}]""");
        await peer.SendAsync("""[36,601,3,{"topic":"com.example.b","retained":true}]""");
        await peer.SendAsync("""[36,601,4,{"topic":"com.example.c","retained":true}]""");

        await received.ReachAsync(4);
        Assert.That(received.Publications, Is.EqualTo(new[] { 1L, 2, 3, 4 }));
    }

    [Test]
    public async Task Restore_NotAnsweredInTime_EndsThatSessionAndJoinsAgain()
    {
        await using var joined = await JoinAsync();
        await joined.SubscribedAsync(joined.Client.SubscribeAsync("com.example.t", _ => { }));
        var errors = new BackgroundErrors(joined.Client);
        var peer = await ComeBackAsync(joined);
        await peer.ReceiveAsync();

        var joinTimeout = TimeSpan.FromSeconds(15);
        await _time.WhenWaitedForAsync(joinTimeout).Soon();
        _time.Advance(joinTimeout);
        await AdvanceUntilAsync(joined.Router.AcceptAsync());

        var report = await errors.NextAsync();
        Assert.That((report.Kind, report.Uri), Is.EqualTo((WampBackgroundErrorKind.ReconnectFailed, "realm1")));
        Assert.That(report.Exception.Message, Is.EqualTo("The router did not restore subscriptions and registrations within 00:00:15."));
    }

    [Test]
    public async Task Policy_GivesUp_ClosesWithTheReasonAndEndsFeeds()
    {
        await using var joined = await JoinAsync(policy: Policy with { GiveUpWhen = e => e.ErrorUri == "wamp.close.killed" });
        var feed = await joined.SubscribedAsync(joined.Client.SubscribeAsync("com.example.t"));
        await joined.Peer.SendAsync("""[6,{},"wamp.close.killed"]""");

        var closed = await StateAsync(WampClientState.Closed);
        Assert.That(((WampException)closed.Cause!).ErrorUri, Is.EqualTo("wamp.close.killed"));
        Assert.That(async () => await ReadAsync(feed), Throws.TypeOf<WampConnectionException>());
        Assert.That(
            async () => await joined.Client.PublishAsync("com.example.t"),
            Throws.TypeOf<WampConnectionException>().With.Message.Contains("wamp.close.killed"));
    }

    [Test]
    public async Task Policy_MaxAttempts_ClosesAfterThem()
    {
        await using var joined = await JoinAsync(policy: Policy with { MaxAttempts = 2 });
        var errors = new BackgroundErrors(joined.Client);
        joined.Router.IsDown = true;
        await joined.Peer.CloseAsync();
        await StateAsync(WampClientState.Reconnecting);
        _time.Advance(TimeSpan.FromSeconds(1));
        await errors.NextAsync();
        _time.Advance(TimeSpan.FromSeconds(2));
        await errors.NextAsync();

        Assert.That((await StateAsync(WampClientState.Closed)).Cause!.Message, Does.Contain("nobody listens"));
        Assert.That(async () => await joined.Client.ConnectAsync(), Throws.InvalidOperationException.With.Message.Contains("given up"));
    }

    [Test]
    public async Task RetryFirstConnect_RouterComesLater_Connects()
    {
        await using var router = new ScriptedRouter { IsDown = true };
        await using var client = new WampClient(new WampClientOptions
        {
            Transport = router.Transport,
            Realm = "realm1",
            Serializers = [serializer],
            TimeProvider = _time,
            Reconnect = Policy with { RetryFirstConnect = true },
        });
        var errors = new BackgroundErrors(client);
        var connecting = client.ConnectAsync();
        await errors.NextAsync();
        router.IsDown = false;
        _time.Advance(Policy.InitialDelay);
        await router.WelcomeAsync();
        await connecting.Soon();
        await router.DisposeAsync();
    }

    [Test]
    public async Task DisposeAsync_WhileReconnecting_EndsAtOnceAndEndsFeeds()
    {
        var joined = await JoinAsync();
        var feed = await joined.SubscribedAsync(joined.Client.SubscribeAsync("com.example.t"));
        await joined.Peer.CloseAsync();
        await StateAsync(WampClientState.Reconnecting);
        await joined.Client.DisposeAsync().Soon();

        Assert.That(joined.Client.State, Is.EqualTo(WampClientState.Closed));
        Assert.That(await ReadAsync(feed), Is.Zero);
    }

    [Test]
    public async Task StateChanged_ObserverThrows_ReconnectsAllTheSame()
    {
        await using var joined = await JoinAsync();
        joined.Client.StateChanged += (_, _) => throw new InvalidOperationException("broken observer");
        await joined.Peer.CloseAsync();
        await StateAsync(WampClientState.Reconnecting);
        _time.Advance(Policy.InitialDelay);
        await joined.Router.WelcomeAsync();

        await StateAsync(WampClientState.Connected);
    }

    private static async Task<int> ReadAsync(WampEventFeed feed)
    {
        var count = 0;
        await using var events = feed.GetAsyncEnumerator();
        while (await events.MoveNextAsync().Soon())
        {
            count++;
        }

        return count;
    }

    private async Task<JoinedClient> JoinAsync(
        WampDisconnectedBehavior whenDisconnected = WampDisconnectedBehavior.Fail, WampReconnectPolicy? policy = null)
    {
        var joined = await JoinedClient.JoinAsync(serializer, _time, policy ?? Policy, whenDisconnected);
        joined.Client.StateChanged += (_, change) => _states.Writer.TryWrite(change);
        return joined;
    }

    /// <summary>The connection is lost and made again.</summary>
    private async Task<ScriptedPeer> ComeBackAsync(JoinedClient joined)
    {
        await joined.Peer.CloseAsync();
        await StateAsync(WampClientState.Reconnecting);
        _time.Advance(Policy.InitialDelay);
        return await joined.Router.WelcomeAsync();
    }

    private async Task<WampStateChangedEventArgs> StateAsync(WampClientState state)
    {
        while (true)
        {
            var change = await _states.Reader.ReadAsync().Soon();
            if (change.Current == state)
            {
                return change;
            }
        }
    }

    /// <summary>For a delay that may not have begun yet when the test comes here: lets time pass until it is over.</summary>
    private async Task AdvanceUntilAsync(Task done)
    {
        while (await Task.WhenAny(done, _time.WhenWaitedForAsync(Policy.MaxDelay)).Soon() != done)
        {
            _time.Advance(Policy.MaxDelay);
        }

        await done;
    }
}
