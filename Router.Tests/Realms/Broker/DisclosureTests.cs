using WampRouter.Realms;
using WampRouter.Realms.Authorization;
using WampRouter.Realms.Patterns;
using WampRouter.Tests.Conformance;
using WampRouter.Tests.Doubles;

namespace WampRouter.Tests.Realms.Broker;

/// <summary>rfc/text/advanced/pubsub_publisher_identification.md and pubsub_publication_trustlevels.md, as far as they are configured.</summary>
public sealed class DisclosureTests
{
    [Test]
    [Shows("disclose-publisher.denied")]
    public void Publish_DiscloseMeWhereForbidden_IsRefusedAndReachesNobody()
    {
        using var router = new TestRouter(TestRouter.OpenRealm with { AllowDiscloseMe = false });
        var (publisher, subscriber) = (router.Join(), router.Join());
        subscriber.Subscribe("com.topic");

        publisher.Publish("com.topic", "silent", """{"disclose_me":true}""");
        Assert.That(publisher.Take(), Is.Empty);
        publisher.Publish("com.topic", "told", """{"disclose_me":true,"acknowledge":true}""");
        Assert.That(publisher.Take().Single(), Does.StartWith("""[8,16,1,{},"wamp.error.option_disallowed.disclose_me","""));
        publisher.Publish("com.topic", "plain", """{"disclose_me":false}""");

        Assert.That(subscriber.TakeTexts(), Is.EqualTo(new[] { "plain" }));
    }

    [TestCase(true)]
    [TestCase(false)]
    [Shows("disclose-publisher.configured")]
    public void Publish_TopicWhosePublishersAreDisclosed_NamesThePublisherWhateverItAsksFor(bool allowDiscloseMe)
    {
        using var router = new TestRouter(TestRouter.OpenRealm with
        {
            AllowDiscloseMe = allowDiscloseMe,
            Roles = [new RoleSettings { Name = "anonymous", Permissions = [BrokerRig.Rule("", MatchPolicy.Prefix, Permissions.All | Permissions.DisclosePublisher)] }],
        });
        var subscriber = router.Join();
        subscriber.Subscribe("com.topic");
        var publisher = router.Connect();
        var session = publisher.Join();

        publisher.Publish("com.topic").Publish("com.topic", "x", """{"disclose_me":true}""");

        Assert.That(subscriber.Take(), Has.Count.EqualTo(2).And.All.Contain($"\"publisher\":{session},"));
    }

    [Test]
    [Shows("publication-trust.by-role", "publication-trust.lowest", "publication-trust.not-configured")]
    public void Publish_RoleWithATrustLevel_SubscribersAreTold()
    {
        var open = TestRouter.OpenRealm.Roles[0];
        var realm = new Realm(TestRouter.OpenRealm with { Roles = [open, open with { Name = "lowest", TrustLevel = 0 }, open with { Name = "trusted", TrustLevel = 7 }] });
        var subscriber = new BrokerMember(realm);
        var subscription = subscriber.Subscribe("com.topic");

        foreach (var role in new[] { "anonymous", "lowest", "trusted" })
        {
            new BrokerMember(realm, authRole: role).Publish("com.topic", role);
        }

        Assert.That(subscriber.Peer.Sent.Skip(1).Select(message => message[(message.IndexOf('{', StringComparison.Ordinal))..]), Is.EqualTo(new[]
        {
            """{},["anonymous"]]""",
            """{"trustlevel":0},["lowest"]]""",
            """{"trustlevel":7},["trusted"]]""",
        }));
        Assert.That(subscription, Is.Positive);
    }
}
