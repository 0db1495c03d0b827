using WampRouter.Realms.Settings;
using WampRouter.Tests.Conformance.Exchange;
using WampRouter.Tests.Doubles;
using WampRouter.Wire;

namespace WampRouter.Tests.Conformance.Suites;

/// <summary>wamp.session.on_stats, which the catalog of the specification names and does not describe.</summary>
[TestFixtureSource(typeof(ConformanceSuite), nameof(Everywhere))]
internal sealed class SessionStatisticsSuite(Way way, WireFormat format) : ConformanceSuite(way, format)
{
    protected override RealmSettings Realm => ConformanceRouter.Open with { Statistics = new StatisticsSettings { Interval = TimeSpan.FromMilliseconds(10) } };

    [Test]
    [Shows("session-meta.on-stats")]
    public async Task Session_WithTraffic_IsToldOf()
    {
        var peer = await JoinAsync("peer");
        var monitor = await JoinAsync("monitor");
        await monitor.ExchangeAsync("""[32,1,{},"wamp.session.on_stats"]""", """[33,1,"$stats"]""");

        await peer.ExchangeAsync("""[16,1,{"acknowledge":true},"com.topic"]""", """[17,1,"*"]""");

        await monitor.ExpectAsync("""[36,"$stats","*",{"...":"*"},[{"session":"$peer","authrole":"guest","...":"*"},{"messages":"*","bytes":"*","...":"*"}]]""");
    }
}
