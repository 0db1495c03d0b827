using WampRouter.Realms;
using WampRouter.Tests.Conformance;
using WampRouter.Tests.Doubles;

namespace WampRouter.Tests.Realms.Broker;

/// <summary>
/// rfc/text/basic/security_model.md "Ordering Guarantees" for the advanced kinds of subscription. As in <see cref="OrderingTests"/>, the rival runs while a
/// frame is being enqueued.
/// </summary>
public sealed class BrokerOrderingTests
{
    private BrokerMember _publisher = null!;
    private BrokerMember _subscriber = null!;

    [SetUp]
    public void SetUp()
    {
        var realm = new Realm(TestRouter.OpenRealm);
        _publisher = new BrokerMember(realm);
        _subscriber = new BrokerMember(realm);
    }

    private IEnumerable<string> ReceivedTypes => _subscriber.Peer.Sent.Select(message => message[..4]);

    [TestCase("prefix", "com.")]
    [TestCase("wildcard", "com.")]
    [Shows("pubsub-order.subscribed-first", "order.subscribed-first")]
    public void Subscribe_APublishLandsDuringTheReplyToAPattern_SubscribedComesFirst(string match, string pattern)
    {
        _publisher.Publish("com.topic", "remembered");
        _subscriber.Peer.BeforeNext = _ => _publisher.Publish("com.topic", "early");

        _subscriber.Subscribe(pattern, $$"""{"match":"{{match}}"}""");
        _publisher.Publish("com.topic", "late");

        Assert.That(ReceivedTypes, Is.EqualTo(new[] { "[33,", "[36," }));
        Assert.That(_subscriber.Texts, Is.EqualTo(new[] { "late" }));
    }

    [Test]
    [Shows("pubsub-order.unsubscribed-last", "order.unsubscribed-last")]
    public void Unsubscribe_WhileAPatternsEventIsBeingEnqueued_NoEventFollowsUnsubscribed()
    {
        var subscription = _subscriber.Subscribe("com.", """{"match":"prefix"}""");
        _subscriber.Peer.BeforeNext = _ => _subscriber.Send($"[34,2,{subscription}]");

        _publisher.Publish("com.topic", "crossing");

        Assert.That(ReceivedTypes, Is.EqualTo(new[] { "[33,", "[35," }));
    }
}
