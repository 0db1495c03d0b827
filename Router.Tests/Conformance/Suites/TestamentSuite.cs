using WampRouter.Realms.Settings;
using WampRouter.Tests.Conformance.Exchange;
using WampRouter.Tests.Doubles;
using WampRouter.Wire;

namespace WampRouter.Tests.Conformance.Suites;

/// <summary>rfc/text/advanced/pubsub_testament.md</summary>
[TestFixtureSource(typeof(ConformanceSuite), nameof(Everywhere))]
internal sealed class TestamentSuite(Way way, WireFormat format) : ConformanceSuite(way, format)
{
    private Peer _heir = null!;
    private Peer _client = null!;

    protected override RealmSettings Realm => ConformanceRouter.Open with { Limits = new RealmLimits { MaxTestamentsPerSession = 4 } };

    [SetUp]
    public async Task JoinBothAsync()
    {
        (_heir, _client) = (await JoinAsync("heir"), await JoinAsync("client"));
        await _heir.ExchangeAsync("""[32,1,{},"com.will"]""", """[33,1,"$will"]""");
        await _heir.ExchangeAsync("""[32,2,{},"wamp.session.on_leave"]""", """[33,2,"$on_leave"]""");
    }

    [Test]
    [Shows("testament.feature", "testament.several", "testament.buckets", "testament.detached-first", "testament.order", "testament.after-the-session")]
    public async Task Leave_TestamentsOfBothScopes_DetachedComeFirstEachInTheOrderAdded()
    {
        await AddAsync("""["com.will",["destroyed 1"],{}],{"scope":"destroyed"}""");
        await AddAsync("""["com.will",["detached 1"],{}],{"scope":"detached"}""");
        await AddAsync("""["com.will",["destroyed 2"],{}],{"scope":"destroyed"}""");
        await AddAsync("""["com.will",["detached 2"],{}],{"scope":"detached"}""");
        await _heir.ExpectNothingAsync();

        await _client.DisposeAsync();

        foreach (var argument in new[] { "detached 1", "detached 2", "destroyed 1", "destroyed 2" })
        {
            await ExpectWillAsync($"[\"{argument}\"]");
        }

        await _heir.ExpectAsync("""[36,"$on_leave","*",{},["$client","..."]]""");
    }

    [TestCase("")]
    [TestCase(""",[],{"scope":"destroyed"}""")]
    [Shows("testament.add-default", "testament.flush-default", "testament.flush", "testament.no-result")]
    public async Task Flush_WithoutScope_ForgetsThoseAddedWithoutScope(string arguments)
    {
        await AddAsync("""["com.will",["destroyed"],{}]""");
        await AddAsync("""["com.will",["detached"],{}],{"scope":"detached"}""");

        await _client.ExchangeAsync($$"""[48,2,{},"wamp.session.flush_testaments"{{arguments}}]""", "[50,2,{}]");
        await _client.DisposeAsync();

        await ExpectWillAsync("""["detached"]""");
        await _heir.ExpectAsync("""[36,"$on_leave","*",{"...":"*"},["$client","..."]]""");
    }

    [Test]
    [Shows("testament.buckets", "testament.flush")]
    public async Task Flush_Detached_LeavesThoseAddedWithoutScope()
    {
        await AddAsync("""["com.will",["destroyed"],{}]""");
        await AddAsync("""["com.will",["detached"],{}],{"scope":"detached"}""");

        await _client.ExchangeAsync("""[48,2,{},"wamp.session.flush_testaments",[],{"scope":"detached"}]""", "[50,2,{}]");
        await _client.DisposeAsync();

        await ExpectWillAsync("""["destroyed"]""");
    }

    [TestCase("""["com.will"]""", "")]
    [TestCase("""["com.will",[1,"two"],{}]""", """,[1,"two"]""")]
    [TestCase("""["com.will",[],{"a":[1.5]}]""", """,[],{"a":[1.5]}""")]
    [TestCase("""["com.will",["\u0000AQID"],{"k":null}]""", """,["\u0000AQID"],{"k":null}""")]
    [Shows("testament.add")]
    public async Task Leave_Testament_IsPublishedWithItsArguments(string testament, string arguments)
    {
        await AddAsync(testament);

        await _client.DisposeAsync();

        await _heir.ExpectAsync($$"""[36,"$will","*",{}{{arguments}}]""");
    }

    [Test]
    [Shows("testament.options", "testament.acknowledge")]
    public async Task Leave_TestamentWithPublishOptions_FollowsThemButAcknowledgesNothing()
    {
        var shunned = await JoinAsync("shunned");
        await shunned.ExchangeAsync("""[32,1,{},"com.will"]""", """[33,1,"$will"]""");
        await AddAsync("""["com.will",[],{}],{"publish_options":{"acknowledge":true,"disclose_me":true,"exclude":["$shunned"]}}""");

        await _client.ExchangeAsync("""[6,{},"wamp.close.normal"]""", """[6,{},"wamp.close.goodbye_and_out"]""");

        await _heir.ExpectAsync("""[36,"$will","*",{"publisher":"$client","publisher_authid":"*","publisher_authrole":"guest"}]""");
        await shunned.ExpectNothingAsync();
    }

    [TestCase("violates")]
    [TestCase("is killed")]
    [TestCase("says goodbye")]
    [Shows("testament.any-loss")]
    public async Task Leave_HoweverItHappens_TheTestamentIsPublishedOnce(string how)
    {
        await AddAsync("""["com.will",[],{}]""");

        switch (how)
        {
            case "violates":
                await _client.SendAsync("[]");
                break;
            case "is killed":
                await (await JoinAsync("admin")).ExchangeAsync("""[48,1,{},"wamp.session.kill",["$client"]]""", "[50,1,{}]");
                break;
            default:
                await _client.SendAsync("""[6,{},"wamp.close.normal"]""");
                break;
        }

        await ExpectWillAsync();
        await _heir.ExpectAsync("""[36,"$on_leave","*",{"...":"*"},["$client","..."]]""");
        await _client.DisposeAsync();
        await _heir.ExpectNothingAsync();
    }

    [TestCase("add_testament", """["com.will",[],{}],{"scope":"other"}""", "invalid_argument")]
    [TestCase("add_testament", """["com.will",{}]""", "invalid_argument")]
    [TestCase("add_testament", "[]", "invalid_argument")]
    [TestCase("add_testament", """["com..will"]""", "invalid_uri")]
    [TestCase("add_testament", """["wamp.session.on_leave"]""", "invalid_uri")]
    [TestCase("add_testament", """["closed.to.all.guests.will"]""", "not_authorized")]
    [TestCase("flush_testaments", """[],{"scope":"other"}""", "invalid_argument")]
    [Shows("testament.refused")]
    public async Task Call_WhatCouldNotBePublished_IsRefusedAtOnce(string procedure, string arguments, string error) =>
        await _client.ExchangeAsync($$"""[48,1,{},"wamp.session.{{procedure}}",{{arguments}}]""", $$"""[8,48,1,{},"wamp.error.{{error}}",["*"]]""");

    [Test]
    [Shows("testament.bounded")]
    public async Task Add_MoreThanTheLimit_IsRefused()
    {
        for (var i = 0; i < 4; i++)
        {
            await AddAsync("""["com.will"]""");
        }

        await _client.ExchangeAsync("""[48,1,{},"wamp.session.add_testament",["com.will"]]""", """[8,48,1,{},"wamp.error.unavailable",["*"]]""");
    }

    private Task AddAsync(string arguments) => _client.ExchangeAsync($$"""[48,1,{},"wamp.session.add_testament",{{arguments}}]""", "[50,1,{}]");

    private Task ExpectWillAsync(string? arguments = null) =>
        _heir.ExpectAsync($$"""[36,"$will","*",{}{{(arguments is null ? "" : ",")}}{{arguments}}]""");
}
