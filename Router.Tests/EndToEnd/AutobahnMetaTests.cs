using WampRouter.Client;
using WampRouter.Tests.Conformance;

namespace WampRouter.Tests.EndToEnd;

/// <summary>The router's own procedures and topics, used with Autobahn|JS.</summary>
[TestFixtureSource(nameof(Fixtures))]
[Shows("autobahn.meta")]
public sealed class AutobahnMetaTests(RouterBuild build, WampSerializer serializer, WampSerializer neighbour) : AutobahnScript(build, serializer, neighbour, "autobahn-meta")
{
    [TestCase("sessionCount", "2")]
    [TestCase("guestCount", "0")]
    [TestCase("staffList", "2")]
    [TestCase("isListOfSessionsRight", "true")]
    [TestCase("isSessionOfDetailsRight", "true")]
    [TestCase("sessionDetails", """{"authid": "bob", "authrole": "staff", "authmethod": "ticket", "authprovider": "static"}""")]
    public void SessionProcedures_Called_AnswerWhoIsThere(string member, string answer) => Expect(member, answer);

    [Test]
    public void SessionGet_Transport_NamesTheSerializer() => Expect("sessionTransport", $"""["websocket", "{NeighbourName}", false]""");

    [Test]
    public void SessionEvents_GuestComesAndGoes_TellWho()
    {
        Expect("joined", """[[true, "gus", "guest", "ticket"]]""");
        Expect("left", """[[true, "gus", "guest"]]""");
    }

    [TestCase("isSubscriptionListed", "true")]
    [TestCase("isSubscriptionFound", "true")]
    [TestCase("isPatternOfSubscriptionFound", "true")]
    [TestCase("isSubscriptionMatched", "true")]
    [TestCase("areSubscribersListed", "true")]
    [TestCase("subscriberCount", "1")]
    [TestCase("unknownTopic", "null")]
    [TestCase("subscriptionDetails", """{"uri": "com.example.lab.meta.", "match": "prefix", "isItself": true, "isCreatedRecently": true}""")]
    public void SubscriptionProcedures_Called_AnswerWhoListens(string member, string answer) => Expect(member, answer);

    [Test]
    public void SubscriptionEvents_OnlySubscriberComesAndGoes_TellItInOrder() =>
        Expect("subscriptionEvents", """["on_create", "on_subscribe", "on_unsubscribe", "on_delete"]""");

    [TestCase("isRegistrationListed", "true")]
    [TestCase("isRegistrationFound", "true")]
    [TestCase("isPatternOfRegistrationFound", "true")]
    [TestCase("isRegistrationMatched", "true")]
    [TestCase("areCalleesListed", "true")]
    [TestCase("calleeCount", "1")]
    [TestCase("unknownProcedure", "null")]
    [TestCase("registrationDetails", """{"uri": "com.example.lab.meta.procedure", "match": "exact", "invoke": "roundrobin", "isItself": true, "isCreatedRecently": true}""")]
    public void RegistrationProcedures_Called_AnswerWhoServes(string member, string answer) => Expect(member, answer);

    [Test]
    public void RegistrationEvents_OnlyCalleeComesAndGoes_TellItInOrder() =>
        Expect("registrationEvents", """["on_create", "on_register", "on_unregister", "on_delete"]""");

    [Test]
    public void Testaments_SessionLeavesOrIsLost_ArePublishedUnlessFlushed() => Expect("wills", """
        [["left", "detached", null, null], ["left", "destroyed", 7, "bob"], ["lost", "detached", null, null], ["lost", "destroyed", 7, "bob"]]
        """);

    [Test]
    public void GetEvents_EachCondition_SelectsFromTheNewestKept() => Expect("history", """
        {"all": [2, 3, 4], "reverse": [4, 3], "after": [3, 4], "before": [2, 3], "fromTime": []}
        """);

    [Test]
    public void GetEvents_StoredEvent_HasAllOfItsParts() => Expect("storedEvent", """
        {
          "timestamp": "string", "subscription": true, "publication": 1, "args": [2], "kwargs": {"number": 2},
          "details": {"topic": "com.example.lab.history", "trustlevel": 5}
        }
        """);

    [Test]
    public void GetEvents_DurableHistoryOfPattern_NamesTopicAndPublisher() => Expect("loggedEvent", """[["open"], "com.example.lab.log.doors", "bob"]""");

    [TestCase("noSuchSession", "wamp.error.no_such_session")]
    [TestCase("noSuchSubscription", "wamp.error.no_such_subscription")]
    [TestCase("noSuchRegistration", "wamp.error.no_such_registration")]
    [TestCase("noSuchMetaProcedure", "wamp.error.no_such_procedure")]
    [TestCase("invalidArgument", "wamp.error.invalid_argument")]
    [TestCase("killOfMyself", "wamp.error.no_such_session")]
    [TestCase("killForNoReason", "wamp.error.invalid_uri")]
    [TestCase("metaNotPermitted", "wamp.error.not_authorized")]
    [TestCase("metaRegistration", "wamp.error.invalid_uri")]
    [TestCase("metaPublication", "wamp.error.invalid_uri")]
    public void MetaApi_NotPossible_IsRefusedWithText(string member, string error) => ExpectRefusal(member, error);

    [TestCase("killed", "com.example.lab.enough", "go home")]
    [TestCase("killedWithoutReason", "wamp.close.killed", "")]
    public void Kill_OneSession_OnCloseIsToldWhyAndDoesNotRetry(string member, string reason, string message) =>
        Expect(member, $$"""{"how": "closed", "reason": "{{reason}}", "message": "{{message}}", "willRetry": false}""");

    [TestCase("killedByAuthId", """[true, "com.example.lab.authid", "com.example.lab.authid"]""")]
    [TestCase("killedByRole", """[1, "com.example.lab.authrole"]""")]
    [TestCase("killedAll", """[1, "com.example.lab.all"]""")]
    public void Kill_ManySessions_AnswersWhichAndSparesTheCaller(string member, string answer)
    {
        Expect(member, answer);
        Expect("isStillOpen", "true");
    }
}
