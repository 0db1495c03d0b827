using WampRouter.Tests.Conformance;
using WampRouter.Tests.Doubles;
using WampRouter.Tests.Wire;
using WampRouter.Wire;

namespace WampRouter.Tests.Realms.Dealer;

/// <summary>rfc/text/advanced/payload_passthru_mode.md for calls, through real sessions.</summary>
public sealed class CallPassthruTests
{
    private const string Passthru = "\"ppt_scheme\":\"x_my\",\"ppt_serializer\":\"custom\",\"ppt_cipher\":\"c\",\"ppt_keyid\":\"k\"";
    private const string Feature = "payload_passthru_mode";

    private TestRouter _router = null!;
    private TestPeer _caller = null!;
    private TestPeer _callee = null!;

    [SetUp]
    public void SetUp()
    {
        _router = new TestRouter();
        _caller = _router.Join(DealerRig.Announcing("", caller: Feature));
        _callee = _router.Join(DealerRig.Announcing(Feature + " progressive_call_results call_canceling"));
        _callee.Register("com.procedure");
    }

    [TearDown]
    public void TearDown() => _router.Dispose();

    [Test]
    [Shows("passthru.call-attributes", "passthru.progressive")]
    public void Call_ThereAndBack_TheAttributesTravelAlong()
    {
        _caller.Call(1, options: Passthru + ",\"receive_progress\":true", payload: "[\"\\u0000AQID\"]");
        Assert.That(_callee.Take(), Is.EqualTo(new[] { $$"""[68,1,1,{"receive_progress":true,{{Passthru}}},["\u0000AQID"]]""" }));

        _callee.Send($$"""[70,1,{"progress":true,{{Passthru}}},["\u0000AQ=="]]""").Send($$"""[70,1,{{{Passthru}}},["\u0000Ag=="]]""");

        Assert.That(_caller.Take(), Is.EqualTo(new[] { $$"""[50,1,{"progress":true,{{Passthru}}},["\u0000AQ=="]]""", $$"""[50,1,{{{Passthru}}},["\u0000Ag=="]]""" }));
    }

    [Test]
    [Shows("passthru.error-attributes")]
    public void Error_WithPassthru_TheAttributesTravelAlong()
    {
        _caller.Call(1, options: Passthru);

        _callee.Send($$"""[8,68,1,{{{Passthru}}},"com.error",["\u0000AQ=="]]""");

        Assert.That(_caller.Take(), Is.EqualTo(new[] { $$"""[8,48,1,{{{Passthru}}},"com.error",["\u0000AQ=="]]""" }));
    }

    [TestCase("MessagePack")]
    [TestCase("Cbor")]
    [Shows("passthru.binary-in-json")]
    public void Call_ToAnotherSerializer_AttributesAndBytesArrive(string serializer)
    {
        var format = Enum.Parse<WireFormat>(serializer);
        var callee = _router.Connect(TestPeer.Local(format));
        callee.Send(Encode(format, $"[1,\"realm1\",{DealerRig.Announcing(Feature)}]"));
        callee.Send(Encode(format, """[64,1,{},"com.binary"]"""));
        callee.TakeBytes();

        _caller.Call(1, "com.binary", Passthru, "[\"\\u0000AQID\"]");

        Assert.That(ReferenceCodec.AreEqual(ReferenceCodec.Decode(format, callee.TakeBytes().Single()), ReferenceCodec.Decode(format, Encode(format, $$$"""[68,1,2,{{{{Passthru}}}},["\u0000AQID"]]"""))), Is.True);
    }

    [Test]
    [Shows("passthru.scheme")]
    public void Call_SchemeEmptyOrMissing_IsAnOrdinaryCall()
    {
        _router.Join().Call(1, options: "\"ppt_scheme\":\"\",\"ppt_cipher\":\"c\"");
        _router.Join().Call(1, options: "\"ppt_serializer\":\"cbor\"");

        Assert.That(_callee.Take(), Is.EqualTo(new[] { "[68,1,1,{}]", "[68,2,1,{}]" }));
    }

    [Test]
    [Shows("passthru.call-unannounced")]
    public void Call_CallerDidNotAnnounceIt_IsAViolation() =>
        Assert.That(_router.Join().Call(1, options: Passthru).Take().Single(), Does.Contain("wamp.error.protocol_violation"));

    [TestCase("ppt_scheme")]
    [TestCase("ppt_keyid")]
    [Shows("passthru.text")]
    public void Call_AttributeIsNoString_IsAViolation(string attribute) =>
        Assert.That(_caller.Call(1, options: $"\"{attribute}\":1").Take().Single(), Does.Contain("wamp.error.protocol_violation"));

    [Test]
    [Shows("passthru.callee-without")]
    public void Call_CalleeCannotTakeIt_IsRefused()
    {
        var callee = _router.Join();
        callee.Register("com.plain");

        Assert.That(_caller.Call(1, "com.plain", Passthru).Take().Single(), Does.StartWith("[8,48,1,{},\"wamp.error.feature_not_supported\""));
        Assert.That(callee.Take(), Is.Empty);
    }

    [TestCase("70,1,{")]
    [TestCase("8,68,1,{")]
    [Shows("passthru.yield-unannounced")]
    public void Answer_CalleeDidNotAnnounceIt_IsAViolation(string answer)
    {
        var callee = _router.Join();
        callee.Register("com.plain");
        _caller.Call(1, "com.plain");
        callee.Take();

        callee.Send($"[{answer}{Passthru}}}{(answer.StartsWith('8') ? ",\"com.error\"" : "")}]");

        Assert.That(callee.Take().Single(), Does.Contain("wamp.error.protocol_violation"));
    }

    [TestCase("")]
    [TestCase("\"progress\":true,")]
    [Shows("passthru.caller-without")]
    public void Yield_CallerCannotTakeIt_BothAreToldAndTheCallEnds(string progress)
    {
        var caller = _router.Join();
        caller.Call(9, options: "\"receive_progress\":true");
        _callee.Take();

        _callee.Send($$"""[70,1,{{{progress}}{{Passthru}}},["\u0000AQ=="]]""");

        Assert.That(caller.Take().Single(), Does.StartWith("[8,48,9,{},\"wamp.error.feature_not_supported\""));
        Assert.That(_callee.Take()[^1], Does.StartWith("[8,70,1,{},\"wamp.error.feature_not_supported\""));
        Assert.That(_router.Live.PendingCalls, Is.Zero);
        Assert.That(_callee.Status, Is.EqualTo(WampRouter.Sessions.Connections.ReceiveStatus.Continue));
    }

    [Test]
    [Shows("passthru.error-to-caller-without")]
    public void Error_CallerCannotTakeIt_TheCallerIsToldSo()
    {
        var caller = _router.Join();
        caller.Call(9);

        _callee.Send($$"""[8,68,1,{{{Passthru}}},"com.error",["\u0000AQ=="]]""");

        Assert.That(caller.Take().Single(), Does.StartWith("[8,48,9,{},\"wamp.error.feature_not_supported\""));
    }

    private static byte[] Encode(WireFormat format, string json) => ReferenceCodec.Encode(format, ReferenceCodec.Decode(WireFormat.Json, System.Text.Encoding.UTF8.GetBytes(json)));
}
