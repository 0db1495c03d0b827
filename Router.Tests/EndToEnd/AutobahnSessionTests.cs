using System.Text.Json.Nodes;
using WampRouter.Client;
using WampRouter.Tests.Conformance;

namespace WampRouter.Tests.EndToEnd;

/// <summary>How sessions of Autobahn|JS begin and end.</summary>
[TestFixtureSource(nameof(Fixtures))]
[Shows("autobahn.sessions")]
public sealed class AutobahnSessionTests(RouterBuild build, WampSerializer serializer, WampSerializer neighbour) : AutobahnScript(build, serializer, neighbour, "autobahn-session")
{
    // What the router may expect of Autobahn. If a newer one announces more, there is more to test.
    private const string Features = """
        {
          "caller": {"caller_identification": true, "call_canceling": true, "progressive_call_results": true},
          "callee": {
            "caller_identification": true, "pattern_based_registration": true, "shared_registration": true,
            "progressive_call_results": true, "registration_revocation": true
          },
          "publisher": {"publisher_identification": true, "subscriber_blackwhite_listing": true, "publisher_exclusion": true},
          "subscriber": {"publisher_identification": true, "pattern_based_subscription": true, "subscription_revocation": true}
        }
        """;

    [Test]
    public void Hello_Roles_AnnounceAllThatAutobahnKnows()
    {
        var announced = Seen["hello"]!.AsObject().Select(role => KeyValuePair.Create(role.Key, role.Value!["features"]?.DeepClone()));

        AssertJson.AreEqual(new JsonObject(announced), JsonNode.Parse(Features));
    }

    [Test]
    public void Welcome_Features_CoverAllThatAutobahnKnows() => Expect("features", Features);

    [Test]
    public void Welcome_Details_TellWhoTheSessionIs()
    {
        Expect("welcome", """{"realm": "lab", "authid": "ada", "authrole": "staff", "authmethod": "ticket", "authprovider": "static", "_max_message_bytes": 1048576}""");
        Expect("offers", """["broker", "dealer"]""");
        Expect("isAgentNamed", "true");
    }

    [Test]
    public void Close_ByClient_IsAnsweredWithGoodbyeAndOut() =>
        Expect("left", """{"how": "closed", "reason": "wamp.close.goodbye_and_out", "message": "", "willRetry": false}""");

    [Test]
    public void Open_AfterClose_IsAnotherSession()
    {
        Expect("isReopenedAnotherSession", "true");
        Expect("reopenedWorks", "0");
    }

    // Autobahn counts its requests on from session to session.
    [Test]
    public void Join_AgainOnTheSameConnection_IsAnotherSessionOfAnyRealm()
    {
        Expect("realmsOfOneConnection", """["lab as staff", "discreet as anonymous"]""");
        Expect("areSessionsOfOneConnectionDifferent", "true");
        Expect("goodbyes", """["wamp.close.goodbye_and_out", "wamp.close.goodbye_and_out"]""");
    }

    [Test]
    public void Challenge_AnswerWithExtra_LogsIn() => Expect("challenge", """["ticket", {}]""");

    // Autobahn sends ABORT and closes; its application is not told a reason.
    [TestCase("brokenChallengeHandler")]
    [TestCase("noChallengeHandler")]
    public void Challenge_ClientAborts_ConnectionClosesAndNextLoginWorks(string attempt)
    {
        Expect(attempt, """{"error": "closed", "args": [null], "kwargs": {}}""");
        Expect("afterBrokenChallenge", "\"ada\"");
    }

    [TestCase("cryptosign", "wamp.error.no_matching_auth_method")]
    [TestCase("firstKnownMethod", "ticket")]
    [TestCase("anonymousUnasked", "anonymous")]
    public void Hello_AuthMethods_FirstThatRealmOffersIsTaken(string member, string outcome) => Expect(member, $"\"{outcome}\"");

    [Test]
    public void WampCra_SecretOrSaltedPassword_LogsIn()
    {
        Expect("signed", """["cleo as staff by wampcra", "dora as guest by wampcra"]""");
        Expect("signedWrong", "\"wamp.error.authentication_denied\"");
        Expect("signedByNobody", "\"wamp.error.authentication_denied\"");
    }

    [Test]
    public void Connection_UrlAndRealmOnly_Works()
    {
        Expect("defaultProtocol", "\"wamp.2.json\"");
        Expect("defaultResult", "[1, 2]");
    }

    // Autobahn passes on options it does not know, but does not know ABORT in a session: it closes, and its application is not told the reason.
    [TestCase("ppt_scheme")]
    [TestCase("progress")]
    [TestCase("match")]
    public void Request_OptionNotAnnouncedOrUnknown_AbortsWithText(string option) => AssertJson.AreEqual(
        Seen["aborted"]![option],
        JsonNode.Parse("""{"how": "closed", "reason": null, "uri": "wamp.error.protocol_violation", "isExplained": true}"""));

    [Test]
    public void Publish_LargerThanAllowed_IsRefusedAndEndsNobody()
    {
        Expect("tooLarge", """{"error": "wamp.error.payload_size_exceeded", "explained": true, "isStillOpen": true}""");
        Expect("isStillOpen", "true");
    }
}
