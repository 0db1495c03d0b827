using System.Text;
using WampRouter.Realms;
using WampRouter.Tests.Doubles;
using WampRouter.Wire;

namespace WampRouter.Tests.Realms.Broker;

/// <summary>
/// rfc/text/basic/security_model.md "Ordering Guarantees" for the advanced kinds of subscription. As in <see cref="OrderingTests"/>, the rival runs while a
/// frame is being enqueued.
/// </summary>
public sealed class BrokerOrderingTests
{
    private Realm _realm = null!;

    [SetUp]
    public void SetUp() => _realm = new Realm(TestRouter.OpenRealm);

    [TestCase("prefix", "com.")]
    [TestCase("wildcard", "com.")]
    public void Subscribe_APublishLandsDuringTheReplyToAPattern_SubscribedComesFirst(string match, string pattern)
    {
        var (subscriber, peer) = Join();
        var (publisher, _) = Join();
        Publish(publisher, "remembered");
        peer.BeforeNext = _ => Publish(publisher, "early");

        Subscribe(subscriber, pattern, $$"""{"match":"{{match}}"}""");
        Publish(publisher, "late");

        Assert.That(peer.Sent, Has.Count.EqualTo(2));
        Assert.That(peer.Sent[0], Does.StartWith("[33,"));
        Assert.That(peer.Sent[1], Does.Contain("late"));
    }

    [Test]
    public void Unsubscribe_WhileAPatternsEventIsBeingEnqueued_NoEventFollowsUnsubscribed()
    {
        var (subscriber, peer) = Join();
        var (publisher, _) = Join();
        Subscribe(subscriber, "com.", """{"match":"prefix"}""");
        peer.BeforeNext = _ => Route("[34,2,1]", (in m) => _realm.Broker.Unsubscribe(subscriber, m, new FlushBatch()));

        Publish(publisher, "crossing");

        Assert.That(peer.Sent.Select(message => message[..4]), Is.EqualTo(new[] { "[33,", "[35," }));
    }

    private (Member Member, RecordingPeer Peer) Join()
    {
        var peer = new RecordingPeer();
        var joined = _realm.TryJoin(new MemberIdentity(WampId.NextUnguessable(), "someone", "anonymous", "anonymous", "static"), PeerFeatures.None, peer, out var member);
        Assert.That(joined, Is.True);
        return (member!, peer);
    }

    private void Subscribe(Member member, string topic, string options = "{}") =>
        Route($$"""[32,1,{{options}},"{{topic}}"]""", (in m) => _realm.Broker.Subscribe(member, m, new FlushBatch()));

    private void Publish(Member member, string text, string options = "{}") =>
        Route($$"""[16,1,{{options}},"com.topic",["{{text}}"]]""", (in m) => _realm.Broker.Publish(member, m, new FlushBatch()));

    private delegate void Routing(in WampMessage message);

    private static void Route(string json, Routing routing)
    {
        Assert.That(MessageReader.TryRead(WireFormat.Json, Encoding.UTF8.GetBytes(json), out var message, out var fault), Is.True, fault);
        routing(message);
    }
}
