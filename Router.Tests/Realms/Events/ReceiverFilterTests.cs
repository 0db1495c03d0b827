using WampRouter.Realms;
using WampRouter.Realms.Authorization;
using WampRouter.Tests.Conformance;
using WampRouter.Tests.Doubles;
using WampRouter.Tests.Realms.Broker;

namespace WampRouter.Tests.Realms.Events;

/// <summary>rfc/text/advanced/pubsub_subscriber_blackwhite_listing.md</summary>
public sealed class ReceiverFilterTests
{
    private BrokerMember _publisher = null!;
    private BrokerMember[] _subscribers = null!;

    [SetUp]
    public void SetUp()
    {
        var realm = new Realm(TestRouter.OpenRealm with { Roles = [.. new[] { "anonymous", "manager", "staff" }.Select(Role)] });
        _publisher = new BrokerMember(realm, "boss", "manager");
        _subscribers = [new BrokerMember(realm, "joe", "manager"), new BrokerMember(realm, "jane", "staff"), new BrokerMember(realm, "jim", "staff"), _publisher];
        foreach (var subscriber in _subscribers)
        {
            subscriber.Subscribe("com.topic");
            subscriber.Subscribe("com.", """{"match":"prefix"}""");
        }
    }

    // The sessions of joe, jane, jim and boss stand for $0, $1, $2 and $3.
    [TestCase("{}", "joe jane jim")]
    [TestCase("""{"exclude":[$0,$2]}""", "jane")]
    [TestCase("""{"exclude":[]}""", "joe jane jim")]
    [TestCase("""{"exclude":[$1.0]}""", "joe jim", Description = "a whole float is an id")]
    [TestCase("""{"eligible":[$0,$1,4711]}""", "joe jane")]
    [TestCase("""{"eligible":[]}""", "")]
    [TestCase("""{"eligible_authid":[]}""", "")]
    [TestCase("""{"eligible_authrole":[]}""", "")]
    [TestCase("""{"eligible":[$0,$1,$2],"exclude":[$0]}""", "jane jim")]
    [TestCase("""{"exclude_authid":["joe","nobody"]}""", "jane jim")]
    [TestCase("""{"eligible_authid":["joe","jim"]}""", "joe jim")]
    [TestCase("""{"exclude_authrole":["staff"]}""", "joe")]
    [TestCase("""{"eligible_authrole":["staff"]}""", "jane jim")]
    [TestCase("""{"eligible_authrole":["staff"],"exclude_authid":["jim"],"eligible":[$0,$1,$2]}""", "jane", Description = "all of them hold")]
    [TestCase("""{"eligible":[$3]}""", "", Description = "being eligible does not undo exclude_me")]
    [TestCase("""{"eligible":[$3],"exclude_me":false}""", "boss")]
    [TestCase("""{"exclude_me":false,"exclude_authrole":["manager"]}""", "jane jim")]
    [Shows("bwlist.feature", "bwlist.all-hold", "bwlist.empty", "bwlist.exclude-me-stays")]
    public void Publish_WithLists_ReachesWhoeverEveryListAdmits(string options, string receivers)
    {
        for (var i = 0; i < _subscribers.Length; i++)
        {
            options = options.Replace($"${i}", _subscribers[i].Session.ToString(System.Globalization.CultureInfo.InvariantCulture), StringComparison.Ordinal);
        }

        Assert.That(_publisher.Send($$"""[16,1,{{options}},"com.topic",["x"]]"""), Is.Null);

        foreach (var subscriber in _subscribers)
        {
            var isReceiver = receivers.Split(' ').Contains(subscriber.Member.Identity.AuthId);
            Assert.That(subscriber.Texts, Has.Count.EqualTo(isReceiver ? 2 : 0), subscriber.Member.Identity.AuthId);
        }
    }

    [TestCase("exclude", "7")]
    [TestCase("exclude", "[\"7\"]")]
    [TestCase("exclude", "[0]")]
    [TestCase("eligible", "[1.5]")]
    [TestCase("exclude_authid", "\"joe\"")]
    [TestCase("exclude_authid", "[1]")]
    [TestCase("eligible_authid", "{}")]
    [TestCase("exclude_authrole", "[null]")]
    [TestCase("eligible_authrole", "[true]")]
    [Shows("bwlist.wrong-type")]
    public void Publish_ListOfTheWrongType_IsAProtocolViolationAndReachesNobody(string key, string list)
    {
        var violation = _publisher.Send($$"""[16,1,{"{{key}}":{{list}}},"com.topic",["x"]]""");

        Assert.That(violation, Does.StartWith($"PUBLISH.Options.{key} must be a list of "));
        Assert.That(_subscribers.SelectMany(subscriber => subscriber.Texts), Is.Empty);
    }

    [Test]
    public void Publish_ListsInARealSession_RestrictTheReceivers()
    {
        using var router = new TestRouter();
        var (first, second) = (router.Connect(), router.Join());
        var session = first.Join();
        first.Subscribe("com.topic");
        second.Subscribe("com.topic");

        router.Join().Publish("com.topic", "x", $$"""{"eligible":[{{session}}]}""");

        Assert.That(first.TakeTexts(), Has.Count.EqualTo(1));
        Assert.That(second.TakeTexts(), Is.Empty);
    }

    private static RoleSettings Role(string name) => TestRouter.OpenRealm.Roles[0] with { Name = name };
}
