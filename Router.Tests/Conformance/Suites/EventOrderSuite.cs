using WampRouter.Tests.Conformance.Exchange;
using WampRouter.Tests.Doubles;
using WampRouter.Wire;

namespace WampRouter.Tests.Conformance.Suites;

/// <summary>rfc/text/basic/security_model.md "Ordering Guarantees" for events, over topics and patterns, with everything pipelined.</summary>
[TestFixtureSource(typeof(ConformanceSuite), nameof(Everywhere))]
internal sealed class EventOrderSuite(Way way, WireFormat format) : ConformanceSuite(way, format)
{
    private const int Count = 60;

    [Test]
    [Shows("pubsub-order.across-topics", "pubsub-order.across-patterns")]
    public async Task Publish_ToSeveralTopicsAndPatterns_EventsComeInThatOrder()
    {
        var (publisher, subscriber) = (await JoinAsync("publisher"), await JoinAsync("subscriber"));
        await subscriber.ExchangeAsync("""[32,1,{},"com.t0"]""", """[33,1,"$s0"]""");
        await subscriber.ExchangeAsync("""[32,2,{"match":"prefix"},"com.t1"]""", """[33,2,"$s1"]""");
        await subscriber.ExchangeAsync("""[32,3,{"match":"wildcard"},"com..t2"]""", """[33,3,"$s2"]""");
        string[] topics = ["com.t0", "com.t1.x", "com.y.t2"];

        for (var i = 0; i < Count; i++)
        {
            await publisher.SendAsync($$"""[16,{{i + 1}},{},"{{topics[i * 7 % 3]}}",[{{i}}]]""");
        }

        for (var i = 0; i < Count; i++)
        {
            await subscriber.ExpectAsync($$"""[36,"$s{{i * 7 % 3}}","*",{"...":"*"},[{{i}}]]""");
        }
    }

    [Test]
    [Shows("pubsub-order.across-patterns")]
    public async Task Publish_EachMatchesSeveralSubscriptions_NoEventOvertakesOneBeforeIt()
    {
        var (publisher, subscriber) = (await JoinAsync("publisher"), await JoinAsync("subscriber"));
        await subscriber.ExchangeAsync("""[32,1,{"match":"prefix"},"com."]""", """[33,1,"$prefix"]""");
        await subscriber.ExchangeAsync("""[32,2,{},"com.topic"]""", """[33,2,"$exact"]""");

        for (var i = 0; i < Count; i++)
        {
            await publisher.SendAsync($$"""[16,{{i + 1}},{},"com.topic",[{{i}}]]""");
        }

        for (var i = 0; i < Count; i++)
        {
            await subscriber.ExpectInAnyOrderAsync($$"""[36,"$prefix","$p{{i}}",{"topic":"com.topic"},[{{i}}]]""", $$"""[36,"$exact","$p{{i}}",{},[{{i}}]]""");
        }
    }

    [TestCase("exact", "com.topic")]
    [TestCase("prefix", "com.")]
    [TestCase("wildcard", ".topic")]
    [Shows("pubsub-order.subscribed-first")]
    public async Task Subscribe_WhileOthersPublish_SubscribedComesBeforeTheFirstEventAndNoneIsMissingAfterIt(string match, string pattern)
    {
        var (publisher, subscriber) = (await JoinAsync("publisher"), await JoinAsync("subscriber"));
        var publishing = Task.Run(async () =>
        {
            for (var i = 0; i < Count; i++)
            {
                await publisher.SendAsync($$"""[16,{{i + 1}},{},"com.topic",["early"]]""");
            }
        });

        await subscriber.ExchangeAsync($$"""[32,1,{"match":"{{match}}"},"{{pattern}}"]""", """[33,1,"$subscription"]""");
        await publishing;
        await publisher.SendAsync("""[16,100,{},"com.topic",["late"]]""");

        await subscriber.ExpectAfterAnyAsync("""[36,"$subscription","*",{"...":"*"},["early"]]""", """[36,"$subscription","*",{"...":"*"},["late"]]""");
    }

    [Test]
    [Shows("pubsub-order.unsubscribed-last")]
    public async Task Unsubscribe_WhileOthersPublish_NoEventFollowsUnsubscribed()
    {
        var (publisher, subscriber) = (await JoinAsync("publisher"), await JoinAsync("subscriber"));
        await subscriber.ExchangeAsync("""[32,1,{},"com.topic"]""", """[33,1,"$subscription"]""");
        var publishing = Task.Run(async () =>
        {
            for (var i = 0; i < Count; i++)
            {
                await publisher.SendAsync($$"""[16,{{i + 1}},{},"com.topic",["x"]]""");
            }
        });

        await subscriber.SendAsync("""[34,2,"$subscription"]""");
        await subscriber.ExpectAfterAnyAsync("""[36,"$subscription","*",{},["x"]]""", "[35,2]");
        await publishing;
        await publisher.ExpectNothingAsync();

        await subscriber.ExpectNothingAsync();
    }

    [Test]
    [Shows("pubsub-order.retained-before-live")]
    public async Task Subscribe_AsksForTheRetainedEvent_ComesAfterSubscribedAndBeforeLaterOnes()
    {
        var (publisher, subscriber) = (await JoinAsync("publisher"), await JoinAsync("subscriber"));
        await publisher.ExchangeAsync("""[16,1,{"acknowledge":true,"retain":true},"com.topic",["retained"]]""", """[17,1,"*"]""");

        await subscriber.ExchangeAsync("""[32,1,{"get_retained":true},"com.topic"]""", """[33,1,"$subscription"]""");
        await publisher.SendAsync("""[16,2,{},"com.topic",["live"]]""");

        await subscriber.ExpectAsync("""[36,"$subscription","*",{"retained":true},["retained"]]""");
        await subscriber.ExpectAsync("""[36,"$subscription","*",{},["live"]]""");
    }
}
