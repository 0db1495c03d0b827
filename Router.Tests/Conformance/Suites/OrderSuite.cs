using WampRouter.Tests.Conformance.Exchange;
using WampRouter.Tests.Doubles;
using WampRouter.Wire;

namespace WampRouter.Tests.Conformance.Suites;

/// <summary>rfc/text/basic/security_model.md "Ordering Guarantees". Where two threads meet, <see cref="Realms.OrderingTests"/> runs the rival at the seam.</summary>
[TestFixtureSource(typeof(ConformanceSuite), nameof(Everywhere))]
internal sealed class OrderSuite(Way way, WireFormat format) : ConformanceSuite(way, format)
{
    private const int Messages = 100;
    private const int Burst = 2_000;

    [TestCase(1)]
    [TestCase(5)]
    [Shows("order.events", "order.events-across-topics")]
    public async Task Events_OfOnePublisher_ComeInTheOrderTheyWerePublished(int topics)
    {
        var (subscriber, publisher) = (await JoinAsync("subscriber"), await JoinAsync("publisher"));
        for (var topic = 0; topic < topics; topic++)
        {
            await subscriber.ExchangeAsync($$"""[32,1,{},"com.topic{{topic}}"]""", $"""[33,1,"$t{topic}"]""");
        }

        for (var i = 0; i < Messages; i++)
        {
            await publisher.SendAsync($$"""[16,{{i + 1}},{},"com.topic{{i * 7 % topics}}",[{{i}}]]""");
        }

        for (var i = 0; i < Messages; i++)
        {
            await subscriber.ExpectAsync($$"""[36,"$t{{i * 7 % topics}}","*",{},[{{i}}]]""");
        }
    }

    [TestCase(1)]
    [TestCase(5)]
    [Shows("order.invocations", "order.invocations-across-procedures")]
    public async Task Invocations_OfOneCaller_ComeInTheOrderOfTheCalls(int procedures)
    {
        var (callee, caller) = (await JoinAsync("callee"), await JoinAsync("caller"));
        for (var procedure = 0; procedure < procedures; procedure++)
        {
            await callee.ExchangeAsync($$"""[64,1,{},"com.procedure{{procedure}}"]""", $"""[65,1,"$p{procedure}"]""");
        }

        for (var i = 0; i < Messages; i++)
        {
            await caller.SendAsync($$"""[48,{{i + 1}},{},"com.procedure{{i * 7 % procedures}}",[{{i}}]]""");
        }

        for (var i = 0; i < Messages; i++)
        {
            await callee.ExpectAsync($$"""[68,{{i + 1}},"$p{{i * 7 % procedures}}",{},[{{i}}]]""");
        }
    }

    [Test]
    [Shows("order.subscribed-first")]
    public async Task Subscribed_OthersPublishMeanwhile_ComesBeforeAnyEvent()
    {
        var (subscriber, publisher) = (await JoinAsync("subscriber"), await JoinAsync("publisher"));

        var flood = SendManyAsync(publisher, """[16,1,{},"com.topic"]""");
        await subscriber.ExchangeAsync("""[32,1,{},"com.topic"]""", """[33,1,"$subscription"]""");
        await flood;

        await publisher.SendAsync("""[16,2,{},"com.other"]""");
        await publisher.ExpectNothingAsync();
    }

    [Test]
    [Shows("order.registered-first")]
    public async Task Registered_OthersCallMeanwhile_ComesBeforeAnyInvocation()
    {
        var (callee, caller) = (await JoinAsync("callee"), await JoinAsync("caller"));

        var flood = Task.Run(async () =>
        {
            for (var i = 1; i <= Messages; i++)
            {
                await caller.SendAsync($$"""[48,{{i}},{},"com.procedure"]""");
            }
        });
        await callee.ExchangeAsync("""[64,1,{},"com.procedure"]""", """[65,1,"$registration"]""");
        await flood;
    }

    [Test]
    [Shows("field.burst")]
    public async Task Burst_OfEventsAndCalls_IsDeliveredWhole()
    {
        var (peer, other) = (await JoinAsync("peer"), await JoinAsync("other"));
        await other.ExchangeAsync("""[32,1,{},"com.topic"]""", """[33,1,"*"]""");
        await other.ExchangeAsync("""[64,2,{},"com.procedure"]""", """[65,2,"*"]""");

        for (var i = 1; i <= Burst; i++)
        {
            await peer.SendAsync($$"""[16,{{i}},{},"com.topic",[{{i}}]]""");
            await peer.SendAsync($$"""[48,{{Burst + i}},{},"com.procedure",[{{i}}]]""");
        }

        for (var i = 1; i <= Burst; i++)
        {
            await other.ExpectAsync($$"""[36,"*","*",{},[{{i}}]]""");
            await other.ExpectAsync($$"""[68,{{i}},"*",{},[{{i}}]]""");
            await other.SendAsync($"[70,{i},{{}}]");
        }

        for (var i = 1; i <= Burst; i++)
        {
            await peer.ExpectAsync($$"""[50,{{Burst + i}},{}]""");
        }
    }

    private static Task SendManyAsync(Peer peer, string message) => Task.Run(async () =>
    {
        for (var i = 0; i < Messages; i++)
        {
            await peer.SendAsync(message);
        }
    });
}
