using System.Text;
using WampRouter.Delivery;
using WampRouter.Realms;
using WampRouter.Realms.Members;
using WampRouter.Realms.Metrics;
using WampRouter.Realms.Peers;
using WampRouter.Tests.Conformance;
using WampRouter.Tests.Doubles;
using WampRouter.Wire;

namespace WampRouter.Tests.Realms.Dealer;

/// <summary>
/// Who ends a call meets who goes on with it, on two threads, at the very moment the frame is being enqueued. The rival goes first, as far as
/// it gets: it is through, or it stands at a lock.
/// </summary>
public sealed class CallRaceTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    private TestMeters _meters = null!;
    private Realm _realm = null!;
    private Member _caller = null!;
    private RecordingPeer _callerPeer = null!;
    private Thread? _rival;

    [SetUp]
    public void SetUp()
    {
        _meters = new TestMeters();
        _realm = new Realm(TestRouter.OpenRealm, instruments: new RealmInstruments(_meters.Router));
        (_caller, _callerPeer) = Join(PeerFeatures.CallerProgressiveInvocations);
        _rival = null;
    }

    [TearDown]
    public void TearDown() => _meters.Dispose();

    [Test]
    public void Cancel_WhileAProgressiveResultIsBeingEnqueued_TheResultComesFirst()
    {
        var (callee, _) = Join(PeerFeatures.CalleeCanceling | PeerFeatures.CalleeProgressiveResults);
        Route(callee, """[64,1,{},"com.procedure"]""");
        Route(_caller, """[48,1,{"receive_progress":true},"com.procedure"]""");
        _callerPeer.BeforeNext = _ => Race(_caller, "[49,1,{}]");

        Route(callee, """[70,1,{"progress":true},[1]]""");
        Route(callee, """[70,1,{"progress":true},[2]]""");
        Finish();

        Assert.That(_callerPeer.Sent.Select(message => message[..3]), Is.EqualTo(new[] { "[50", "[8," }));
    }

    [TestCase("""[70,1,{"progress":true},[2]]""")]
    [TestCase("[70,1,{},[2]]")]
    [TestCase("""[8,68,1,{},"com.error"]""")]
    public void Answer_OfACallThatHasEndedAndIsStillToBeAbandoned_IsDiscardedAndCounted(string answer)
    {
        var (callee, _) = Join(PeerFeatures.CalleeCanceling | PeerFeatures.CalleeProgressiveResults);
        Route(callee, """[64,1,{},"com.procedure"]""");
        Route(_caller, """[48,1,{"receive_progress":true},"com.procedure"]""");
        using var discarded = new Measured(_meters.Router, "wamp_router.call.late_answers");
        _callerPeer.BeforeNext = _ =>
        {
            // The rival has ended the call, and stands at the gate of the invocations, which this thread holds.
            Race(_caller, "[49,1,{}]");
            Route(callee, answer);
        };

        Route(callee, """[70,1,{"progress":true},[1]]""");
        Finish();

        Assert.That(discarded.Sum, Is.EqualTo(1));
        Assert.That(_callerPeer.Sent.Select(message => message[..3]), Is.EqualTo(new[] { "[50", "[8," }));
    }

    [Test]
    public void Cancel_WhileAReroutedInvocationIsBeingEnqueued_InterruptsItAfterwards()
    {
        const PeerFeatures Features = PeerFeatures.CalleeCanceling | PeerFeatures.CalleeReroute;
        var (first, _) = Join(Features);
        var (second, secondPeer) = Join(Features);
        Route(first, """[64,1,{"invoke":"first"},"com.procedure"]""");
        Route(second, """[64,1,{"invoke":"first"},"com.procedure"]""");
        Route(_caller, """[48,1,{},"com.procedure"]""");
        secondPeer.BeforeNext = _ => Race(_caller, """[49,1,{"mode":"kill"}]""");

        Route(first, """[8,68,1,{},"wamp.error.unavailable"]""");
        Finish();

        Assert.That(secondPeer.Sent.Select(message => message[..3]), Is.EqualTo(new[] { "[65", "[68", "[69" }));
        Assert.That(_callerPeer.Sent, Is.Empty, "the callee has the last word");
    }

    [Test]
    public void Yield_WhileAPieceIsBeingEnqueued_NoPieceFollowsTheEnd()
    {
        var (callee, peer) = Join(PeerFeatures.CalleeCanceling | PeerFeatures.CalleeProgressiveInvocations);
        Route(callee, """[64,1,{},"com.procedure"]""");
        Route(_caller, """[48,1,{"progress":true},"com.procedure",[1]]""");
        peer.BeforeNext = _ => Race(callee, "[70,1,{}]");

        Route(_caller, """[48,1,{"progress":true},"com.procedure",[2]]""");
        Finish();
        Route(_caller, """[48,1,{},"com.procedure",[3]]""");

        Assert.That(peer.Sent, Has.Count.EqualTo(3).And.None.Contains("[3]"));
        Assert.That(_callerPeer.Sent, Is.EqualTo(new[] { "[50,1,{}]" }));
    }

    // The callee's thread has taken the call from the caller's table already: the last thing that can keep the answer back is its enqueueing.
    [TestCase("[70,1,{},[1]]")]
    [TestCase("""[70,1,{"progress":true},[1]]""")]
    [TestCase("""[8,68,1,{},"com.failed"]""")]
    public void Answer_TheCallerLeavesWhileItIsBeingEnqueued_DoesNotReachItsConnection(string answer)
    {
        var (callee, _) = Join(PeerFeatures.CalleeCanceling | PeerFeatures.CalleeProgressiveResults);
        Route(callee, """[64,1,{},"com.procedure"]""");
        Route(_caller, """[48,1,{"receive_progress":true},"com.procedure"]""");
        _callerPeer.BeforeNext = _ => _realm.Leave(_caller, new FlushBatch());

        Route(callee, answer);

        Assert.That(_callerPeer.Sent, Is.Empty);
    }

    [Test]
    public void Unregister_WhileAnInvocationIsBeingEnqueued_UnregisteredComesLast()
    {
        var (callee, peer) = Join(PeerFeatures.None);
        Route(callee, """[64,1,{},"com.procedure"]""");
        peer.BeforeNext = _ => Race(callee, "[66,2,1]");

        Route(_caller, """[48,1,{},"com.procedure"]""");
        Finish();

        Assert.That(peer.Sent.Select(message => message[..3]), Is.EqualTo(new[] { "[65", "[68", "[67" }));
    }

    [Test]
    [Shows("order.unsubscribed-last")]
    public void Unregister_WhenAnotherCallHasPickedTheCallee_NoInvocationFollowsUnregistered()
    {
        var (callee, peer) = Join(PeerFeatures.None);
        var (other, otherPeer) = Join(PeerFeatures.None);
        Route(callee, """[64,1,{},"com.procedure"]""");
        peer.BeforeNext = _ =>
        {
            // The other caller has picked the callee and waits for its gate, which the first call holds here.
            Race(other, """[48,1,{},"com.procedure"]""");
            Route(callee, "[66,2,1]");
        };

        Route(_caller, """[48,1,{},"com.procedure"]""");
        Finish();

        Assert.That(peer.Sent.Count(message => message.StartsWith("[68", StringComparison.Ordinal)), Is.EqualTo(1));
        Assert.That(otherPeer.Sent.Single(), Does.Contain("wamp.error.no_such_procedure"));
    }

    [Test]
    public void Answer_WhileACallIsPutInTheQueue_TheCallIsMade()
    {
        // The answer makes room after the call was found to have none, and before it waits: the seam is the first call's own INVOCATION, behind which both meet.
        var (callee, peer) = Join(PeerFeatures.None);
        Route(callee, """[64,1,{"concurrency":1},"com.procedure"]""");
        peer.BeforeNext = _ => Race(callee, "[70,1,{}]");
        Route(_caller, """[48,1,{},"com.procedure",[1]]""");
        Route(_caller, """[48,2,{},"com.procedure",[2]]""");
        Finish();

        Assert.That(peer.Sent.Count(message => message.StartsWith("[68,", StringComparison.Ordinal)), Is.EqualTo(2));
    }

    /// <summary>Starts the rival, and lets it go as far as it gets.</summary>
    private void Race(Member member, string message)
    {
        var rival = _rival = new Thread(() => Route(member, message));
        rival.Start();
        Assert.That(SpinWait.SpinUntil(() => (rival.ThreadState & (ThreadState.WaitSleepJoin | ThreadState.Stopped)) != 0, Limit), Is.True, "the rival is through or waits for a lock");
    }

    private void Finish() => Assert.That(_rival?.Join(Limit), Is.True, "the rival was started and has ended");

    private (Member Member, RecordingPeer Peer) Join(PeerFeatures features)
    {
        var peer = new RecordingPeer();
        Assert.That(_realm.TryJoin(new MemberIdentity(WampId.NextUnguessable(), "someone", "anonymous", "anonymous", "static"), features, peer, out var member, out _), Is.True);
        return (member!, peer);
    }

    private void Route(Member member, string json)
    {
        Assert.That(MessageReader.TryRead(WireFormat.Json, Encoding.UTF8.GetBytes(json), out var message, out var fault), Is.True, fault);
        Assert.That(_realm.Route(member, message, new FlushBatch()), Is.Null);
    }
}
