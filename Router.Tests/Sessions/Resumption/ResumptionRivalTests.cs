using System.Text;
using WampRouter.Delivery;
using WampRouter.Realms.Peers;
using WampRouter.Sessions;
using WampRouter.Sessions.Connections;
using WampRouter.Tests.Conformance;
using WampRouter.Tests.Doubles;
using WampRouter.Tests.Wire;
using WampRouter.Wire;

namespace WampRouter.Tests.Sessions.Resumption;

/// <summary>Resumption while somebody else wants the same session, or wants it ended: exactly one wins, and never two connections act for one member.</summary>
public sealed class ResumptionRivalTests
{
    private ManualTime _time = null!;
    private TestRouter _router = null!;

    [SetUp]
    public void SetUp()
    {
        _time = new ManualTime();
        _router = new TestRouter(time: _time);
    }

    [TearDown]
    public void TearDown() => _router.Dispose();

    [Test]
    public async Task Resume_OldConnectionStillThere_DropsItAndWaitsForItsEnd()
    {
        var client = ResumableClient.Join(_router);
        client.Send("""[32,1,{},"com.topic"]""");
        client.Take();
        var old = client.Peer;

        var newcomer = _router.Connect().Send(client.HelloAgain());
        var early = newcomer.Take();
        var resumed = newcomer.ResumeAsync();
        _router.Join().Send("""[16,1,{},"com.topic",[5]]""");
        Assert.Multiple(() =>
        {
            Assert.That(newcomer.Status, Is.EqualTo(ReceiveStatus.Wait));
            Assert.That(early, Is.Empty);
            Assert.That(resumed.IsCompleted, Is.False);
            Assert.That(old.Aborted, Is.True);
            Assert.That(old.Take(), Is.Empty, "nothing is handed to the old connection any more");
        });

        old.Disconnect(DisconnectReason.ClosedByRouter);
        await resumed.Soon();

        client.ReadWelcome(newcomer);
        Assert.Multiple(() =>
        {
            Assert.That(newcomer.Status, Is.EqualTo(ReceiveStatus.Continue));
            Assert.That(client.IsResumed, Is.True);
            Assert.That(client.Take().Single(), Does.EndWith("[5]]"));
        });
    }

    [Test]
    public async Task Resume_OldConnectionTakesAMessageMeanwhile_ItCounts()
    {
        var client = ResumableClient.Join(_router);
        var old = client.Peer;
        var newcomer = _router.Connect().Send(client.HelloAgain());
        var resumed = newcomer.ResumeAsync();

        old.Send("""[32,1,{},"com.topic"]""");      // was on its way
        old.Disconnect(DisconnectReason.ClosedByRouter);
        await resumed.Soon();
        client.ReadWelcome(newcomer);

        Assert.Multiple(() =>
        {
            Assert.That((int)client.Welcome["_received"]!, Is.EqualTo(1));
            Assert.That(client.Take().Single(), Does.StartWith("[33,1,"));
        });
    }

    [Test]
    public async Task Resume_OldConnectionSaysGoodbyeMeanwhile_GetsANewSession()
    {
        var client = ResumableClient.Join(_router);
        var (old, former) = (client.Peer, client.Id);
        var newcomer = _router.Connect().Send(client.HelloAgain());
        var resumed = newcomer.ResumeAsync();

        old.Send("""[6,{},"wamp.close.normal"]""");
        await resumed.Soon();
        client.ReadWelcome(newcomer);

        Assert.Multiple(() =>
        {
            Assert.That(client.IsResumed, Is.False);
            Assert.That(client.Id, Is.Not.EqualTo(former));
            Assert.That(_router.Hosted.Realm.Members, Is.EqualTo(1));
        });
    }

    [Test]
    public async Task Resume_KilledMeanwhile_GetsANewSession()
    {
        var client = ResumableClient.Join(_router);
        var former = client.Id;
        var newcomer = _router.Connect().Send(client.HelloAgain());
        var resumed = newcomer.ResumeAsync();

        _router.Join().Send($$"""[48,1,{},"wamp.session.kill",[{{former}}]]""");
        await resumed.Soon();
        client.ReadWelcome(newcomer);

        Assert.That(client.IsResumed, Is.False);
    }

    [Test]
    public async Task Resume_OldConnectionNeverEnds_IsRefusedInTime()
    {
        var client = ResumableClient.Join(_router);
        var newcomer = _router.Connect().Send(client.HelloAgain());
        var resumed = newcomer.ResumeAsync();

        _time.Advance(new WampSessionOptions().HelloTimeout);
        await resumed.Soon();

        Assert.Multiple(() =>
        {
            Assert.That(newcomer.Take().Single(), Does.StartWith("[3,").And.Contain("wamp.error.unavailable"));
            Assert.That(newcomer.Status, Is.EqualTo(ReceiveStatus.Close));
            Assert.That(newcomer.CloseRequested, Is.False, "the time limit of HELLO is over with HELLO");
        });
    }

    [Test]
    public async Task Resume_TwoNewcomers_TheSecondTakesItFromTheFirst()
    {
        var client = ResumableClient.Join(_router);
        var old = client.Peer;
        var first = _router.Connect().Send(client.HelloAgain());
        var firstResumed = first.ResumeAsync();
        old.Disconnect(DisconnectReason.ClosedByRouter);
        await firstResumed.Soon();

        var second = _router.Connect().Send(client.HelloAgain());       // the first one's WELCOME did not arrive
        var secondResumed = second.ResumeAsync();
        Assert.That(first.Aborted, Is.True);
        first.Disconnect(DisconnectReason.ClosedByRouter);
        await secondResumed.Soon();
        client.ReadWelcome(second);

        Assert.Multiple(() =>
        {
            Assert.That(client.IsResumed, Is.True);
            Assert.That(_router.Hosted.Realm.Members, Is.EqualTo(1));
            Assert.That(_router.Context.Resumable.Detached, Is.Zero);
        });
    }

    [TestCase(true)]
    [TestCase(false)]
    public void Resume_InAnotherEncodingWhileTheOldConnectionLives_IsRefusedAndTheOldOneLivesOn(bool isOtherSerializer)
    {
        var encoding = isOtherSerializer ? new WireEncoding(WireFormat.MessagePack, Framing.RawSocket) : new WireEncoding(WireFormat.Json, Framing.Batched);
        var client = ResumableClient.Join(_router);
        client.Send("""[64,1,{},"com.procedure"]""");
        client.Take();

        var newcomer = _router.Connect(TestPeer.Local(encoding.Format) with { Encoding = encoding });
        var hello = ReferenceCodec.Encode(encoding.Format, ReferenceCodec.Decode(WireFormat.Json, Encoding.UTF8.GetBytes(client.HelloAgain())));
        newcomer.Send(hello);
        var caller = _router.Join().Send("""[48,1,{},"com.procedure"]""");
        var invocation = client.Take().Single();
        client.Send($"[70,{Newtonsoft.Json.Linq.JArray.Parse(invocation)[1]},{{}},[5]]");

        Assert.Multiple(() =>
        {
            Assert.That(newcomer.Status, Is.EqualTo(ReceiveStatus.Continue), "it has a session of its own");
            Assert.That(client.Peer.Aborted, Is.False);
            Assert.That(client.Peer.Send("""[32,2,{},"com.topic"]""").Take().Single(), Does.StartWith("[33,2,"), "its requests are answered");
            Assert.That(caller.Take().Single(), Is.EqualTo("[50,1,{},[5]]"));
            Assert.That(_router.Hosted.Realm.Members, Is.EqualTo(3));
        });
    }

    [Test]
    [Shows("resumption.token")]
    public void Resume_TokenBeforeTheLastAfterAMessage_HarmsNothing()
    {
        var client = ResumableClient.Join(_router);
        client.Lose();
        client.Resume();
        client.Send("""[32,1,{},"com.topic"]""");       // its WELCOME has arrived, then
        client.Take();

        var thief = _router.Connect().Send(ResumableClient.Hello(
            $$"""{"resume-session":{{client.Id}},"resume-token":"{{client.TokenBefore}}","_received":0,"authmethods":["anonymous"]}"""));

        Assert.Multiple(() =>
        {
            Assert.That(client.Peer.Aborted, Is.False);
            Assert.That(thief.Take().Single(), Does.Contain("\"resumed\":false"));
            Assert.That(client.Peer.Send("""[32,2,{},"com.topic"]""").Take().Single(), Does.StartWith("[33,2,"));
        });
    }

    [Test]
    public void Resume_WrongTokenWhileTheConnectionLives_HarmsNothing()
    {
        var client = ResumableClient.Join(_router);

        var thief = _router.Connect().Send(ResumableClient.Hello(
            $$"""{"resume-session":{{client.Id}},"resume-token":"no","_received":0,"authmethods":["anonymous"]}"""));

        Assert.Multiple(() =>
        {
            Assert.That(client.Peer.Aborted, Is.False);
            Assert.That(thief.Take().Single(), Does.Contain("\"resumed\":false"));
        });
    }

    [Test]
    public async Task Resume_OldConnectionStillThereAndAllPlacesTaken_GoesOn()
    {
        using var router = new TestRouter(options: new WampSessionOptions { MaxDetachedSessions = 1 }, time: _time);
        ResumableClient.Join(router).Lose();
        var client = ResumableClient.Join(router);
        var (old, former) = (client.Peer, client.Id);

        var newcomer = router.Connect().Send(client.HelloAgain());
        var resumed = newcomer.ResumeAsync();
        old.Disconnect(DisconnectReason.ClosedByRouter);
        await resumed.Soon();
        client.ReadWelcome(newcomer);

        Assert.Multiple(() =>
        {
            Assert.That((client.IsResumed, client.Id), Is.EqualTo((true, former)));
            Assert.That(router.Context.Resumable.Detached, Is.EqualTo(1));
        });
        newcomer.Disconnect();
        Assert.That(router.Live.Find(former), Is.Null, "without a newcomer it needs a place");
    }

    [Test]
    public void Resume_NewcomerIsLostToo_ItHoldsNoPlaceOpen()
    {
        using var router = new TestRouter(options: new WampSessionOptions { MaxDetachedSessions = 1 }, time: _time);
        var other = ResumableClient.Join(router);
        var client = ResumableClient.Join(router);
        var newcomer = router.Connect().Send(client.HelloAgain());

        newcomer.Disconnect();
        other.Lose();
        client.Lose();

        Assert.Multiple(() =>
        {
            Assert.That(newcomer.Status, Is.EqualTo(ReceiveStatus.Wait));
            Assert.That(router.Live.Find(client.Id), Is.Null);
            Assert.That(router.Context.Resumable.Detached, Is.EqualTo(1));
        });
    }

    [Test]
    public async Task Resume_GivesUpAsTheOldConnectionEndsAndAllPlacesAreTaken_EndsTheSession()
    {
        // The rival runs at the seam: the time of the newcomer is over while the detached testament reaches its subscriber.
        using var router = new TestRouter(options: new WampSessionOptions { MaxDetachedSessions = 1 }, time: _time);
        ResumableClient.Join(router).Lose();
        var client = ResumableClient.Join(router);
        client.Send("""[48,1,{},"wamp.session.add_testament",["com.detached",[],{}],{"scope":"detached"}]""");
        client.Take();
        var newcomer = router.Connect().Send(client.HelloAgain());
        var resumed = newcomer.ResumeAsync();
        var observer = new RecordingPeer();
        Subscribe(router, observer, "com.detached");
        observer.BeforeNext = _ => _time.Advance(new WampSessionOptions().HelloTimeout);

        client.Peer.Disconnect();
        await resumed.Soon();
        Assert.That(newcomer.Take().Single(), Does.StartWith("[3,"));
        newcomer.Disconnect(DisconnectReason.ClosedByRouter);

        Assert.Multiple(() =>
        {
            Assert.That(router.Live.Find(client.Id), Is.Null);
            Assert.That(router.Context.Resumable.Detached, Is.EqualTo(1));
        });
    }

    [Test]
    public void Resume_WhileTheDetachedTestamentIsPublished_WaitsForTheLoop()
    {
        // The rival runs at the seam: as the testament reaches its subscriber, before the session is free.
        var client = ResumableClient.Join(_router);
        client.Send("""[48,1,{},"wamp.session.add_testament",["com.detached",[],{}],{"scope":"detached"}]""");
        client.Take();
        var rival = _router.Connect();
        var observer = new RecordingPeer();
        Subscribe(_router, observer, "com.detached");
        observer.BeforeNext = _ => rival.Send(client.HelloAgain());

        client.Peer.Disconnect();

        Assert.Multiple(() =>
        {
            Assert.That(observer.Sent, Has.Count.EqualTo(2), "SUBSCRIBED and the testament");
            Assert.That(rival.Status, Is.EqualTo(ReceiveStatus.Wait));
        });
    }

    [Test]
    public void TimeOver_ResumedAtTheSeam_TheTimerFindsNothingToEnd()
    {
        // A timer that has fired already and waits for its turn: the newcomer is first.
        var timers = new LateTimers();
        using var router = new TestRouter(time: timers);
        var client = ResumableClient.Join(router);
        client.Lose();
        client.Resume();
        client.Lose();

        timers.FireStopped();

        Assert.Multiple(() =>
        {
            Assert.That(router.Live.Find(client.Id), Is.Not.Null, "the timer of the first detachment cannot end the second");
            Assert.That(router.Hosted.Realm.Members, Is.EqualTo(1));
        });
    }

    [Test]
    public void TimeOver_KilledAtTheSeam_LeavesOnce()
    {
        var timers = new LateTimers();
        using var router = new TestRouter(time: timers);
        var client = ResumableClient.Join(router);
        client.Lose();
        router.Live.Find(client.Id)!.Goodbye(WampErrors.Killed, null);

        timers.FireStopped();

        Assert.Multiple(() =>
        {
            Assert.That(router.Hosted.Realm.Members, Is.Zero);
            Assert.That(router.Context.Resumable.Detached, Is.Zero);
        });
    }

    private static void Subscribe(TestRouter router, RecordingPeer peer, string topic)
    {
        var realm = router.Hosted.Realm;
        Assert.That(realm.TryJoin(new MemberIdentity(WampId.NextGlobal(), "x", "anonymous", "anonymous", "static"), PeerFeatures.None, peer, out var member, out _), Is.True);
        Assert.That(MessageReader.TryRead(WireFormat.Json, Encoding.UTF8.GetBytes($"[32,1,{{}},\"{topic}\"]"), out var message, out _), Is.True);
        realm.Route(member!, message, FlushBatch.OfThread);
    }
}
