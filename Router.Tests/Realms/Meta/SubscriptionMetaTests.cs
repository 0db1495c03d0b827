using Newtonsoft.Json;
using WampRouter.Tests.Conformance;
using WampRouter.Tests.Doubles;
using WampRouter.Tests.Realms.Broker;
using WampRouter.Wire;

namespace WampRouter.Tests.Realms.Meta;

/// <summary>rfc/text/advanced/meta_api_subscriptions.md</summary>
public sealed class SubscriptionMetaTests
{
    private TestRouter _router = null!;

    [SetUp]
    public void SetUp()
    {
        var time = new ManualTime();
        time.Advance(TimeSpan.FromMilliseconds(1500));
        _router = new TestRouter(time: time);
    }

    [TearDown]
    public void TearDown() => _router.Dispose();

    [Test]
    [Shows("subscription-meta.create-before-subscribe", "subscription-meta.unsubscribe-before-delete", "subscription-meta.on-leave", "subscription-meta.again")]
    public void SubscribeAndUnsubscribe_OfTwoSessions_AreToldInTheOrderOfTheSpecification()
    {
        var observer = _router.Join();
        observer.SubscribeTo("prefix", "wamp.subscription.on_");
        var (first, one) = _router.JoinNamed();
        var (second, two) = _router.JoinNamed();

        var id = first.SubscribeTo("prefix", "com.topic.");
        first.SubscribeTo("prefix", "com.topic.");      // again: nothing changes
        second.SubscribeTo("prefix", "com.topic.");
        first.Send($"[34,9,{id}]");
        second.Disconnect();

        Assert.That(observer.Take().Select(Named), Is.EqualTo(new[]
        {
            $$"""on_create [{{one}},{"id":{{id}},"created":"1970-01-01T00:00:01.500Z","uri":"com.topic.","match":"prefix"}]""",
            $"on_subscribe [{one},{id}]",
            $"on_subscribe [{two},{id}]",
            $"on_unsubscribe [{one},{id}]",
            $"on_unsubscribe [{two},{id}]",
            $"on_delete [{two},{id}]",
        }));
    }

    [Test]
    [Shows("subscription-meta.not-to-itself")]
    public void Subscribe_ByTheObserverItself_IsNotToldToIt()
    {
        var observer = _router.Join();
        observer.SubscribeTo("prefix", "wamp.subscription.");

        var id = observer.Subscribe("com.topic");
        observer.Send($"[34,9,{id}]");

        Assert.That(observer.Take(), Is.EqualTo(new[] { "[35,9]" }));
    }

    [TestCase("exact", "wamp.session.on_join")]
    [TestCase("prefix", "wamp.")]
    [TestCase("wildcard", "wamp..on_join")]
    [Shows("subscription-meta.router-topics")]
    public void Subscribe_ToWhatTheRouterPublishes_RaisesNoEvents(string match, string topic)
    {
        var (observer, other) = (_router.Join(), _router.Join());
        observer.SubscribeTo("prefix", "wamp.subscription.");

        other.SubscribeTo(match, topic);
        other.Disconnect();

        Assert.That(observer.Take(), Is.Empty);
    }

    [Test]
    public void Subscribe_TheEvents_ComeAfterSubscribed()
    {
        var observer = new BrokerMember(_router.Hosted.Realm);
        observer.Subscribe("wamp.subscription.on_create");
        var subscriber = new BrokerMember(_router.Hosted.Realm);
        var sentBefore = -1;
        observer.Peer.BeforeNext = _ => sentBefore = subscriber.Peer.Sent.Count;

        subscriber.Subscribe("com.topic");

        Assert.That(sentBefore, Is.EqualTo(1), "SUBSCRIBED");
    }

    [Test]
    [Shows("subscription-meta.list")]
    public void List_SubscriptionsOfEveryKind_AreSortedByMatch()
    {
        var peer = _router.Join();
        var (exact, prefix, wildcard) = (peer.Subscribe("com.topic"), peer.SubscribeTo("prefix", "com."), peer.SubscribeTo("wildcard", "com."));

        Assert.That(peer.CallFor("wamp.subscription.list").ToString(Formatting.None), Is.EqualTo($$"""{"exact":[{{exact}}],"prefix":[{{prefix}}],"wildcard":[{{wildcard}}]}"""));
    }

    [Test]
    [Shows("subscription-meta.lookup")]
    public void Lookup_ByUriAndMatch_FindsExactlyThat()
    {
        var peer = _router.Join();
        var (exact, prefix) = (peer.Subscribe("com.topic"), peer.SubscribeTo("prefix", "com.topic"));

        Assert.Multiple(() =>
        {
            Assert.That((ulong)peer.CallFor("wamp.subscription.lookup", """["com.topic"]"""), Is.EqualTo(exact));
            Assert.That((ulong)peer.CallFor("wamp.subscription.lookup", """["com.topic",null]"""), Is.EqualTo(exact));
            Assert.That((ulong)peer.CallFor("wamp.subscription.lookup", """["com.topic",{"match":"prefix","x":1}]"""), Is.EqualTo(prefix));
            Assert.That(peer.Call("wamp.subscription.lookup", """["com.topic",{"match":"wildcard"}]"""), Is.EqualTo("[50,7,{},[null]]"));
            Assert.That(peer.Call("wamp.subscription.lookup", """["com.other"]"""), Is.EqualTo("[50,7,{},[null]]"));
        });
    }

    [Test]
    [Shows("subscription-meta.match")]
    public void Match_Topic_FindsAllWhateverTheirPolicy()
    {
        var peer = _router.Join();
        ulong[] matching = [peer.Subscribe("com.topic"), peer.SubscribeTo("prefix", "com."), peer.SubscribeTo("wildcard", "com.")];
        peer.Subscribe("com.other");

        Assert.That(peer.CallFor("wamp.subscription.match", """["com.topic"]""").Select(id => (ulong)id), Is.EqualTo(matching));
        Assert.That(peer.Call("wamp.subscription.match", """["org.topic"]"""), Is.EqualTo("[50,7,{},[null]]"));
    }

    [Test]
    public void GetListAndCount_SharedSubscription_DescribeIt()
    {
        var (first, one) = _router.JoinNamed();
        var (second, two) = _router.JoinNamed();
        var id = first.SubscribeTo("wildcard", "com..x");
        second.SubscribeTo("wildcard", "com..x");

        Assert.Multiple(() =>
        {
            Assert.That(first.CallFor("wamp.subscription.get", $"[{id}.0]")["match"]!.ToString(), Is.EqualTo("wildcard"));
            Assert.That(first.CallFor("wamp.subscription.list_subscribers", $"[{id}]").Select(session => (ulong)session), Is.EqualTo(new[] { one, two }));
            Assert.That((int)first.CallFor("wamp.subscription.count_subscribers", $"[{id}]"), Is.EqualTo(2));
        });
    }

    [TestCase("wamp.subscription.get", "[4711]", WampErrors.NoSuchSubscription)]
    [TestCase("wamp.subscription.list_subscribers", "[4711]", WampErrors.NoSuchSubscription)]
    [TestCase("wamp.subscription.count_subscribers", "[4711]", WampErrors.NoSuchSubscription)]
    [TestCase("wamp.subscription.remove_subscriber", "[4711,1]", WampErrors.NoSuchSubscription)]
    [TestCase("wamp.subscription.get", "", WampErrors.InvalidArgument)]
    [TestCase("wamp.subscription.count_subscribers", """["1"]""", WampErrors.InvalidArgument)]
    [TestCase("wamp.subscription.lookup", "[1]", WampErrors.InvalidArgument)]
    [TestCase("wamp.subscription.lookup", """["com.topic",{"match":"regex"}]""", WampErrors.InvalidArgument)]
    [TestCase("wamp.subscription.lookup", """["com.topic",7]""", WampErrors.InvalidArgument)]
    [TestCase("wamp.subscription.match", """["com..topic"]""", WampErrors.InvalidUri)]
    [TestCase("wamp.subscription.remove_subscriber", "[1]", WampErrors.InvalidArgument)]
    public void Call_WrongArguments_NameTheMistake(string procedure, string payload, string error) =>
        Assert.That(_router.Join().Call(procedure, payload), Does.StartWith($"[8,48,7,{{}},\"{error}\","));

    [TestCase("{1},\"com.why\"", "")]
    [TestCase("{1}", ",{\"reason\":\"com.why\"}")]
    [Shows("subscription-meta.remove-subscriber", "revoke-subscription.meta-event")]
    public void RemoveSubscriber_AnotherSession_LosesItAndIsTold(string arguments, string keywords)
    {
        var (admin, observer) = (_router.Join(), _router.Join());
        observer.SubscribeTo("prefix", "wamp.subscription.on_");
        var subscriber = _router.Connect();
        var session = subscriber.Join(details: """{"roles":{"subscriber":{"features":{"subscription_revocation":true}}}}""");
        var id = subscriber.Subscribe("com.topic");
        observer.Take();
        var removal = $"[{id},{arguments.Replace("{1}", session.ToString(System.Globalization.CultureInfo.InvariantCulture), StringComparison.Ordinal)}]{keywords}";

        Assert.That(admin.Call("wamp.subscription.remove_subscriber", removal), Is.EqualTo("[50,7,{}]"));

        Assert.That(subscriber.Take(), Is.EqualTo(new[] { $$"""[35,0,{"subscription":{{id}},"reason":"com.why"}]""" }));
        Assert.That(observer.Take().Select(Named), Is.EqualTo(new[] { $"on_unsubscribe [{session},{id}]", $"on_delete [{session},{id}]" }));
        Assert.That(admin.Call("wamp.subscription.remove_subscriber", removal), Does.Contain(WampErrors.NoSuchSubscription));
    }

    [TestCase("{}", false)]
    [TestCase("""{"features":{"subscription_revocation":true}}""", true)]
    [Shows("revoke-subscription.meta-event-to-itself")]
    public void RemoveSubscriber_SessionListensToTheEventsItself_LearnsOfItByThem(string features, bool isToldToo)
    {
        var (admin, subscriber) = (_router.Join(), _router.Connect());
        var session = subscriber.Join(details: "{\"roles\":{\"subscriber\":" + features + "}}");
        subscriber.SubscribeTo("prefix", "wamp.subscription.");
        var id = subscriber.Subscribe("com.topic");

        admin.Call("wamp.subscription.remove_subscriber", $"[{id},{session}]");

        var messages = subscriber.Take();
        Assert.That(messages, Has.Count.EqualTo(isToldToo ? 2 : 1));
        Assert.That(Named(messages[^1]), Is.EqualTo($"on_unsubscribe [{session},{id}]"));
    }

    [Test]
    public void RemoveSubscriber_SessionWithoutIt_IsNoSuchSession()
    {
        var (admin, session) = _router.JoinNamed();
        var id = _router.Join().Subscribe("com.topic");

        Assert.That(admin.Call("wamp.subscription.remove_subscriber", $"[{id},{session}]"), Does.Contain(WampErrors.NoSuchSession));
    }

    /// <summary>The last component of an EVENT's topic, and its arguments.</summary>
    internal static string Named(string message)
    {
        var parsed = JsonConvert.DeserializeObject<Newtonsoft.Json.Linq.JArray>(message, new JsonSerializerSettings { DateParseHandling = DateParseHandling.None })!;
        Assert.That((int)parsed[0], Is.EqualTo(36), message);
        return $"{((string)parsed[3]["topic"]!).Split('.')[^1]} {parsed[4].ToString(Formatting.None)}";
    }
}
