using System.Globalization;
using WampRouter.Sessions;
using WampRouter.Tests.Conformance.Exchange;
using WampRouter.Tests.Doubles;
using WampRouter.Wire;

namespace WampRouter.Tests.Conformance.Suites;

/// <summary>rfc/text/basic/building_blocks.md "IDs".</summary>
[TestFixtureSource(typeof(ConformanceSuite), nameof(Everywhere))]
internal sealed class IdSuite(Way way, WireFormat format) : ConformanceSuite(way, format)
{
    private const long MaxId = 1L << 53;

    /// <summary>That none of so many uniform ids is in the upper half happens once in 2^40 runs.</summary>
    private const int Drawn = 40;

    [TestCase(
        "0",
        "-1",
        "9007199254740993",
        "18446744073709551615",
        "1.5",
        "\"1\"",
        "true",
        "null",
        "[]")]
    [Shows("id.range", "violation.incompatible", "field.float-ids")]
    public async Task Request_NoId_IsAViolation(params string[] ids)
    {
        foreach (var (i, id) in ids.Index())
        {
            var peer = await JoinAsync($"peer{i}");

            await peer.SendAsync($$"""[32,{{id}},{},"com.topic"]""");

            await peer.ExpectViolationAsync();
        }
    }

    [TestCase(
        "1",
        "9007199254740992")]
    [Shows("id.range")]
    public async Task Request_FirstAndLastId_AreTaken(params string[] ids)
    {
        foreach (var (i, id) in ids.Index())
        {
            var peer = await JoinAsync($"peer{i}");

            await peer.ExchangeAsync($$"""[32,{{id}},{},"com.topic"]""", $"""[33,{id},"*"]""");
        }
    }

    [Test]
    [Shows("field.float-ids")]
    public async Task Request_WholeFloat_IsThatId()
    {
        var peer = await JoinAsync("peer");

        await peer.ExchangeAsync("""[32,5000000000.0,{},"com.topic"]""", """[33,5000000000,"$subscription"]""");
        await peer.ExchangeAsync($"[34,7.0,{Id("subscription").ToString(CultureInfo.InvariantCulture)}.0]", "[35,7]");
    }

    [Test]
    [Shows("id.global")]
    public async Task Publications_Many_HaveRandomIds()
    {
        var publisher = await JoinAsync("publisher");

        for (var i = 1; i <= Drawn; i++)
        {
            await publisher.ExchangeAsync($$"""[16,{{i}},{"acknowledge":true},"com.topic"]""", $"""[17,{i},"$p{i}"]""");
        }

        AssertRandom("p");
    }

    [Test]
    [Shows("id.global", "sessions.session-id")]
    public async Task Sessions_Many_HaveRandomIds()
    {
        var peer = await ConnectAsync();

        for (var i = 1; i <= Drawn; i++)
        {
            await peer.JoinAsync($"s{i}", Peer.NoFeature);
            await peer.ExchangeAsync("""[6,{},"wamp.close.close_realm"]""", """[6,{},"wamp.close.goodbye_and_out"]""");
        }

        AssertRandom("s");
    }

    [Test]
    [Shows("id.router")]
    public async Task SubscriptionsAndRegistrations_WhateverIsNew_HasANewId()
    {
        var peer = await JoinAsync("peer");

        await peer.ExchangeAsync("""[32,1,{},"com.a"]""", """[33,1,"$first"]""");
        await peer.ExchangeAsync("""[32,2,{},"com.b"]""", """[33,2,"$second"]""");
        await peer.ExchangeAsync("""[34,3,"$first"]""", "[35,3]");
        await peer.ExchangeAsync("""[32,4,{},"com.a"]""", """[33,4,"$third"]""");
        await peer.ExchangeAsync("""[64,5,{},"com.a"]""", """[65,5,"$fourth"]""");
        await peer.ExchangeAsync("""[66,6,"$fourth"]""", "[67,6]");
        await peer.ExchangeAsync("""[64,7,{},"com.a"]""", """[65,7,"$fifth"]""");

        Assert.That(new[] { Id("first"), Id("second"), Id("third") }, Is.Unique.And.All.InRange(1, MaxId));
        Assert.That(new[] { Id("fourth"), Id("fifth") }, Is.Unique.And.All.InRange(1, MaxId));
    }

    [Test]
    [Shows("id.session-router")]
    public async Task Invocations_OfEachCallee_CountFromOne()
    {
        var (first, second, caller) = (await JoinAsync("first"), await JoinAsync("second"), await JoinAsync("caller"));
        await first.ExchangeAsync("""[64,1,{},"com.a"]""", """[65,1,"$a"]""");
        await first.ExchangeAsync("""[64,2,{},"com.b"]""", """[65,2,"$b"]""");
        await second.ExchangeAsync("""[64,1,{},"com.c"]""", """[65,1,"$c"]""");

        await caller.SendAsync("""[48,101,{},"com.b"]""");
        await caller.SendAsync("""[48,102,{},"com.c"]""");
        await caller.SendAsync("""[48,103,{},"com.a"]""");

        await first.ExpectAsync("""[68,1,"$b",{}]""");
        await first.ExpectAsync("""[68,2,"$a",{}]""");
        await second.ExpectAsync("""[68,1,"$c",{}]""");
    }

    [Test]
    [Shows("id.mirrored")]
    public async Task Answers_OfEveryKind_CarryTheIdOfTheirRequest()
    {
        var peer = await JoinAsync("peer");

        await peer.ExchangeAsync("""[32,71,{},"com.a"]""", """[33,71,"$subscription"]""");
        await peer.ExchangeAsync("""[34,5,"$subscription"]""", "[35,5]");
        await peer.ExchangeAsync("""[64,9007199254740992,{},"com.a"]""", """[65,9007199254740992,"$registration"]""");
        await peer.ExchangeAsync("""[16,40,{"acknowledge":true},"com.a"]""", """[17,40,"*"]""");
        await peer.ExchangeAsync("""[48,6,{},"com.nobodys"]""", """[8,48,6,{},"*",["*"]]""");
        await peer.ExchangeAsync("""[66,3,"$registration"]""", "[67,3]");
        await peer.ExchangeAsync("[66,4,4711]", """[8,66,4,{},"*",["*"]]""");
    }

    private void AssertRandom(string name)
    {
        var ids = Enumerable.Range(1, Drawn).Select(i => Id($"{name}{i}")).ToArray();
        Assert.That(ids, Is.Unique.And.All.InRange(1, MaxId));
        Assert.That(ids, Has.Some.GreaterThan(MaxId / 2).And.Some.LessThan(MaxId / 2));
    }
}

/// <summary>The order of request ids, where the realm minds.</summary>
[TestFixtureSource(typeof(ConformanceSuite), nameof(Everywhere))]
internal sealed class RequestOrderSuite(Way way, WireFormat format) : ConformanceSuite(way, format)
{
    protected override RequestIdCheck RequestIds => RequestIdCheck.Strict;

    [Test]
    [Shows("id.session-client")]
    public async Task Requests_OfAllTypes_CountTogether()
    {
        var peer = await JoinAsync("peer");

        await peer.ExchangeAsync("""[32,1,{},"com.a"]""", """[33,1,"$subscription"]""");
        await peer.ExchangeAsync("""[34,2,"$subscription"]""", "[35,2]");
        await peer.ExchangeAsync("""[64,3,{},"com.a"]""", """[65,3,"$registration"]""");
        await peer.ExchangeAsync("""[16,4,{"acknowledge":true},"com.a"]""", """[17,4,"*"]""");
        await peer.ExchangeAsync("""[48,5,{},"com.a"]""", """[68,1,"$registration",{}]""");
        await peer.ExchangeAsync("[70,1,{}]", "[50,5,{}]");
        await peer.ExchangeAsync("""[66,6,"$registration"]""", "[67,6]");
    }

    [TestCase(
        """[32,{0},{},"com.a"]""",
        "[34,{0},1]",
        """[16,{0},{},"com.a"]""",
        """[64,{0},{},"com.a"]""",
        "[66,{0},1]",
        """[48,{0},{},"com.a"]""")]
    [Shows("violation.request-order")]
    public async Task Request_OutOfOrder_IsAViolation(params string[] requests)
    {
        foreach (var (i, request) in requests.Index())
        {
            foreach (var wrong in new[] { "1", "3" })
            {
                var peer = await JoinAsync($"peer{i}x{wrong}");
                await peer.ExchangeAsync("""[32,1,{},"com.topic"]""", """[33,1,"*"]""");

                await peer.SendAsync(request.Replace("{0}", wrong, StringComparison.Ordinal));

                await peer.ExpectViolationAsync();
            }
        }
    }

    [Test]
    [Shows("violation.request-order")]
    public async Task Request_FirstIsNotOne_IsAViolation()
    {
        var peer = await JoinAsync("peer");

        await peer.SendAsync("""[32,2,{},"com.topic"]""");

        await peer.ExpectViolationAsync();
    }
}
