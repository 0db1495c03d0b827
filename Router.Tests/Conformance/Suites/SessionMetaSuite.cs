using WampRouter.Tests.Conformance.Exchange;
using WampRouter.Tests.Doubles;
using WampRouter.Wire;

namespace WampRouter.Tests.Conformance.Suites;

/// <summary>rfc/text/advanced/meta_api_sessions.md</summary>
[TestFixtureSource(typeof(ConformanceSuite), nameof(Everywhere))]
internal sealed class SessionMetaSuite(Way way, WireFormat format) : ConformanceSuite(way, format)
{
    [Test]
    [Shows("session-meta.broker", "session-meta.on-join")]
    public async Task Join_OthersOfTheRealm_AreToldWhoItIs()
    {
        var ann = await WatchAsync("ann");

        await LogInAsync("sue");

        await ann.ExpectAsync("""[36,"$on_join","*",{},[{"session":"$sue","authid":"sue","authrole":"staff","authmethod":"ticket","authprovider":"*","transport":{"...":"*"}}]]""");
        await ann.ExpectNothingAsync();
    }

    [TestCase("says goodbye")]
    [TestCase("aborts")]
    [TestCase("violates")]
    [TestCase("is killed")]
    [TestCase("is lost")]
    [Shows("session-meta.broker", "session-meta.on-leave", "session-meta.any-loss")]
    public async Task Leave_HoweverItHappens_OthersOfTheRealmAreToldOnce(string how)
    {
        var sue = await LogInAsync("sue");
        var abe = await LogInAsync("abe");
        var ann = await WatchAsync("ann");

        switch (how)
        {
            case "says goodbye":
                await sue.ExchangeAsync("""[6,{},"wamp.close.normal"]""", """[6,{},"wamp.close.goodbye_and_out"]""");
                break;
            case "aborts":
                await sue.SendAsync("""[3,{},"com.error"]""");
                break;
            case "violates":
                await sue.SendAsync("[]");
                break;
            case "is killed":
                await abe.ExchangeAsync("""[48,1,{},"wamp.session.kill",["$sue"]]""", "[50,1,{}]");
                break;
            default:
                await sue.DisposeAsync();
                break;
        }

        await ann.ExpectAsync("""[36,"$on_leave","*",{},["$sue","sue","staff"]]""");
        await sue.DisposeAsync();
        await ann.ExpectNothingAsync();
    }

    [Test]
    [Shows("session-meta.from-router")]
    public async Task Events_OfTheRouter_NameNoPublisherAndNobodyElseSendsThem()
    {
        var ann = await WatchAsync("ann");
        var abe = await LogInAsync("abe");
        await ann.ExpectAsync("""[36,"$on_join","*",{},[{"session":"$abe","...":"*"}]]""");

        await abe.ExchangeAsync("""[16,1,{"acknowledge":true,"disclose_me":true},"wamp.session.on_leave",["$ann","ann","manager"]]""", """[8,16,1,{},"wamp.error.invalid_uri",["*text"]]""");
        await abe.SendAsync("""[16,2,{},"wamp.session.on_leave",["$ann","ann","manager"]]""");

        await abe.ExpectNothingAsync();
        await ann.ExpectNothingAsync();
    }

    [Test]
    [Shows("session-meta.events-same-realm", "session-meta.procedures-same-realm")]
    public async Task Session_OfAnotherRealm_IsNeitherSeenNorFound()
    {
        var ann = await WatchAsync("ann");

        var stranger = await JoinAsync("stranger");
        await ann.ExchangeAsync("""[48,1,{},"wamp.session.list"]""", """[50,1,{},[["$ann"]]]""");
        await ann.ExchangeAsync("""[48,2,{},"wamp.session.get",["$stranger"]]""", """[8,48,2,{},"wamp.error.no_such_session",["*"]]""");
        await ann.ExchangeAsync("""[48,3,{},"wamp.session.kill",["$stranger"]]""", """[8,48,3,{},"wamp.error.no_such_session",["*"]]""");
        await ann.ExchangeAsync("""[48,4,{},"wamp.session.kill_all"]""", "[50,4,{},[0]]");
        await stranger.ExchangeAsync("""[48,1,{},"wamp.session.count"]""", "[50,1,{},[1]]");

        await stranger.DisposeAsync();
        await ann.ExpectNothingAsync();
    }

    [TestCase("", 3)]
    [TestCase(",[[\"staff\",\"nobody\"]]", 2)]
    [TestCase(",[[]]", 0)]
    [Shows("session-meta.dealer", "session-meta.count")]
    public async Task Count_WithAndWithoutAFilter_CountsTheSessionsOfThoseRoles(string arguments, int count)
    {
        var (ann, _, _) = (await LogInAsync("ann"), await LogInAsync("sue"), await LogInAsync("sam"));

        await ann.ExchangeAsync($$"""[48,1,{},"wamp.session.count"{{arguments}}]""", $$"""[50,1,{},[{{count}}]]""");
    }

    [TestCase(",[[\"manager\"]]", "\"$ann\"")]
    [TestCase(",[[\"staff\"]]", "\"$sue\"")]
    [TestCase(",[[\"nobody\"]]", "")]
    [TestCase(",[[]]", "")]
    [Shows("session-meta.dealer", "session-meta.list")]
    public async Task List_WithAndWithoutAFilter_NamesTheSessionsOfThoseRoles(string arguments, string sessions)
    {
        var (ann, _) = (await LogInAsync("ann"), await LogInAsync("sue"));

        await ann.ExchangeAsync($$"""[48,1,{},"wamp.session.list"{{arguments}}]""", $$"""[50,1,{},[[{{sessions}}]]]""");
    }

    [Test]
    [Shows("session-meta.dealer", "session-meta.list")]
    public async Task List_WithoutAFilter_NamesEverySessionOfTheRealmOnce()
    {
        var (ann, _) = (await LogInAsync("ann"), await LogInAsync("sue"));

        await ann.ExchangeAsync("""[48,1,{},"wamp.session.list"]""", """[50,1,{},[["$one","$other"]]]""");

        Assert.That(new[] { Id("one"), Id("other") }, Is.EquivalentTo(new[] { Id("ann"), Id("sue") }));
    }

    [Test]
    [Shows("session-meta.dealer", "session-meta.get")]
    public async Task Get_Session_IsDescribed()
    {
        var (ann, _) = (await LogInAsync("ann"), await LogInAsync("sue"));

        await ann.ExchangeAsync(
            """[48,1,{},"wamp.session.get",["$sue"]]""",
            """[50,1,{},[{"session":"$sue","authid":"sue","authrole":"staff","authmethod":"ticket","authprovider":"*","transport":{"...":"*"}}]]""");
    }

    [TestCase("wamp.session.get")]
    [TestCase("wamp.session.kill")]
    [Shows("session-meta.no-such-session")]
    public async Task GetAndKill_NoSessionOfThatId_IsNoSuchSession(string procedure)
    {
        var ann = await LogInAsync("ann");

        await ann.ExchangeAsync($$"""[48,1,{},"{{procedure}}",[1]]""", """[8,48,1,{},"wamp.error.no_such_session",["*"]]""");
    }

    [Test]
    [Shows("session-meta.kill-own")]
    public async Task Kill_OwnSession_IsNoSuchSession()
    {
        var ann = await LogInAsync("ann");

        await ann.ExchangeAsync("""[48,1,{},"wamp.session.kill",["$ann"]]""", """[8,48,1,{},"wamp.error.no_such_session",["*"]]""");
        await ann.ExpectNothingAsync();
    }

    [TestCase("", """[6,{},"wamp.close.killed"]""")]
    [TestCase(""",{"reason":"com.why","message":"bye"}""", """[6,{"message":"bye"},"com.why"]""")]
    [Shows("session-meta.dealer", "session-meta.kill", "session-meta.kill-defaults")]
    public async Task Kill_AnotherSession_ItGetsGoodbyeWithReasonAndMessage(string keywords, string goodbye)
    {
        var (ann, sue) = (await LogInAsync("ann"), await LogInAsync("sue"));

        await ann.ExchangeAsync($$"""[48,1,{},"wamp.session.kill",["$sue"]{{keywords}}]""", "[50,1,{}]");

        await sue.ExpectAsync(goodbye);
        await sue.ExpectEndAsync();
        await ann.ExchangeAsync("""[48,2,{},"wamp.session.count"]""", "[50,2,{},[1]]");
    }

    [TestCase("kill", "[\"$sue\"]", "")]
    [TestCase("kill_by_authid", "[\"sue\"]", ",[[\"$sue\"]]")]
    [TestCase("kill_by_authrole", "[\"staff\"]", ",[1]")]
    [TestCase("kill_all", "[]", ",[1]")]
    [Shows("session-meta.kill", "session-meta.kill-by-authid", "session-meta.kill-by-authrole", "session-meta.kill-all", "session-meta.kill-defaults")]
    public async Task Kill_WithReasonAndMessage_GoodbyeHasBoth(string procedure, string arguments, string result)
    {
        var (ann, sue) = (await LogInAsync("ann"), await LogInAsync("sue"));

        await ann.ExchangeAsync($$"""[48,1,{},"wamp.session.{{procedure}}",{{arguments}},{"reason":"com.why","message":"bye"}]""", $$"""[50,1,{}{{result}}]""");

        await sue.ExpectAsync("""[6,{"message":"bye"},"com.why"]""");
        await sue.ExpectEndAsync();
        await ann.ExchangeAsync("""[48,2,{},"wamp.session.list"]""", """[50,2,{},[["$ann"]]]""");
    }

    [TestCase("kill_by_authid", "[\"nobody\"]", "[]")]
    [TestCase("kill_by_authid", "[\"ann\"]", "[]")]
    [TestCase("kill_by_authrole", "[\"nobody\"]", "0")]
    [TestCase("kill_by_authrole", "[\"manager\"]", "0")]
    [Shows("session-meta.kill-by-authid", "session-meta.kill-by-authrole")]
    public async Task KillByNameOrRole_NobodyElseHasIt_KillsNobody(string procedure, string arguments, string result)
    {
        var (ann, sue) = (await LogInAsync("ann"), await LogInAsync("sue"));

        await ann.ExchangeAsync($$"""[48,1,{},"wamp.session.{{procedure}}",{{arguments}}]""", $$"""[50,1,{},[{{result}}]]""");

        await sue.ExpectNothingAsync();
        await ann.ExpectNothingAsync();
    }

    [Test]
    [Shows("session-meta.kill-by-authid")]
    public async Task KillByAuthId_SeveralSessions_AreListedWithoutTheCallers()
    {
        var ann = await LogInAsync("ann");
        var (same, other) = (await ConnectAsync(), await LogInAsync("sue"));
        await same.LogInAsync("same", "ann");

        await ann.ExchangeAsync("""[48,1,{},"wamp.session.kill_by_authid",["ann"]]""", """[50,1,{},[["$same"]]]""");

        await same.ExpectAsync("""[6,{},"wamp.close.killed"]""");
        await other.ExpectNothingAsync();
    }

    [Test]
    [Shows("session-meta.kill-by-authrole")]
    public async Task KillByAuthRole_SeveralSessions_AreCountedWithoutTheCallers()
    {
        var (ann, abe, sue) = (await LogInAsync("ann"), await LogInAsync("abe"), await LogInAsync("sue"));

        await ann.ExchangeAsync("""[48,1,{},"wamp.session.kill_by_authrole",["manager"],{"reason":"com.why"}]""", "[50,1,{},[1]]");

        await abe.ExpectAsync("""[6,{},"com.why"]""");
        await sue.ExpectNothingAsync();
    }

    [Test]
    [Shows("session-meta.kill-all", "session-meta.kill-all-silent")]
    public async Task KillAll_EverybodyElse_GoesAndNobodyIsTold()
    {
        var sue = await LogInAsync("sue");
        await sue.ExchangeAsync("""[48,1,{},"wamp.session.add_testament",["com.will",[]]]""", "[50,1,{}]");
        var ann = await WatchAsync("ann");
        await ann.ExchangeAsync("""[32,3,{},"com.will"]""", """[33,3,"*"]""");

        await ann.ExchangeAsync("""[48,1,{},"wamp.session.kill_all",[],{"message":"maintenance"}]""", "[50,1,{},[1]]");

        await sue.ExpectAsync("""[6,{"message":"maintenance"},"wamp.close.killed"]""");
        await sue.ExpectEndAsync();
        await ann.ExpectNothingAsync();
    }

    [TestCase("kill", "[\"$sue\"]")]
    [TestCase("kill_by_authid", "[\"sue\"]")]
    [TestCase("kill_by_authrole", "[\"staff\"]")]
    [TestCase("kill_all", "[]")]
    [Shows("session-meta.invalid-reason")]
    public async Task Kill_ReasonIsNoUri_IsInvalidUriAndNobodyGoes(string procedure, string arguments)
    {
        var (ann, sue) = (await LogInAsync("ann"), await LogInAsync("sue"));

        foreach (var reason in new[] { "\"\"", "\"a b\"", "7" })
        {
            await ann.ExchangeAsync($$"""[48,1,{},"wamp.session.{{procedure}}",{{arguments}},{"reason":{{reason}}}]""", """[8,48,1,{},"wamp.error.invalid_uri",["*"]]""");
        }

        await sue.ExpectNothingAsync();
    }

    [TestCase("wamp.session.count", "[7]")]
    [TestCase("wamp.session.get", "[\"one\"]")]
    [TestCase("wamp.session.kill", "[]")]
    [TestCase("wamp.session.kill_by_authid", "[7]")]
    [Shows("session-meta.invalid-argument")]
    public async Task Call_WrongArguments_IsInvalidArgument(string procedure, string arguments)
    {
        var ann = await LogInAsync("ann");

        await ann.ExchangeAsync($$"""[48,1,{},"{{procedure}}",{{arguments}}]""", """[8,48,1,{},"wamp.error.invalid_argument",["*"]]""");
    }

    /// <summary>Somebody who is told of sessions that come and go.</summary>
    private async Task<Peer> WatchAsync(string authId)
    {
        var peer = await LogInAsync(authId);
        await peer.ExchangeAsync("""[32,1,{},"wamp.session.on_join"]""", """[33,1,"$on_join"]""");
        await peer.ExchangeAsync("""[32,2,{},"wamp.session.on_leave"]""", """[33,2,"$on_leave"]""");
        return peer;
    }
}
