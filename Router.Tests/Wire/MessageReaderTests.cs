using System.Text;
using WampRouter.Tests.Conformance;
using WampRouter.Wire;

namespace WampRouter.Tests.Wire;

internal sealed class MessageReaderTests
{
    private static readonly WireFormat[] Formats = Enum.GetValues<WireFormat>();

    /// <summary>One message of every type and form, as JSON.</summary>
    private static readonly string[] ValidMessages =
    [
        """[1,"realm1",{"roles":{"caller":{}}}]""",
        """[2,9129137332,{"roles":{"broker":{}}}]""",
        """[3,{},"wamp.error.no_such_realm"]""",
        """[3,{},"wamp.error.no_such_realm",[1],{"a":2}]""",
        """[4,"ticket",{}]""",
        """[5,"secret",{}]""",
        """[6,{"message":"bye"},"wamp.close.goodbye_and_out"]""",
        """[6,{},"wamp.close.goodbye_and_out",["x"]]""",
        """[8,48,7,{},"com.myapp.error"]""",
        """[8,68,7,{},"com.myapp.error",["e"],{"k":1}]""",
        """[16,1,{},"com.myapp.topic"]""",
        """[16,1,{"acknowledge":true},"com.myapp.topic",[1,2.5,"x",null,[true]],{"k":{"n":[]}}]""",
        """[17,1,9007199254740992]""",
        """[32,1,{"match":"prefix"},"com.myapp."]""",
        """[33,1,2]""",
        """[34,1,2]""",
        """[35,1]""",
        """[35,0,{"subscription":5,"reason":"gone"}]""",
        """[36,1,2,{}]""",
        """[36,1,2,{"topic":"a.b"},[],{}]""",
        """[37,5]""",
        """[48,1,{},"com.myapp.procedure"]""",
        """[48,1,{"timeout":1000},"com.myapp.procedure",["Hello"],{"name":"x"}]""",
        """[49,1,{"mode":"kill"}]""",
        """[50,1,{}]""",
        """[50,1,{"progress":true},[1],{}]""",
        """[64,1,{"invoke":"roundrobin"},"com.myapp.procedure"]""",
        """[65,1,2]""",
        """[66,1,2]""",
        """[67,1]""",
        """[67,0,{"registration":5}]""",
        """[68,1,2,{}]""",
        """[68,1,2,{"procedure":"a.b"},[1],{"k":2}]""",
        """[69,1,{}]""",
        """[70,1,{}]""",
        """[70,1,{"progress":true},[1],{"k":2}]""",
    ];

    private static readonly string[] InvalidMessages =
    [
        "1", "{}", "\"x\"", "null", "[]", "[null]", "[\"48\"]", "[48.5]", "[true]", "[-1]", "[0]", "[7]", "[71]", "[256]", "[1023]", "[18446744073709551615]", "[1e300]",
        "[1]", """[1,"realm"]""", "[1,1,{}]", """[1,"realm",[]]""", """[1,"realm",{},1]""", "[1,null,{}]",
        "[2,0,{}]", "[2,-1,{}]", "[2,9007199254740993,{}]", "[2,18446744073709551615,{}]", "[2,1.5,{}]", """[2,"1",{}]""", "[2,true,{}]", "[2,null,{}]", "[2,[],{}]",
        "[3,{}]", "[3,{},1]", """[3,{},"r",{}]""",
        """[8,"48",1,{},"e"]""", """[8,7,1,{},"e"]""", """[8,48,1,{}]""", """[8,48,0,{},"e"]""",
        "[16,1,{}]", "[16,1,{},null]", """[16,1,{},"t",{}]""", """[16,1,{},"t",[],[]]""", """[16,1,{},"t",[],{},1]""", """[16,1,{},"t",null,{},1]""", """[16,1,{},"t",null,[]]""", """[16,1,{},"t",null,null,null]""", """[16,1,[],"t"]""",
        """[16,1,{},"t","opaque"]""", """[16,1,{"enc_algo":"x"},"t","opaque",{}]""",
        "[17,1]", "[17,1,2,3]", "[33,1]", "[33,1,0]", "[34,1,2,3]", "[35]", "[35,1,2]", "[35,1,{},1]", "[36,1,2]", "[36,0,2,{}]", "[37]", "[37,0]", "[37,1,2]",
        "[48]", "[48,1]", "[48,0,{},\"p\"]", "[49,1]", "[49,1,{},1]", "[50,1]", "[50,1,{},1]", "[64,1,{}]", """[64,1,{},"p",[]]""", "[65,1]", "[66,1]", "[67]", "[68,1,2]",
        "[69,1]", "[69,1,{},[]]", "[70,1]", """[70,1,{},"x"]""",
    ];

    private static IEnumerable<TestCaseData> ValidInEveryFormat() =>
        from json in ValidMessages from format in Formats select new TestCaseData(format, json);

    private static IEnumerable<TestCaseData> InvalidInEveryFormat() =>
        from json in InvalidMessages from format in Formats select new TestCaseData(format, json);

    [TestCaseSource(nameof(ValidInEveryFormat))]
    [Shows("message.shape", "message.codes", "message.payload-forms")]
    public void TryRead_ValidMessage_EveryElementIsWhereItBelongs(WireFormat format, string json)
    {
        var elements = Elements(json);
        var bytes = ReferenceCodec.Encode(format, elements);

        var isRead = MessageReader.TryRead(format, bytes, out var message, out var fault);

        Assert.That(fault, Is.Null);
        Assert.That(isRead, Is.True);
        var described = DescribedMessage.Of(format, message);
        Assert.That(ReferenceCodec.AreEqual(described.Elements, elements), Is.True, $"read {described}");
    }

    [TestCaseSource(nameof(InvalidInEveryFormat))]
    [Shows("violation.incompatible", "message.no-polymorphism")]
    public void TryRead_InvalidMessage_FaultSaysWhy(WireFormat format, string json)
    {
        var bytes = ReferenceCodec.Encode(format, ReferenceCodec.Decode(WireFormat.Json, Encoding.UTF8.GetBytes(json)));

        var isRead = MessageReader.TryRead(format, bytes, out _, out var fault);

        Assert.That(isRead, Is.False);
        Assert.That(fault, Is.Not.Null.And.Not.Empty);
    }

    /// <summary>Null where something may be left out, and what is understood.</summary>
    private static readonly (string Sent, string Meant)[] NothingGiven =
    [
        ("""[48,1,{},"com.kw",null,{"k":1}]""", """[48,1,{},"com.kw",[],{"k":1}]"""),
        ("""[16,1,{},"com.kw",null,{"k":1}]""", """[16,1,{},"com.kw",[],{"k":1}]"""),
        ("""[70,1,{},null,{"k":1}]""", """[70,1,{},[],{"k":1}]"""),
        ("""[8,68,1,{},"com.error",null,{"k":1}]""", """[8,68,1,{},"com.error",[],{"k":1}]"""),
        ("""[36,1,2,null,null,{"k":1}]""", """[36,1,2,null,[],{"k":1}]"""),
        ("""[48,1,null,"com.p"]""", """[48,1,null,"com.p"]"""),
        ("""[48,1,{},"com.p",null]""", """[48,1,{},"com.p"]"""),
        ("""[48,1,{},"com.p",null,null]""", """[48,1,{},"com.p"]"""),
        ("""[48,1,{},"com.p",[1],null]""", """[48,1,{},"com.p",[1]]"""),
        ("""[50,1,null,null,null]""", "[50,1,null]"),
        ("""[5,"ticket",null]""", """[5,"ticket",null]"""),
        ("""[6,null,"wamp.close.normal"]""", """[6,null,"wamp.close.normal"]"""),
        ("[35,0,null]", "[35,0]"),
    ];

    private static IEnumerable<TestCaseData> NothingInEveryFormat() =>
        from message in NothingGiven
        from format in Formats
        from asUndefined in new[] { false, true }
        where !(asUndefined && format is WireFormat.Json)
        select new TestCaseData(format, message.Sent, message.Meant, asUndefined);

    [TestCaseSource(nameof(NothingInEveryFormat))]
    [Shows("field.nothing")]
    public void TryRead_NullOrUndefinedWhereSomethingMayBeLeftOut_IsTakenForNothing(WireFormat format, string sent, string meant, bool asUndefined)
    {
        var bytes = ReferenceCodec.Encode(format, Elements(sent));
        if (asUndefined)
        {
            bytes = Undefined(format, bytes);
        }

        Assert.That(MessageReader.TryRead(format, bytes, out var message, out var fault), Is.True, fault);
        var described = DescribedMessage.Of(format, message);
        Assert.That(ReferenceCodec.AreEqual(described.Elements, Elements(meant)), Is.True, $"read {described}");
        foreach (var target in Formats)
        {
            var writer = MessageWriter.ForThread(new WireEncoding(target, Framing.RawSocket));
            writer.Begin(MessageCode.Call, 1 + message.Payload.Count);
            Assert.That(writer.TryWritePayload(message.Payload, out fault), Is.True, fault);
            writer.End();
            var written = (object?[])ReferenceCodec.Decode(target, writer.Body.ToArray())!;
            Assert.That(ReferenceCodec.AreEqual(written[1..], DescribedMessage.PayloadOf(message.Payload)), Is.True, target.ToString());
        }
    }

    /// <summary>The same message with undefined for each null; the samples hold no other byte of that value.</summary>
    private static byte[] Undefined(WireFormat format, byte[] bytes) => format is WireFormat.Cbor
        ? [.. bytes.Select(b => b == 0xF6 ? (byte)0xF7 : b)]
        : [.. bytes.SelectMany(b => b == 0xC0 ? new byte[] { 0xD4, 0x00, 0x00 } : [b])];

    private static object?[] Elements(string json) => (object?[])ReferenceCodec.Decode(WireFormat.Json, Encoding.UTF8.GetBytes(json))!;
}
