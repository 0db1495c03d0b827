using WampRouter.Realms.Patterns;
using WampRouter.Realms.Settings;
using WampRouter.Tests.Conformance.Exchange;
using WampRouter.Tests.Doubles;
using WampRouter.Wire;

namespace WampRouter.Tests.Conformance.Suites;

/// <summary>rfc/text/basic/building_blocks.md "URIs", by the loose rule.</summary>
[TestFixtureSource(typeof(ConformanceSuite), nameof(Everywhere))]
internal sealed class UriSuite(Way way, WireFormat format) : ConformanceSuite(way, format)
{
    [TestCase(
        "",
        ".",
        ".com",
        "com.",
        "com..topic",
        "com.to pic",
        "com.topic\\n",
        "com.to\\u00A0pic",
        "com.to#pic")]
    [Shows("uri.components", "error-uri.invalid-uri", "uri.one-namespace", "uri.empty-components")]
    public async Task Uri_BreaksTheRule_IsRefusedWhereverItStands(params string[] uris)
    {
        foreach (var (i, uri) in uris.Index())
        {
            var peer = await JoinAsync($"peer{i}");

            foreach (var (type, options) in new[] { (32, "{}"), (64, "{}"), (48, "{}"), (16, """{"acknowledge":true}""") })
            {
                await peer.ExchangeAsync($"""[{type},{type},{options},"{uri}"]""", $$"""[8,{{type}},{{type}},{},"wamp.error.invalid_uri",["*"]]""");
            }
        }
    }

    [TestCase(
        "topic",
        "com.myapp.mytopic1",
        "com.My-App.$x!/y:z",
        "com.żółw.乌龟.🐢",
        "wampx.topic",
        "com.wamp")]
    [Shows("uri.components", "uri.unicode", "uri.reserved")]
    public async Task Uri_KeepsTheRule_IsTakenAndComesBackAsItWas(params string[] uris)
    {
        foreach (var (i, uri) in uris.Index())
        {
            var peer = await JoinAsync($"peer{i}");
            await peer.ExchangeAsync($$"""[32,1,{"match":"prefix"},"{{uri}}"]""", """[33,1,"*"]""");

            await peer.SendAsync($$"""[16,2,{"exclude_me":false},"{{uri}}"]""");

            await peer.ExpectAsync($$"""[36,"*","*",{"topic":"{{uri}}"}]""");
        }
    }

    [TestCase("wildcard", true, "org..topic", ".topic.", "com.app.topic")]
    [TestCase("wildcard", false, "com.to pic.", "com.#.topic")]
    [TestCase("prefix", true, "com.app.", "com.app")]
    [TestCase("prefix", false, "com..app", ".com", "com.a b")]
    [Shows("uri.empty-components")]
    public async Task Pattern_EmptyComponents_AreTakenWhereTheyMeanSomething(string match, bool isTaken, params string[] patterns)
    {
        var peer = await JoinAsync("peer");

        foreach (var (i, pattern) in patterns.Index())
        {
            await peer.ExchangeAsync(
                $$"""[32,{{i + 1}},{"match":"{{match}}"},"{{pattern}}"]""",
                isTaken ? $"""[33,{i + 1},"*"]""" : $$"""[8,32,{{i + 1}},{},"wamp.error.invalid_uri",["*"]]""");
            await peer.ExchangeAsync(
                $$"""[64,{{i + 1}},{"match":"{{match}}"},"{{pattern}}"]""",
                isTaken ? $"""[65,{i + 1},"*"]""" : $$"""[8,64,{{i + 1}},{},"wamp.error.invalid_uri",["*"]]""");
        }
    }

    [TestCase(
        "wamp",
        "wamp.topic",
        "wamp.error.not_authorized",
        "wamp.session.count")]
    [Shows("uri.reserved")]
    public async Task Uri_OfTheRouter_IsNeitherRegisteredNorPublishedTo(params string[] uris)
    {
        foreach (var (i, uri) in uris.Index())
        {
            var peer = await JoinAsync($"peer{i}");

            await peer.ExchangeAsync($$"""[64,1,{},"{{uri}}"]""", """[8,64,1,{},"wamp.error.invalid_uri",["*"]]""");
            await peer.ExchangeAsync($$"""[16,2,{"acknowledge":true},"{{uri}}"]""", """[8,16,2,{},"wamp.error.invalid_uri",["*"]]""");
        }
    }

    [Test]
    [Shows("uri.reserved")]
    public async Task Uri_OfTheRouter_MayBeSubscribedToAndCalled()
    {
        var peer = await JoinAsync("peer");

        await peer.ExchangeAsync("""[32,1,{},"wamp.session.on_join"]""", """[33,1,"*"]""");
        await peer.ExchangeAsync("""[48,2,{},"wamp.session.count"]""", """[50,2,{},[1]]""");
    }

    [Test]
    [Shows("uri.one-namespace")]
    public async Task Uri_OfATopicAndAProcedure_IsBoth()
    {
        var peer = await JoinAsync("peer");

        await peer.ExchangeAsync("""[32,1,{},"com.thing"]""", """[33,1,"$subscription"]""");
        await peer.ExchangeAsync("""[64,2,{},"com.thing"]""", """[65,2,"$registration"]""");
        await peer.ExchangeAsync("""[16,3,{"exclude_me":false},"com.thing"]""", """[36,"$subscription","*",{}]""");
        await peer.ExchangeAsync("""[48,4,{},"com.thing"]""", """[68,1,"$registration",{}]""");
    }
}

/// <summary>The same by the strict rule.</summary>
[TestFixtureSource(typeof(ConformanceSuite), nameof(Everywhere))]
internal sealed class StrictUriSuite(Way way, WireFormat format) : ConformanceSuite(way, format)
{
    protected override RealmSettings Realm => base.Realm with { UriCheck = UriCheck.Strict };

    [TestCase(true, "com.my_app.topic1", "1.2.3", "topic")]
    [TestCase(false, "com.MyApp", "com.my-app", "com.żółw")]
    [Shows("uri.strict")]
    public async Task Uri_InAStrictRealm_HasLowerCaseDigitsAndUnderscoresOnly(bool isTaken, params string[] uris)
    {
        var peer = await JoinAsync("peer");

        foreach (var uri in uris)
        {
            await peer.ExchangeAsync($$"""[32,1,{},"{{uri}}"]""", isTaken ? """[33,1,"*"]""" : """[8,32,1,{},"wamp.error.invalid_uri",["*"]]""");
            await peer.ExchangeAsync($$"""[64,1,{},"{{uri}}"]""", isTaken ? """[65,1,"*"]""" : """[8,64,1,{},"wamp.error.invalid_uri",["*"]]""");
        }
    }
}
