using Newtonsoft.Json.Linq;
using WampRouter.Delivery;
using WampRouter.Realms.Peers;
using WampRouter.Sessions;
using WampRouter.Sessions.Connections;
using WampRouter.Sessions.Resumption;
using WampRouter.Tests.Conformance;
using WampRouter.Tests.Doubles;

namespace WampRouter.Tests.Sessions.Resumption;

/// <summary>docs/resumption.md: what becomes of a session without a connection, what others see of it, and who wins where two want to decide that.</summary>
public sealed class ResumptionLifeTests
{
    private ManualTime _time = null!;
    private TestRouter _router = null!;
    private TestPeer _watcher = null!;

    [SetUp]
    public void SetUp()
    {
        _time = new ManualTime();
        _router = new TestRouter(time: _time);
        _watcher = _router.Join();
        foreach (var (topic, request) in new[] { ("wamp.session.on_join", 1), ("wamp.session.on_leave", 2), ("com.detached", 3), ("com.destroyed", 4) })
        {
            _watcher.Send($$"""[32,{{request}},{},"{{topic}}"]""");
        }

        _watcher.Take();
    }

    [TearDown]
    public void TearDown() => _router.Dispose();

    [Test]
    public void Testaments_LostAndTimeOver_EachScopeAtItsMoment()
    {
        var client = JoinWithTestaments();

        client.Lose();
        var atDetach = Events();
        _time.Advance(TimeSpan.FromSeconds(60));

        Assert.Multiple(() =>
        {
            Assert.That(atDetach, Is.EqualTo(new[] { "detached" }));
            Assert.That(Events(), Is.EqualTo(new[] { "destroyed", $"left {client.Id}" }));
        });
    }

    [Test]
    public void Testaments_LostAndResumed_TheDestroyedOneStays()
    {
        var client = JoinWithTestaments();

        client.Lose();
        client.Resume();
        var sofar = Events();
        client.Lose(reason: DisconnectReason.TransportViolation);

        Assert.Multiple(() =>
        {
            Assert.That(sofar, Is.EqualTo(new[] { "detached" }), "and nobody joined or left");
            Assert.That(Events(), Is.EqualTo(new[] { "destroyed", $"left {client.Id}" }));
        });
    }

    [Test]
    public void Testaments_NeverDetached_BothInOrder()
    {
        var client = JoinWithTestaments();

        client.Send("""[6,{},"wamp.close.normal"]""");

        Assert.That(Events(), Is.EqualTo(new[] { "detached", "destroyed", $"left {client.Id}" }));
    }

    [Test]
    public void Testaments_FramesAreGone_TheOldSessionEndsBeforeTheNewOneJoins()
    {
        var client = JoinWithTestaments();
        var former = client.Id;
        client.Lose();
        Events();
        client.Received += 1;   // more than it was ever sent

        client.Resume();

        Assert.That(Events(), Is.EqualTo(new[] { "destroyed", $"left {former}", $"joined {client.Id}" }));
    }

    [Test]
    [Shows("resumption.final-ends")]
    public void Kill_Detached_EndsIt()
    {
        var client = JoinWithTestaments();
        client.Lose();
        Events();

        var result = Call("wamp.session.kill", client.Id);

        Assert.Multiple(() =>
        {
            Assert.That((int)result[0], Is.EqualTo(50));
            Assert.That(_router.Live.Find(client.Id), Is.Null);
            Assert.That(_router.Context.Resumable.Detached, Is.Zero);
            Assert.That(_router.Hosted.Realm.Members, Is.EqualTo(1));
        });
    }

    [Test]
    public void Kill_Attached_SaysGoodbyeAndCannotBeResumed()
    {
        var client = ResumableClient.Join(_router);
        _watcher.Take();

        Call("wamp.session.kill", client.Id);
        var farewell = client.Take();
        client.Lose();
        client.Resume();

        Assert.Multiple(() =>
        {
            Assert.That(farewell.Single(), Does.Contain("wamp.close.killed"));
            Assert.That(client.IsResumed, Is.False);
        });
    }

    [Test]
    public void SessionGet_DetachedAndResumed_GivesTheSameIdentity()
    {
        var client = ResumableClient.Join(_router);
        client.Lose();
        _watcher.Take();

        var detached = (JObject)Call("wamp.session.get", client.Id)[3][0]!;
        client.Resume();
        var resumed = (JObject)Call("wamp.session.get", client.Id)[3][0]!;

        Assert.Multiple(() =>
        {
            Assert.That((string?)detached["authid"], Is.EqualTo((string?)client.Welcome["authid"]), "made up at the first login");
            Assert.That(JToken.DeepEquals(resumed, detached), resumed.ToString());
        });
    }

    [Test]
    public void Call_CalleeDetached_WaitsForItAndIsAnswered()
    {
        var callee = ResumableClient.Join(_router);
        callee.Send("""[64,1,{},"com.procedure"]""");
        callee.Take();
        callee.Lose();
        _watcher.Take();

        _watcher.Send("""[48,1,{},"com.procedure",[7]]""");
        Assert.That(_watcher.Take(), Is.Empty);
        callee.Resume();
        var invocation = JArray.Parse(callee.Take().Single());
        callee.Send($"[70,{invocation[1]},{{}},[8]]");

        Assert.That(JArray.Parse(_watcher.Take().Single())[3].ToString(Newtonsoft.Json.Formatting.None), Is.EqualTo("[8]"));
    }

    [Test]
    public void Call_CallerDetached_ResultWaitsForIt()
    {
        var caller = ResumableClient.Join(_router);
        _watcher.Send("""[64,9,{},"com.procedure"]""");
        caller.Send("""[48,1,{},"com.procedure"]""");
        caller.Lose();
        var invocation = JArray.Parse(_watcher.Take()[^1]);

        _watcher.Send($"[70,{invocation[1]},{{}},[8]]");
        caller.Resume();

        Assert.That(caller.Take().Single(), Does.StartWith("[50,1,").And.EndsWith("[8]]"));
    }

    [Test]
    public void Call_TimeoutWhileCalleeIsDetached_RunsOn()
    {
        var callee = ResumableClient.Join(_router);
        callee.Send("""[64,1,{},"com.procedure"]""");
        callee.Lose();
        _watcher.Take();

        _watcher.Send("""[48,1,{"timeout":5000},"com.procedure"]""");
        _time.Advance(TimeSpan.FromSeconds(5));

        Assert.That(_watcher.Take().Single(), Does.StartWith("[8,48,1,").And.Contain("wamp.error.timeout"));
    }

    [TestCase(true)]
    [TestCase(false)]
    public void Event_SubscriptionIsOver_IsNotKept(bool isDetached)
    {
        var client = ResumableClient.Join(_router);
        var peer = ((ResumableSession)_router.Live.Find(client.Id)!).Peer;
        if (isDetached)
        {
            client.Lose();
        }

        var isTaken = peer.SendEvent([1, 0, 0, 1, (byte)'x'], new ShutGate(), FlushBatch.OfThread);
        FlushBatch.OfThread.Flush();
        var arrived = client.Take().Count;
        if (!isDetached)
        {
            client.Lose();
        }

        client.Resume();

        Assert.That((isTaken == SendOutcome.Taken, arrived, client.Take().Count), Is.EqualTo((false, 0, 0)));
    }

    [Test]
    public void Metrics_EachOutcome_IsCounted()
    {
        using var outcomes = new Measured(_router.Meter, "wamp_router.session.resumptions");
        var client = ResumableClient.Join(_router);
        client.Lose();

        new ResumableClient(_router) { Id = client.Id, Token = "wrong" }.Resume();
        client.Resume();
        client.Lose();
        client.Received += 1;
        client.Resume();
        new ResumableClient(_router) { Id = 7, Token = "wrong" }.Resume();

        Assert.That(outcomes.Tags, Is.EqualTo(new[] { "outcome=wrong_token", "outcome=resumed", "outcome=frames_gone", "outcome=unknown" }));
    }

    [Test]
    [Shows("resumption.bounds")]
    public void Full_WhileDetached_EndsOnAnotherStackAndTheClientIsTold()
    {
        using var router = RouterKeeping(bytes: 300);
        var client = ResumableClient.Join(router);
        client.Send("""[32,1,{},"com.topic"]""");
        client.Lose();
        var publisher = router.Join();

        for (var i = 1; i <= 20; i++)
        {
            publisher.Send($$"""[16,{{i}},{},"com.topic",["0123456789"]]""");
        }

        var duringRouting = router.Live.Count;
        _time.Advance(TimeSpan.Zero);
        Assert.Multiple(() =>
        {
            Assert.That(duringRouting, Is.EqualTo(2), "not in the middle of routing");
            Assert.That(router.Live.Count, Is.EqualTo(1));
            Assert.That(router.Context.Resumable.Budget.ReservedBytes, Is.Zero);
        });
        client.Resume();
        Assert.That(client.IsResumed, Is.False);
    }

    [Test]
    public void Full_ResumedBeforeItIsCleanedUp_IsToldAllTheSame()
    {
        using var router = RouterKeeping(bytes: 0);
        var client = ResumableClient.Join(router);
        client.Send("""[32,1,{},"com.topic"]""");
        client.Lose();
        router.Join().Send("""[16,1,{},"com.topic",["0123456789"]]""");

        client.Resume();
        _time.Advance(TimeSpan.Zero);

        Assert.Multiple(() =>
        {
            Assert.That(client.IsResumed, Is.False);
            Assert.That(router.Live.Find(client.Id), Is.Not.Null);
        });
    }

    [Test]
    public void MaxDetachedSessions_OneMore_EndsWithItsConnection()
    {
        using var router = new TestRouter(options: new WampSessionOptions { MaxDetachedSessions = 1 }, time: _time);
        var first = ResumableClient.Join(router);
        var second = ResumableClient.Join(router);

        first.Lose();
        second.Lose();

        Assert.Multiple(() =>
        {
            Assert.That(router.Live.Find(first.Id), Is.Not.Null);
            Assert.That(router.Live.Find(second.Id), Is.Null);
        });
        first.Resume();
        first.Lose();
        Assert.That(router.Live.Find(first.Id), Is.Not.Null, "its place is free again");
    }

    [Test]
    public async Task Shutdown_Detached_EndsAtOnceAndItsTestamentsGoOut()
    {
        var client = JoinWithTestaments();
        client.Lose();
        _watcher.Take();
        _router.Live.Drain();

        var ended = _router.Live.GoodbyeAsync("wamp.close.system_shutdown", "bye");

        Assert.That(_router.Live.Find(client.Id), Is.Null);
        _watcher.Send("""[6,{},"wamp.close.goodbye_and_out"]""").Disconnect(DisconnectReason.ClosedByRouter);
        await ended.Soon();
    }

    [Test]
    public void Drain_CallsOfADetachedCaller_AreNotWaitedFor()
    {
        var caller = ResumableClient.Join(_router);
        _watcher.Send("""[64,9,{},"com.procedure"]""");
        caller.Send("""[48,1,{},"com.procedure"]""");
        var before = _router.Live.PendingCalls;

        caller.Lose();

        Assert.Multiple(() =>
        {
            Assert.That(before, Is.EqualTo(1));
            Assert.That(_router.Live.PendingCalls, Is.Zero);
        });
    }

    private TestRouter RouterKeeping(int bytes) =>
        new(sessions: TestRouter.Anonymous with { Resumption = new ResumptionSettings { MaxBytes = bytes } }, time: _time);

    private ResumableClient JoinWithTestaments()
    {
        var client = ResumableClient.Join(_router);
        client.Send("""[48,1,{},"wamp.session.add_testament",["com.destroyed",["destroyed"],{}],{"scope":"destroyed"}]""");
        client.Send("""[48,2,{},"wamp.session.add_testament",["com.detached",["detached"],{}],{"scope":"detached"}]""");
        client.Take();
        _watcher.Take();
        return client;
    }

    private JArray Call(string procedure, ulong id)
    {
        _watcher.Send($$"""[48,1,{},"{{procedure}}",[{{id}}]]""");
        return JArray.Parse(_watcher.Take().Last(message => !message.StartsWith("[36,", StringComparison.Ordinal)));
    }

    /// <summary>What the watcher saw: testaments by their argument, and who came and went.</summary>
    private IReadOnlyList<string> Events() => [.. _watcher.Take().Select(JArray.Parse).Select(message => message[4] switch
    {
        JArray { Count: 1 } arguments when arguments[0] is JObject details => $"joined {details["session"]}",
        JArray { Count: 3 } arguments => $"left {arguments[0]}",
        var arguments => (string)arguments[0]!,
    })];

    private sealed class ShutGate : IDeliveryGate
    {
        public bool IsOpen => false;
    }
}
