using System.Text;
using WampRouter.Tests.Conformance.Exchange;
using WampRouter.Tests.Doubles;
using WampRouter.Wire;

namespace WampRouter.Tests.Conformance.Suites;

/// <summary>rfc/text/basic/building_blocks.md "Protocol Errors".</summary>
[TestFixtureSource(typeof(ConformanceSuite), nameof(Everywhere))]
internal sealed class ProtocolErrorSuite(Way way, WireFormat format) : ConformanceSuite(way, format)
{
    [TestCase("""[2,1,{"roles":{"broker":{}}}]""")]
    [Shows("violation.welcome", "violation.abort", "violation.disconnect", "error-uri.protocol-violation")]
    public Task Established_Welcome_IsAViolation(string message) => ExpectViolationInSessionAsync(message);

    [TestCase(
        """[4,"ticket",{}]""",
        """[4,"wampcra",{"challenge":"{}"}]""")]
    [Shows("violation.challenge", "advanced-message.direction")]
    public Task Established_Challenge_IsAViolation(params string[] messages) => ExpectViolationInSessionAsync(messages);

    [TestCase(
        "[17,1,1]",
        "[33,1,1]",
        "[35,1]",
        "[36,1,1,{}]",
        "[50,1,{}]",
        "[65,1,1]",
        "[67,1]",
        "[68,1,1,{}]",
        "[69,1,{}]")]
    [Shows("message.direction", "advanced-message.direction")]
    public Task Established_MessageOfARouter_IsAViolation(params string[] messages) => ExpectViolationInSessionAsync(messages);

    [TestCase(
        """[8,48,1,{},"com.error"]""",
        """[8,32,1,{},"com.error"]""",
        """[8,16,1,{},"com.error"]""",
        """[8,64,1,{},"com.error"]""",
        """[8,7,1,{},"com.error"]""",
        """[8,"68",1,{},"com.error"]""")]
    [Shows("violation.error-type")]
    public Task Established_ErrorOfAWrongType_IsAViolation(params string[] messages) => ExpectViolationInSessionAsync(messages);

    [TestCase(
        "[70,1,{}]",
        """[70,1,{"progress":true}]""",
        """[8,68,1,{},"com.error"]""")]
    [Shows("violation.yield-unknown")]
    public Task Established_AnswerToNothing_IsAViolation(params string[] messages) => ExpectViolationInSessionAsync(messages);

    [TestCase(
        "[]",
        "{}",
        "[999,1]",
        "[7]",
        "[0]",
        "[-1]",
        """["16",1,{},"com.topic"]""",
        "[16,1,{}]",
        """[32,1,{},"com.topic",[]]""",
        """[16,1,{},"com.topic",{}]""",
        """[16,1,{},"com.topic",[],[]]""",
        """[16,1,{},"com.topic",[],{},1]""",
        """[16,1,[],"com.topic"]""",
        "[16,1,{},7]",
        "[16,1,{},null]")]
    [Shows("violation.incompatible", "message.shape", "message.no-polymorphism")]
    public Task Established_NoWampMessage_IsAViolation(params string[] messages) => ExpectViolationInSessionAsync(messages);

    [TestCase(
        """[8,16,1,{},"com.error"]""",
        """[8,68,1,{},"com.error"]""")]
    [Shows("violation.error-early")]
    public Task NotEstablished_Error_IsAViolation(params string[] messages) => ExpectViolationBeforeSessionAsync(messages);

    [TestCase(
        """[6,{},"wamp.close.close_realm"]""",
        """[6,{},"wamp.close.goodbye_and_out"]""")]
    [Shows("violation.goodbye-early")]
    public Task NotEstablished_Goodbye_IsAViolation(params string[] messages) => ExpectViolationBeforeSessionAsync(messages);

    [TestCase(
        "[33,1,1]",
        "[35,1]",
        "[17,1,1]",
        "[50,1,{}]",
        "[65,1,1]",
        "[67,1]",
        "[68,1,1,{}]")]
    [Shows("violation.answer-early")]
    public Task NotEstablished_AnswerOfARouter_IsAViolation(params string[] messages) => ExpectViolationBeforeSessionAsync(messages);

    [Test]
    [Shows("violation.undecodable")]
    public async Task Established_BytesOfNoMessage_AreAViolation()
    {
        var peer = await JoinAsync("peer");

        await peer.SendBytesAsync(Format switch
        {
            WireFormat.Json => Encoding.UTF8.GetBytes("""[32,1,{},"com.topic" """),
            WireFormat.MessagePack => [0x94, 0x20, 0x01, 0x80, 0xC1],
            _ => [0x84, 0x18, 0x20, 0x01, 0xA0, 0xFF],
        });

        await peer.ExpectViolationAsync();
    }

    [Test]
    [Shows("violation.dispose", "violation.others-unharmed", "violation.disconnect")]
    public async Task Violation_SessionOwnsThings_TheyAreGoneAndNothingMoreOfItIsProcessed()
    {
        var (peer, other) = (await JoinAsync("peer"), await JoinAsync("other"));
        await other.ExchangeAsync("""[32,1,{},"com.topic"]""", """[33,1,"*"]""");
        await peer.ExchangeAsync("""[64,1,{},"com.mine"]""", """[65,1,"*"]""");
        await peer.ExchangeAsync("""[32,2,{},"com.mine"]""", """[33,2,"*"]""");

        await peer.SendAsync("[2,1,{}]");
        await peer.SendAsync("""[16,3,{},"com.topic"]""");

        await peer.ExpectViolationAsync();
        await other.ExpectNothingAsync();
        await other.ExchangeAsync("""[48,2,{},"com.mine"]""", """[8,48,2,{},"wamp.error.no_such_procedure",["*"]]""");
        await other.ExchangeAsync("""[48,3,{},"wamp.subscription.lookup",["com.mine"]]""", """[50,3,{},[null]]""");
    }

    [Test]
    [Shows("violation.yield-unknown", "basic-rpc.defunct-answer")]
    public async Task Answer_ToACallThatWasCanceled_IsDiscardedOnce()
    {
        var (callee, caller) = (await JoinAsync("callee"), await JoinAsync("caller"));
        await callee.ExchangeAsync("""[64,1,{},"com.slow"]""", """[65,1,"*"]""");
        await caller.SendAsync("""[48,1,{},"com.slow"]""");
        await callee.ExpectAsync("""[68,1,"*",{}]""");
        await caller.ExchangeAsync("""[49,1,{"mode":"skip"}]""", """[8,48,1,{},"wamp.error.canceled",["*"]]""");

        await callee.SendAsync("""[70,1,{},["late"]]""");
        await callee.ExpectNothingAsync();
        await caller.ExpectNothingAsync();

        await callee.SendAsync("""[8,68,1,{},"wamp.error.canceled"]""");
        await callee.ExpectNothingAsync();

        await callee.SendAsync("""[70,2,{},["never asked for"]]""");
        await callee.ExpectViolationAsync();
    }

    [Test]
    [Shows("field.answered-twice")]
    public async Task Answer_Again_IsAViolationAndNoSecondResult()
    {
        var (callee, caller) = (await JoinAsync("callee"), await JoinAsync("caller"));
        await callee.ExchangeAsync("""[64,1,{},"com.quick"]""", """[65,1,"*"]""");
        await caller.SendAsync("""[48,1,{},"com.quick"]""");
        await callee.ExpectAsync("""[68,1,"*",{}]""");
        await callee.SendAsync("""[70,1,{},["first"]]""");
        await caller.ExpectAsync("""[50,1,{},["first"]]""");

        await callee.SendAsync("""[70,1,{},["second"]]""");

        await callee.ExpectViolationAsync();
        await caller.ExpectNothingAsync();
    }

    [Test]
    [Shows("field.duplicate-call-id")]
    public async Task Call_UnderTheIdOfAnother_IsAViolation()
    {
        var (callee, caller) = (await JoinAsync("callee"), await JoinAsync("caller"));
        await callee.ExchangeAsync("""[64,1,{},"com.slow"]""", """[65,1,"*"]""");
        await caller.SendAsync("""[48,1,{},"com.slow"]""");
        await callee.ExpectAsync("""[68,1,"*",{}]""");

        await caller.SendAsync("""[48,1,{},"com.slow"]""");

        await caller.ExpectViolationAsync();
    }

    private async Task ExpectViolationInSessionAsync(params string[] messages)
    {
        var bystander = await JoinAsync("bystander");
        foreach (var (i, message) in messages.Index())
        {
            var peer = await JoinAsync($"peer{i}");
            await peer.SendAsync(message);
            await peer.ExpectViolationAsync();
        }

        await bystander.ExpectNothingAsync();
    }

    private async Task ExpectViolationBeforeSessionAsync(params string[] messages)
    {
        foreach (var message in messages)
        {
            var peer = await ConnectAsync();
            await peer.SendAsync(message);
            await peer.ExpectViolationAsync();
        }
    }
}
