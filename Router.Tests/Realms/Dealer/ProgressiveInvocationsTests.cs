using WampRouter.Realms.Metrics;
using WampRouter.Sessions;
using WampRouter.Sessions.Connections;
using WampRouter.Tests.Conformance;
using WampRouter.Tests.Doubles;
using WampRouter.Tests.Wire;
using WampRouter.Wire;

namespace WampRouter.Tests.Realms.Dealer;

/// <summary>rfc/text/advanced/rpc_progressive_call_invocations.md, through real sessions.</summary>
public sealed class ProgressiveInvocationsTests
{
    private const string More = "\"progress\":true";
    private const string CalleeFeatures = "progressive_call_invocations call_canceling progressive_call_results";

    private TestRouter _router = null!;
    private TestPeer _caller = null!;
    private TestPeer _callee = null!;

    [SetUp]
    public void SetUp()
    {
        _router = new TestRouter();
        _caller = _router.Join(DealerRig.Announcing("", caller: "progressive_call_invocations"));
        _callee = _router.Join(DealerRig.Announcing(CalleeFeatures));
    }

    [TearDown]
    public void TearDown() => _router.Dispose();

    [Test]
    [Shows("progressive-invocations.feature", "progressive-invocations.one-id", "progressive-invocations.ends-normally")]
    public void Call_InPieces_GoesUnderOneIdToTheCalleeAndEndsWithOneResult()
    {
        _callee.Register("com.procedure");

        _caller.Call(5, options: More, payload: "[1]").Call(5, options: More, payload: "[2]").Call(5, payload: "[3]");

        Assert.That(_callee.Take(), Is.EqualTo(new[] { """[68,1,1,{"progress":true},[1]]""", """[68,1,1,{"progress":true},[2]]""", "[68,1,1,{},[3]]" }));
        _callee.Send("[70,1,{},[6]]");
        Assert.That(_caller.Take(), Is.EqualTo(new[] { "[50,5,{},[6]]" }));
        Assert.That(_router.Live.PendingCalls, Is.Zero);
        Assert.That(_router.Hosted.Realm.Quota.Total.Used(Resource.HeldCallBytes), Is.Zero);
    }

    [Test]
    [Shows("progressive-invocations.both-ways")]
    public void Call_InPiecesBothWays_StreamsTwoWays()
    {
        _callee.Register("com.procedure");

        _caller.Call(5, options: More + ",\"receive_progress\":true", payload: "[1]");
        _callee.Send("""[70,1,{"progress":true},["a"]]""");
        _caller.Call(5, options: More, payload: "[2]");
        _callee.Send("""[70,1,{"progress":true},["b"]]""");
        _caller.Call(5, payload: "[3]");
        _callee.Send("""[70,1,{},["c"]]""");

        Assert.That(_callee.Take(), Has.Count.EqualTo(3).And.All.Contains("\"receive_progress\":true"));
        Assert.That(_caller.Take(), Is.EqualTo(new[] { """[50,5,{"progress":true},["a"]]""", """[50,5,{"progress":true},["b"]]""", """[50,5,{},["c"]]""" }));
    }

    [TestCase("")]
    [TestCase("progressive_call_invocations")]
    [TestCase("call_canceling")]
    [Shows("progressive-invocations.callee-cannot", "progressive-invocations.callee-needs-canceling")]
    public void Call_CalleeCannot_IsRefusedAndFurtherPiecesAreIgnored(string features)
    {
        var callee = _router.Join(DealerRig.Announcing(features));
        callee.Register("com.procedure");

        _caller.Call(5, options: More).Call(5, options: More).Call(5);

        Assert.That(_caller.Take().Single(), Does.StartWith("[8,48,5,{},\"wamp.error.feature_not_supported\""));
        Assert.That(callee.Take(), Is.Empty);
    }

    [Test]
    [Shows("progressive-invocations.caller-unannounced")]
    public void Call_CallerDidNotAnnounceIt_IsAViolation()
    {
        _callee.Register("com.procedure");

        Assert.That(_router.Join().Call(5, options: More).Take().Single(), Does.Contain("wamp.error.protocol_violation"));
        Assert.That(_callee.Take(), Is.Empty);
    }

    [Test]
    [Shows("progressive-invocations.same-callee")]
    public void Call_SharedRegistration_AllPiecesReachTheFirstCallee()
    {
        var second = _router.Join(DealerRig.Announcing(CalleeFeatures));
        _callee.Register("com.procedure", "\"invoke\":\"roundrobin\"");
        second.Register("com.procedure", "\"invoke\":\"roundrobin\"");

        _caller.Call(1, options: More).Call(1, options: More).Call(2, options: More).Call(1).Call(2);

        Assert.That(_callee.Take(), Has.Count.EqualTo(3));
        Assert.That(second.Take(), Has.Count.EqualTo(2));
    }

    [Test]
    [Shows("progressive-invocations.disclosure-frozen", "progressive-invocations.later-options-ignored")]
    public void Call_OptionsOfLaterPieces_AreIgnored()
    {
        _callee.Register("com.procedure");

        _caller.Call(1, options: More + ",\"disclose_me\":true").Call(1, options: More + ",\"receive_progress\":true").Call(1, options: "\"disclose_me\":false");

        Assert.That(_callee.Take(), Has.Count.EqualTo(3).And.All.Contains("\"caller\":").And.None.Contains("receive_progress"));
    }

    [TestCase("""[70,1,{}]""")]
    [TestCase("""[8,68,1,{},"com.error"]""")]
    [Shows("progressive-invocations.late-call")]
    public void Call_PiecesAfterTheAnswer_AreIgnored(string answer)
    {
        _callee.Register("com.procedure");
        _caller.Call(5, options: More);
        _callee.Send(answer).Take();
        _caller.Take();

        _caller.Call(5, options: More).Call(5);

        Assert.That(_callee.Take(), Is.Empty);
        Assert.That(_caller.Take(), Is.Empty);
        Assert.That(_caller.Status, Is.EqualTo(ReceiveStatus.Continue));
    }

    [TestCase("kill")]
    [TestCase("killnowait")]
    [TestCase("skip")]
    [Shows("progressive-invocations.after-cancel")]
    public void Call_PiecesAfterCancel_AreIgnored(string mode)
    {
        _callee.Register("com.procedure");
        _caller.Call(5, options: More).Send($$"""[49,5,{"mode":"{{mode}}"}]""");
        _callee.Take();

        _caller.Call(5, options: More).Call(5);

        Assert.That(_callee.Take(), Is.Empty);
        Assert.That(_caller.Status, Is.EqualTo(ReceiveStatus.Continue));
    }

    [Test]
    [Shows("progressive-invocations.late-call")]
    public void Call_UnderTheIdOfARefusedOneAfterItsLastPiece_IsANewCall()
    {
        _callee.Register("com.procedure");
        _caller.Call(1, "com.nope", options: More).Call(1, "com.nope", options: More).Call(1, "com.nope");
        Assert.That(_caller.Take().Single(), Does.StartWith("[8,48,1,").And.Contain("wamp.error.no_such_procedure"));

        _caller.Call(1);

        Assert.That(_callee.Take(), Is.EqualTo(new[] { "[68,1,1,{}]" }));
        _caller.Call(2, options: More).Send("""[49,2,{"mode":"kill"}]""").Call(2);
        Assert.That(_callee.Take()[0], Is.EqualTo("""[68,2,1,{"progress":true}]"""));
        _callee.Send("""[8,68,2,{},"wamp.error.canceled"]""");
        Assert.That(_caller.Take(), Has.Count.EqualTo(1));
        _caller.Call(2);
        Assert.That(_callee.Take(), Is.EqualTo(new[] { "[68,3,1,{}]" }));
    }

    [Test]
    public void Call_UnfitLastPieceOfARefusedCall_TheNextOfItsIdIsANewCall()
    {
        _callee.Register("com.procedure");
        _caller.Call(1, "com.nope", options: More).Call(1, "com.nope", payload: "[\"\\ud83d\"]").Take();

        _caller.Call(1);

        Assert.That(_callee.Take(), Is.EqualTo(new[] { "[68,1,1,{}]" }));
    }

    [Test]
    public void Call_PieceTheCalleesSerializerCannotExpress_EndsTheCall()
    {
        var callee = _router.Connect(TestPeer.Local(WireFormat.MessagePack));
        callee.Send(Encode($"[1,\"realm1\",{DealerRig.Announcing(CalleeFeatures)}]"));
        callee.Send(Encode("""[64,1,{"concurrency":1},"com.procedure"]"""));
        _caller.Call(1, options: More);
        var waiting = _router.Join().Call(1);
        callee.TakeBytes();

        _caller.Call(1, options: More, payload: "[123456789012345678901234567890]").Call(1);

        Assert.That(_caller.Take().Single(), Does.StartWith("[8,48,1,{},\"wamp.error.invalid_argument\""));
        Assert.That(callee.TakeBytes().Select(bytes => (int)bytes[1]), Is.EqualTo(new[] { 69, 68 }), "INTERRUPT, and the call that waited");
        Assert.That(waiting.Take(), Is.Empty);
    }

    [Test]
    [Shows("progressive-invocations.continuation")]
    public void Call_AfterItsLastPiece_IsAViolation()
    {
        _callee.Register("com.procedure");

        Assert.That(_caller.Call(5, options: More).Call(5).Call(5, options: More).Take().Single(), Does.Contain("wamp.error.protocol_violation"));
    }

    [Test]
    [Shows("progressive-invocations.same-procedure")]
    public void Call_PieceNamesAnotherProcedure_IsAViolation()
    {
        _callee.Register("com.procedure");

        Assert.That(_caller.Call(5, options: More).Call(5, "com.other").Take().Single(), Does.Contain("wamp.error.protocol_violation"));
        Assert.That(_callee.Take()[^1], Does.StartWith("[69,1,"), "the session is gone, so is its call");
    }

    [Test]
    [Shows("progressive-invocations.caller-leaves")]
    public void Disconnect_CallerBetweenPieces_InterruptsTheCallee()
    {
        _callee.Register("com.procedure");
        _caller.Call(5, options: More);
        _callee.Take();

        _caller.Disconnect();

        Assert.That(_callee.Take(), Is.EqualTo(new[] { """[69,1,{"mode":"killnowait"}]""" }));
    }

    [Test]
    [Shows("progressive-invocations.callee-leaves")]
    public void Disconnect_CalleeBetweenPieces_CancelsTheCallAndFurtherPiecesAreIgnored()
    {
        _callee.Register("com.procedure");
        _caller.Call(5, options: More);
        _callee.Disconnect();

        Assert.That(_caller.Take().Single(), Does.Contain("wamp.error.canceled"));
        Assert.That(_caller.Call(5, options: More).Take(), Is.Empty);
    }

    // "Verification of CALL Request IDs": pieces are out of order and yet in order.
    [TestCase("Strict")]
    [TestCase("Monotonic")]
    [Shows("progressive-invocations.new-call", "progressive-invocations.continuation", "progressive-invocations.past-calls")]
    public void RequestIds_PiecesAmongOtherRequests_FollowTheWatermark(string check)
    {
        using var router = new TestRouter(sessions: TestRouter.Anonymous with { RequestIds = Enum.Parse<RequestIdCheck>(check) });
        var callee = router.Join(DealerRig.Announcing(CalleeFeatures));
        callee.Register("com.procedure");
        var caller = router.Join(DealerRig.Announcing("", caller: "progressive_call_invocations"));

        caller.Call(1, options: More).Call(2).Send("""[32,3,{},"com.topic"]""").Call(1, options: More).Call(4).Call(1);
        callee.Send("[70,1,{}]");
        caller.Call(5, options: More);
        callee.Send("""[8,68,4,{},"com.error"]""");
        caller.Call(5, options: More).Call(6);

        Assert.That(caller.Status, Is.EqualTo(ReceiveStatus.Continue));
        Assert.That(callee.Take().Count(message => message.StartsWith("[68,", StringComparison.Ordinal)), Is.EqualTo(7));
    }

    [TestCase(1, "an ordinary call that has ended")]
    [TestCase(2, "one never made")]
    [TestCase(4, "a gap")]
    [Shows("progressive-invocations.gap", "progressive-invocations.past-calls")]
    public void RequestIds_StrictAndNoPieceOfAnything_IsAViolation(int request, string why)
    {
        using var router = new TestRouter(sessions: TestRouter.Anonymous with { RequestIds = RequestIdCheck.Strict });
        var caller = router.Join(DealerRig.Announcing("", caller: "progressive_call_invocations"));
        caller.Call(1, "com.unknown").Send("""[32,2,{},"com.topic"]""").Take();

        Assert.That(caller.Call(request, "com.unknown").Take().Single(), Does.Contain("wamp.error.protocol_violation"), why);
    }

    private static byte[] Encode(string json) => ReferenceCodec.Encode(WireFormat.MessagePack, ReferenceCodec.Decode(WireFormat.Json, System.Text.Encoding.UTF8.GetBytes(json)));
}
