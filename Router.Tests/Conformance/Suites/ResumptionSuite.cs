using WampRouter.Tests.Conformance.Exchange;
using WampRouter.Tests.Doubles;
using WampRouter.Wire;

namespace WampRouter.Tests.Conformance.Suites;

/// <summary>docs/resumption.md, and rfc/session-state-machine.md "Session Pause and Resume" as far as it is followed.</summary>
[TestFixtureSource(typeof(ConformanceSuite), nameof(Everywhere))]
internal sealed class ResumptionSuite(Way way, WireFormat format) : ConformanceSuite(way, format)
{
    private const string Roles = """{"publisher":{},"subscriber":{},"caller":{},"callee":{}}""";

    [Test]
    [Shows("resumption.what-was-missed", "resumption.announced", "state-machine.resumable", "state-machine.resume-ticket", "state-machine.resumed")]
    public async Task Resume_ConnectionWasLost_BringsWhatWasMissedOnceAndInOrder()
    {
        var publisher = await JoinAsync("publisher");
        var subscriber = await JoinResumableAsync();
        await subscriber.ExchangeAsync("""[32,1,{},"com.topic"]""", """[33,1,"$subscription"]""");
        await PublishAsync(publisher, 1);
        await subscriber.ExpectAsync("""[36,"$subscription","$p1",{},[1]]""");
        await subscriber.DisposeAsync();
        await PublishAsync(publisher, 2);
        await PublishAsync(publisher, 3);

        var again = await ResumeAsync("""{"resumable":true,"resumed":true,"resume_token":"$next","_received":1,"...":"*"}""", received: 2);
        await PublishAsync(publisher, 4);

        Assert.That(Text("next"), Is.Not.EqualTo(Text("token")));
        foreach (var number in new[] { 2, 3, 4 })
        {
            await again.ExpectAsync($$"""[36,"$subscription","$p{{number}}",{},[{{number}}]]""");
        }

        await again.ExpectNothingAsync();
    }

    [Test]
    [Shows("resumption.what-was-missed")]
    public async Task Resume_ClientReceivedLessThanWasSent_BringsTheRestAgain()
    {
        var publisher = await JoinAsync("publisher");
        var subscriber = await JoinResumableAsync();
        await subscriber.ExchangeAsync("""[32,1,{},"com.topic"]""", """[33,1,"$subscription"]""");
        await PublishAsync(publisher, 1);
        await PublishAsync(publisher, 2);
        await subscriber.DisposeAsync();

        var again = await ResumeAsync("""{"resumed":true,"...":"*"}""", received: 0);

        await again.ExpectAsync("""[33,1,"$subscription"]""");
        await again.ExpectAsync("""[36,"$subscription","$p1",{},[1]]""");
        await again.ExpectAsync("""[36,"$subscription","$p2",{},[2]]""");
        await again.ExpectNothingAsync();
    }

    [Test]
    [Shows("state-machine.resume-token")]
    public async Task Token_OfEachSession_IsRandomAndFitsAnywhere()
    {
        await JoinResumableAsync();
        await (await ConnectAsync()).ExchangeAsync($$"""[1,"open",{"roles":{{Roles}},"resumable":true}]""", """[2,"*",{"resume_token":"$another","...":"*"}]""");

        Assert.That(new[] { Text("token"), Text("another") }, Is.Unique.And.All.Match("^[A-Za-z0-9_-]{43}$"));
    }

    [Test]
    [Shows("resumption.calls")]
    public async Task Resume_CalledMeanwhile_BringsTheInvocationAndTheCallerItsResult()
    {
        var caller = await JoinAsync("caller");
        var callee = await JoinResumableAsync();
        await callee.ExchangeAsync("""[64,1,{},"com.procedure"]""", """[65,1,"$registration"]""");
        await callee.DisposeAsync();
        await caller.SendAsync("""[48,1,{},"com.procedure",["x"]]""");

        var again = await ResumeAsync("""{"resumed":true,"...":"*"}""", received: 1);
        await again.ExpectAsync("""[68,"$invocation","$registration",{},["x"]]""");
        await again.SendAsync("""[70,"$invocation",{},["y"]]""");

        await caller.ExpectAsync("""[50,1,{},["y"]]""");
    }

    [TestCase("""{"resumable":true,"resume-session":"$session","resume-token":"not the token"}""")]
    [TestCase("""{"resumable":true,"resume-session":4711,"resume-token":"$token"}""")]
    [Shows("resumption.token")]
    public async Task Resume_NotWithTheToken_IsANewSessionAndTheOtherIsUntouched(string wish)
    {
        var publisher = await JoinAsync("publisher");
        var subscriber = await JoinResumableAsync();
        await subscriber.ExchangeAsync("""[32,1,{},"com.topic"]""", """[33,1,"$subscription"]""");
        var thief = await ConnectAsync();

        await thief.ExchangeAsync($$"""[1,"open",{"roles":{{Roles}},{{wish.Trim()[1..]}}]""", """[2,"$other",{"resumed":false,"...":"*"}]""");
        await PublishAsync(publisher, 1);

        await subscriber.ExpectAsync("""[36,"$subscription","$p1",{},[1]]""");
        await thief.ExpectNothingAsync();
        Assert.That(Id("other"), Is.Not.EqualTo(Id("session")));
    }

    [Test]
    [Shows("resumption.testaments")]
    public async Task Detached_TestamentOfThatScope_IsPublishedAtOnceAndTheOtherOnlyAtTheEnd()
    {
        var heir = await JoinAsync("heir");
        await heir.ExchangeAsync("""[32,1,{},"com.will"]""", """[33,1,"$will"]""");
        var testator = await JoinResumableAsync();
        await testator.ExchangeAsync("""[48,1,{},"wamp.session.add_testament",["com.will",["destroyed"],{}]]""", """[50,1,{}]""");
        await testator.ExchangeAsync("""[48,2,{},"wamp.session.add_testament",["com.will",["detached"],{}],{"scope":"detached"}]""", """[50,2,{}]""");

        await testator.DisposeAsync();
        await heir.ExpectAsync("""[36,"$will","*",{},["detached"]]""");
        await heir.ExpectNothingAsync();

        var again = await ResumeAsync("""{"resumed":true,"...":"*"}""", received: 2);
        await again.ExchangeAsync("""[6,{},"wamp.close.close_realm"]""", """[6,{},"wamp.close.goodbye_and_out"]""");
        await heir.ExpectAsync("""[36,"$will","*",{},["destroyed"]]""");
    }

    [Test]
    [Shows("resumption.final-ends")]
    public async Task Resume_AfterGoodbye_IsANewSession()
    {
        var peer = await JoinResumableAsync();
        await peer.ExchangeAsync("""[6,{},"wamp.close.close_realm"]""", """[6,{},"wamp.close.goodbye_and_out"]""");

        var again = await ConnectAsync();

        await again.ExchangeAsync(Hello(0), """[2,"$other",{"resumed":false,"...":"*"}]""");
        Assert.That(Id("other"), Is.Not.EqualTo(Id("session")));
    }

    private static string Hello(int received) =>
        $$"""[1,"open",{"roles":{{Roles}},"resumable":true,"resume-session":"$session","resume-token":"$token","_received":{{received}}}]""";

    private static async Task PublishAsync(Peer publisher, int number) =>
        await publisher.ExchangeAsync($$"""[16,{{number}},{"acknowledge":true},"com.topic",[{{number}}]]""", $"""[17,{number},"$p{number}"]""");

    private async Task<Peer> JoinResumableAsync()
    {
        var peer = await ConnectAsync();
        await peer.ExchangeAsync(
            $$"""[1,"open",{"roles":{{Roles}},"resumable":true}]""",
            """[2,"$session",{"resumable":true,"resumed":false,"resume_token":"$token","_received":0,"_resume_within":60000,"...":"*"}]""");
        return peer;
    }

    /// <summary>A new connection that takes the session over.</summary>
    private async Task<Peer> ResumeAsync(string details, int received)
    {
        var peer = await ConnectAsync();
        await peer.ExchangeAsync(Hello(received), $"""[2,"$session",{details}]""");
        return peer;
    }
}
