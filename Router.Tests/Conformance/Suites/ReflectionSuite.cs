using WampRouter.Tests.Conformance.Exchange;
using WampRouter.Tests.Doubles;
using WampRouter.Wire;

namespace WampRouter.Tests.Conformance.Suites;

/// <summary>rfc/text/advanced/interface_reflection.md and docs/reflection.md</summary>
[TestFixtureSource(typeof(ConformanceSuite), nameof(Everywhere))]
internal sealed class ReflectionSuite(Way way, WireFormat format) : ConformanceSuite(way, format)
{
    private const string Definition = """{"type":"procedure","text":"adds two numbers"}""";

    [Test]
    [Shows("reflection.broker", "reflection.dealer", "reflection.announced")]
    public async Task Welcome_BothRoles_AnnounceReflectionBesideTheFeaturesAndAmongThem()
    {
        var peer = await ConnectAsync();

        await peer.ExchangeAsync(
            $"""[1,"open",{Peer.NoFeature}]""",
            """
            [2,"*",{"roles":{"broker":{"reflection":true,"features":{"reflection":true,"...":"*"}},"dealer":{"reflection":true,"features":{"reflection":true,"...":"*"}}},"...":"*"}]
            """);
    }

    [Test]
    [Shows("reflection.list")]
    public async Task List_OfEachKind_NamesWhatIsThere()
    {
        var peer = await JoinAsync("peer");
        await peer.ExchangeAsync("""[64,1,{},"com.procedure"]""", """[65,1,"*"]""");
        await peer.ExchangeAsync("""[32,2,{},"com.topic"]""", """[33,2,"*"]""");
        await peer.ExchangeAsync("""[48,3,{},"wamp.reflect.define",["com.error",{"type":"error"}]]""", """[50,3,{},[true]]""");

        await peer.ExchangeAsync("""[48,4,{},"wamp.reflection.procedure.list"]""", """[50,4,{},[["com.procedure"]]]""");
        await peer.ExchangeAsync("""[48,5,{},"wamp.reflection.topic.list"]""", """[50,5,{},[["com.topic"]]]""");
        await peer.ExchangeAsync("""[48,6,{},"wamp.reflection.error.list"]""", """[50,6,{},[["com.error"]]]""");
    }

    [Test]
    [Shows("reflection.describe", "reflection.events")]
    public async Task Define_ThenDescribe_GivesTheDefinitionUntilItsSessionLeaves()
    {
        var other = await JoinAsync("other");
        await other.ExchangeAsync("""[32,1,{},"wamp.reflect.on_define"]""", """[33,1,"$defined"]""");
        await other.ExchangeAsync("""[32,2,{},"wamp.reflect.on_undefine"]""", """[33,2,"$undefined"]""");
        var callee = await JoinAsync("callee");

        await callee.ExchangeAsync($"""[48,1,{Empty},"wamp.reflect.define",["com.add",{Definition}]]""", """[50,1,{},[true]]""");
        await other.ExpectAsync($$"""[36,"$defined","*",{"...":"*"},["com.add",{{Definition}},true]]""");
        await other.ExchangeAsync("""[48,3,{},"wamp.reflection.procedure.describe",["com.add"]]""", $"""[50,3,{Empty},[{Definition}]]""");
        await other.ExchangeAsync("""[48,4,{},"wamp.reflection.topic.describe",["com.add"]]""", """[50,4,{},[null]]""");
        await other.ExchangeAsync("""[48,5,{},"wamp.reflect.describe",["com.add"]]""", $"""[50,5,{Empty},[[{Definition}]]]""");

        await callee.DisposeAsync();
        await other.ExpectAsync("""[36,"$undefined","*",{"...":"*"},["com.add","procedure"]]""");
        await other.ExchangeAsync("""[48,6,{},"wamp.reflection.procedure.describe",["com.add"]]""", """[50,6,{},[null]]""");
    }

    [TestCase("reflect.define", """["closed.to.all.guests.thing",{"type":"procedure"}]""")]
    [TestCase("reflect.define", """["closed.to.all.guests.thing",{"type":"topic"}]""")]
    [TestCase("reflection.procedure.describe", """["closed.to.all.guests.thing"]""")]
    [TestCase("reflection.topic.describe", """["closed.to.all.guests.thing"]""")]
    [Shows("reflection.permissions")]
    public async Task Call_WhatTheCallerMayNotAccess_IsNotAuthorizedAndNothingIsDefined(string procedure, string arguments)
    {
        var (peer, other) = (await JoinAsync("peer"), await JoinAsync("other"));
        await other.ExchangeAsync("""[32,1,{},"wamp.reflect.on_define"]""", """[33,1,"*"]""");

        await peer.ExchangeAsync($"""[48,1,{Empty},"wamp.{procedure}",{arguments}]""", """[8,48,1,{},"wamp.error.not_authorized",["*text"]]""");

        await peer.ExpectNothingAsync();
        await other.ExpectNothingAsync();
    }

    [Test]
    [Shows("reflection.permissions")]
    public async Task List_WhatTheCallerMayNotAccess_IsLeftOut()
    {
        var (ann, guest) = (await LogInAsync("ann"), await JoinAsync("guest"));
        await guest.ExchangeAsync("""[32,1,{"match":"prefix"},""]""", """[33,1,"*"]""");
        await guest.ExchangeAsync("""[32,2,{},"com.topic"]""", """[33,2,"*"]""");

        await guest.ExchangeAsync("""[48,3,{},"wamp.reflection.topic.list"]""", """[50,3,{},[["com.topic"]]]""");
        await ann.ExchangeAsync("""[48,1,{},"wamp.reflection.topic.list"]""", """[50,1,{},[[]]]""");
    }

    [TestCase("reflect.describe", """["not..a uri"]""", "invalid_uri")]
    [TestCase("reflect.define", """["com..thing",{"type":"procedure"}]""", "invalid_uri")]
    [TestCase("reflect.define", """["com.thing",{"type":"animal"}]""", "invalid_argument")]
    [TestCase("reflect.define", """["com.thing",7]""", "invalid_argument")]
    [TestCase("reflect.define", """["com.thing"]""", "invalid_argument")]
    [TestCase("reflection.error.describe", "[]", "invalid_argument")]
    [Shows("reflection.wrong-arguments")]
    public async Task Call_WrongArguments_AreRefused(string procedure, string arguments, string error)
    {
        var peer = await JoinAsync("peer");

        await peer.ExchangeAsync($"""[48,1,{Empty},"wamp.{procedure}",{arguments}]""", $$"""[8,48,1,{},"wamp.error.{{error}}",["*text"]]""");
    }

    private const string Empty = "{}";
}
