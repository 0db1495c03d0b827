using WampRouter.Delivery;
using WampRouter.Tests.Conformance;
using WampRouter.Tests.Doubles;

namespace WampRouter.Tests.Realms.Broker;

/// <summary>rfc/text/advanced/pubsub_subscription_revocation.md</summary>
public sealed class RevocationTests
{
    private const string Announced = """{"roles":{"subscriber":{"features":{"subscription_revocation":true}}}}""";

    private TestRouter _router = null!;

    [SetUp]
    public void SetUp() => _router = new TestRouter();

    [TearDown]
    public void TearDown() => _router.Dispose();

    [TestCase("exact", "com.topic")]
    [TestCase("prefix", "com.")]
    [Shows("revoke-subscription.subscription", "revoke-subscription.ends-events", "revoke-subscription.again")]
    public void Revoke_SubscriberAnnouncedIt_IsToldAndGetsNoFurtherEvent(string match, string uri)
    {
        var (publisher, subscriber, other) = (_router.Join(), _router.Connect(), _router.Join());
        var session = subscriber.Join(details: Announced);
        var subscription = subscriber.SubscribeTo(match, uri);
        other.SubscribeTo(match, uri);

        Assert.That(Revoke(session, subscription), Is.True);
        publisher.Publish("com.topic");

        Assert.That(subscriber.Take(), Is.EqualTo(new[] { $$"""[35,0,{"subscription":{{subscription}},"reason":"com.why"}]""" }));
        Assert.That(other.TakeTexts(), Has.Count.EqualTo(1));
        Assert.That(subscriber.SubscribeTo(match, uri), Is.EqualTo(subscription), "it may come back");
    }

    [Test]
    [Shows("revoke-subscription.not-announced", "revoke-subscription.ends-events")]
    public void Revoke_SubscriberDidNotAnnounceIt_JustGetsNoFurtherEvent()
    {
        var (publisher, subscriber) = (_router.Join(), _router.Connect());
        var session = subscriber.Join();
        var subscription = subscriber.Subscribe("com.topic");

        Assert.That(Revoke(session, subscription), Is.True);
        publisher.Publish("com.topic");

        Assert.That(subscriber.Take(), Is.Empty);
        Assert.That(_router.Hosted.Realm.Broker.Subscriptions, Is.Zero);
        Assert.That(subscriber.Send($"[34,9,{subscription}]").Take().Single(), Does.Contain("wamp.error.no_such_subscription"));
    }

    [Test]
    public void Revoke_ForeignOrUnknownSubscription_ChangesNothing()
    {
        var (subscriber, stranger) = (_router.Join(), _router.Connect());
        var session = stranger.Join(details: Announced);
        var subscription = subscriber.Subscribe("com.topic");

        Assert.That(Revoke(session, subscription), Is.False);
        Assert.That(Revoke(session, 4711), Is.False);

        Assert.That(stranger.Take(), Is.Empty);
        Assert.That(_router.Hosted.Realm.Broker.Subscriptions, Is.EqualTo(1));
    }

    private bool Revoke(ulong session, ulong subscription)
    {
        var revoked = _router.Hosted.Realm.Broker.Revoke(session, subscription, "com.why", FlushBatch.OfThread);
        FlushBatch.OfThread.Flush();
        return revoked;
    }
}
