using System.Text;
using WampRouter.Realms.Authorization;
using WampRouter.Realms.Patterns;
using WampRouter.Realms.Settings;
using WampRouter.Tests.Conformance;
using WampRouter.Tests.Doubles;

namespace WampRouter.Tests.Realms.Broker;

/// <summary>rfc/text/basic/publish_subscribe.md, through real sessions.</summary>
public sealed class BrokerTests
{
    private TestRouter _router = null!;

    [SetUp]
    public void SetUp() => _router = new TestRouter();

    [TearDown]
    public void TearDown() => _router.Dispose();

    [Test]
    [Shows("message.payload-unread", "basic-pubsub.event", "basic-pubsub.unacknowledged")]
    public void Publish_Subscribers_GetTheArgumentsByteForByte()
    {
        const string Arguments = """[1.0, 1e2,12345678901234567890.123456789, "é\u0041" ],  {"b":1,"a":2,"a":3}""";
        var (publisher, subscriber) = (_router.Join(), _router.Join());
        var subscription = Subscribe(subscriber, "com.topic");

        publisher.Send(Encoding.UTF8.GetBytes($$"""[16,1,{},"com.topic",{{Arguments}}]"""));

        var received = Encoding.UTF8.GetString(subscriber.TakeBytes().Single());
        Assert.That(received, Does.StartWith($"[36,{subscription},").And.EndWith($",{{}},{Arguments}]"));
        Assert.That(publisher.Take(), Is.Empty, "not acknowledged");
    }

    [Test]
    [Shows("basic-pubsub.published")]
    public void Publish_Acknowledged_AnswersWithThePublicationTheEventCarries()
    {
        var (publisher, subscriber) = (_router.Join(), _router.Join());
        Subscribe(subscriber, "com.topic");

        publisher.Send("""[16,7,{"acknowledge":true},"com.topic"]""");

        var published = publisher.Take().Single();
        Assert.That(published, Does.StartWith("[17,7,"));
        Assert.That(subscriber.Take().Single().Split(',')[2], Is.EqualTo(published.TrimEnd(']').Split(',')[2]));
    }

    [TestCase("{}", false)]
    [TestCase("""{"exclude_me":true}""", false)]
    [TestCase("""{"exclude_me":false}""", true)]
    [Shows("exclude-me.default", "exclude-me.false")]
    public void Publish_PublisherIsASubscriber_IsExcludedUnlessItSaysOtherwise(string options, bool receives)
    {
        var peer = _router.Join();
        Subscribe(peer, "com.topic");

        peer.Send($$"""[16,2,{{options}},"com.topic"]""");

        Assert.That(peer.Take(), Has.Count.EqualTo(receives ? 1 : 0));
    }

    [Test]
    public void Publish_DiscloseMe_NamesThePublisherToSubscribers()
    {
        var subscriber = _router.Join();
        Subscribe(subscriber, "com.topic");
        var publisher = _router.Connect();
        var session = publisher.Join();

        publisher.Send("""[16,1,{"disclose_me":true},"com.topic"]""");

        Assert.That(subscriber.Take().Single(), Does.Contain($"\"publisher\":{session},\"publisher_authid\":\"").And.Contain("\"publisher_authrole\":\"anonymous\""));
    }

    [Test]
    [Shows("basic-pubsub.subscribed-again")]
    public void Subscribe_Twice_GivesTheSameIdAndNoSecondEvent()
    {
        var (publisher, subscriber) = (_router.Join(), _router.Join());

        var (first, second) = (Subscribe(subscriber, "com.topic"), Subscribe(subscriber, "com.topic"));
        publisher.Send("""[16,1,{},"com.topic"]""");

        Assert.That(second, Is.EqualTo(first));
        Assert.That(subscriber.Take(), Has.Count.EqualTo(1));
    }

    [Test]
    [Shows("basic-pubsub.subscription-shared")]
    public void Subscribe_SeveralSessions_ShareTheSubscriptionId()
    {
        var (first, second) = (Subscribe(_router.Join(), "com.topic"), Subscribe(_router.Join(), "com.topic"));

        Assert.That(second, Is.EqualTo(first));
    }

    [Test]
    [Shows("basic-pubsub.unsubscribed")]
    public void Unsubscribe_OwnSubscription_EndsTheEvents()
    {
        var (publisher, subscriber) = (_router.Join(), _router.Join());
        var subscription = Subscribe(subscriber, "com.topic");

        subscriber.Send($"[34,2,{subscription}]");
        publisher.Send("""[16,1,{},"com.topic"]""");

        Assert.That(subscriber.Take(), Is.EqualTo(new[] { "[35,2]" }));
        Assert.That(_router.Hosted.Realm.Broker.Subscriptions, Is.Zero);
    }

    [Test]
    [Shows("basic-pubsub.unsubscribe-error")]
    public void Unsubscribe_ForeignOrUnknownSubscription_IsRefused()
    {
        var (owner, stranger) = (_router.Join(), _router.Join());
        var subscription = Subscribe(owner, "com.topic");

        stranger.Send($"[34,1,{subscription}]").Send("[34,2,4711]");

        Assert.That(stranger.Take(), Has.Count.EqualTo(2).And.All.Contain("wamp.error.no_such_subscription"));
        Assert.That(_router.Hosted.Realm.Broker.Subscriptions, Is.EqualTo(1));
    }

    [Test]
    [Shows("basic-pubsub.session-long", "sessions.transport-ends")]
    public void Disconnect_Subscriber_TakesItsSubscriptionsWithIt()
    {
        var (publisher, subscriber, other) = (_router.Join(), _router.Join(), _router.Join());
        Subscribe(subscriber, "com.topic");
        Subscribe(subscriber, "com.own");
        Subscribe(other, "com.topic");

        subscriber.Disconnect();
        publisher.Send("""[16,1,{},"com.topic"]""");

        Assert.That(_router.Hosted.Realm.Broker.Subscriptions, Is.EqualTo(1));
        Assert.That(other.Take(), Has.Count.EqualTo(1));
    }

    [TestCase("com..topic", "wamp.error.invalid_uri")]
    [TestCase("com.to pic", "wamp.error.invalid_uri")]
    [TestCase("com.to#pic", "wamp.error.invalid_uri")]
    [TestCase("", "wamp.error.invalid_uri")]
    [TestCase("wamp", "wamp.error.invalid_uri")]
    [TestCase("wamp.topic", "wamp.error.invalid_uri")]
    [Shows("basic-pubsub.publish-error", "basic-pubsub.unacknowledged", "uri.components", "uri.reserved")]
    public void Publish_BadTopic_IsRefusedWhereAcknowledgedAndSilentWhereNot(string topic, string error)
    {
        var peer = _router.Join();

        peer.Send($$"""[16,1,{},"{{topic}}"]""");
        Assert.That(peer.Take(), Is.Empty);

        peer.Send($$"""[16,2,{"acknowledge":true},"{{topic}}"]""");
        Assert.That(peer.Take().Single(), Does.StartWith("[8,16,2,{}").And.Contain(error));
    }

    [TestCase("com.Topic", false)]
    [TestCase("com.topic-1", false)]
    [TestCase("com.topic_1", true)]
    [Shows("uri.strict")]
    public void Subscribe_StrictRealm_AcceptsOnlyTheStrictRule(string topic, bool accepted)
    {
        using var router = new TestRouter(TestRouter.OpenRealm with { UriCheck = UriCheck.Strict });

        var answer = router.Join().Send($$"""[32,1,{},"{{topic}}"]""").Take().Single();

        Assert.That(answer, accepted ? Does.StartWith("[33,1,") : Does.Contain("wamp.error.invalid_uri"));
    }

    [Test]
    public void Options_ThatAreNull_CountAsNotGiven()
    {
        var peer = _router.Join();

        Assert.That(peer.Send("""[32,1,{"match":null,"get_retained":null},"com.topic"]""").Take().Single(), Does.StartWith("[33,1,"));
        Assert.That(peer.Send("""[16,2,{"acknowledge":true,"exclude_me":null,"retain":null},"com.topic"]""").Take().Single(), Does.StartWith("[17,2,"));
    }

    [Test]
    public void Subscribe_RouterTopics_IsAllowed() => Assert.That(Subscribe(_router.Join(), "wamp.session.on_join"), Is.Positive);

    [Test]
    [Shows("authz.subscribe", "authz.publish")]
    public void Subscribe_WithoutPermission_IsRefused()
    {
        using var router = new TestRouter(TestRouter.OpenRealm with
        {
            Roles = [new RoleSettings { Name = "anonymous", Permissions = [new PermissionRule { Uri = "com.open.", Match = MatchPolicy.Prefix, Allow = Permissions.Subscribe }] }],
        });
        var peer = router.Join();

        Assert.That(peer.Send("""[32,1,{},"com.open.a"]""").Take().Single(), Does.StartWith("[33,1,"));
        Assert.That(peer.Send("""[32,2,{},"com.closed"]""").Take().Single(), Does.StartWith("[8,32,2,{},\"wamp.error.not_authorized\""));
        Assert.That(peer.Send("""[16,3,{"acknowledge":true},"com.open.a"]""").Take().Single(), Does.StartWith("[8,16,3,{},\"wamp.error.not_authorized\""));
    }

    [Test]
    public void Subscribe_MoreThanTheLimit_IsRefused()
    {
        using var router = new TestRouter(TestRouter.OpenRealm with { Limits = new RealmLimits { MaxSubscriptionsPerSession = 1 } });
        var peer = router.Join();
        var subscription = Subscribe(peer, "com.one");

        Assert.That(peer.Send("""[32,2,{},"com.two"]""").Take().Single(), Does.Contain("wamp.error.unavailable"));
        peer.Send($"[34,3,{subscription}]").Take();
        Assert.That(Subscribe(peer, "com.two"), Is.Positive);
    }

    private static ulong Subscribe(TestPeer peer, string topic)
    {
        var answer = peer.Send($$"""[32,1,{},"{{topic}}"]""").Take().Single();
        Assert.That(answer, Does.StartWith("[33,1,"));
        return ulong.Parse(answer.TrimEnd(']').Split(',')[2], System.Globalization.CultureInfo.InvariantCulture);
    }
}
