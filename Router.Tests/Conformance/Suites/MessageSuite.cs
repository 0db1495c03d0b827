using System.Text;
using WampRouter.Tests.Conformance.Exchange;
using WampRouter.Tests.Doubles;
using WampRouter.Wire;

namespace WampRouter.Tests.Conformance.Suites;

/// <summary>rfc/text/basic/messages.md</summary>
[TestFixtureSource(typeof(ConformanceSuite), nameof(Everywhere))]
internal sealed class MessageSuite(Way way, WireFormat format) : ConformanceSuite(way, format)
{
    private const string Unknown = """ "unheard_of":{"deep":[1,null,"x"]},"_own_key":1,"x":true """;

    [TestCase(
        """[16,1,{"acknowledge":1},"com.topic"]""",
        """[16,1,{"exclude_me":0},"com.topic"]""",
        """[16,1,{"disclose_me":1},"com.topic"]""",
        """[32,1,{"get_retained":1},"com.topic"]""",
        """[48,1,{"disclose_me":1},"com.procedure"]""",
        """[48,1,{"receive_progress":1},"com.procedure"]""",
        """[64,1,{"disclose_caller":1},"com.procedure"]""")]
    [Shows("message.boolean")]
    public async Task Option_IntegerInsteadOfABoolean_IsAViolation(params string[] messages)
    {
        foreach (var (i, message) in messages.Index())
        {
            var peer = await JoinAsync($"peer{i}");

            await peer.SendAsync(message);

            await peer.ExpectViolationAsync();
        }
    }

    [Test]
    [Shows("message.string-keys")]
    public async Task Options_KeyThatIsNoString_AreNotTaken()
    {
        var peer = await JoinAsync("peer");

        // SUBSCRIBE with the options {1: 2}.
        await peer.SendBytesAsync(Format switch
        {
            WireFormat.Json => Encoding.UTF8.GetBytes("""[32,1,{1:2},"com.topic"]"""),
            WireFormat.MessagePack => [0x94, 0x20, 0x01, 0x81, 0x01, 0x02, 0xA9, .. "com.topic"u8],
            _ => [0x84, 0x18, 0x20, 0x01, 0xA1, 0x01, 0x02, 0x69, .. "com.topic"u8],
        });

        if (Format is WireFormat.Json)
        {
            await peer.ExpectViolationAsync();      // that is no JSON
        }
        else
        {
            await peer.ExpectAsync("""[8,32,1,{},"wamp.error.invalid_argument",["*"]]""");
        }
    }

    [Test]
    [Shows("message.unknown-attributes", "message.own-keys", "feature.on-means-true")]
    public async Task UnknownAttributes_InEveryMessageThatMayHaveThem_AreIgnored()
    {
        var (peer, callee) = (await ConnectAsync(), await JoinAsync("callee"));

        await peer.ExchangeAsync(
            $$$"""[1,"open",{"roles":{"caller":{"features":{"unheard_of":true,"call_canceling":7}},"subscriber":{ {{{Unknown}}} },"juggler":{}},{{{Unknown}}}}]""",
            """[2,"$peer",{"...":"*"}]""");
        await callee.ExchangeAsync($$"""[64,1,{ {{Unknown}} },"com.procedure"]""", """[65,1,"$registration"]""");
        await callee.ExchangeAsync($$"""[32,2,{ {{Unknown}} },"com.topic"]""", """[33,2,"$subscription"]""");
        await peer.ExchangeAsync($$"""[16,1,{"acknowledge":true,{{Unknown}}},"com.topic"]""", """[17,1,"$publication"]""");
        await callee.ExpectAsync("""[36,"$subscription","$publication",{}]""");

        await peer.SendAsync($$"""[48,2,{ {{Unknown}} },"com.procedure"]""");
        await callee.ExpectAsync("""[68,1,"$registration",{}]""");
        await callee.SendAsync($$"""[70,1,{ {{Unknown}} }]""");
        await peer.ExpectAsync("[50,2,{}]");

        await peer.SendAsync("""[48,3,{},"com.procedure"]""");
        await callee.ExpectAsync("""[68,2,"$registration",{}]""");
        await peer.SendAsync($$"""[49,3,{"mode":"kill",{{Unknown}}}]""");
        await callee.ExpectAsync("""[69,2,{"mode":"kill"}]""");
        await callee.SendAsync($$"""[8,68,2,{ {{Unknown}} },"com.error"]""");
        await peer.ExpectAsync("""[8,48,3,{"...":"*"},"com.error"]""");

        await peer.ExchangeAsync($$"""[6,{ {{Unknown}} },"wamp.close.close_realm"]""", """[6,{},"wamp.close.goodbye_and_out"]""");
    }

    [TestCase(
        "",
        ",[]",
        ",[1]",
        """,["johnny"],{"firstname":"John","surname":"Doe"}""",
        """,[],{"color":"orange","sizes":[23,42,7]}""",
        """,[1],{}""")]
    [Shows("message.payload-forms", "basic-pubsub.event", "basic-rpc.invocation", "basic-rpc.result", "basic-rpc.invocation-error")]
    public async Task Payload_OfAnyForm_ArrivesInThatForm(params string[] payloads)
    {
        var (peer, other) = (await JoinAsync("peer"), await JoinAsync("other"));
        await other.ExchangeAsync("""[32,1,{},"com.topic"]""", """[33,1,"$subscription"]""");
        await other.ExchangeAsync("""[64,2,{},"com.procedure"]""", """[65,2,"$registration"]""");

        foreach (var (i, payload) in payloads.Index())
        {
            await peer.SendAsync($$"""[16,1,{},"com.topic"{{payload}}]""");
            await other.ExpectAsync($$"""[36,"$subscription","*",{}{{payload}}]""");

            var (first, second) = ((2 * i) + 1, (2 * i) + 2);
            await peer.SendAsync($$"""[48,2,{},"com.procedure"{{payload}}]""");
            await other.ExpectAsync($$"""[68,{{first}},"$registration",{}{{payload}}]""");
            await other.SendAsync($$"""[70,{{first}},{}{{payload}}]""");
            await peer.ExpectAsync($$"""[50,2,{}{{payload}}]""");

            await peer.SendAsync("""[48,3,{},"com.procedure"]""");
            await other.ExpectAsync($$"""[68,{{second}},"$registration",{}]""");
            await other.SendAsync($$"""[8,68,{{second}},{},"com.error"{{payload}}]""");
            await peer.ExpectAsync($$"""[8,48,3,{},"com.error"{{payload}}]""");
        }
    }

    [Test]
    [Shows("message.event-once")]
    public async Task Event_SeveralSubscriptionsMatch_ComesOnceForEach()
    {
        var (subscriber, publisher) = (await JoinAsync("subscriber"), await JoinAsync("publisher"));
        await subscriber.ExchangeAsync("""[32,1,{},"com.app.topic"]""", """[33,1,"$exact"]""");
        await subscriber.ExchangeAsync("""[32,2,{},"com.app.topic"]""", """[33,2,"$exact"]""");
        await subscriber.ExchangeAsync("""[32,3,{"match":"prefix"},"com.app"]""", """[33,3,"$prefix"]""");
        await subscriber.ExchangeAsync("""[32,4,{"match":"wildcard"},"com..topic"]""", """[33,4,"$wildcard"]""");

        await publisher.ExchangeAsync("""[16,1,{"acknowledge":true},"com.app.topic"]""", """[17,1,"$publication"]""");

        await subscriber.ExpectInAnyOrderAsync(
            """[36,"$exact","$publication",{"...":"*"}]""",
            """[36,"$prefix","$publication",{"topic":"com.app.topic"}]""",
            """[36,"$wildcard","$publication",{"topic":"com.app.topic"}]""");
        await subscriber.ExpectNothingAsync();
    }

    [TestCase(
        "[256]",
        "[257,1]",
        "[1023,{}]",
        "[1024]")]
    [Shows("message.extension-codes")]
    public async Task Type_OfExtensionsNobodyAgreedOn_IsAViolation(params string[] messages)
    {
        foreach (var (i, message) in messages.Index())
        {
            var peer = await JoinAsync($"peer{i}");

            await peer.SendAsync(message);

            await peer.ExpectViolationAsync();
        }
    }

    [Test]
    [Shows("message.extension-codes")]
    public async Task EventReceived_OfAutobahn_IsIgnored()
    {
        var peer = await JoinAsync("peer");

        await peer.SendAsync("[337,5]");

        await peer.ExpectNothingAsync();
    }

    [Test]
    [Shows("message.no-empty-arguments", "message.no-empty-argumentskw")]
    public async Task MessagesOfTheRouter_WithoutPayload_HaveNone()
    {
        var peer = await JoinAsync("peer");

        await peer.ExchangeAsync("""[48,1,{},"wamp.session.add_testament",["com.topic",[],{}]]""", "[50,1,{}]");
        await peer.ExchangeAsync("""[6,{},"wamp.close.close_realm"]""", """[6,{},"wamp.close.goodbye_and_out"]""");
    }

    [Test]
    [Shows("message.roles", "message.session", "intro.every-role", "basic-pubsub.mandatory", "basic-rpc.mandatory", "transport.at-least-one", "transport.several", "serializer.at-least-one")]
    public async Task OneSession_InAllRoles_HasTheWholeBasicProfile()
    {
        var peer = await JoinAsync("peer", Peer.NoFeature);

        await peer.ExchangeAsync("""[32,1,{},"com.topic"]""", """[33,1,"$subscription"]""");
        await peer.SendAsync("""[16,2,{"acknowledge":true,"exclude_me":false},"com.topic",["news"],{"n":1}]""");
        await peer.ExpectInAnyOrderAsync("""[17,2,"$publication"]""", """[36,"$subscription","*",{},["news"],{"n":1}]""");
        await peer.ExchangeAsync("""[34,3,"$subscription"]""", "[35,3]");
        await peer.ExchangeAsync("""[34,4,"$subscription"]""", """[8,34,4,{},"wamp.error.no_such_subscription",["*"]]""");

        await peer.ExchangeAsync("""[64,5,{},"com.procedure"]""", """[65,5,"$registration"]""");
        await peer.ExchangeAsync("""[48,6,{},"com.procedure",[23,7]]""", """[68,1,"$registration",{},[23,7]]""");
        await peer.ExchangeAsync("[70,1,{},[30]]", "[50,6,{},[30]]");
        await peer.ExchangeAsync("""[48,7,{},"com.procedure"]""", """[68,2,"$registration",{}]""");
        await peer.ExchangeAsync("""[8,68,2,{},"com.error",["why"]]""", """[8,48,7,{},"com.error",["why"]]""");
        await peer.ExchangeAsync("""[66,8,"$registration"]""", "[67,8]");
        await peer.ExchangeAsync("""[66,9,"$registration"]""", """[8,66,9,{},"wamp.error.no_such_registration",["*"]]""");

        await peer.ExchangeAsync("""[6,{},"wamp.close.close_realm"]""", """[6,{},"wamp.close.goodbye_and_out"]""");
    }
}
