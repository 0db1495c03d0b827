using WampRouter.Realms;
using WampRouter.Realms.Metrics;
using WampRouter.Realms.Peers;
using WampRouter.Tests.Conformance;
using WampRouter.Tests.Doubles;
using WampRouter.Tests.Realms.Broker;

namespace WampRouter.Tests.Realms.Dealer;

/// <summary>A peer that does not keep up: what others send it is refused to them, and its session goes on.</summary>
public sealed class FullPeerTests
{
    private const PeerFeatures Everything =
        PeerFeatures.CalleeCanceling | PeerFeatures.CalleeProgressiveResults | PeerFeatures.CalleeProgressiveInvocations | PeerFeatures.CallerProgressiveInvocations;

    private Realm _realm = null!;
    private BrokerMember _caller = null!;
    private BrokerMember _callee = null!;

    [SetUp]
    public void SetUp()
    {
        _realm = new Realm(TestRouter.OpenRealm);
        _caller = new BrokerMember(_realm, features: Everything);
        _callee = new BrokerMember(_realm, features: Everything);
    }

    [Test]
    [Shows("field.slow-callee")]
    public void Call_CalleeDoesNotRead_IsUnavailableAndTheNextInvocationFollowsInOrder()
    {
        Register(_callee);
        _callee.Peer.IsFull = true;

        _caller.Send("""[48,1,{},"com.procedure"]""");
        _caller.Send("""[48,2,{"timeout":1000},"com.procedure"]""");
        _callee.Peer.IsFull = false;
        _caller.Send("""[48,3,{},"com.procedure"]""");

        Assert.That(_caller.Peer.Sent, Has.Count.EqualTo(2).And.All.Contains("wamp.error.unavailable"));
        Assert.That(_callee.Peer.Sent[^1], Is.EqualTo("[68,1,1,{}]"), "no id was used up");
        Assert.That(_caller.Member.Calls.Count, Is.EqualTo(1));
        Assert.That(_realm.Dealer.Calls.Timeouts.Count, Is.Zero);
    }

    [TestCase("")]
    [TestCase("\"timeout\":1000")]
    [Shows("field.slow-callee")]
    public void Call_OneOfSeveralCalleesDoesNotRead_GoesToAnother(string options)
    {
        var other = new BrokerMember(_realm, features: Everything);
        Register(_callee, "\"invoke\":\"first\"");
        Register(other, "\"invoke\":\"first\"");
        _callee.Peer.IsFull = true;

        _caller.Send($$"""[48,1,{{{options}}},"com.procedure"]""");
        other.Send("[70,1,{}]");

        Assert.That(_caller.Peer.Sent, Is.EqualTo(new[] { "[50,1,{}]" }));
    }

    [Test]
    [Shows("field.slow-callee")]
    public void Call_CalleeThatLimitsItsCallsDoesNotRead_IsRefusedInsteadOfWaitingForNothing()
    {
        Register(_callee, "\"concurrency\":1");
        _callee.Peer.IsFull = true;

        _caller.Send("""[48,1,{},"com.procedure"]""");
        _callee.Peer.IsFull = false;
        _caller.Send("""[48,2,{},"com.procedure"]""");

        Assert.That(_caller.Peer.Sent.Single(), Does.StartWith("[8,48,1,{},\"wamp.error.unavailable\""));
        Assert.That(_callee.Peer.Sent[^1], Is.EqualTo("[68,1,1,{}]"), "its place was not taken by the refused one");
        Assert.That(_realm.Quota.Total.Used(Resource.HeldCallBytes), Is.Zero);
    }

    [TestCase("kill")]
    [TestCase("killnowait")]
    [Shows("field.slow-callee")]
    public void Cancel_CalleeDoesNotRead_AnswersTheCallerAtOnce(string mode)
    {
        Register(_callee);
        _caller.Send("""[48,1,{},"com.procedure"]""");
        _callee.Peer.IsFull = true;

        _caller.Send($$"""[49,1,{"mode":"{{mode}}"}]""");

        Assert.That(_caller.Peer.Sent.Single(), Does.StartWith("[8,48,1,{},\"wamp.error.canceled\""));
        Assert.That(_callee.Send("[70,1,{}]"), Is.Null, "late, and no violation");
    }

    [Test]
    [Shows("field.slow-callee")]
    public void Call_PieceThatTheCalleeHasNoRoomFor_EndsTheCall()
    {
        Register(_callee);
        _caller.Send("""[48,1,{"progress":true},"com.procedure"]""");
        _callee.Peer.IsFull = true;

        _caller.Send("""[48,1,{},"com.procedure"]""");

        Assert.That(_caller.Peer.Sent.Single(), Does.StartWith("[8,48,1,{},\"wamp.error.unavailable\""));
    }

    [Test]
    [Shows("field.slow-caller")]
    public void Yield_ProgressThatTheCallerHasNoRoomFor_EndsTheCallAndNotTheCaller()
    {
        Register(_callee);
        _caller.Send("""[48,1,{"receive_progress":true},"com.procedure"]""");
        _caller.Peer.IsFull = true;

        Assert.That(_callee.Send("""[70,1,{"progress":true}]"""), Is.Null);

        Assert.That(_caller.Peer.Sent.Single(), Does.StartWith("[8,48,1,{},\"wamp.error.unavailable\""));
        Assert.That(_callee.Peer.Sent[^1], Is.EqualTo("""[69,1,{"mode":"killnowait"}]"""));
    }

    [Test]
    [Shows("field.slow-callee")]
    public void Calls_MoreThanTheCalleesOutboxHolds_CostTheCallersTheirCallsAndNotTheCalleeItsSession()
    {
        using var router = new TestRouter();
        var callee = new TestPeer(router.Sessions, outboxBytes: 8_000, pauseWriterThreshold: 1);
        callee.Join();
        callee.Register("com.procedure");
        var caller = router.Join();

        for (var call = 1; call <= 200; call++)
        {
            caller.Call(call, payload: $"[\"{new string('x', 100)}\"]");
        }

        var refused = caller.Take();
        Assert.That(refused, Is.Not.Empty.And.All.Contains("wamp.error.unavailable"));
        Assert.That(callee.Aborted, Is.False);
        var invocations = callee.Take();
        Assert.That(invocations, Has.Count.EqualTo(200 - refused.Count));
        foreach (var (index, _) in invocations.Index())
        {
            callee.Send($$"""[70,{{index + 1}},{}]""");
        }

        Assert.That(caller.Take(), Has.Count.EqualTo(invocations.Count));
    }

    private static void Register(BrokerMember callee, string options = "") => callee.Send($$"""[64,1,{{{options}}},"com.procedure"]""");
}
