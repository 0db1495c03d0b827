using WampRouter.Tests.Conformance.Exchange;
using WampRouter.Tests.Doubles;
using WampRouter.Wire;

namespace WampRouter.Tests.Conformance.Suites;

/// <summary>rfc/text/basic/building_blocks.md "Serializers" and rfc/text/advanced/serialization_binary_json.md: peers of different serializers.</summary>
[TestFixtureSource(typeof(ConformanceSuite), nameof(Everywhere))]
internal sealed class SerializerSuite(Way way, WireFormat format) : ConformanceSuite(way, format)
{
    /// <summary>Something of everything; a string that begins with <c>\0</c> is a binary, as the specification has it.</summary>
    private const string Payload = """
        [0,-1,255,65536,9007199254740993,18446744073709551615,-9223372036854775808,1.5,2.0,-1e300,"","Grüße, 世界 🌍 \"\\/\n\u0001",true,false,null,[[],[{}]],{"a":{"b":[1]}},
         "\u0000","\u0000AQID","\u0000EOP/kFMHXFJvX8BtT+N82w=="],{"binary":"\u0000/w==","text":"x","Ключ":null}
        """;

    [Test]
    [Shows("serializer.between", "serializer.several", "serializer.at-least-one", "serializer.payload-types", "security.conversion", "json-binary.written", "json-binary.read", "json-binary.other-strings", "serializer.msgpack-5")]
    public async Task Publish_ToAnySerializer_ArrivesWithTheSameTypesAndValues([Values] WireFormat other)
    {
        var (publisher, subscriber) = (await JoinAsync("publisher"), await JoinAsync(other));
        await subscriber.ExchangeAsync("""[32,1,{},"com.topic"]""", """[33,1,"$subscription"]""");

        await publisher.SendAsync($$"""[16,1,{},"com.topic",{{Payload}}]""");

        await subscriber.ExpectAsync($$"""[36,"$subscription","*",{},{{Payload}}]""");
    }

    [Test]
    [Shows("serializer.between", "security.conversion", "json-binary.written", "json-binary.read")]
    public async Task Call_OfAnySerializer_IsAnsweredWithTheSameTypesAndValues([Values] WireFormat other)
    {
        var (caller, callee) = (await JoinAsync("caller"), await JoinAsync(other));
        await callee.ExchangeAsync("""[64,1,{},"com.procedure"]""", """[65,1,"$registration"]""");

        await caller.SendAsync($$"""[48,1,{},"com.procedure",{{Payload}}]""");
        await callee.ExpectAsync($$"""[68,1,"$registration",{},{{Payload}}]""");
        await callee.SendAsync($$"""[70,1,{},{{Payload}}]""");
        await caller.ExpectAsync($$"""[50,1,{},{{Payload}}]""");

        await caller.SendAsync("""[48,2,{},"com.procedure"]""");
        await callee.ExpectAsync("""[68,2,"$registration",{}]""");
        await callee.SendAsync($$"""[8,68,2,{},"com.error",{{Payload}}]""");
        await caller.ExpectAsync($$"""[8,48,2,{},"com.error",{{Payload}}]""");
    }

    [TestCase(
        "\\u0000no base64",
        "\\u0000AQK=",
        "AQID",
        "x\\u0000AQID")]
    [Shows("json-binary.read", "json-binary.other-strings")]
    public async Task Text_ThatIsNoBinary_StaysAText(params string[] texts)
    {
        var publisher = await JoinAsync("publisher");
        foreach (var other in Enum.GetValues<WireFormat>())
        {
            var subscriber = await JoinAsync(other);
            await subscriber.ExchangeAsync("""[32,1,{},"com.topic"]""", """[33,1,"*"]""");
            foreach (var text in texts)
            {
                await publisher.SendAsync($$"""[16,1,{},"com.topic",["{{text}}"]]""");
                await subscriber.ExpectAsync($$"""[36,"*","*",{},["{{text}}"]]""");
            }
        }
    }

    private async Task<Peer> JoinAsync(WireFormat other) => await (await ConnectAsync(other)).JoinAsync(other.ToString());
}
