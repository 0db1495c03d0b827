using WampRouter.Realms.Settings;
using WampRouter.Tests.Conformance.Exchange;
using WampRouter.Tests.Doubles;
using WampRouter.Wire;

namespace WampRouter.Tests.Conformance.Suites;

/// <summary>rfc/text/advanced/pubsub_publisher_identification.md and pubsub_publication_trustlevels.md. The open realm forbids disclosure here, the realm of tickets allows it.</summary>
[TestFixtureSource(typeof(ConformanceSuite), nameof(Everywhere))]
internal sealed class PublisherIdentificationSuite(Way way, WireFormat format) : ConformanceSuite(way, format)
{
    private const string Ann = "\"publisher\":\"$ann\",\"publisher_authid\":\"ann\",\"publisher_authrole\":\"manager\"";

    protected override RealmSettings Realm => ConformanceRouter.Open with { AllowDiscloseMe = false };

    [Test]
    [Shows("disclose-publisher.feature", "disclose-publisher.session", "disclose-publisher.authid-authrole")]
    public async Task Publish_DiscloseMe_SubscribersAreToldWhoPublishes()
    {
        var (ann, sue) = (await LogInAsync("ann"), await LogInAsync("sue"));
        await sue.ExchangeAsync("""[32,1,{},"com.topic"]""", """[33,1,"$subscription"]""");

        await ann.SendAsync("""[16,1,{"disclose_me":true},"com.topic",["x"]]""");

        await sue.ExpectAsync($$"""[36,"$subscription","*",{{{Ann}},"trustlevel":7},["x"]]""");
    }

    [TestCase("")]
    [TestCase("\"disclose_me\":false")]
    [Shows("disclose-publisher.not-asked")]
    public async Task Publish_WithoutDisclosure_NobodyIsTold(string options)
    {
        var (ann, sue) = (await LogInAsync("ann"), await LogInAsync("sue"));
        await sue.ExchangeAsync("""[32,1,{},"com.topic"]""", """[33,1,"$subscription"]""");

        await ann.SendAsync($$"""[16,1,{{{options}}},"com.topic",["x"]]""");

        await sue.ExpectAsync("""[36,"$subscription","*",{"trustlevel":7},["x"]]""");
    }

    [Test]
    [Shows("disclose-publisher.configured")]
    public async Task Publish_TheRealmDisclosesPublishersOfTheTopic_SubscribersAreToldUnasked()
    {
        var (ann, sue) = (await LogInAsync("ann"), await LogInAsync("sue"));
        await sue.ExchangeAsync("""[32,1,{},"com.disclosed.topic"]""", """[33,1,"$subscription"]""");

        await ann.SendAsync("""[16,1,{},"com.disclosed.topic"]""");

        await sue.ExpectAsync($$"""[36,"$subscription","*",{{{Ann}},"trustlevel":7}]""");
    }

    [Test]
    [Shows("disclose-publisher.denied")]
    public async Task Publish_DiscloseMeWhereTheRealmForbidsIt_IsRefusedAndReachesNobody()
    {
        var (publisher, subscriber) = (await JoinAsync("publisher"), await JoinAsync("subscriber"));
        await subscriber.ExchangeAsync("""[32,1,{},"com.topic"]""", """[33,1,"*"]""");

        await publisher.SendAsync("""[16,1,{"disclose_me":true},"com.topic"]""");
        await publisher.ExchangeAsync("""[16,2,{"disclose_me":true,"acknowledge":true},"com.topic"]""", """[8,16,2,{},"wamp.error.option_disallowed.disclose_me","..."]""");

        await subscriber.ExpectNothingAsync();
    }

    [Test]
    [Shows("publication-trust.feature", "publication-trust.by-role", "publication-trust.lowest")]
    public async Task Publish_RoleWithATrustLevel_SubscribersAreToldIt()
    {
        var (ann, sue, sam) = (await LogInAsync("ann"), await LogInAsync("sue"), await LogInAsync("sam"));
        await sam.ExchangeAsync("""[32,1,{},"com.topic"]""", """[33,1,"$subscription"]""");

        await ann.SendAsync("""[16,1,{},"com.topic"]""");
        await sam.ExpectAsync("""[36,"$subscription","*",{"trustlevel":7}]""");
        await sue.SendAsync("""[16,1,{},"com.topic"]""");
        await sam.ExpectAsync("""[36,"$subscription","*",{"trustlevel":0}]""");
    }

    [Test]
    [Shows("publication-trust.not-configured")]
    public async Task Publish_RoleWithoutATrustLevel_SubscribersAreToldNone()
    {
        var (publisher, subscriber) = (await JoinAsync("publisher"), await JoinAsync("subscriber"));
        await subscriber.ExchangeAsync("""[32,1,{},"com.topic"]""", """[33,1,"$subscription"]""");

        await publisher.SendAsync("""[16,1,{"trustlevel":9},"com.topic"]""");

        await subscriber.ExpectAsync("""[36,"$subscription","*",{}]""");
    }
}
