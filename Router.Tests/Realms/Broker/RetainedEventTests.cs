using WampRouter.Realms;
using WampRouter.Realms.Authorization;
using WampRouter.Realms.Patterns;
using WampRouter.Realms.Settings;
using WampRouter.Tests.Conformance;
using WampRouter.Tests.Doubles;

namespace WampRouter.Tests.Realms.Broker;

/// <summary>rfc/text/advanced/pubsub_event_retention.md</summary>
public sealed class RetainedEventTests
{
    private const string Retain = """{"retain":true}""";
    private const string GetRetained = """{"get_retained":true}""";
    private const string GetRetainedPrefix = """{"get_retained":true,"match":"prefix"}""";

    private readonly ManualTime _time = new();
    private Realm _realm = null!;
    private BrokerMember _publisher = null!;

    [SetUp]
    public void SetUp() => UseRealm(TestRouter.OpenRealm);

    [Test]
    public void Subscribe_AsksForIt_GetsTheRetainedEventAfterSubscribedAndSaidToBeRetained()
    {
        using var router = new TestRouter();
        var (publisher, subscriber) = (router.Join(), router.Join());
        publisher.Publish("com.topic", "kept", """{"retain":true,"disclose_me":true,"acknowledge":true}""");
        var publication = publisher.Take().Single().TrimEnd(']').Split(',')[2];
        publisher.Publish("com.topic", "passing");

        var messages = subscriber.Send($$"""[32,1,{{GetRetained}},"com.topic"]""").Take();

        Assert.That(messages, Has.Count.EqualTo(2));
        Assert.That(messages[0], Does.StartWith("[33,1,"));
        Assert.That(messages[1], Does.StartWith($"[36,1,{publication},").And.Contain("\"publisher\":").And.EndWith("\"retained\":true},[\"kept\"]]"));
    }

    [TestCase("{}")]
    [TestCase("""{"get_retained":false}""")]
    public void Subscribe_DoesNotAskForIt_GetsNone(string options)
    {
        _publisher.Publish("com.topic", "kept", Retain);

        Assert.That(TextsOfNew("com.topic", options), Is.Empty);
    }

    [Test]
    public void Publish_RetainedWhileSubscribed_IsAnOrdinaryEvent()
    {
        var subscriber = new BrokerMember(_realm);
        subscriber.Subscribe("com.topic", GetRetained);

        _publisher.Publish("com.topic", "kept", Retain);

        Assert.That(subscriber.Peer.Sent[^1], Does.EndWith(",{},[\"kept\"]]"));
    }

    [Test]
    [Shows("retained.most-recent")]
    public void Publish_RetainedAgain_ReplacesTheOneBefore()
    {
        for (var i = 0; i < 100; i++)
        {
            new BrokerMember(_realm).Publish("com.topic", $"n{i}", Retain);
        }

        Assert.That(TextsOfNew("com.topic"), Is.EqualTo(new[] { "n99" }));
        Assert.That(_realm.Broker.RetainedEvents, Is.EqualTo(2), "the newest, and the one for the publisher of the newest");
    }

    [Test]
    [Shows("retained.most-recent", "retained.not-eligible", "retained.restricted")]
    public void Subscribe_NewestIsNotForTheSubscriber_GetsTheMostRecentThatIs()
    {
        _publisher.Publish("com.topic", "for all", Retain);
        _publisher.Publish("com.topic", "for joe", """{"retain":true,"eligible_authid":["joe"]}""");
        _publisher.Publish("com.topic", "not for jane", """{"retain":true,"exclude_authid":["jane"]}""");
        _publisher.Publish("com.topic", "for jim", """{"retain":true,"eligible_authid":["jim"]}""");

        Assert.That(TextsOfNew("com.topic", authId: "jim"), Is.EqualTo(new[] { "for jim" }));
        Assert.That(TextsOfNew("com.topic", authId: "joe"), Is.EqualTo(new[] { "not for jane" }));
        Assert.That(TextsOfNew("com.topic", authId: "jane"), Is.EqualTo(new[] { "for all" }));
    }

    [Test]
    [Shows("retained.not-eligible")]
    public void Subscribe_ThePublisherItself_GetsTheMostRecentOfOthers()
    {
        new BrokerMember(_realm).Publish("com.topic", "of another", Retain);
        _publisher.Publish("com.topic", "own, older", Retain);
        _publisher.Publish("com.topic", "own", Retain);

        _publisher.Subscribe("com.topic", GetRetained);
        Assert.That(_publisher.Texts, Is.EqualTo(new[] { "of another" }));
        Assert.That(TextsOfNew("com.topic"), Is.EqualTo(new[] { "own" }));

        _publisher.Publish("com.topic", "for me too", """{"retain":true,"exclude_me":false}""");
        Assert.That(_realm.Broker.RetainedEvents, Is.EqualTo(1));
    }

    [Test]
    [Shows("retained.not-eligible", "retained.sharded")]
    public void Subscribe_NodeOfASharedOutTopic_GetsTheMostRecentThatItsNodeOwns()
    {
        var (first, second) = (new BrokerMember(_realm), new BrokerMember(_realm));
        first.Subscribe("com.topic", """{"nkey":"a"}""");
        second.Subscribe("com.topic", """{"nkey":"b"}""");
        for (var key = 0; key < 10; key++)
        {
            _publisher.Publish("com.topic", $"{key}", $$"""{"retain":true,"rkey":"sensor{{key}}"}""");
        }

        Assert.That(TextsOfNew("com.topic", """{"get_retained":true,"nkey":"a"}"""), Is.EqualTo(new[] { first.Texts[^1] }));
        Assert.That(TextsOfNew("com.topic", """{"get_retained":true,"nkey":"b"}"""), Is.EqualTo(new[] { second.Texts[^1] }));
        Assert.That(TextsOfNew("com.topic"), Is.EqualTo(new[] { "9" }), "without a node key everything is for it");
    }

    [Test]
    [Shows("retained.sharded")]
    public void Subscribe_NodeOfASharedOutTopic_GetsWhatWasPublishedWithoutAKey()
    {
        var (first, second) = (new BrokerMember(_realm), new BrokerMember(_realm));
        first.Subscribe("com.topic", """{"nkey":"a"}""");
        second.Subscribe("com.topic", """{"nkey":"b"}""");
        _publisher.Publish("com.topic", "for every node", Retain);

        Assert.That(TextsOfNew("com.topic", """{"get_retained":true,"nkey":"a"}"""), Is.EqualTo(new[] { "for every node" }));
        Assert.That(TextsOfNew("com.topic", """{"get_retained":true,"nkey":"b"}"""), Is.EqualTo(new[] { "for every node" }));
        Assert.That(TextsOfNew("com.topic"), Is.EqualTo(new[] { "for every node" }));
    }

    [Test]
    public void Publish_EachForAnotherReceiver_TheTopicStaysBoundedAndKeepsTheOneForAll()
    {
        _publisher.Publish("com.topic", "for all", Retain);
        for (var i = 0; i < 1_000; i++)
        {
            _publisher.Publish("com.topic", $"n{i}", $$"""{"retain":true,"eligible":[{{i + 1}}]}""");
        }

        Assert.That(_realm.Broker.RetainedEvents, Is.LessThan(20));
        Assert.That(TextsOfNew("com.topic"), Is.EqualTo(new[] { "for all" }));
    }

    [Test]
    [Shows("retained.pattern")]
    public void Subscribe_Pattern_GetsOneOfEachTopicThatMatchesInTheOrderOfPublication()
    {
        foreach (var topic in new[] { "com.b", "com.a", "net.a", "com.c.d", "com.b" })
        {
            _publisher.Publish(topic, topic, """{"retain":true,"exclude_me":false}""");
        }

        Assert.That(TextsOfNew("com.", GetRetainedPrefix), Is.EqualTo(new[] { "com.a", "com.c.d", "com.b" }));
        var wildcard = new BrokerMember(_realm);
        wildcard.Subscribe(".a", """{"get_retained":true,"match":"wildcard"}""");
        Assert.That(wildcard.Texts, Is.EqualTo(new[] { "com.a", "net.a" }));
        Assert.That(wildcard.Peer.Sent[1], Does.Contain("""{"topic":"com.a","retained":true}"""));
    }

    [Test]
    [Shows("retained.not-eligible")]
    public void Subscribe_PatternOverATopicTheRoleMayNotSubscribeTo_GetsNothingOfIt()
    {
        UseRealm(TestRouter.OpenRealm with
        {
            Roles =
            [
                new RoleSettings
                {
                    Name = "anonymous",
                    Permissions = [BrokerRig.Rule("com.", MatchPolicy.Prefix, Permissions.All), BrokerRig.Rule("com.secret", MatchPolicy.Exact, Permissions.Publish)],
                },
            ],
        });
        _publisher.Publish("com.secret", "hidden", Retain);
        _publisher.Publish("com.open", "seen", Retain);

        Assert.That(TextsOfNew("com.", GetRetainedPrefix), Is.EqualTo(new[] { "seen" }));
    }

    [Test]
    [Shows("retained.best-effort")]
    public void Publish_MoreThanTheBounds_TheOldestAreForgotten()
    {
        UseRealm(TestRouter.OpenRealm with { Retained = new RetainedSettings { MaxEvents = 3 } });
        PublishTopics(5);
        Assert.That(TextsOfNew("", GetRetainedPrefix), Is.EqualTo(new[] { "n2", "n3", "n4" }));

        UseRealm(TestRouter.OpenRealm with { Retained = new RetainedSettings { MaxBytes = 600 } });
        PublishTopics(5);
        Assert.That(TextsOfNew("", GetRetainedPrefix), Is.EqualTo(new[] { "n3", "n4" }));

        UseRealm(TestRouter.OpenRealm with { Retained = new RetainedSettings { MaxEvents = 0 } });
        PublishTopics(1);
        Assert.That(_realm.Broker.RetainedEvents, Is.Zero);
    }

    [Test]
    [Shows("retained.best-effort")]
    public void Subscribe_RetainedEventIsTooOld_GetsNone()
    {
        UseRealm(TestRouter.OpenRealm with { Retained = new RetainedSettings { MaxAge = TimeSpan.FromMinutes(1) } });
        _publisher.Publish("com.topic", "kept", Retain);

        _time.Advance(TimeSpan.FromMinutes(1));
        Assert.That(TextsOfNew("com.topic"), Has.Count.EqualTo(1));
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.That(TextsOfNew("com.topic"), Is.Empty);
        Assert.That(_realm.Broker.RetainedEvents, Is.Zero);
    }

    [Test]
    [Shows("retained.refused")]
    public void Publish_RefusedOrNotDelivered_IsNotRetainedUnlessItWasPublished()
    {
        _publisher.Publish("com..topic", "invalid", Retain);
        _publisher.Publish("wamp.topic", "reserved", Retain);

        Assert.That(_realm.Broker.RetainedEvents, Is.Zero);
    }

    [Test]
    [Shows("retained.once")]
    public void Subscribe_RetainedPublishLandsDuringTheReply_ComesOnceAndInOrder()
    {
        _publisher.Publish("com.topic", "first", Retain);
        var subscriber = new BrokerMember(_realm);

        // The rival is another thread in truth: it must wait for the answer to be complete. Here it runs when the lock is free again.
        Task rival = Task.CompletedTask;
        subscriber.Peer.BeforeNext = _ => rival = Task.Run(() => _publisher.Publish("com.topic", "second", Retain));
        subscriber.Subscribe("com.topic", GetRetained);
        Assert.That(rival.Wait(TimeSpan.FromSeconds(10)), Is.True);

        Assert.That(subscriber.Texts, Is.EqualTo(new[] { "first", "second" }));
    }

    [Test]
    [Shows("retained.once")]
    public void Subscribe_WhileARetainedPublishIsFannedOut_GetsItOnlyOnce()
    {
        var (early, late) = (new BrokerMember(_realm), new BrokerMember(_realm));
        early.Subscribe("com.", """{"match":"prefix"}""");
        new BrokerMember(_realm).Subscribe("com.t", """{"match":"prefix"}""");

        // Between the first subscription's EVENT and the second's, somebody joins the second.
        early.Peer.BeforeNext = _ => late.Subscribe("com.t", GetRetainedPrefix);
        _publisher.Publish("com.topic", "once", Retain);

        Assert.That(late.Texts, Is.EqualTo(new[] { "once" }));
        Assert.That(late.Peer.Sent[1], Does.Contain("\"retained\":true"));
    }

    private void UseRealm(RealmSettings settings)
    {
        _realm = new Realm(settings, _time);
        _publisher = new BrokerMember(_realm);
    }

    private void PublishTopics(int count)
    {
        for (var i = 0; i < count; i++)
        {
            _publisher.Publish($"com.n{i}", $"n{i}", Retain);
        }
    }

    private IReadOnlyList<string> TextsOfNew(string topic, string options = GetRetained, string authId = "someone")
    {
        var subscriber = new BrokerMember(_realm, authId);
        subscriber.Subscribe(topic, options);
        return subscriber.Texts;
    }
}
