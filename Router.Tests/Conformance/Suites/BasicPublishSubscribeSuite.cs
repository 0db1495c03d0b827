using WampRouter.Tests.Conformance.Exchange;
using WampRouter.Tests.Doubles;
using WampRouter.Wire;

namespace WampRouter.Tests.Conformance.Suites;

/// <summary>rfc/text/basic/publish_subscribe.md</summary>
[TestFixtureSource(typeof(ConformanceSuite), nameof(Everywhere))]
internal sealed class BasicPublishSubscribeSuite(Way way, WireFormat format) : ConformanceSuite(way, format)
{
    [Test]
    [Shows("basic-pubsub.subscribed", "basic-pubsub.subscribed-again", "basic-pubsub.subscription-shared")]
    public async Task Subscribe_AgainAndBySomebodyElse_IsTheSameSubscription()
    {
        var (first, second, publisher) = (await JoinAsync("first"), await JoinAsync("second"), await JoinAsync("publisher"));

        await first.ExchangeAsync("""[32,713845233,{},"com.myapp.mytopic1"]""", """[33,713845233,"$subscription"]""");
        await first.ExchangeAsync("""[32,2,{},"com.myapp.mytopic1"]""", """[33,2,"$subscription"]""");
        await second.ExchangeAsync("""[32,1,{},"com.myapp.mytopic1"]""", """[33,1,"$subscription"]""");

        await publisher.SendAsync("""[16,1,{},"com.myapp.mytopic1"]""");
        await first.ExpectAsync("""[36,"$subscription","*",{}]""");
        await first.ExpectNothingAsync();
    }

    [TestCase("closed.to.all.guests.topic", "wamp.error.not_authorized")]
    [TestCase("com..topic", "wamp.error.invalid_uri")]
    [Shows("basic-pubsub.subscribe-error", "basic-pubsub.publish-error", "basic-pubsub.unacknowledged", "error-uri.not-authorized")]
    public async Task Topic_NotGranted_IsRefusedToWhoAsksForAnAnswer(string topic, string error)
    {
        var peer = await JoinAsync("peer");

        await peer.ExchangeAsync($$"""[32,1,{},"{{topic}}"]""", $$"""[8,32,1,{},"{{error}}",["*"]]""");
        await peer.ExchangeAsync($$"""[16,2,{"acknowledge":true},"{{topic}}"]""", $$"""[8,16,2,{},"{{error}}",["*"]]""");
        await peer.SendAsync($$"""[16,3,{},"{{topic}}"]""");
        await peer.SendAsync($$"""[16,4,{"acknowledge":false},"{{topic}}"]""");
        await peer.ExpectNothingAsync();
    }

    [Test]
    [Shows("basic-pubsub.unsubscribed")]
    public async Task Unsubscribe_OwnSubscription_EndsItsEventsAndNobodyElses()
    {
        var (leaver, stayer, publisher) = (await JoinAsync("leaver"), await JoinAsync("stayer"), await JoinAsync("publisher"));
        await leaver.ExchangeAsync("""[32,1,{},"com.topic"]""", """[33,1,"$subscription"]""");
        await stayer.ExchangeAsync("""[32,1,{},"com.topic"]""", """[33,1,"$subscription"]""");

        await leaver.ExchangeAsync("""[34,2,"$subscription"]""", "[35,2]");
        await publisher.ExchangeAsync("""[16,1,{"acknowledge":true},"com.topic"]""", """[17,1,"$publication"]""");

        await stayer.ExpectAsync("""[36,"$subscription","$publication",{}]""");
        await leaver.ExpectNothingAsync();
    }

    [Test]
    [Shows("basic-pubsub.unsubscribe-error", "error-uri.no-such-subscription")]
    public async Task Unsubscribe_UnknownOrForeignSubscription_IsRefused()
    {
        var (owner, stranger) = (await JoinAsync("owner"), await JoinAsync("stranger"));
        await owner.ExchangeAsync("""[32,1,{},"com.topic"]""", """[33,1,"$subscription"]""");

        await stranger.ExchangeAsync("""[34,1,"$subscription"]""", """[8,34,1,{},"wamp.error.no_such_subscription",["*"]]""");
        await stranger.ExchangeAsync("[34,2,5512315355]", """[8,34,2,{},"wamp.error.no_such_subscription",["*"]]""");

        await stranger.SendAsync("""[16,3,{},"com.topic"]""");
        await owner.ExpectAsync("""[36,"$subscription","*",{}]""");
    }

    [Test]
    [Shows("basic-pubsub.all-subscribers", "basic-pubsub.published", "basic-pubsub.event", "basic-pubsub.unacknowledged")]
    public async Task Publish_SeveralSubscribers_AllOfTheTopicGetIt()
    {
        var (first, second, third, publisher) = (await JoinAsync("first"), await JoinAsync("second"), await JoinAsync("third"), await JoinAsync("publisher"));
        await first.ExchangeAsync("""[32,1,{},"com.topic"]""", """[33,1,"$subscription"]""");
        await second.ExchangeAsync("""[32,1,{},"com.topic"]""", """[33,1,"$subscription"]""");
        await third.ExchangeAsync("""[32,1,{},"com.topic.other"]""", """[33,1,"$other"]""");

        await publisher.ExchangeAsync("""[16,1,{"acknowledge":true},"com.topic",["Hello, world!"]]""", """[17,1,"$publication"]""");
        await publisher.SendAsync("""[16,2,{},"com.topic",[],{"color":"orange"}]""");

        foreach (var subscriber in new[] { first, second })
        {
            await subscriber.ExpectAsync("""[36,"$subscription","$publication",{},["Hello, world!"]]""");
            await subscriber.ExpectAsync("""[36,"$subscription","$unacknowledged",{},[],{"color":"orange"}]""");
        }

        await third.ExpectNothingAsync();
        await publisher.ExpectNothingAsync();
        Assert.That(Id("publication"), Is.Not.EqualTo(Id("unacknowledged")));
    }

    [Test]
    [Shows("basic-pubsub.published")]
    public async Task Publish_NobodyListens_IsPublishedAllTheSame()
    {
        var publisher = await JoinAsync("publisher");

        await publisher.ExchangeAsync("""[16,239714735,{"acknowledge":true},"com.topic"]""", """[17,239714735,"$publication"]""");
    }

    [Test]
    [Shows("basic-pubsub.not-to-publisher")]
    public async Task Publish_OwnSubscription_GetsNothing()
    {
        var peer = await JoinAsync("peer");
        await peer.ExchangeAsync("""[32,1,{},"com.topic"]""", """[33,1,"*"]""");

        await peer.SendAsync("""[16,2,{},"com.topic"]""");

        await peer.ExpectNothingAsync();
    }

    [Test]
    [Shows("intro.realms-apart")]
    public async Task Realms_SameUris_DoNotMeet()
    {
        var (guest, ann) = (await JoinAsync("guest"), await LogInAsync("ann"));
        await guest.ExchangeAsync("""[32,1,{},"com.topic"]""", """[33,1,"*"]""");
        await guest.ExchangeAsync("""[64,2,{},"com.procedure"]""", """[65,2,"*"]""");

        await ann.ExchangeAsync("""[16,1,{"acknowledge":true},"com.topic"]""", """[17,1,"*"]""");
        await ann.ExchangeAsync("""[48,2,{},"com.procedure"]""", """[8,48,2,{},"wamp.error.no_such_procedure",["*"]]""");

        await guest.ExpectNothingAsync();
    }
}
