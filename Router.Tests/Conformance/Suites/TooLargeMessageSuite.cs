using WampRouter.Tests.Conformance.Exchange;
using WampRouter.Tests.Doubles;
using WampRouter.Wire;

namespace WampRouter.Tests.Conformance.Suites;

/// <summary>Messages of which there is too much, where the transport lets the router read past them: they cost themselves, and whoever waits is answered.</summary>
[TestFixtureSource(typeof(ConformanceSuite), nameof(WhereTooLargeIsReadPast))]
internal sealed class TooLargeMessageSuite(Way way, WireFormat format) : ConformanceSuite(way, format)
{
    /// <summary>More than the router takes, and less than it reads past.</summary>
    private static readonly string TooLarge = new('x', 1_100_000);

    [Test]
    [Shows("field.too-large", "error-uri.payload-size-exceeded")]
    public async Task Request_TooLarge_IsAnsweredAndTheSessionGoesOn()
    {
        var peer = await ConnectAsync();
        await peer.ExchangeAsync($$"""[1,"{{ConformanceRouter.OpenRealm}}",{{Peer.EveryFeature}}]""", """[2,"*",{"_max_message_bytes":1048576,"...":"*"}]""");

        await peer.SendAsync($$"""[48,1,{},"com.procedure",["{{TooLarge}}"]]""");
        await peer.ExpectAsync("""[8,48,1,{},"wamp.error.payload_size_exceeded",["*"]]""");
        await peer.SendAsync($$"""[16,2,{"acknowledge":true},"com.topic",["{{TooLarge}}"]]""");
        await peer.ExpectAsync("""[8,16,2,{},"wamp.error.payload_size_exceeded",["*"]]""");
        await peer.SendAsync($$"""[64,3,{"x":"{{TooLarge}}"},"com.procedure"]""");
        await peer.ExpectAsync("""[8,64,3,{},"wamp.error.payload_size_exceeded",["*"]]""");
        await peer.SendAsync($$"""[32,4,{},"com.{{TooLarge}}"]""");
        await peer.ExpectAsync("""[8,32,4,{},"wamp.error.payload_size_exceeded",["*"]]""");

        await peer.SendAsync($$"""[16,5,{},"com.topic",["{{TooLarge}}"]]""");
        await peer.ExpectNothingAsync();
    }

    [Test]
    [Shows("field.too-large")]
    public async Task Publish_TooLargeAndItsOptionsToo_EndsTheSessionRatherThanLeaveItWaiting()
    {
        var (peer, other) = (await JoinAsync("peer"), await JoinAsync("other"));

        await peer.SendAsync($$"""[16,1,{"x":"{{TooLarge}}","acknowledge":true},"com.topic"]""");

        await peer.ExpectViolationAsync();
        await other.ExpectNothingAsync();
    }

    [Test]
    [Shows("field.too-large")]
    public async Task Answer_TooLarge_ItsCallerIsToldAndTheCalleeServesOn()
    {
        var (callee, caller) = (await JoinAsync("callee"), await JoinAsync("caller"));
        await callee.ExchangeAsync("""[64,1,{},"com.procedure"]""", """[65,1,"*"]""");
        foreach (var (id, answer) in new[] { (1, $$"""[70,1,{},["{{TooLarge}}"]]"""), (2, $$"""[8,68,2,{},"com.error",["{{TooLarge}}"]]""") })
        {
            await caller.SendAsync($$"""[48,{{id}},{},"com.procedure"]""");
            await callee.ExpectAsync($$"""[68,{{id}},"*",{}]""");
            await callee.SendAsync(answer);
            await caller.ExpectAsync($$"""[8,48,{{id}},{},"wamp.error.payload_size_exceeded",["*"]]""");
        }

        await caller.SendAsync("""[48,3,{},"com.procedure"]""");
        await callee.ExpectAsync("""[68,3,"*",{}]""");
        await callee.SendAsync("[70,3,{},[3]]");
        await caller.ExpectAsync("[50,3,{},[3]]");
    }

    [Test]
    [Shows("field.too-large")]
    public async Task Binary_GrowsOnItsWayToJsonAndBack_CostsTheCallNotTheCallee()
    {
        var caller = await (await ConnectAsync(WireFormat.MessagePack)).JoinAsync("caller");
        var callee = await (await ConnectAsync(WireFormat.Json)).JoinAsync("callee");
        var binary = "\\u0000" + Convert.ToBase64String(new byte[1_000_000]);
        await callee.ExchangeAsync("""[64,1,{},"com.echo"]""", """[65,1,"*"]""");

        await caller.SendAsync($$"""[48,1,{},"com.echo",["{{binary}}"]]""");
        await callee.ExpectAsync($$"""[68,1,"*",{},["{{binary}}"]]""");
        await callee.SendAsync($$"""[70,1,{},["{{binary}}"]]""");

        await caller.ExpectAsync("""[8,48,1,{},"wamp.error.payload_size_exceeded",["*"]]""");
        await callee.ExpectNothingAsync();
    }

    [Test]
    [Shows("field.too-large", "field.message-limit")]
    public async Task Login_TooLarge_EndsTheConnection()
    {
        var peer = await ConnectAsync();

        try
        {
            await peer.SendAsync($$$"""[1,"{{{ConformanceRouter.OpenRealm}}}",{"roles":{"caller":{}},"x":"{{{TooLarge}}}"}]""");
            await peer.ExpectEndAsync();
        }
        catch (System.Net.WebSockets.WebSocketException)
        {
            // The router does not wait for all of it: the end may come while the client still sends.
        }

        await (await JoinAsync("other")).ExpectNothingAsync();
    }
}
