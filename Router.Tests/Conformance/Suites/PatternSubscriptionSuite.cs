using WampRouter.Tests.Conformance.Exchange;
using WampRouter.Tests.Doubles;
using WampRouter.Wire;

namespace WampRouter.Tests.Conformance.Suites;

/// <summary>rfc/text/advanced/pubsub_pattern_based_subscription.md</summary>
[TestFixtureSource(typeof(ConformanceSuite), nameof(Everywhere))]
internal sealed class PatternSubscriptionSuite(Way way, WireFormat format) : ConformanceSuite(way, format)
{
    private Peer _publisher = null!;
    private Peer _subscriber = null!;

    [SetUp]
    public async Task JoinBothAsync() => (_publisher, _subscriber) = (await JoinAsync("publisher"), await JoinAsync("subscriber"));

    [TestCase("{}")]
    [TestCase("""{"match":"exact"}""")]
    [Shows("pattern-sub.exact")]
    public async Task Publish_ExactSubscription_ReceivesOfThisTopicOnly(string options)
    {
        await SubscribeAsync(options, "com.topic", "exact");

        await PublishAsync("com.topic.x", "com.topi", "com.topic");

        await _subscriber.ExpectAsync("""[36,"$exact","*",{},["com.topic"]]""");
        await _subscriber.ExpectNothingAsync();
    }

    [TestCase("com.myapp.topic.emergency", "com.myapp.topic.emergency.11 com.myapp.topic.emergency-low com.myapp.topic.emergency.category.severe com.myapp.topic.emergency", "com.myapp.topic.emerge com.other")]
    [TestCase("com.myapp.", "com.myapp.a com.myapp.a.b", "com.myapp com.myapp2.a")]
    [TestCase("", "com org.x.y", "")]
    [Shows("pattern-sub.feature", "pattern-sub.prefix", "pattern-sub.topic")]
    public Task Publish_Prefix_MatchesEveryTopicThatBeginsWithIt(string pattern, string matching, string others) => ExpectMatchesAsync("prefix", pattern, matching, others);

    [TestCase("com.myapp..userevent", "com.myapp.foo.userevent com.myapp.bar.userevent com.myapp.a12.userevent", "com.myapp.foo.userevent.bar com.myapp.foo.user com.myapp2.foo.userevent com.myapp.userevent")]
    [TestCase("com.", "com.a com.b", "com com.a.b org.a")]
    [TestCase("..end", "a.b.end", "a.end a.b.c.end a.b.c")]
    [Shows("pattern-sub.feature", "pattern-sub.wildcard", "pattern-sub.topic")]
    public Task Publish_Wildcard_MatchesTopicsThatDifferInItsEmptyComponents(string pattern, string matching, string others) => ExpectMatchesAsync("wildcard", pattern, matching, others);

    [Test]
    [Shows("pattern-sub.each-subscription", "pattern-sub.one-publication")]
    public async Task Publish_SeveralSubscriptionsOfASessionMatch_EachGetsTheSamePublication()
    {
        await SubscribeAsync("""{"match":"prefix"}""", "com.", "prefix");
        await SubscribeAsync("""{"match":"prefix"}""", "com.to", "longer");
        await SubscribeAsync("""{"match":"wildcard"}""", ".topic", "wildcard");
        await SubscribeAsync("{}", "com.topic", "exact");

        await PublishAsync("com.topic");

        await _subscriber.ExpectInAnyOrderAsync(
            """[36,"$exact","$publication",{},["com.topic"]]""",
            """[36,"$prefix","$publication",{"topic":"com.topic"},["com.topic"]]""",
            """[36,"$longer","$publication",{"topic":"com.topic"},["com.topic"]]""",
            """[36,"$wildcard","$publication",{"topic":"com.topic"},["com.topic"]]""");
        await _subscriber.ExpectNothingAsync();
    }

    [Test]
    [Shows("pattern-sub.shared-id")]
    public async Task Subscribe_SeveralSessionsToTheSamePattern_ShareTheSubscription()
    {
        await SubscribeAsync("""{"match":"wildcard"}""", "com.", "pattern");

        await _publisher.ExchangeAsync("""[32,9,{"match":"wildcard"},"com."]""", """[33,9,"$pattern"]""");
    }

    [Test]
    [Shows("pattern-sub.match-is-part-of-it")]
    public async Task Subscribe_SameUriOtherMatch_IsAnotherSubscription()
    {
        await SubscribeAsync("{}", "com.topic", "exact");
        await SubscribeAsync("""{"match":"prefix"}""", "com.topic", "prefix");
        await SubscribeAsync("""{"match":"wildcard"}""", "com.topic", "wildcard");

        Assert.That(new[] { Id("exact"), Id("prefix"), Id("wildcard") }, Is.Unique);
    }

    [Test]
    [Shows("pattern-sub.again")]
    public async Task Subscribe_TheSamePatternAgain_IsTheSameAndNoSecondEvent()
    {
        await SubscribeAsync("""{"match":"prefix"}""", "com.", "pattern");
        await SubscribeAsync("""{"match":"prefix"}""", "com.", "pattern");

        await PublishAsync("com.topic");

        await _subscriber.ExpectAsync("""[36,"$pattern","*",{"topic":"com.topic"},["com.topic"]]""");
        await _subscriber.ExpectNothingAsync();
    }

    [Test]
    [Shows("pattern-sub.no-set")]
    public async Task Unsubscribe_APartOfAPattern_LeavesThePatternAsItIs()
    {
        await SubscribeAsync("""{"match":"prefix"}""", "com.", "prefix");
        await SubscribeAsync("{}", "com.topic", "exact");
        await _subscriber.ExchangeAsync("""[34,2,"$exact"]""", "[35,2]");

        await PublishAsync("com.topic");

        await _subscriber.ExpectAsync("""[36,"$prefix","*",{"topic":"com.topic"},["com.topic"]]""");
        await _subscriber.ExpectNothingAsync();
    }

    [TestCase("prefix", "com..a")]
    [TestCase("prefix", "com.a#")]
    [TestCase("wildcard", "com.a b.")]
    [TestCase("exact", "com..a")]
    [Shows("pattern-sub.invalid")]
    public Task Subscribe_NoPattern_IsRefused(string match, string pattern) =>
        _subscriber.ExchangeAsync($$"""[32,1,{"match":"{{match}}"},"{{pattern}}"]""", """[8,32,1,{},"wamp.error.invalid_uri","..."]""");

    [Test]
    [Shows("pattern-sub.unknown-match")]
    public async Task Subscribe_UnknownMatch_AbortsTheSession()
    {
        await _subscriber.SendAsync("""[32,1,{"match":"regex"},"com.a"]""");

        await _subscriber.ExpectViolationAsync();
    }

    [TestCase("prefix", "closed.to.all.guests.")]
    [TestCase("prefix", "closed.to.all.guests.a")]
    [TestCase("wildcard", "closed.to.all.guests.")]
    [Shows("pattern-sub.not-authorized")]
    public Task Subscribe_PatternTheRoleMayNotHave_IsRefused(string match, string pattern) =>
        _subscriber.ExchangeAsync($$"""[32,1,{"match":"{{match}}"},"{{pattern}}"]""", """[8,32,1,{},"wamp.error.not_authorized","..."]""");

    private async Task ExpectMatchesAsync(string match, string pattern, string matching, string others)
    {
        await SubscribeAsync($$"""{"match":"{{match}}"}""", pattern, "pattern");
        await PublishAsync(others.Split(' ', StringSplitOptions.RemoveEmptyEntries));

        await PublishAsync(matching.Split(' '));

        foreach (var topic in matching.Split(' '))
        {
            await _subscriber.ExpectAsync($$"""[36,"$pattern","*",{"topic":"{{topic}}"},["{{topic}}"]]""");
        }

        await _subscriber.ExpectNothingAsync();
    }

    private Task SubscribeAsync(string options, string topic, string name) => _subscriber.ExchangeAsync($"""[32,1,{options},"{topic}"]""", $"""[33,1,"${name}"]""");

    private async Task PublishAsync(params string[] topics)
    {
        foreach (var topic in topics)
        {
            await _publisher.ExchangeAsync($$"""[16,1,{"acknowledge":true},"{{topic}}",["{{topic}}"]]""", """[17,1,"*"]""");
        }
    }
}
