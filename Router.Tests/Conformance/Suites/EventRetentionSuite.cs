using WampRouter.Tests.Conformance.Exchange;
using WampRouter.Tests.Doubles;
using WampRouter.Wire;

namespace WampRouter.Tests.Conformance.Suites;

/// <summary>rfc/text/advanced/pubsub_event_retention.md</summary>
[TestFixtureSource(typeof(ConformanceSuite), nameof(Everywhere))]
internal sealed class EventRetentionSuite(Way way, WireFormat format) : ConformanceSuite(way, format)
{
    private Peer _publisher = null!;
    private Peer _subscriber = null!;

    [SetUp]
    public async Task JoinBothAsync() => (_publisher, _subscriber) = (await JoinAsync("publisher"), await JoinAsync("subscriber"));

    [Test]
    [Shows("retained.feature", "retained.set", "retained.most-recent", "retained.marked")]
    public async Task Subscribe_AsksForIt_GetsTheMostRecentRetainedEventAfterSubscribed()
    {
        await RetainAsync("older");
        await RetainAsync("newer");
        await PublishAsync("{}", "passing");

        await SubscribeAsync("""{"get_retained":true}""");

        await _subscriber.ExpectAsync("""[36,"$subscription","$newer",{"retained":true},["newer"]]""");
        await _subscriber.ExpectNothingAsync();
    }

    [TestCase("{}")]
    [TestCase("""{"get_retained":false}""")]
    [Shows("retained.get-default")]
    public async Task Subscribe_DoesNotAskForIt_GetsNone(string options)
    {
        await RetainAsync("kept");

        await SubscribeAsync(options);

        await _subscriber.ExpectNothingAsync();
    }

    [TestCase("{}")]
    [TestCase("""{"retain":false}""")]
    [Shows("retained.retain-default")]
    public async Task Publish_DoesNotAskForIt_IsNotRetained(string options)
    {
        await PublishAsync(options, "passing");

        await SubscribeAsync("""{"get_retained":true}""");

        await _subscriber.ExpectNothingAsync();
    }

    [Test]
    [Shows("retained.not-eligible", "retained.most-recent", "retained.restricted")]
    public async Task Subscribe_TheNewestIsNotForTheSubscriber_GetsTheMostRecentThatIs()
    {
        await RetainAsync("for all");
        await RetainAsync("for others", """, "exclude":["$subscriber"]""");
        await RetainAsync("for nobody", """, "eligible_authrole":[]""");

        await SubscribeAsync("""{"get_retained":true}""");

        await _subscriber.ExpectAsync("""[36,"$subscription","*",{"retained":true},["for all"]]""");
        await _subscriber.ExpectNothingAsync();
    }

    [Test]
    [Shows("retained.not-eligible")]
    public async Task Subscribe_ThePublisherItself_DoesNotGetWhatItWasExcludedFrom()
    {
        await RetainAsync("own");

        await _publisher.ExchangeAsync("""[32,1,{"get_retained":true},"com.topic"]""", """[33,1,"*"]""");

        await _publisher.ExpectNothingAsync();
    }

    [Test]
    [Shows("retained.not-eligible", "retained.refused")]
    public async Task Publish_Refused_IsNotRetained()
    {
        await _publisher.ExchangeAsync("""[16,1,{"retain":true,"acknowledge":true},"closed.to.all.guests.topic",["x"]]""", """[8,16,1,{},"wamp.error.not_authorized","..."]""");

        await _subscriber.ExchangeAsync("""[32,1,{"get_retained":true,"match":"prefix"},"com."]""", """[33,1,"*"]""");

        await _subscriber.ExpectNothingAsync();
    }

    [Test]
    [Shows("retained.live")]
    public async Task Publish_RetainedWhileSubscribed_IsAnOrdinaryEvent()
    {
        await SubscribeAsync("""{"get_retained":true}""");

        await RetainAsync("live");

        await _subscriber.ExpectAsync("""[36,"$subscription","$live",{},["live"]]""");
        await _subscriber.ExpectNothingAsync();
    }

    [Test]
    [Shows("retained.pattern", "retained.marked")]
    public async Task Subscribe_Pattern_GetsOneOfEachTopicThatMatches()
    {
        foreach (var topic in new[] { "com.a", "com.b", "org.c", "com.a" })
        {
            await _publisher.ExchangeAsync($$"""[16,1,{"retain":true,"acknowledge":true},"{{topic}}",["{{topic}}"]]""", """[17,1,"*"]""");
        }

        await SubscribeAsync("""{"get_retained":true,"match":"prefix"}""", "com.");

        await _subscriber.ExpectAsync("""[36,"$subscription","*",{"topic":"com.b","retained":true},["com.b"]]""");
        await _subscriber.ExpectAsync("""[36,"$subscription","*",{"topic":"com.a","retained":true},["com.a"]]""");
        await _subscriber.ExpectNothingAsync();
    }

    [Test]
    [Shows("retained.outlives-publisher")]
    public async Task Subscribe_ThePublisherHasLeft_GetsItsRetainedEvent()
    {
        await RetainAsync("kept");
        await _publisher.ExchangeAsync("""[6,{},"wamp.close.close_realm"]""", """[6,{},"wamp.close.goodbye_and_out"]""");

        await SubscribeAsync("""{"get_retained":true}""");

        await _subscriber.ExpectAsync("""[36,"$subscription","$kept",{"retained":true},["kept"]]""");
    }

    private Task RetainAsync(string text, string options = "") => PublishAsync($$"""{"retain":true{{options}}}""", text);

    private Task PublishAsync(string options, string text)
    {
        var acknowledged = options.Length > 2 ? $$"""{"acknowledge":true,{{options[1..]}}""" : """{"acknowledge":true}""";
        return _publisher.ExchangeAsync($"""[16,1,{acknowledged},"com.topic",["{text}"]]""", $"""[17,1,"${text}"]""");
    }

    private Task SubscribeAsync(string options, string topic = "com.topic") => _subscriber.ExchangeAsync($"""[32,1,{options},"{topic}"]""", """[33,1,"$subscription"]""");
}
