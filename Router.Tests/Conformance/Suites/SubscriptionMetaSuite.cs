using WampRouter.Tests.Conformance.Exchange;
using WampRouter.Tests.Doubles;
using WampRouter.Wire;

namespace WampRouter.Tests.Conformance.Suites;

/// <summary>rfc/text/advanced/meta_api_subscriptions.md</summary>
[TestFixtureSource(typeof(ConformanceSuite), nameof(Everywhere))]
internal sealed class SubscriptionMetaSuite(Way way, WireFormat format) : ConformanceSuite(way, format)
{
    private Peer _observer = null!;

    [SetUp]
    public async Task JoinObserverAsync()
    {
        _observer = await JoinAsync("observer");
        await _observer.ExchangeAsync("""[32,1,{"match":"prefix"},"wamp.subscription."]""", """[33,1,"$meta"]""");
    }

    [Test]
    [Shows("subscription-meta.feature", "subscription-meta.on-create", "subscription-meta.on-subscribe", "subscription-meta.create-before-subscribe", "subscription-meta.get")]
    public async Task Subscribe_FirstSession_IsToldAsCreationAndThenAsSubscription()
    {
        var first = await JoinAsync("first");

        await first.ExchangeAsync("""[32,1,{"match":"wildcard"},"com..x"]""", """[33,1,"$subscription"]""");

        await ExpectEventAsync("on_create", """["$first",{"id":"$subscription","created":"$created","uri":"com..x","match":"wildcard"}]""");
        await ExpectEventAsync("on_subscribe", """["$first","$subscription"]""");
        await CallAsync("get", """["$subscription"]""", """[{"id":"$subscription","created":"$created","uri":"com..x","match":"wildcard"}]""");
    }

    [Test]
    [Shows("subscription-meta.on-subscribe", "subscription-meta.on-unsubscribe", "subscription-meta.on-delete", "subscription-meta.unsubscribe-before-delete")]
    public async Task SubscribeAndUnsubscribe_SecondSession_IsToldAsSubscriptionAndTheLastAsDeletion()
    {
        var (first, second) = await SubscribeBothAsync();

        await first.ExchangeAsync("""[34,2,"$subscription"]""", "[35,2]");
        await ExpectEventAsync("on_unsubscribe", """["$first","$subscription"]""");
        await second.ExchangeAsync("""[34,2,"$subscription"]""", "[35,2]");
        await ExpectEventAsync("on_unsubscribe", """["$second","$subscription"]""");
        await ExpectEventAsync("on_delete", """["$second","$subscription"]""");

        await _observer.ExpectNothingAsync();
    }

    [TestCase(true)]
    [TestCase(false)]
    [Shows("subscription-meta.on-leave", "subscription-meta.unsubscribe-before-delete")]
    public async Task Leave_SubscribedSession_IsToldAsUnsubscriptionAndDeletion(bool isOrderly)
    {
        var leaving = await JoinAsync("first");
        await leaving.ExchangeAsync("""[32,1,{},"com.topic"]""", """[33,1,"$subscription"]""");
        await ExpectEventAsync("on_create", """["$first","*"]""");
        await ExpectEventAsync("on_subscribe", """["$first","$subscription"]""");

        if (isOrderly)
        {
            await leaving.SendAsync("""[6,{},"wamp.close.close_realm"]""");
        }
        else
        {
            await leaving.DisposeAsync();
        }

        await ExpectEventAsync("on_unsubscribe", """["$first","$subscription"]""");
        await ExpectEventAsync("on_delete", """["$first","$subscription"]""");
        await _observer.ExpectNothingAsync();
    }

    [Test]
    [Shows("subscription-meta.again")]
    public async Task Subscribe_Again_IsNotTold()
    {
        var (first, _) = await SubscribeBothAsync();

        await first.ExchangeAsync("""[32,3,{},"com.topic"]""", """[33,3,"$subscription"]""");

        await _observer.ExpectNothingAsync();
    }

    [Test]
    [Shows("subscription-meta.same-realm")]
    public async Task Subscribe_InAnotherRealm_IsNotToldHere()
    {
        var elsewhere = await LogInAsync("ann");

        await elsewhere.ExchangeAsync("""[32,1,{},"com.topic"]""", """[33,1,"*"]""");

        await _observer.ExpectNothingAsync();
    }

    [TestCase("exact", "wamp.session.on_join")]
    [TestCase("prefix", "wamp.")]
    [TestCase("wildcard", "wamp..on_join")]
    [Shows("subscription-meta.router-topics")]
    public async Task Subscribe_ToWhatTheRouterPublishes_IsNotTold(string match, string topic)
    {
        var other = await JoinAsync("other");

        await other.ExchangeAsync($$"""[32,1,{"match":"{{match}}"},"{{topic}}"]""", """[33,1,"*"]""");

        await _observer.ExpectNothingAsync();
    }

    [Test]
    [Shows("subscription-meta.not-to-itself")]
    public async Task Subscribe_ByTheObserverItself_IsNotToldToIt()
    {
        await _observer.ExchangeAsync("""[32,2,{},"com.topic"]""", """[33,2,"$subscription"]""");
        await _observer.ExchangeAsync("""[34,3,"$subscription"]""", "[35,3]");

        await _observer.ExpectNothingAsync();
    }

    [Test]
    [Shows("subscription-meta.feature", "subscription-meta.list", "subscription-meta.lookup", "subscription-meta.match")]
    public async Task Procedures_SubscriptionsOfEveryKind_AreFound()
    {
        var peer = await JoinAsync("peer");
        await peer.ExchangeAsync("""[32,1,{},"com.a.b"]""", """[33,1,"$exact"]""");
        await peer.ExchangeAsync("""[32,2,{"match":"prefix"},"com.a"]""", """[33,2,"$prefix"]""");
        await peer.ExchangeAsync("""[32,3,{"match":"wildcard"},"com..b"]""", """[33,3,"$wildcard"]""");
        _observer = peer;

        await CallAsync("list", "[]", """[{"exact":["$exact"],"prefix":["$meta","$prefix"],"wildcard":["$wildcard"]}]""");
        await CallAsync("lookup", """["com.a.b"]""", """["$exact"]""");
        await CallAsync("lookup", """["com.a",{"match":"prefix"}]""", """["$prefix"]""");
        await CallAsync("lookup", """["com..b",{"match":"wildcard"}]""", """["$wildcard"]""");
        await CallAsync("lookup", """["com.a"]""", "[null]");
        await CallAsync("match", """["com.a.b"]""", """[["$exact","$prefix","$wildcard"]]""");
        await CallAsync("match", """["com.a.c"]""", """[["$prefix"]]""");
        await CallAsync("match", """["org.a"]""", "[null]");
    }

    [Test]
    [Shows("subscription-meta.list-subscribers", "subscription-meta.count-subscribers")]
    public async Task Procedures_SubscribersOfASubscription_AreListedAndCounted()
    {
        await SubscribeBothAsync();

        await CallAsync("list_subscribers", """["$subscription"]""", """[["$first","$second"]]""");
        await CallAsync("count_subscribers", """["$subscription"]""", "[2]");
    }

    [TestCase("get")]
    [TestCase("list_subscribers")]
    [TestCase("count_subscribers")]
    [TestCase("get_events")]
    [TestCase("remove_subscriber", ",\"$observer\"")]
    [Shows("subscription-meta.no-such-subscription")]
    public Task Procedures_UnknownSubscription_IsRefused(string procedure, string more = "") =>
        _observer.ExchangeAsync($$"""[48,9,{},"wamp.subscription.{{procedure}}",[4711{{more}}]]""", """[8,48,9,{},"wamp.error.no_such_subscription",["*text"]]""");

    [Test]
    [Shows("subscription-meta.created")]
    public async Task Get_Created_IsTheTimeAsIso8601()
    {
        var before = TimeProvider.System.GetUtcNow().AddSeconds(-1);
        await (await JoinAsync("first")).ExchangeAsync("""[32,1,{},"com.topic"]""", """[33,1,"$subscription"]""");
        await ExpectEventAsync("on_create", """["$first",{"created":"$created","...":"*"}]""");

        Assert.That(Text("created"), Does.Match(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$"));
        Assert.That(DateTimeOffset.Parse(Text("created"), System.Globalization.CultureInfo.InvariantCulture), Is.InRange(before, TimeProvider.System.GetUtcNow()));
    }

    [TestCase("get", "[]")]
    [TestCase("count_subscribers", "[\"1\"]")]
    [TestCase("lookup", "[]")]
    [TestCase("lookup", """["com.topic",{"match":"regex"}]""")]
    [Shows("subscription-meta.wrong-arguments")]
    public Task Procedures_WrongArguments_AreRefused(string procedure, string arguments) =>
        _observer.ExchangeAsync($$"""[48,9,{},"wamp.subscription.{{procedure}}",{{arguments}}]""", """[8,48,9,{},"wamp.error.invalid_argument","..."]""");

    [Test]
    [Shows("subscription-meta.wrong-arguments")]
    public Task Match_OfWhatIsNoUri_IsInvalidUri() =>
        _observer.ExchangeAsync("""[48,9,{},"wamp.subscription.match",["com..topic"]]""", """[8,48,9,{},"wamp.error.invalid_uri",["*"]]""");

    [Test]
    [Shows("subscription-meta.remove-subscriber")]
    public async Task RemoveSubscriber_AnotherSession_LosesTheSubscription()
    {
        await SubscribeBothAsync();

        await _observer.SendAsync("""[48,9,{},"wamp.subscription.remove_subscriber",["$subscription","$first"]]""");

        await _observer.ExpectInAnyOrderAsync("[50,9,{}]", """[36,"$meta","*",{"topic":"wamp.subscription.on_unsubscribe"},["$first","$subscription"]]""");
        await CallAsync("list_subscribers", """["$subscription"]""", """[["$second"]]""");
        await _observer.ExchangeAsync("""[48,9,{},"wamp.subscription.remove_subscriber",["$subscription","$first"]]""", """[8,48,9,{},"wamp.error.no_such_session","..."]""");
    }

    private async Task<(Peer First, Peer Second)> SubscribeBothAsync()
    {
        var (first, second) = (await JoinAsync("first"), await JoinAsync("second"));
        await first.ExchangeAsync("""[32,1,{},"com.topic"]""", """[33,1,"$subscription"]""");
        await ExpectEventAsync("on_create", """["$first","*"]""");
        await ExpectEventAsync("on_subscribe", """["$first","$subscription"]""");
        await second.ExchangeAsync("""[32,1,{},"com.topic"]""", """[33,1,"$subscription"]""");
        await ExpectEventAsync("on_subscribe", """["$second","$subscription"]""");
        return (first, second);
    }

    private Task ExpectEventAsync(string name, string arguments) => _observer.ExpectAsync($$"""[36,"$meta","*",{"topic":"wamp.subscription.{{name}}"},{{arguments}}]""");

    private Task CallAsync(string procedure, string arguments, string result) => _observer.ExchangeAsync($$"""[48,9,{},"wamp.subscription.{{procedure}}",{{arguments}}]""", $$"""[50,9,{},{{result}}]""");
}
