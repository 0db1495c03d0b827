using System.Text.Json.Nodes;
using WampRouter.Client;
using WampRouter.Tests.Conformance;

namespace WampRouter.Tests.EndToEnd;

/// <summary>All that Autobahn|JS can do with topics.</summary>
[TestFixtureSource(nameof(Fixtures))]
[Shows("autobahn.pubsub")]
public sealed class AutobahnPubSubTests(RouterBuild build, WampSerializer serializer, WampSerializer neighbour) : AutobahnScript(build, serializer, neighbour, "autobahn-pubsub")
{
    [TestCase("exactTopics", """["com.example.lab.rooms.kitchen.light"]""")]
    [TestCase("prefixTopics", """["com.example.lab.rooms.kitchen.light", "com.example.lab.rooms.kitchen.heat"]""")]
    [TestCase("wildcardTopics", """["com.example.lab.rooms.kitchen.light", "com.example.lab.rooms.cellar.light"]""")]
    public void Subscribe_Pattern_GetsWhatMatchesWithItsTopic(string member, string topics) => Expect(member, topics);

    [Test]
    public void Publish_SeveralPatternsMatch_EachGetsTheSamePublication()
    {
        Expect("isOnePublicationForAllPatterns", "true");
        Expect("isEachPublicationDifferent", "true");
    }

    // Autobahn takes the topic of an exact subscription from the subscription, and hands trust levels to nobody.
    [Test]
    public void Event_WithoutDisclosure_TellsPublicationAndTrustLevelOnly()
    {
        Expect("detailsOfEvent", """["publication", "retained", "topic"]""");
        Expect("retainedOfEvent", "false");
        Expect("detailsOnWire", """{"trustlevel": 5}""");
    }

    [Test]
    public void Event_DiscloseMe_TellsPublisherWhereItIsAsked() => Expect("publishers", """
        [["silent", null, null, null], ["asked", "me", "ada", "staff"], ["always", "me", "ada", "staff"], ["not now", null, null, null]]
        """);

    [Test]
    public void Publish_DiscloseMeWhereRealmForbidsIt_IsRefused() => ExpectRefusal("disclosureForbidden", "wamp.error.option_disallowed.disclose_me");

    [TestCase("nothing", """["bob", "gus"]""")]
    [TestCase("exclude_me", """["ada", "bob", "gus"]""")]
    [TestCase("exclude", """["gus"]""")]
    [TestCase("exclude_authid", """["gus"]""")]
    [TestCase("exclude_authrole", """["bob"]""")]
    [TestCase("eligible", """["gus"]""")]
    [TestCase("eligible_authid", """["bob"]""")]
    [TestCase("eligible_authrole", """["gus"]""")]
    [TestCase("eligible_nobody", "[]")]
    [TestCase("eligible_and_exclude", """["bob"]""")]
    public void Publish_ReceiversChosen_OnlyTheyGetIt(string option, string receivers) =>
        AssertJson.AreEqual(Seen["receivers"]![option], JsonNode.Parse(receivers));

    [Test]
    public void Publish_Acknowledge_ReturnsPublication() => Expect("acknowledgedId", "\"number\"");

    [TestCase("unacknowledged")]
    [TestCase("unacknowledgedToBadUri")]
    public void Publish_WithoutAcknowledge_ReturnsNothingAndEndsNothing(string member)
    {
        Expect(member, "\"undefined\"");
        Expect("isStillOpen", "true");
    }

    [TestCase("notPermitted", "wamp.error.not_authorized")]
    [TestCase("subscriptionNotPermitted", "wamp.error.not_authorized")]
    [TestCase("badTopic", "wamp.error.invalid_uri")]
    public void PublishOrSubscribe_NotAllowed_IsRefusedWithText(string member, string error) => ExpectRefusal(member, error);

    [Test]
    public void Subscribe_GetRetained_GetsTheEventKeptThenNewOnes()
    {
        Expect("retainedLate", """[["open", true], ["closed", false]]""");
        Expect("retainedByPattern", """["open", "com.example.lab.retained.door", true]""");
    }

    [TestCase("retainedLive", """[["open", false], ["not kept", false]]""")]
    [TestCase("retainedUninterested", """[["closed", false]]""")]
    public void Subscribe_WithoutGetRetained_GetsNewEventsOnly(string member, string events) => Expect(member, events);

    [Test]
    public void Subscribe_TwoHandlersForOneTopic_OneEventServesBoth()
    {
        Expect("isOneSubscription", "true");
        Expect("eventsForTwoHandlers", "1");
        Expect("firstHandler", """["both"]""");
        Expect("secondHandler", """["both", "second"]""");
    }

    // Autobahn itself drops all but the last handler and says false; UNSUBSCRIBE follows for the last one.
    [Test]
    public void Unsubscribe_LastHandler_EndsSubscription() => Expect("unsubscribed", "[false, true]");

    [Test]
    public void Subscription_Revoked_TellsSubscriberWhyAndMayComeAgain()
    {
        Expect("revokedFor", "\"com.example.lab.closing\"");
        Expect("isRevokedActive", "false");
        Expect("eventsBeforeRevocation", """["before"]""");
        Expect("eventsAfterRevocation", """["again"]""");
    }

    [Test]
    public void Publish_EachShapeOfArguments_ArrivesAsItIs() => Expect("shapes", """
        [
          [[], {}],
          [[1, "two"], {}],
          [[], {"only": "keywords"}],
          [[], {}],
          [["binary AP8=", ["binary AP8="]], {"bytes": "binary AP8="}]
        ]
        """);

    [Test]
    public void Publish_Burst_ArrivesCompleteAndInOrder() => Expect("burstInOrder", "true");

    [Test]
    public void Publish_Large_ArrivesUnchanged()
    {
        Expect("largeText", "300000");
        Expect("isLargeBinarySame", "true");
    }

    [Test]
    public void Prefix_Set_AbbreviatesTopics()
    {
        Expect("abbreviated", """["short"]""");
        Expect("resolved", "\"com.example.lab.abbreviated\"");
        Expect("unresolved", "\"lab:abbreviated\"");
    }

    // An event after UNSUBSCRIBED would make Autobahn close its connection.
    [Test]
    public void Unsubscribe_InABurst_NoEventComesLater()
    {
        Expect("survivedEvents", "null");
        Expect("isStillOpen", "true");
    }
}
