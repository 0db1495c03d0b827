using WampRouter.Realms.Authorization;
using WampRouter.Realms.Patterns;
using WampRouter.Tests.Conformance;
using WampRouter.Tests.Doubles;

namespace WampRouter.Tests.Realms.Broker;

/// <summary>rfc/text/advanced/pubsub_pattern_based_subscription.md, through real sessions.</summary>
public sealed class PatternSubscriptionTests
{
    private TestRouter _router = null!;

    [SetUp]
    public void SetUp() => _router = new TestRouter();

    [TearDown]
    public void TearDown() => _router.Dispose();

    [TestCase("prefix", "com.myapp.topic.emergency", "com.myapp.topic.emergency-low", true)]
    [TestCase("prefix", "com.myapp.topic.emergency", "com.myapp.topic.emergency.category.severe", true)]
    [TestCase("prefix", "com.myapp.topic.emergency", "com.myapp.topic.emerge", false)]
    [TestCase("prefix", "com.myapp.", "com.myapp.topic", true)]
    [TestCase("prefix", "", "com", true)]
    [TestCase("wildcard", "com.myapp..userevent", "com.myapp.foo.userevent", true)]
    [TestCase("wildcard", "com.myapp..userevent", "com.myapp.foo.userevent.bar", false)]
    [TestCase("wildcard", ".topic.", "com.topic.x", true)]
    [TestCase("exact", "com.topic", "com.topic", true)]
    [TestCase("exact", "com.topic", "com.topic.x", false)]
    public void Publish_APatternMatches_ItsSubscribersAreToldTheTopic(string match, string pattern, string topic, bool matches)
    {
        var (publisher, subscriber) = (_router.Join(), _router.Join());
        var subscription = subscriber.SubscribeTo(match, pattern);

        publisher.Publish(topic);

        var events = subscriber.Take();
        Assert.That(events, Has.Count.EqualTo(matches ? 1 : 0));
        if (matches)
        {
            var details = match == "exact" ? "{}" : $$"""{"topic":"{{topic}}"}""";
            Assert.That(events[0], Does.StartWith($"[36,{subscription},").And.EndWith($",{details},[\"x\"]]"));
        }
    }

    [Test]
    [Shows("pattern-sub.each-subscription", "pattern-sub.one-publication")]
    public void Publish_SeveralSubscriptionsOfOneSessionMatch_EachGetsItsEventUnderOnePublication()
    {
        var (publisher, subscriber) = (_router.Join(), _router.Join());
        ulong[] subscriptions =
        [
            subscriber.SubscribeTo("exact", "com.a.b"),
            subscriber.SubscribeTo("prefix", "com"),
            subscriber.SubscribeTo("prefix", "com.a."),
            subscriber.SubscribeTo("wildcard", "com.a."),
            subscriber.SubscribeTo("wildcard", "com..b"),
        ];

        publisher.Publish("com.a.b");

        var events = subscriber.Take();
        Assert.That(events.Select(message => ulong.Parse(message.Split(',')[1], System.Globalization.CultureInfo.InvariantCulture)), Is.EqualTo(subscriptions));
        Assert.That(events.Select(message => message.Split(',')[2]).Distinct().Count(), Is.EqualTo(1));
    }

    [Test]
    [Shows("pattern-sub.match-is-part-of-it", "pattern-sub.shared-id")]
    public void Subscribe_SameUriOtherMatch_IsAnotherSubscription()
    {
        var peer = _router.Join();

        ulong[] ids = [peer.SubscribeTo("exact", "com.a"), peer.SubscribeTo("prefix", "com.a"), peer.SubscribeTo("wildcard", "com.a")];

        Assert.That(ids, Is.Unique);
        Assert.That(peer.SubscribeTo("prefix", "com.a"), Is.EqualTo(ids[1]), "the same again is the same");
        Assert.That(_router.Join().SubscribeTo("prefix", "com.a"), Is.EqualTo(ids[1]), "and shared by all");
    }

    [Test]
    public void Unsubscribe_LastSubscriberOfAPattern_EndsTheSubscription()
    {
        var (publisher, first, second) = (_router.Join(), _router.Join(), _router.Join());
        var subscription = first.SubscribeTo("wildcard", "com.");
        second.SubscribeTo("wildcard", "com.");
        publisher.Publish("com.a");
        first.Take();
        second.Take();

        first.Send($"[34,2,{subscription}]").Take();
        publisher.Publish("com.a");
        Assert.That(first.Take(), Is.Empty);
        Assert.That(second.Take(), Has.Count.EqualTo(1));

        second.Disconnect();
        Assert.That(_router.Hosted.Realm.Broker.Subscriptions, Is.Zero);
        Assert.That(first.SubscribeTo("wildcard", "com."), Is.Not.EqualTo(subscription));
    }

    [Test]
    public void Subscribe_AfterTheTopicWasPublishedTo_IsFoundAtOnce()
    {
        var (publisher, subscriber) = (_router.Join(), _router.Join());
        subscriber.SubscribeTo("prefix", "com.a");
        publisher.Publish("com.a").Publish("com.b");

        subscriber.SubscribeTo("prefix", "com.b");
        publisher.Publish("com.b");

        Assert.That(subscriber.TakeTexts(), Has.Count.EqualTo(1));
    }

    [TestCase("""{"match":"prefix"}""", "com..a", "wamp.error.invalid_uri")]
    [TestCase("""{"match":"prefix"}""", "com.a#", "wamp.error.invalid_uri")]
    [TestCase("""{"match":"wildcard"}""", "com.a b.", "wamp.error.invalid_uri")]
    [TestCase("""{"match":"exact"}""", "com.", "wamp.error.invalid_uri")]
    [TestCase("""{"match":"exact"}""", "", "wamp.error.invalid_uri")]
    [Shows("pattern-sub.invalid")]
    public void Subscribe_WhatIsNoPattern_IsRefused(string options, string uri, string error)
    {
        var answer = _router.Join().Send($$"""[32,1,{{options}},"{{uri}}"]""").Take().Single();

        Assert.That(answer, Does.StartWith($$"""[8,32,1,{},"{{error}}","""));
        Assert.That(_router.Hosted.Realm.Broker.Subscriptions, Is.Zero);
    }

    [Test]
    public void Subscribe_MatchIsNoText_IsAProtocolViolation() =>
        Assert.That(_router.Join().Send("""[32,1,{"match":1},"com.a"]""").Take().Single(), Does.StartWith("[3,").And.Contain("wamp.error.protocol_violation"));

    [TestCase("wildcard", "com.A.", false)]
    [TestCase("wildcard", "com..a_1", true)]
    [TestCase("prefix", "com.A", false)]
    [TestCase("prefix", "com.a", true)]
    public void Subscribe_StrictRealm_AppliesItsRuleToPatternsToo(string match, string pattern, bool accepted)
    {
        using var router = new TestRouter(TestRouter.OpenRealm with { UriCheck = UriCheck.Strict });

        var answer = router.Join().Send($$"""[32,1,{"match":"{{match}}"},"{{pattern}}"]""").Take().Single();

        Assert.That(answer, accepted ? Does.StartWith("[33,") : Does.Contain("wamp.error.invalid_uri"));
    }

    [TestCase("prefix", "com.open.", true)]
    [TestCase("prefix", "com.open.a", true)]
    [TestCase("prefix", "com.", false)]
    [TestCase("prefix", "com.open.secret", true, Description = "a rule for one topic covers no pattern; its events are left out")]
    [TestCase("prefix", "net.a.changed", false, Description = "no wildcard covers a prefix")]
    [TestCase("wildcard", "com.open.", true)]
    [TestCase("wildcard", "net..changed", true, Description = "the very wildcard that a rule allows")]
    [TestCase("wildcard", "net..", false)]
    [Shows("pattern-sub.not-authorized")]
    public void Subscribe_Pattern_NeedsARuleThatCoversIt(string match, string pattern, bool allowed)
    {
        using var router = RouterWithRules();

        var answer = router.Join().Send($$"""[32,1,{"match":"{{match}}"},"{{pattern}}"]""").Take().Single();

        Assert.That(answer, allowed ? Does.StartWith("[33,") : Does.Contain("wamp.error.not_authorized"));
    }

    [Test]
    [Shows("pattern-sub.no-way-around")]
    public void Publish_PatternCoversATopicTheRoleMayNotSubscribeTo_IsNotDelivered()
    {
        using var router = RouterWithRules();
        var (publisher, subscriber) = (router.Join(), router.Join());
        subscriber.SubscribeTo("prefix", "com.open.");

        publisher.Publish("com.open.secret", "hidden").Publish("com.open.a", "seen");

        Assert.That(subscriber.TakeTexts(), Is.EqualTo(new[] { "seen" }));
    }

    [Test]
    public void Publish_PatternsInPlace_AllocatesNothingInSteadyState()
    {
        var (publisher, subscriber) = (_router.Join(), _router.Join());
        subscriber.SubscribeTo("prefix", "com.");
        subscriber.SubscribeTo("wildcard", "com.");
        var other = subscriber.SubscribeTo("prefix", "net.");
        var message = """[16,1,{},"com.a",["x"]]"""u8.ToArray();

        var allocated = AllocatedBytes.LeastOf(() =>
        {
            for (var i = 0; i < 100; i++)
            {
                publisher.Send(message.AsSpan());
                subscriber.Discard();
            }
        });

        Assert.That(allocated, Is.Zero, $"next to subscription {other}");
    }

    private static TestRouter RouterWithRules() => new(TestRouter.OpenRealm with
    {
        Roles =
        [
            new RoleSettings
            {
                Name = "anonymous",
                Permissions =
                [
                    BrokerRig.Rule("com.open.", MatchPolicy.Prefix, Permissions.Subscribe | Permissions.Publish),
                    BrokerRig.Rule("com.open.secret", MatchPolicy.Exact, Permissions.Publish),
                    BrokerRig.Rule("net..changed", MatchPolicy.Wildcard, Permissions.Subscribe),
                ],
            },
        ],
    });
}
