using System.Text.Json.Nodes;
using WampRouter.Client;
using WampRouter.Tests.Conformance;

namespace WampRouter.Tests.EndToEnd;

/// <summary>All that Autobahn|JS can do with procedures.</summary>
[TestFixtureSource(nameof(Fixtures))]
[Shows("autobahn.rpc")]
public sealed class AutobahnRpcTests(RouterBuild build, WampSerializer serializer, WampSerializer neighbour) : AutobahnScript(build, serializer, neighbour, "autobahn-rpc")
{
    [Test]
    public void Call_SeveralRegistrationsMatch_BestOneIsToldTheProcedure() => Expect("patterns", """
        ["exact com.example.lab.math.sum", "prefix com.example.lab.math.product", "wildcard com.example.lab.geometry.sum"]
        """);

    [Test]
    public void Call_AbbreviatedProcedure_IsResolved() => Expect("abbreviated", "\"exact com.example.lab.math.sum\"");

    [TestCase("roundrobin", "[0, 1, 0, 1, 0, 1]")]
    [TestCase("first", "[0, 0, 0, 0, 0, 0]")]
    [TestCase("last", "[1, 1, 1, 1, 1, 1]")]
    [TestCase("random", "[0, 1]")]
    public void Call_SharedRegistration_GoesWherePolicySays(string policy, string callees) => AssertJson.AreEqual(Seen["shared"]![policy], JsonNode.Parse(callees));

    [TestCase("otherPolicy")]
    [TestCase("secondSingle")]
    public void Register_TakenOtherwise_IsRefused(string member) => ExpectRefusal(member, "wamp.error.procedure_already_exists");

    // Autobahn does not announce call_reroute, so what its callees mean by the URI is for the caller to know.
    [Test]
    public void Call_CalleeIsUnavailable_CallerHearsItAndNextCallGoesToTheOther() => Expect("unavailable", """["wamp.error.unavailable", "free"]""");

    // Autobahn announces progressive results without call_canceling. By the letter they would be withheld; by default they are not.
    [Test]
    public void Call_ReceiveProgress_GetsPiecesInOrderThenResult()
    {
        Expect("pieces", """[[1, "of", 3], [2, "of", 3], [3, "of", 3], null]""");
        Expect("final", "\"done\"");
    }

    [Test]
    public void Call_ProgressNotAskedFor_CalleeCannotProgress() => Expect("withoutProgress", "\"without progress\"");

    [Test]
    public void Call_ReceiveProgressWhereRealmAsksForCanceling_CalleeCannotProgress() => Expect("forbiddenProgress", "[null]");

    [Test]
    public void Progress_CallerHasLeft_CalleeGoesOnUnharmed() => Expect("afterAbandonedCall", "\"without progress\"");

    // Autobahn fails its connection when it is interrupted, which it does not announce that it can be.
    [Test]
    public void Callee_WhateverHappensToItsCalls_IsNeverInterrupted()
    {
        Expect("interrupts", "0");
        Expect("isStillOpen", "true");
    }

    [TestCase("silent", "[null, null, null]")]
    [TestCase("asked", """["me", "ada", "staff"]""")]
    [TestCase("always", """["me", "ada", "staff"]""")]
    [TestCase("curious", """["me", "ada", "staff"]""")]
    public void Invocation_DisclosureAskedForByEither_TellsCaller(string call, string caller) => AssertJson.AreEqual(Seen["callers"]![call], JsonNode.Parse(caller));

    [Test]
    public void Call_DiscloseMeWhereRealmForbidsIt_IsRefused() => ExpectRefusal("disclosureForbidden", "wamp.error.option_disallowed.disclose_me");

    [Test]
    public void Invocation_RoleHasTrustLevel_CarriesIt() => Expect("trustLevelOnWire", "5");

    [Test]
    public void Call_TimeoutInMilliseconds_FailsThenAndLateAnswerHarmsNobody()
    {
        Expect("timedOut", "\"wamp.error.timeout\"");
        Expect("afterTimeout", "\"too late\"");
    }

    [Test]
    public void Call_NegativeTimeout_IsRefused() => ExpectRefusal("negativeTimeout", "wamp.error.invalid_argument");

    [Test]
    public void Cancel_KillOfCalleeThatCannotBeInterrupted_AnswersAtOnce() => Expect("cancelled", "\"wamp.error.canceled\"");

    // Autobahn rejects the call itself in every mode but kill and forgets it; the ERROR that the specification has the router answer with is then a
    // protocol violation to it, for which it closes its connection. Only cancel({ mode: "kill" }) is of use with Autobahn.
    [TestCase("none")]
    [TestCase("skip")]
    [TestCase("killnowait")]
    public void Cancel_OtherMode_IsAnsweredThoughAutobahnClosesForIt(string mode) => AssertJson.AreEqual(
        Seen["cancelledOtherwise"]![mode],
        JsonNode.Parse("""{"error": "Cancelled", "how": "closed", "reason": null, "answer": "wamp.error.canceled"}"""));

    [Test]
    public void Call_CalleeLeaves_CallerHearsIt() => ExpectRefusal("calleeLeft", "wamp.error.canceled");

    [Test]
    public void Register_ForceReregister_TakesOverAndTellsTheOther()
    {
        Expect("takenOver", "\"string\"");
        Expect("isTakenOverActive", "false");
        Expect("answerAfterTakeOver", "\"new\"");
    }

    [Test]
    public void Register_Concurrency_LimitsCallsAtATimeAndServesAll()
    {
        Expect("mostAtATime", "2");
        Expect("servedConcurrently", "[1, 2, 3, 4, 5, 6]");
    }

    [Test]
    public void Registration_Revoked_TellsCalleeWhyAndMayComeAgain()
    {
        Expect("revokedFor", "\"com.example.lab.closing\"");
        Expect("isRevokedActive", "false");
        ExpectRefusal("callOfRevoked", "wamp.error.no_such_procedure");
        Expect("callOfNew", "\"served again\"");
    }

    [Test]
    public void Unregister_OwnRegistration_IsGone() => Expect("registrationsGone", "1");

    [TestCase("text", "wamp.error.runtime_error", """["a text"]""", "{}")]
    [TestCase("native", "wamp.error.runtime_error", "[{}]", "{}")]      // JavaScript's Error has nothing that a serializer sees
    [TestCase("error", "com.example.lab.error.broken", """["part"]""", """{"of": "it"}""")]
    [TestCase("bare", "com.example.lab.error.bare", "[]", "{}")]
    public void Call_CalleeThrows_CallerGetsWhatAutobahnMakesOfIt(string thrown, string error, string args, string kwargs) => AssertJson.AreEqual(
        Seen["thrown"]![thrown],
        JsonNode.Parse($$"""{"error": "{{error}}", "args": {{args}}, "kwargs": {{kwargs}}}"""));

    [TestCase("noSuchProcedure", "wamp.error.no_such_procedure")]
    [TestCase("badProcedure", "wamp.error.invalid_uri")]
    [TestCase("callNotPermitted", "wamp.error.not_authorized")]
    [TestCase("registrationNotPermitted", "wamp.error.not_authorized")]
    public void CallOrRegister_NotPossible_IsRefusedWithText(string member, string error) => ExpectRefusal(member, error);

    [TestCase("nothing", "null")]
    [TestCase("one", "1")]
    [TestCase("list", "[1, 2]")]
    [TestCase("many", """{"args": [1, 2], "kwargs": {}}""")]
    [TestCase("keywords", """{"args": [], "kwargs": {"a": 1}}""")]
    [TestCase("empty", "null")]
    [TestCase("binary", "\"binary AP8=\"")]
    public void Call_EachShapeOfResult_ArrivesAsItIs(string shape, string result) => AssertJson.AreEqual(Seen["returned"]![shape], JsonNode.Parse(result));

    [Test]
    public void Call_CalleeDefers_GetsTheLaterAnswer() => Expect("deferredResult", "\"later\"");

    [Test]
    public void Call_OwnProcedure_Works() => Expect("ownProcedure", "\"my own\"");

    [Test]
    public void Call_Burst_IsServedInOrderAndAnsweredWhole()
    {
        Expect("burstInOrder", "true");
        Expect("burstAnswered", "true");
    }

    [Test]
    public void Call_Large_ArgumentsAndResultAreUnchanged()
    {
        Expect("largeText", "300000");
        Expect("isLargeBinarySame", "true");
    }

    // A call that comes to nobody's door any more would make Autobahn close its connection.
    [Test]
    public void Unregister_OrTakenOverInABurst_EveryCallIsAnsweredAndNoneComesLater()
    {
        Expect("survivedCalls", "true");
        Assert.That(Seen["errorsUnderFire"]!.AsArray().Select(error => error!.ToString()), Is.SubsetOf(["wamp.error.no_such_procedure"]));
        Expect("isStillOpen", "true");
    }
}
