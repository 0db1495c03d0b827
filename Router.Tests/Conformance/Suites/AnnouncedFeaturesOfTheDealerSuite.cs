using WampRouter.Tests.Conformance.Exchange;
using WampRouter.Tests.Doubles;
using WampRouter.Wire;

namespace WampRouter.Tests.Conformance.Suites;

/// <summary>"Feature Announcement" of the texts about calls, about the meta API, and about payloads that are passed through.</summary>
[TestFixtureSource(typeof(ConformanceSuite), nameof(Everywhere))]
internal sealed class AnnouncedFeaturesOfTheDealerSuite(Way way, WireFormat format) : ConformanceSuite(way, format)
{
    [Test]
    [Shows("progressive-results.announced", "progressive-results.canceling-too", "progressive-invocations.announced", "progressive-invocations.dealer-canceling")]
    [Shows("timeout.announced", "cancel.announced", "reroute.announced", "disclose-caller.announced", "call-trust.announced")]
    [Shows("revoke-registration.announced", "pattern-registration.announced", "shared-registration.announced", "sharded-registration.announced")]
    [Shows("passthru.announced", "session-meta.announced", "registration-meta.announced", "testament.announced")]
    public async Task Welcome_RolesOfTheRouter_NameTheirFeatures()
    {
        var peer = await ConnectAsync();

        await peer.SendAsync($"""[1,"{ConformanceRouter.OpenRealm}",{Peer.NoFeature}]""");

        await peer.ExpectAsync("""
            [2,"*",{"...":"*","roles":{
              "broker":{"...":"*","features":{"...":"*","payload_passthru_mode":true,"session_meta_api":true}},
              "dealer":{"...":"*","features":{"...":"*",
                "progressive_call_results":true,"progressive_call_invocations":true,"call_timeout":true,"call_canceling":true,"call_reroute":true,
                "caller_identification":true,"call_trustlevels":true,"registration_revocation":true,"pattern_based_registration":true,
                "shared_registration":true,"sharded_registration":true,"payload_passthru_mode":true,
                "session_meta_api":true,"registration_meta_api":true,"testament_meta_api":true}}}}]
            """);
    }
}
