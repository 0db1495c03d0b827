using WampRouter.Tests.Conformance.Exchange;
using WampRouter.Tests.Doubles;
using WampRouter.Wire;

namespace WampRouter.Tests.Conformance.Suites;

/// <summary>The "Feature Announcement" of each of rfc/text/advanced/pubsub_*.md and of meta_api_subscriptions.md: what WELCOME says.</summary>
[TestFixtureSource(typeof(ConformanceSuite), nameof(Everywhere))]
internal sealed class PubSubFeatureSuite(Way way, WireFormat format) : ConformanceSuite(way, format)
{
    [Test]
    [Shows("bwlist.announced", "exclude-me.announced", "disclose-publisher.announced", "publication-trust.announced", "pattern-sub.announced")]
    [Shows("sharded-sub.announced", "revoke-subscription.announced", "retained.announced", "subscription-meta.announced")]
    public async Task Welcome_Broker_AnnouncesItsFeatures()
    {
        var peer = await ConnectAsync();

        await peer.ExchangeAsync($"""[1,"{ConformanceRouter.OpenRealm}",{Peer.NoFeature}]""", """
            [2,"*",{"...":"*","roles":{"...":"*","broker":{"...":"*","features":{"...":"*",
              "subscriber_blackwhite_listing":true,
              "publisher_exclusion":true,
              "publisher_identification":true,
              "publication_trustlevels":true,
              "pattern_based_subscription":true,
              "sharded_subscription":true,
              "shareded_subscriptions":true,
              "subscription_revocation":true,
              "event_retention":true,
              "subscription_meta_api":true}}}}]
            """);
    }
}
