using WampRouter.Client;
using WampRouter.Tests.Conformance;
using WampRouter.Tests.Doubles;

namespace WampRouter.Tests.Clients;

[TestFixture(WampSerializer.Json)]
[TestFixture(WampSerializer.MessagePack)]
[TestFixture(WampSerializer.Cbor)]
internal sealed class PubSubTests(WampSerializer serializer)
{
    private JoinedClient _joined = null!;

    private WampClient Client => _joined.Client;

    private ScriptedPeer Peer => _joined.Peer;

    [SetUp]
    public async Task JoinAsync() => _joined = await JoinedClient.JoinAsync(serializer);

    [TearDown]
    public async Task LeaveAsync() => await _joined.DisposeAsync();

    [Test]
    [Shows("message.no-empty-arguments", "message.no-empty-argumentskw", "id.session-client")]
    public async Task PublishAsync_PositionalAndNamed_ArriveInOrderOfIds()
    {
        await Client.PublishAsync("com.example.t");
        await Client.PublishAsync("com.example.t", [1, "two", 2.0, true, null]);
        await Client.PublishAsync("com.example.t", new() { { "unit", "C" } }, new WampPublishOptions { ExcludeMe = false, DiscloseMe = true });

        Assert.That(await Peer.ReceiveAsync(), Is.EqualTo("""[16,1,{},"com.example.t"]"""));
        Assert.That(await Peer.ReceiveAsync(), Is.EqualTo("""[16,2,{},"com.example.t",[1,"two",2.0,true,null]]"""));
        Assert.That(await Peer.ReceiveAsync(), Is.EqualTo("""[16,3,{"disclose_me":true,"exclude_me":false},"com.example.t",[],{"unit":"C"}]"""));
    }

    [Test]
    public async Task PublishAcknowledgedAsync_Published_ReturnsItsId()
    {
        var publishing = Client.PublishAcknowledgedAsync("com.example.t", [1]);

        Assert.That(await Peer.AnswerAsync("[17,$,4429313566]"), Is.EqualTo("""[16,1,{"acknowledge":true},"com.example.t",[1]]"""));
        Assert.That(await publishing.Soon(), Is.EqualTo(4429313566));
    }

    [Test]
    public async Task PublishAcknowledgedAsync_Error_ThrowsItReadably()
    {
        var publishing = Client.PublishAcknowledgedAsync("com.example.t");
        await Peer.AnswerAsync("""[8,16,$,{},"wamp.error.not_authorized",["you may not"]]""");

        var error = Assert.CatchAsync<WampException>(() => publishing.Soon())!;
        Assert.That(error.ErrorUri, Is.EqualTo(WampErrorUri.NotAuthorized));
        Assert.That(error.Message, Is.EqualTo("Publishing to 'com.example.t' failed with wamp.error.not_authorized: you may not"));
    }

    [Test]
    public async Task SubscribeAsync_EventRightBehindTheReply_IsDelivered()
    {
        var received = new TaskCompletionSource<WampEvent>();
        var subscribing = Client.SubscribeAsync("com.example.t", received.SetResult);
        Assert.That(await Peer.AnswerAsync("[33,$,501]"), Is.EqualTo("""[32,1,{},"com.example.t"]"""));
        await Peer.SendAsync("""[36,501,88,{"publisher":7,"publisher_authid":"bob"},[21.5],{"unit":"C"}]""");
        await subscribing.Soon();

        var message = await received.Task.Soon();
        Assert.Multiple(() =>
        {
            Assert.That(message.Topic, Is.EqualTo("com.example.t"));
            Assert.That(message.PublicationId, Is.EqualTo(88));
            Assert.That(message.Arguments.Get<double>(0), Is.EqualTo(21.5));
            Assert.That(message.Arguments.Get<string>("unit"), Is.EqualTo("C"));
            Assert.That(message.Publisher, Is.EqualTo(new WampPeer(7, "bob", null)));
        });
    }

    [Test]
    public async Task SubscribeAsync_Pattern_EventSaysItsTopic()
    {
        var received = new TaskCompletionSource<WampEvent>();
        var subscribing = Client.SubscribeAsync("com.example", received.SetResult, new WampSubscribeOptions { Match = WampMatch.Prefix });
        Assert.That(await Peer.AnswerAsync("[33,$,501]"), Is.EqualTo("""[32,1,{"match":"prefix"},"com.example"]"""));
        await subscribing.Soon();
        await Peer.SendAsync("""[36,501,88,{"topic":"com.example.deep"}]""");

        Assert.That((await received.Task.Soon()).Topic, Is.EqualTo("com.example.deep"));
    }

    [Test]
    public async Task SubscribeAsync_Refused_ThrowsAndLeavesNothing()
    {
        var refused = Client.SubscribeAsync("com.example.t");
        await Peer.AnswerAsync("""[8,32,$,{},"wamp.error.not_authorized"]""");
        Assert.That(async () => await refused.Soon(), Throws.TypeOf<WampException>().With.Message.EqualTo("Subscribing to 'com.example.t' failed with wamp.error.not_authorized."));

        var again = Client.SubscribeAsync("com.example.t");
        Assert.That(await Peer.AnswerAsync("[33,$,501]"), Is.EqualTo("""[32,2,{},"com.example.t"]"""));
        await again.Soon();
    }

    [Test]
    public async Task SubscribeAsync_SameTopicTwice_SharesTheSubscriptionUntilTheLastLeaves()
    {
        var (first, second) = (new Received(), new Received());
        var one = await _joined.SubscribedAsync(Client.SubscribeAsync("com.example.t", first.Add));
        var two = await Client.SubscribeAsync("com.example.t", second.Add).Soon();
        await Peer.SendAsync("[36,501,1,{}]");
        await first.ReachAsync(1);
        await second.ReachAsync(1);

        await one.DisposeAsync().Soon();
        await Peer.SendAsync("[36,501,2,{}]");
        await second.ReachAsync(2);
        Assert.That(first.Count, Is.EqualTo(1));

        var leaving = two.DisposeAsync().AsTask();
        Assert.That(await Peer.AnswerAsync("[35,$]"), Is.EqualTo("[34,2,501]"));
        await leaving.Soon();
    }

    [Test]
    public async Task DisposeAsync_SubscribedAgainMeanwhile_SubscribesAnewAfterTheAnswer()
    {
        var one = await _joined.SubscribedAsync(Client.SubscribeAsync("com.example.t", _ => { }));
        var leaving = one.DisposeAsync().AsTask();
        Assert.That(await Peer.ReceiveAsync(), Is.EqualTo("[34,2,501]"));
        var received = new Received();
        var again = Client.SubscribeAsync("com.example.t", received.Add);
        await Client.PublishAsync("com.example.fence");
        Assert.That(await Peer.ReceiveAsync(), Is.EqualTo("""[16,3,{},"com.example.fence"]"""), "SUBSCRIBE waits for the answer");
        await Peer.SendAsync("[35,2]");
        Assert.That(await Peer.AnswerAsync("[33,$,502]"), Is.EqualTo("""[32,4,{},"com.example.t"]"""));
        await leaving.Soon();
        await again.Soon();

        await Peer.SendAsync("[36,502,1,{}]");
        await received.ReachAsync(1);
    }

    [Test]
    public async Task SubscribeAsync_Canceled_UnsubscribesWhenTheAnswerComes()
    {
        using var cancel = new CancellationTokenSource();
        var subscribing = Client.SubscribeAsync("com.example.t", _ => { }, cancellationToken: cancel.Token);
        Assert.That(await Peer.ReceiveAsync(), Is.EqualTo("""[32,1,{},"com.example.t"]"""));
        await cancel.CancelAsync();
        Assert.That(async () => await subscribing.Soon(), Throws.InstanceOf<OperationCanceledException>());

        await Peer.SendAsync("[33,1,501]");
        Assert.That(await Peer.ReceiveAsync(), Is.EqualTo("[34,2,501]"));
    }

    [Test]
    public async Task SubscribeAsync_TypedHandler_GetsTheFirstArgument()
    {
        var received = new TaskCompletionSource<int>();
        await _joined.SubscribedAsync(Client.SubscribeAsync("com.example.t", (int value) => received.SetResult(value)));
        await Peer.SendAsync("[36,501,1,{},[42]]");

        Assert.That(await received.Task.Soon(), Is.EqualTo(42));
    }

    [Test]
    public async Task Handler_Slow_HandlesInOrderAndHoldsUpNobody()
    {
        var gate = new TaskCompletionSource();
        var slow = new Received();
        var quick = new Received();
        await _joined.SubscribedAsync(Client.SubscribeAsync("com.example.slow", async message =>
        {
            await gate.Task;
            slow.Add(message);
        }));
        await _joined.SubscribedAsync(Client.SubscribeAsync("com.example.quick", quick.Add), 502);
        for (var i = 1; i <= 100; i++)
        {
            await Peer.SendAsync($"[36,501,{i},{{}}]");
        }

        await Peer.SendAsync("[36,502,1,{}]");
        await quick.ReachAsync(1);
        Assert.That(slow.Count, Is.Zero);

        gate.SetResult();
        await slow.ReachAsync(100);
        Assert.That(slow.Publications, Is.EqualTo(Enumerable.Range(1, 100)));
    }

    [TestCase(WampOverflowPolicy.DropOldest, new long[] { 1, 9, 10 })]
    [TestCase(WampOverflowPolicy.DropNewest, new long[] { 1, 2, 3 })]
    public async Task Handler_TooSlow_LosesWhatThePolicySaysAndTells(WampOverflowPolicy policy, long[] handled)
    {
        var errors = new BackgroundErrors(Client);
        var (started, gate, received) = (new TaskCompletionSource(), new TaskCompletionSource(), new Received());
        var subscription = await _joined.SubscribedAsync(Client.SubscribeAsync(
            "com.example.t",
            async message =>
            {
                started.TrySetResult();
                await gate.Task;
                received.Add(message);
            },
            new WampSubscribeOptions { BufferSize = 2, Overflow = policy }));
        await Peer.SendAsync("[36,501,1,{}]");
        await started.Task.Soon();
        for (var i = 2; i <= 10; i++)
        {
            await Peer.SendAsync($"[36,501,{i},{{}}]");
        }

        var error = await errors.NextAsync();
        await FenceAsync();
        gate.SetResult();
        await received.ReachAsync(3);

        Assert.Multiple(() =>
        {
            Assert.That(received.Publications, Is.EqualTo(handled));
            Assert.That(subscription.DroppedEvents, Is.EqualTo(7));
            Assert.That((error.Kind, error.Uri), Is.EqualTo((WampBackgroundErrorKind.EventsDropped, "com.example.t")));
        });
    }

    [Test]
    public async Task Handler_TooSlowAgainAfterItCaughtUp_IsReportedAgain()
    {
        var errors = new BackgroundErrors(Client);
        var (gate, caughtUp) = (new TaskCompletionSource(), new TaskCompletionSource());
        await _joined.SubscribedAsync(Client.SubscribeAsync(
            "com.example.t",
            async (WampEvent message) =>
            {
                await gate.Task;
                if (message.PublicationId % 10 == 4)
                {
                    caughtUp.SetResult();
                }
            },
            new WampSubscribeOptions { BufferSize = 1 }));
        for (var round = 1; round <= 3; round++)
        {
            for (var i = 1; i <= 4; i++)
            {
                await Peer.SendAsync($"[36,501,{(round * 10) + i},{{}}]");
            }

            Assert.That((await errors.NextAsync()).Kind, Is.EqualTo(WampBackgroundErrorKind.EventsDropped), $"round {round}");
            await AssertAliveAsync();       // all four were taken
            gate.SetResult();
            await caughtUp.Task.Soon();
            (gate, caughtUp) = (new TaskCompletionSource(), new TaskCompletionSource());
        }
    }

    [Test]
    public async Task Feed_TooSlowAgainAfterItCaughtUp_IsReportedAgain([Values(WampOverflowPolicy.DropOldest, WampOverflowPolicy.DropNewest)] WampOverflowPolicy policy)
    {
        var errors = new BackgroundErrors(Client);
        var feed = await _joined.SubscribedAsync(Client.SubscribeAsync("com.example.t", new WampSubscribeOptions { BufferSize = 1, Overflow = policy }));
        await using var events = feed.GetAsyncEnumerator();
        for (var round = 1; round <= 3; round++)
        {
            for (var i = 1; i <= 3; i++)
            {
                await Peer.SendAsync($"[36,501,{(round * 10) + i},{{}}]");
            }

            Assert.That((await errors.NextAsync()).Kind, Is.EqualTo(WampBackgroundErrorKind.EventsDropped), $"round {round}");
            await AssertAliveAsync();       // all three were taken
            Assert.That(await events.MoveNextAsync().Soon(), Is.True);
            Assert.That(feed.DroppedEvents, Is.EqualTo(round * 2));
        }
    }

    [Test]
    public async Task Handler_DisposedWhileEventsWait_HandlesNoMoreOfThem()
    {
        var (entered, release, handled) = (new TaskCompletionSource(), new TaskCompletionSource(), new Received());
        var subscription = await _joined.SubscribedAsync(Client.SubscribeAsync("com.example.t", async (WampEvent message) =>
        {
            handled.Add(message);
            entered.TrySetResult();
            await release.Task;
        }));
        await Peer.SendAsync("[36,501,1,{}]");
        await entered.Task.Soon();
        await Peer.SendAsync("[36,501,2,{}]");
        await AssertAliveAsync();

        var leaving = subscription.DisposeAsync().AsTask();
        await Peer.AnswerAsync("[35,$]");
        await leaving.Soon();
        release.SetResult();

        var fence = new Received();
        await _joined.SubscribedAsync(Client.SubscribeAsync("com.example.u", fence.Add), 502);
        await Peer.SendAsync("[36,502,1,{}]");
        await fence.ReachAsync(1);
        Assert.That(handled.Publications, Is.EqualTo(new[] { 1L }));
    }

    [Test]
    public async Task SubscribeAsync_AnotherHasItsRetainedEvents_SharesWhatIsSubscribed()
    {
        var (first, second) = (new Received(), new Received());
        await _joined.SubscribedAsync(Client.SubscribeAsync("com.example.t", first.Add, new WampSubscribeOptions { GetRetained = true }));

        await Client.SubscribeAsync("com.example.t", second.Add).Soon();

        await Client.PublishAsync("com.example.fence");
        Assert.That(await Peer.ReceiveAsync(), Does.StartWith("[16,2,"), "the router is asked nothing");
    }

    [Test]
    public async Task Handler_Throws_IsReportedAndTheNextEventHandled()
    {
        var errors = new BackgroundErrors(Client);
        var received = new Received();
        await _joined.SubscribedAsync(Client.SubscribeAsync("com.example.t", message =>
        {
            received.Add(message);
            if (message.PublicationId == 1)
            {
                throw new InvalidOperationException("broken handler");
            }
        }));
        await Peer.SendAsync("[36,501,1,{}]");
        await Peer.SendAsync("[36,501,2,{}]");

        var error = await errors.NextAsync();
        await received.ReachAsync(2);
        Assert.That((error.Kind, error.Exception.Message), Is.EqualTo((WampBackgroundErrorKind.EventHandlerFailed, "broken handler")));
    }

    [Test]
    public async Task Feed_Events_AreReadInOrderUntilDisposed()
    {
        var feed = await _joined.SubscribedAsync(Client.SubscribeAsync("com.example.t"));
        await Peer.SendAsync("[36,501,1,{},[10]]");
        await Peer.SendAsync("[36,501,2,{},[20]]");
        var read = new List<int>();
        await foreach (var value in feed.ReadAllAsync<int>())
        {
            read.Add(value);
            if (read.Count == 2)
            {
                var leaving = feed.DisposeAsync().AsTask();
                await Peer.AnswerAsync("[35,$]");
                await leaving.Soon();
            }
        }

        Assert.That(read, Is.EqualTo(new[] { 10, 20 }));
    }

    [Test]
    public async Task Feed_OverflowFails_ThrowsAfterWhatWaits()
    {
        var feed = await _joined.SubscribedAsync(
            Client.SubscribeAsync("com.example.t", new WampSubscribeOptions { BufferSize = 2, Overflow = WampOverflowPolicy.Fail }));
        for (var i = 1; i <= 3; i++)
        {
            await Peer.SendAsync($"[36,501,{i},{{}}]");
        }

        Assert.That(await Peer.AnswerAsync("[35,$]"), Is.EqualTo("[34,2,501]"), "a failed subscription is left");
        var read = new List<long>();
        Assert.That(
            async () =>
            {
                await foreach (var message in feed)
                {
                    read.Add(message.PublicationId);
                }
            },
            Throws.TypeOf<WampOverflowException>());
        Assert.That(read, Is.EqualTo(new long[] { 1, 2 }));
    }

    /// <summary>When it returns, the client has dispatched everything sent before it.</summary>
    private async Task FenceAsync()
    {
        var call = Client.CallAsync("com.example.fence");
        await Peer.AnswerAsync("[50,$,{}]");
        await call.Soon();
    }

    private async Task AssertAliveAsync()
    {
        var call = Client.CallAsync("com.example.alive");
        await Peer.AnswerAsync("[50,$,{}]");
        await call.Soon();
    }
}
