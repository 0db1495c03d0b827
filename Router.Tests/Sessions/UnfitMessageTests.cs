using WampRouter.Sessions;
using WampRouter.Tests.Conformance;
using WampRouter.Tests.Doubles;
using WampRouter.Wire;

namespace WampRouter.Tests.Sessions;

/// <summary>Messages that are refused for their content or their size count as messages, and are counted and logged.</summary>
internal sealed class UnfitMessageTests
{
    private const string Unfit = "[\"\\ud83d\"]";

    [Test]
    public void Receive_ContentAtFaultWhereIdsAreStrict_TheIdCountsAsAnyOther()
    {
        using var router = new TestRouter(sessions: TestRouter.Anonymous with { RequestIds = RequestIdCheck.Strict });
        var peer = router.Join();

        Assert.That(peer.Send($$"""[48,1,{},"com.p",{{Unfit}}]""").Take().Single(), Does.StartWith("""[8,48,1,{},"wamp.error.invalid_argument",["""));
        Assert.That(peer.Send("""[32,2,{},"com.topic"]""").Take().Single(), Does.StartWith("[33,2,"));
        Assert.That(peer.Send($$"""[48,2,{},"com.p",{{Unfit}}]""").Take().Single(), Does.Contain("request ids must be"));
    }

    [TestCase("""[70,1,{},UNFIT]""")]
    [TestCase("""[8,68,1,{},"com.error",UNFIT]""")]
    [TestCase("""[8,48,1,{},"com.error",UNFIT]""")]
    [TestCase("""[50,1,{},UNFIT]""")]
    [TestCase("""[16,1,{"acknowledge":1},"com.topic",UNFIT]""")]
    public void Receive_ContentAtFaultAndAViolationToo_IsAViolation(string message)
    {
        using var router = new TestRouter();

        Assert.That(router.Join().Send(message.Replace("UNFIT", Unfit, StringComparison.Ordinal)).Take().Single(), Does.Contain("wamp.error.protocol_violation"));
    }

    [TestCase("", 0)]
    [TestCase(",\"\\ud83d\"", 1)]
    [Shows("field.twice")]
    public void Publish_AcknowledgeComesTwice_TheLastCountsWhetherItIsGoodOrRefused(string more, int errors)
    {
        using var router = new TestRouter();
        var peer = router.Join();

        Assert.That(peer.Send($$"""[16,1,{"acknowledge":true,"acknowledge":false},"com.topic",[1{{more}}]]""").Take(), Is.Empty);
        Assert.That(peer.Send($$"""[16,2,{"acknowledge":false,"acknowledge":true},"com.topic",[1{{more}}]]""").Take().Single(), Does.StartWith(errors == 0 ? "[17,2," : "[8,16,2,"));
    }

    [Test]
    public void ReceiveTooLarge_BeginningDoesNotTell_SaysHowLargeItIsAndNamesTheSetting()
    {
        using var router = new TestRouter();

        var answer = router.Join().SendTooLarge("[16,          ", 2_000_000).Take().Single();

        Assert.That(answer, Does.Contain("wamp.error.protocol_violation").And.Contain("2000000 bytes").And.Contain("WampRouter:Transports:MaxMessageBytes is 1048576").And.Contain("its beginning does not tell"));
    }

    [Test]
    public void For_SeveralMessages_LogsTheFirstOfEachKindWithTheSettingAndCountsAll()
    {
        var log = new LogRecorder<Session>();
        using var router = new TestRouter(logger: log);
        using var counted = new Measured(router.Meter, "wamp_router.message.refusals");
        var unfit = new UnfitMessages(router.Context, router.Connect());

        unfit.ForContent(MessageCode.Publish, "it is bad", 7);
        unfit.ForContent(MessageCode.Call, "it is worse", 7);
        var refusal = unfit.ForSize(MessageCode.Yield, 2_000_000, 7);
        unfit.ForSize(MessageCode.Yield, 3_000_000, 7);

        Assert.That(counted.Tags, Is.EqualTo(new[] { "fault=content", "fault=content", "fault=size", "fault=size" }));
        Assert.That(log.Lines, Has.Count.EqualTo(2));
        Assert.That(log.Lines[0], Does.Contain("PUBLISH of session 7").And.Contain("it is bad"));
        Assert.That(log.Lines[1], Does.Contain("2000000 bytes").And.Contain("WampRouter:Transports:MaxMessageBytes is 1048576"));
        Assert.That((refusal.Error, refusal.Message), Is.EqualTo(("wamp.error.payload_size_exceeded", "the callee's answer has 2000000 bytes; this router takes messages of at most 1048576 bytes")));
    }
}
