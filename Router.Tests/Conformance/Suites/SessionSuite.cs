using WampRouter.Tests.Conformance.Exchange;
using WampRouter.Wire;

namespace WampRouter.Tests.Conformance.Suites;

/// <summary>rfc/text/basic/sessions.md</summary>
[TestFixtureSource(typeof(ConformanceSuite), nameof(Everywhere))]
internal sealed class SessionSuite(Way way, WireFormat format) : ConformanceSuite(way, format)
{
    [TestCase("""[32,1,{},"com.topic"]""")]
    [TestCase("""[6,{},"wamp.close.close_realm"]""")]
    [TestCase("""[5,"signature",{}]""")]
    [Shows("sessions.hello-first")]
    public async Task Connection_AnotherMessageBeforeHello_IsAborted(string message)
    {
        var peer = await ConnectAsync();

        await peer.SendAsync(message);

        await peer.ExpectViolationAsync();
    }

    [Test]
    [Shows("sessions.hello-once")]
    public async Task Hello_Again_AbortsTheSession()
    {
        var peer = await JoinAsync("peer");

        await peer.SendAsync($"""[1,"open",{Peer.NoFeature}]""");

        await peer.ExpectViolationAsync();
    }
}
