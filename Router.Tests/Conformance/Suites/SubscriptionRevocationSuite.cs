using WampRouter.Tests.Conformance.Exchange;
using WampRouter.Tests.Doubles;
using WampRouter.Wire;

namespace WampRouter.Tests.Conformance.Suites;

/// <summary>rfc/text/advanced/pubsub_subscription_revocation.md, by way of <c>wamp.subscription.remove_subscriber</c>.</summary>
[TestFixtureSource(typeof(ConformanceSuite), nameof(Everywhere))]
internal sealed class SubscriptionRevocationSuite(Way way, WireFormat format) : ConformanceSuite(way, format)
{
    private Peer _admin = null!;

    [SetUp]
    public async Task JoinAdminAsync() => _admin = await JoinAsync("admin");

    [Test]
    [Shows("revoke-subscription.feature", "revoke-subscription.subscription", "revoke-subscription.reason")]
    public async Task Revoke_SubscriberAnnouncedIt_IsToldWhichAndWhy()
    {
        var subscriber = await SubscribeAsync(Peer.EveryFeature);

        await RevokeAsync(",\"com.why\"");

        await subscriber.ExpectAsync("""[35,0,{"subscription":"$subscription","reason":"com.why"}]""");
    }

    [Test]
    [Shows("revoke-subscription.not-announced")]
    public async Task Revoke_SubscriberDidNotAnnounceIt_IsNotTold()
    {
        var subscriber = await SubscribeAsync(Peer.NoFeature);

        await RevokeAsync("");

        await subscriber.ExpectNothingAsync();
    }

    [TestCase(Peer.EveryFeature)]
    [TestCase(Peer.NoFeature)]
    [Shows("revoke-subscription.ends-events")]
    public async Task Revoke_APublicationFollows_DoesNotReachTheSession(string details)
    {
        var (subscriber, other) = (await SubscribeAsync(details), await JoinAsync("other"));
        await other.ExchangeAsync("""[32,1,{},"com.topic"]""", """[33,1,"$subscription"]""");
        await RevokeAsync(",\"com.why\"");
        if (details == Peer.EveryFeature)
        {
            await subscriber.ExpectAsync("""[35,0,{"...":"*"}]""");
        }

        await _admin.ExchangeAsync("""[16,2,{"acknowledge":true},"com.topic",["x"]]""", """[17,2,"*"]""");

        await subscriber.ExpectNothingAsync();
        await other.ExpectAsync("""[36,"$subscription","*",{},["x"]]""");
        await subscriber.ExchangeAsync("""[34,3,"$subscription"]""", """[8,34,3,{},"wamp.error.no_such_subscription","..."]""");
    }

    [Test]
    [Shows("revoke-subscription.meta-event", "revoke-subscription.meta-event-to-itself")]
    public async Task Revoke_SessionListensToTheMetaEvents_LearnsOfItsOwnRevocation()
    {
        var subscriber = await SubscribeAsync(Peer.NoFeature);
        await subscriber.ExchangeAsync("""[32,2,{},"wamp.subscription.on_unsubscribe"]""", """[33,2,"$meta"]""");

        await RevokeAsync("");

        await subscriber.ExpectAsync("""[36,"$meta","*",{},["$subscriber","$subscription"]]""");
    }

    [Test]
    [Shows("revoke-subscription.again")]
    public async Task Revoke_SessionSubscribesAgain_ItMay()
    {
        var subscriber = await SubscribeAsync(Peer.EveryFeature);
        await RevokeAsync("");
        await subscriber.ExpectAsync("""[35,0,{"subscription":"$subscription","reason":"*"}]""");

        await subscriber.ExchangeAsync("""[32,4,{},"com.topic"]""", """[33,4,"*"]""");
    }

    private async Task<Peer> SubscribeAsync(string details)
    {
        var subscriber = await JoinAsync("subscriber", details);
        await subscriber.ExchangeAsync("""[32,1,{},"com.topic"]""", """[33,1,"$subscription"]""");
        return subscriber;
    }

    private Task RevokeAsync(string reason) =>
        _admin.ExchangeAsync($$"""[48,1,{},"wamp.subscription.remove_subscriber",["$subscription","$subscriber"{{reason}}]]""", "[50,1,{}]");
}
