using WampRouter.Tests.Conformance.Exchange;
using WampRouter.Tests.Doubles;
using WampRouter.Wire;

namespace WampRouter.Tests.Conformance.Suites;

/// <summary>rfc/text/advanced/pubsub_publisher_exclusion.md</summary>
[TestFixtureSource(typeof(ConformanceSuite), nameof(Everywhere))]
internal sealed class PublisherExclusionSuite(Way way, WireFormat format) : ConformanceSuite(way, format)
{
    [TestCase("")]
    [TestCase("\"exclude_me\":true")]
    [Shows("exclude-me.default")]
    public async Task Publish_PublisherIsSubscribed_DoesNotReceiveItsOwn(string options)
    {
        var (publisher, other) = await JoinBothAsync();

        await publisher.SendAsync($$"""[16,2,{{{options}}},"com.topic",["x"]]""");

        await publisher.ExpectNothingAsync();
        await other.ExpectAsync("""[36,"$subscription","*",{},["x"]]""");
    }

    [Test]
    [Shows("exclude-me.feature", "exclude-me.false")]
    public async Task Publish_ExcludeMeIsFalse_ThePublisherReceivesItToo()
    {
        var (publisher, other) = await JoinBothAsync();

        await publisher.SendAsync("""[16,2,{"exclude_me":false},"com.topic",["x"]]""");

        await publisher.ExpectAsync("""[36,"$subscription","$publication",{},["x"]]""");
        await other.ExpectAsync("""[36,"$subscription","$publication",{},["x"]]""");
    }

    [Test]
    [Shows("exclude-me.false")]
    public async Task Publish_ExcludeMeIsFalseButThePublisherIsNotSubscribed_ReceivesNothing()
    {
        var publisher = await JoinAsync("publisher");

        await publisher.SendAsync("""[16,2,{"exclude_me":false},"com.topic",["x"]]""");

        await publisher.ExpectNothingAsync();
    }

    [Test]
    [Shows("exclude-me.pattern")]
    public async Task Publish_PublisherIsSubscribedToAPattern_IsExcludedThereToo()
    {
        var publisher = await JoinAsync("publisher");
        await publisher.ExchangeAsync("""[32,1,{"match":"prefix"},"com."]""", """[33,1,"$pattern"]""");

        await publisher.SendAsync("""[16,2,{},"com.topic",["own"]]""");
        await publisher.SendAsync("""[16,3,{"exclude_me":false},"com.topic",["wanted"]]""");

        await publisher.ExpectAsync("""[36,"$pattern","*",{"topic":"com.topic"},["wanted"]]""");
    }

    private async Task<(Peer Publisher, Peer Other)> JoinBothAsync()
    {
        var (publisher, other) = (await JoinAsync("publisher"), await JoinAsync("other"));
        await publisher.ExchangeAsync("""[32,1,{},"com.topic"]""", """[33,1,"$subscription"]""");
        await other.ExchangeAsync("""[32,1,{},"com.topic"]""", """[33,1,"$subscription"]""");
        return (publisher, other);
    }
}
