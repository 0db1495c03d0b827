using WampRouter.Tests.Conformance.Exchange;
using WampRouter.Tests.Doubles;
using WampRouter.Wire;

namespace WampRouter.Tests.Conformance.Suites;

/// <summary>rfc/text/advanced/features.md: what is served though it was not announced.</summary>
[TestFixtureSource(typeof(ConformanceSuite), nameof(Everywhere))]
internal sealed class UnannouncedFeatureSuite(Way way, WireFormat format) : ConformanceSuite(way, format)
{
    [Test]
    [Shows("feature.unannounced-use")]
    public async Task Events_FeaturesNobodyAnnounced_AreServed()
    {
        var (publisher, subscriber) = (await JoinAsync("publisher", Peer.NoFeature), await JoinAsync("subscriber", Peer.NoFeature));
        await subscriber.ExchangeAsync("""[32,1,{"match":"prefix"},"com."]""", """[33,1,"$subscription"]""");
        await publisher.ExchangeAsync("""[32,1,{},"com.topic"]""", """[33,1,"$own"]""");

        await publisher.SendAsync("""[16,2,{"exclude_me":false,"disclose_me":true},"com.topic",["to both"]]""");
        await publisher.SendAsync("""[16,3,{"exclude":["$subscriber"]},"com.topic",["to nobody"]]""");

        await publisher.ExpectAsync("""[36,"$own","*",{"publisher":"$publisher","publisher_authid":"*text","publisher_authrole":"guest"},["to both"]]""");
        await subscriber.ExpectAsync("""[36,"$subscription","*",{"topic":"com.topic","publisher":"$publisher","publisher_authid":"*text","publisher_authrole":"guest"},["to both"]]""");
        await publisher.ExpectNothingAsync();
        await subscriber.ExpectNothingAsync();
    }

    [Test]
    [Shows("feature.unannounced-use")]
    public async Task Calls_FeaturesTheCallerDidNotAnnounce_AreServed()
    {
        var (caller, callee) = (await JoinAsync("caller", Peer.NoFeature), await JoinAsync("callee"));
        await callee.ExchangeAsync("""[64,1,{"match":"prefix","invoke":"first"},"com."]""", """[65,1,"$registration"]""");

        await caller.SendAsync("""[48,1,{"receive_progress":true,"disclose_me":true},"com.procedure"]""");
        await callee.ExpectAsync("""[68,1,"$registration",{"procedure":"com.procedure","receive_progress":true,"caller":"$caller","caller_authid":"*text","caller_authrole":"guest"}]""");
        await callee.SendAsync("""[70,1,{"progress":true},[1]]""");
        await callee.SendAsync("""[70,1,{},[2]]""");
        await caller.ExpectAsync("""[50,1,{"progress":true},[1]]""");
        await caller.ExpectAsync("""[50,1,{},[2]]""");

        await caller.SendAsync("""[48,2,{"timeout":10},"com.procedure"]""");
        await caller.ExpectAsync("""[8,48,2,{},"wamp.error.timeout",["*text"]]""");
    }

    [Test]
    [Shows("feature.unannounced-use")]
    public async Task Registrations_FeaturesTheCalleeDidNotAnnounce_AreServed()
    {
        var (caller, callee) = (await JoinAsync("caller"), await JoinAsync("callee", Peer.NoFeature));
        await callee.ExchangeAsync("""[64,1,{"match":"prefix","invoke":"roundrobin","disclose_caller":true,"nkey":"a"},"com."]""", """[65,1,"$registration"]""");

        await caller.SendAsync("""[48,1,{"runmode":"partition","rkey":"b"},"com.procedure"]""");

        await callee.ExpectAsync("""[68,1,"$registration",{"procedure":"com.procedure","caller":"$caller","caller_authid":"*text","caller_authrole":"guest"}]""");
    }
}
