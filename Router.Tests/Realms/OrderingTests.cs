using System.Text;
using WampRouter.Delivery;
using WampRouter.Realms;
using WampRouter.Realms.Members;
using WampRouter.Realms.Peers;
using WampRouter.Tests.Conformance;
using WampRouter.Tests.Doubles;
using WampRouter.Wire;

namespace WampRouter.Tests.Realms;

/// <summary>
/// rfc/text/basic/security_model.md "Ordering Guarantees". The rival runs at the very moment where the order could break: while the frame is being
/// enqueued. Each of these fails when the two lines it guards are swapped.
/// </summary>
public sealed class OrderingTests
{
    private Realm _realm = null!;

    [SetUp]
    public void SetUp() => _realm = new Realm(TestRouter.OpenRealm);

    [Test]
    [Shows("order.subscribed-first")]
    public void Subscribe_APublishLandsDuringTheReply_SubscribedComesFirstAndNoEventBeforeIt()
    {
        var (subscriber, peer) = Join();
        var (publisher, _) = Join();
        peer.BeforeNext = _ => Publish(publisher, "early");

        Subscribe(subscriber);
        Publish(publisher, "late");

        Assert.That(peer.Sent, Has.Count.EqualTo(2));
        Assert.That(peer.Sent[0], Does.StartWith("[33,"));
        Assert.That(peer.Sent[1], Does.Contain("late"));
    }

    [Test]
    [Shows("order.registered-first")]
    public void Register_ACallLandsDuringTheReply_RegisteredComesFirst()
    {
        var (callee, peer) = Join();
        var (caller, callerPeer) = Join();
        peer.BeforeNext = _ => Call(caller, 1);

        Register(callee);
        Call(caller, 2);

        Assert.That(callerPeer.Sent.Single(), Does.StartWith("[8,48,1,").And.Contain("no_such_procedure"));
        Assert.That(peer.Sent.Select(message => message[..4]), Is.EqualTo(new[] { "[65,", "[68," }));
    }

    [Test]
    [Shows("order.unsubscribed-last")]
    public void Unsubscribe_WhileAnEventIsBeingEnqueued_NoEventFollowsUnsubscribed()
    {
        var (subscriber, peer) = Join();
        var (publisher, _) = Join();
        Subscribe(subscriber);
        peer.BeforeNext = _ => Route("[34,2,1]", (in m) => _realm.Broker.Unsubscribe(subscriber, m, new FlushBatch()));

        Publish(publisher, "crossing");

        Assert.That(peer.Sent.Select(message => message[..4]), Is.EqualTo(new[] { "[33,", "[35," }));
    }

    [Test]
    public void Yield_ArrivesWhileTheInvocationIsBeingEnqueued_ReachesTheCaller()
    {
        var (callee, peer) = Join();
        var (caller, callerPeer) = Join();
        Register(callee);
        peer.BeforeNext = _ => Route("""[70,1,{},["quick"]]""", (in m) => _realm.Dealer.Yield(callee, m, new FlushBatch()));

        Call(caller, 1);

        Assert.That(callerPeer.Sent, Is.EqualTo(new[] { """[50,1,{},["quick"]]""" }));
    }

    [Test]
    [Shows("basic-rpc.callee-leaves")]
    public void Call_CalleeLeavesWhileTheInvocationIsBeingEnqueued_CallerIsAnsweredOnce()
    {
        var (callee, peer) = Join();
        var (caller, callerPeer) = Join();
        Register(callee);
        peer.BeforeNext = _ =>
        {
            peer.Refuses = true;
            _realm.Leave(callee, new FlushBatch());
        };

        Call(caller, 1);

        Assert.That(callerPeer.Sent.Single(), Does.StartWith("[8,48,1,").And.Contain("wamp.error.canceled"));
    }

    [Test]
    [Shows("order.events-across-topics")]
    public void Publish_OnePublisherManyTopics_EachSubscriberSeesPublishOrder()
    {
        var (subscriber, peer) = Join();
        var (publisher, _) = Join();
        for (var topic = 0; topic < 5; topic++)
        {
            Subscribe(subscriber, $"com.topic{topic}");
        }

        peer.Sent.Clear();
        for (var i = 0; i < 50; i++)
        {
            Publish(publisher, $"n{i}", $"com.topic{i * 7 % 5}");
        }

        Assert.That(peer.Sent.Select(message => message.Split('"')[1]), Is.EqualTo(Enumerable.Range(0, 50).Select(i => $"n{i}")));
    }

    private (Member Member, RecordingPeer Peer) Join()
    {
        var peer = new RecordingPeer();
        var joined = _realm.TryJoin(new MemberIdentity(WampId.NextUnguessable(), "someone", "anonymous", "anonymous", "static"), PeerFeatures.None, peer, out var member, out _);
        Assert.That(joined, Is.True);
        return (member!, peer);
    }

    private void Subscribe(Member member, string topic = "com.topic") => Route($$"""[32,1,{},"{{topic}}"]""", (in m) => _realm.Broker.Subscribe(member, _realm.RoleOf(member), m, new FlushBatch()));

    private void Register(Member member) => Route("""[64,1,{},"com.procedure"]""", (in m) => _realm.Dealer.Register(member, _realm.RoleOf(member), m, new FlushBatch()));

    private void Publish(Member member, string text, string topic = "com.topic") => Route($$"""[16,1,{},"{{topic}}",["{{text}}"]]""", (in m) => _realm.Broker.Publish(member, _realm.RoleOf(member), m, new FlushBatch()));

    private void Call(Member member, int request) => Route($$"""[48,{{request}},{},"com.procedure"]""", (in m) => _realm.Dealer.Call(member, _realm.RoleOf(member), m, new FlushBatch()));

    private delegate void Routing(in WampMessage message);

    private static void Route(string json, Routing routing)
    {
        Assert.That(MessageReader.TryRead(WireFormat.Json, Encoding.UTF8.GetBytes(json), out var message, out var fault), Is.True, fault);
        routing(message);
    }
}
