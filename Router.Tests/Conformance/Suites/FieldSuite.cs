using WampRouter.Tests.Conformance.Exchange;
using WampRouter.Tests.Doubles;
using WampRouter.Wire;

namespace WampRouter.Tests.Conformance.Suites;

/// <summary>What peers in the field do, right and wrong.</summary>
[TestFixtureSource(typeof(ConformanceSuite), nameof(Everywhere))]
internal sealed class FieldSuite(Way way, WireFormat format) : ConformanceSuite(way, format)
{
    [Test]
    [Shows("field.undefined-options")]
    public async Task Options_Null_CountAsNotGiven()
    {
        var peer = await (await ConnectAsync()).JoinAsync("peer", Peer.EveryFeature.Trim()[..^1] + ""","authmethods":null,"authid":null}""");

        await peer.ExchangeAsync("""[32,1,{"match":null,"get_retained":null,"nkey":null},"com.topic"]""", """[33,1,"$subscription"]""");
        await peer.ExchangeAsync("""[16,2,{"exclude_me":false,"acknowledge":null,"retain":null,"rkey":null},"com.topic"]""", """[36,"$subscription","*",{}]""");
        await peer.ExchangeAsync("""[64,3,{"match":null,"invoke":null,"concurrency":null},"com.procedure"]""", """[65,3,"$registration"]""");
        await peer.ExchangeAsync("""[48,4,{"timeout":null,"receive_progress":null,"disclose_me":null},"com.procedure"]""", """[68,1,"$registration",{}]""");
        await peer.ExchangeAsync("""[49,4,{"mode":null}]""", """[69,1,{"mode":"killnowait"}]""");
        await peer.ExpectAsync("""[8,48,4,{},"wamp.error.canceled",["*"]]""");
    }

    [Test]
    [Shows("field.nothing")]
    public async Task Arguments_Null_ReceiversGetAnEmptyList([Values] WireFormat other)
    {
        var (peer, receiver) = (await JoinAsync("peer"), await (await ConnectAsync(other)).JoinAsync("receiver"));
        await receiver.ExchangeAsync("""[32,1,null,"com.topic"]""", """[33,1,"$subscription"]""");
        await receiver.ExchangeAsync("""[64,2,null,"com.procedure"]""", """[65,2,"$registration"]""");

        await peer.SendAsync("""[16,1,null,"com.topic",null,{"k":1}]""");
        await receiver.ExpectAsync("""[36,"$subscription","*",{},[],{"k":1}]""");
        await peer.SendAsync("""[16,2,{},"com.topic",null,null]""");
        await receiver.ExpectAsync("""[36,"$subscription","*",{}]""");
        await peer.SendAsync("""[48,3,null,"com.procedure",null,{"k":1}]""");
        await receiver.ExpectAsync("""[68,1,"$registration",{},[],{"k":1}]""");
        await receiver.SendAsync("""[70,1,null,null,{"r":2}]""");
        await peer.ExpectAsync("""[50,3,{},[],{"r":2}]""");
        await peer.SendAsync("""[48,4,{},"com.procedure",[1],null]""");
        await receiver.ExpectAsync("""[68,2,"$registration",{},[1]]""");
        await receiver.SendAsync("""[8,68,2,null,"com.error",null,{"r":2}]""");
        await peer.ExpectAsync("""[8,48,4,{},"com.error",[],{"r":2}]""");
    }

    [Test]
    [Shows("field.nothing")]
    public async Task Arguments_Null_TheRouterTooTakesThemForNone()
    {
        var peer = await JoinAsync("peer");

        await peer.ExchangeAsync("""[48,1,null,"wamp.session.count",null,{"x":1}]""", "[50,1,{},[1]]");
        await peer.SendAsync("""[16,2,{"acknowledge":true},"com.history.nothing",null,{"k":1}]""");
        await peer.ExpectAsync("""[17,2,"*"]""");
        await peer.ExchangeAsync("""[48,3,{},"wamp.subscription.lookup",["com.history.",{"match":"prefix"}],null]""", """[50,3,{},["$history"]]""");
        await peer.ExchangeAsync("""[48,4,{},"wamp.subscription.get_events",["$history"]]""", """[50,4,{},[[{"args":[],"kwargs":{"k":1},"...":"*"}]]]""");
    }

    [Test]
    [Shows("field.nothing")]
    public async Task Hello_MethodsEmptyAndRolesNull_CountAsNotGiven()
    {
        await (await ConnectAsync()).JoinAsync("peer", """{"roles":{"caller":null,"callee":{"features":null}},"authmethods":[],"authid":"anonymous"}""");
        var withTicket = await ConnectAsync();
        await withTicket.ExchangeAsync(
            $$$"""[1,"{{{ConformanceRouter.TicketRealm}}}",{"roles":{"caller":{}},"authmethods":["ticket"],"authid":"ann"}]""", """[4,"ticket",{}]""");

        await withTicket.ExchangeAsync($$"""[5,"{{ConformanceRouter.TicketOf("ann")}}",null]""", """[2,"*",{"...":"*"}]""");
    }

    [Test]
    [Shows("field.undefined-options")]
    public async Task ReceiverList_Null_CostsThePublication()
    {
        var peer = await JoinAsync("peer");
        await peer.ExchangeAsync("""[32,1,{},"com.topic"]""", """[33,1,"*"]""");

        await peer.ExchangeAsync("""[16,2,{"exclude_me":false,"acknowledge":true,"eligible":null},"com.topic"]""", """[8,16,2,{},"wamp.error.invalid_argument",["*"]]""");
        await peer.SendAsync("""[16,3,{"exclude_me":false,"exclude_authid":null},"com.topic"]""");
        await peer.ExpectNothingAsync();
    }

    [Test]
    [Shows("field.undefined-options")]
    public async Task PassthruAttributes_Null_AreNotPassedOn()
    {
        const string Given = """{"ppt_scheme":"x_own","ppt_serializer":null,"ppt_keyid":null}""";
        var peer = await JoinAsync("peer");
        await peer.ExchangeAsync("""[32,1,{},"com.topic"]""", """[33,1,"$subscription"]""");
        await peer.ExchangeAsync("""[64,2,{},"com.procedure"]""", """[65,2,"$registration"]""");

        await peer.ExchangeAsync($$"""[48,3,{{Given}},"com.procedure",["\u0000AQID"]]""", """[68,1,"$registration",{"ppt_scheme":"x_own"},["\u0000AQID"]]""");
        await peer.ExchangeAsync($$"""[70,1,{{Given}},["\u0000AQID"]]""", """[50,3,{"ppt_scheme":"x_own"},["\u0000AQID"]]""");
        await peer.ExchangeAsync($$"""[16,4,{"exclude_me":false,{{Given[1..]}},"com.topic",["\u0000AQID"]]""", """[36,"$subscription","*",{"ppt_scheme":"x_own"},["\u0000AQID"]]""");
    }

    [Test]
    [Shows("field.undefined-options")]
    public async Task Options_Undefined_CountAsNotGiven()
    {
        var peer = await JoinAsync("peer");

        await peer.SendBytesAsync(Format switch
        {
            WireFormat.Json => [.. """[16,3,{"acknowledge":null},"com.topic"]"""u8],
            WireFormat.MessagePack => [0x94, 0x10, 0x03, 0x81, 0xAB, .. "acknowledge"u8, 0xD4, 0x00, 0x00, 0xA9, .. "com.topic"u8],
            _ => [0x84, 0x10, 0x03, 0xA1, 0x6B, .. "acknowledge"u8, 0xF7, 0x69, .. "com.topic"u8],
        });

        await peer.ExpectNothingAsync();
    }

    [Test]
    [Shows("field.call-cancelling")]
    public async Task Callee_AnnouncesCancelingWithTwoL_IsInterrupted()
    {
        var (callee, caller) = (await JoinAsync("callee", """{"roles":{"callee":{"features":{"call_cancelling":true}}}}"""), await JoinAsync("caller"));
        await callee.ExchangeAsync("""[64,1,{},"com.procedure"]""", """[65,1,"*"]""");
        await caller.SendAsync("""[48,1,{},"com.procedure"]""");
        await callee.ExpectAsync("""[68,1,"*",{}]""");

        await caller.SendAsync("""[49,1,{"mode":"killnowait"}]""");

        await callee.ExpectAsync("""[69,1,{"mode":"killnowait"}]""");
        await caller.ExpectAsync("""[8,48,1,{},"wamp.error.canceled",["*"]]""");
    }

    [TestCase(
        "{}",
        """{"features":{"call_canceling":false}}""",
        """{"features":{"call_canceling":1}}""",
        """{"features":["call_canceling"]}""")]
    [Shows("field.interrupt-needs-feature", "feature.on-means-true")]
    public async Task Callee_DidNotAnnounceCanceling_IsNotInterrupted(params string[] announcements)
    {
        var caller = await JoinAsync("caller");
        foreach (var (i, announced) in announcements.Index())
        {
            var callee = await JoinAsync($"callee{i}", $$$"""{"roles":{"callee":{{{announced}}},"subscriber":{} } }""");
            await callee.ExchangeAsync($$"""[64,1,{},"com.procedure{{i}}"]""", """[65,1,"*"]""");
            await caller.SendAsync($$"""[48,1,{},"com.procedure{{i}}"]""");
            await callee.ExpectAsync("""[68,1,"*",{}]""");

            await caller.ExchangeAsync("""[49,1,{"mode":"kill"}]""", """[8,48,1,{},"wamp.error.canceled",["*"]]""");

            await callee.ExpectNothingAsync();
        }
    }
}
