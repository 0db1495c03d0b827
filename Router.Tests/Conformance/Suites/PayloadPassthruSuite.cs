using WampRouter.Tests.Conformance.Exchange;
using WampRouter.Tests.Doubles;
using WampRouter.Wire;

namespace WampRouter.Tests.Conformance.Suites;

/// <summary>rfc/text/advanced/payload_passthru_mode.md</summary>
[TestFixtureSource(typeof(ConformanceSuite), nameof(Everywhere))]
internal sealed class PayloadPassthruSuite(Way way, WireFormat format) : AdvancedCallSuite(way, format)
{
    private const string Encrypted = "\"ppt_scheme\":\"wamp\",\"ppt_serializer\":\"cbor\",\"ppt_cipher\":\"xsalsa20poly1305\",\"ppt_keyid\":\"GTtQ37XGJO2O4R8Dvx4AUo8pe61D9evIWpKGQAPdOh0=\"";
    private const string Mqtt = "\"ppt_scheme\":\"mqtt\",\"ppt_serializer\":\"native\"";
    private const string Payload = """["\u0000AQL+/w=="]""";
    private const string NoPassthru = """{"roles":{"publisher":{},"subscriber":{},"caller":{"features":{"progressive_call_results":true}},"callee":{}}}""";

    [TestCase(Encrypted)]
    [TestCase(Mqtt)]
    [TestCase("\"ppt_scheme\":\"x_my_ppt\"")]
    [Shows("passthru.dealer", "passthru.call-attributes")]
    public async Task Call_ThereAndBack_TheAttributesTravelAlong(string attributes)
    {
        await RegisterAsync(Callee);

        await CallAsync(Caller, 7, attributes, Payload);
        await ExpectInvocationAsync(Callee, 1, attributes, Payload);
        await Callee.SendAsync($$"""[70,1,{{{attributes}}},{{Payload}}]""");

        await Caller.ExpectAsync($$"""[50,7,{{{attributes}}},{{Payload}}]""");
    }

    [Test]
    [Shows("passthru.error-attributes")]
    public async Task Error_OfACallee_TheAttributesTravelAlong()
    {
        await MakeCallAsync(Caller, Callee);

        await Callee.SendAsync($$"""[8,68,1,{{{Encrypted}}},"com.error",{{Payload}}]""");

        await Caller.ExpectAsync($$"""[8,48,7,{{{Encrypted}}},"com.error",{{Payload}}]""");
    }

    [Test]
    [Shows("passthru.progressive")]
    public async Task Call_InPiecesAndWithProgress_TheAttributesTravelAlong()
    {
        await RegisterAsync(Callee);

        await CallAsync(Caller, 7, Encrypted + ",\"progress\":true,\"receive_progress\":true", Payload);
        await ExpectInvocationAsync(Callee, 1, Encrypted + ",\"progress\":true,\"receive_progress\":true", Payload);
        await Callee.SendAsync($$"""[70,1,{"progress":true,{{Encrypted}}},{{Payload}}]""");

        await Caller.ExpectAsync($$"""[50,7,{"progress":true,{{Encrypted}}},{{Payload}}]""");
    }

    [TestCase(Encrypted)]
    [TestCase(Mqtt)]
    [Shows("passthru.broker", "passthru.publish-attributes")]
    public async Task Publish_WithAttributes_TheEventHasThemToo(string attributes)
    {
        await SubscribeAsync(Callee);

        await Caller.SendAsync($$"""[16,1,{{{attributes}}},"com.topic",{{Payload}}]""");

        await Callee.ExpectAsync($$"""[36,"$subscription","*",{{{attributes}}},{{Payload}}]""");
    }

    [TestCase(WireFormat.Json)]
    [TestCase(WireFormat.MessagePack)]
    [TestCase(WireFormat.Cbor)]
    [Shows("passthru.binary-in-json", "passthru.call-attributes", "passthru.publish-attributes")]
    public async Task Payload_ToAnotherSerializer_StaysTheSameBytes(WireFormat other)
    {
        var receiver = await (await ConnectAsync(other)).JoinAsync("receiver");
        await RegisterAsync(receiver);
        await SubscribeAsync(receiver, 2);

        await CallAsync(Caller, 7, Encrypted, Payload);
        await ExpectInvocationAsync(receiver, 1, Encrypted, Payload);
        await Caller.SendAsync($$"""[16,8,{{{Encrypted}}},"com.topic",{{Payload}}]""");
        await receiver.ExpectAsync($$"""[36,"$subscription","*",{{{Encrypted}}},{{Payload}}]""");
        await receiver.SendAsync($$"""[70,1,{{{Encrypted}}},{{Payload}}]""");

        await Caller.ExpectAsync($$"""[50,7,{{{Encrypted}}},{{Payload}}]""");
    }

    [TestCase("[48,1,{OPTIONS},\"com.procedure\"]")]
    [TestCase("[48,1,{OPTIONS},\"wamp.session.count\"]")]
    [Shows("passthru.call-unannounced")]
    public async Task Call_OfACallerWithoutTheFeature_AbortsTheSession(string message) => await ExpectViolationOfPlainPeerAsync(message);

    [TestCase("[16,1,{OPTIONS},\"com.topic\"]")]
    [TestCase("[16,1,{\"acknowledge\":true,OPTIONS},\"com.topic\"]")]
    [Shows("passthru.publish-unannounced")]
    public async Task Publish_OfAPublisherWithoutTheFeature_AbortsTheSession(string message) => await ExpectViolationOfPlainPeerAsync(message);

    [TestCase("[70,1,{OPTIONS}]")]
    [TestCase("[8,68,1,{OPTIONS},\"com.error\"]")]
    [Shows("passthru.yield-unannounced")]
    public async Task Answer_OfACalleeWithoutTheFeature_AbortsTheSession(string message)
    {
        var plain = await JoinAsync("plain", NoPassthru);
        await MakeCallAsync(Caller, plain);

        await plain.SendAsync(message.Replace("OPTIONS", Encrypted, StringComparison.Ordinal));

        await plain.ExpectViolationAsync();
        await ExpectRefusalAsync(Caller, 7, "canceled");
    }

    [Test]
    [Shows("passthru.callee-without")]
    public async Task Call_ToACalleeWithoutTheFeature_IsFeatureNotSupported()
    {
        var plain = await JoinAsync("plain", NoPassthru);
        await RegisterAsync(plain);

        await CallAsync(Caller, 7, Encrypted, Payload);

        await ExpectRefusalAsync(Caller, 7, "feature_not_supported");
        await plain.ExpectNothingAsync();
    }

    [TestCase("")]
    [TestCase("\"progress\":true,")]
    [Shows("passthru.caller-without")]
    public async Task Yield_ToACallerWithoutTheFeature_IsFeatureNotSupportedToBoth(string progress)
    {
        var plain = await JoinAsync("plain", NoPassthru);
        await RegisterAsync(Callee);
        await CallAsync(plain, 7, "\"receive_progress\":true");
        await ExpectInvocationAsync(Callee, 1, "\"receive_progress\":true");

        await Callee.SendAsync($$"""[70,1,{{{progress}}{{Encrypted}}},{{Payload}}]""");

        await ExpectRefusalAsync(plain, 7, "feature_not_supported");
        if (progress.Length > 0)
        {
            await Callee.ExpectAsync("""[69,1,{"mode":"killnowait"}]""");
        }

        await ExpectRefusalAsync(Callee, 1, "feature_not_supported", MessageCode.Yield);
        await plain.ExpectNothingAsync();
    }

    [Test]
    [Shows("passthru.error-to-caller-without")]
    public async Task Error_ToACallerWithoutTheFeature_IsFeatureNotSupported()
    {
        var plain = await JoinAsync("plain", NoPassthru);
        await MakeCallAsync(plain, Callee);

        await Callee.SendAsync($$"""[8,68,1,{{{Encrypted}}},"com.error",{{Payload}}]""");

        await ExpectRefusalAsync(plain, 7, "feature_not_supported");
    }

    [Test]
    [Shows("passthru.subscriber-without")]
    public async Task Publish_ToASubscriberWithoutTheFeature_IsDelivered()
    {
        var plain = await JoinAsync("plain", NoPassthru);
        await SubscribeAsync(plain);

        await Caller.SendAsync($$"""[16,1,{{{Encrypted}}},"com.topic",{{Payload}}]""");

        await plain.ExpectAsync($$"""[36,"$subscription","*",{{{Encrypted}}},{{Payload}}]""");
    }

    [TestCase("\"ppt_scheme\":\"\",\"ppt_cipher\":\"c\"")]
    [TestCase("\"ppt_serializer\":\"cbor\"")]
    [Shows("passthru.scheme")]
    public async Task Message_WithoutAScheme_IsAnOrdinaryOne(string attributes)
    {
        var plain = await JoinAsync("plain", NoPassthru);
        await RegisterAsync(plain);
        await SubscribeAsync(plain, 2);

        await CallAsync(Caller, 1, attributes);
        await Caller.SendAsync($$"""[16,2,{{{attributes}}},"com.topic"]""");

        await ExpectInvocationAsync(plain);
        await plain.ExpectAsync("""[36,"$subscription","*",{}]""");
    }

    [TestCase("\"ppt_scheme\":\"no such scheme\",\"ppt_serializer\":\"?\",\"ppt_cipher\":\"rot13\",\"ppt_keyid\":\"\"", """[1,"two"],{"three":3}""")]
    [TestCase("\"ppt_scheme\":\"wamp\",\"ppt_serializer\":\"flatbuffers\",\"ppt_cipher\":\"aes256gcm\"", """["\u0000"]""")]
    [Shows("passthru.not-inspected")]
    public async Task Call_AnythingInAttributesAndPayload_IsPassedThrough(string attributes, string payload)
    {
        await RegisterAsync(Callee);

        await CallAsync(Caller, 7, attributes, payload);

        await ExpectInvocationAsync(Callee, 1, attributes, payload);
    }

    [TestCase("\"ppt_scheme\":1")]
    [TestCase("\"ppt_scheme\":\"wamp\",\"ppt_keyid\":1")]
    [Shows("passthru.text")]
    public async Task Call_AttributeIsNoText_AbortsTheSession(string attributes)
    {
        await CallAsync(Caller, 7, attributes);

        await Caller.ExpectViolationAsync();
    }

    private static Task SubscribeAsync(Peer subscriber, int request = 1) =>
        subscriber.ExchangeAsync($$"""[32,{{request}},{},"com.topic"]""", $"""[33,{request},"$subscription"]""");

    private static async Task MakeCallAsync(Peer caller, Peer callee)
    {
        await RegisterAsync(callee);
        await CallAsync(caller, 7);
        await ExpectInvocationAsync(callee);
    }

    private async Task ExpectViolationOfPlainPeerAsync(string message)
    {
        var plain = await JoinAsync("plain", NoPassthru);
        await RegisterAsync(Callee);
        await SubscribeAsync(Callee, 2);

        await plain.SendAsync(message.Replace("OPTIONS", Encrypted, StringComparison.Ordinal));

        await plain.ExpectViolationAsync();
        await Callee.ExpectNothingAsync();
    }
}
