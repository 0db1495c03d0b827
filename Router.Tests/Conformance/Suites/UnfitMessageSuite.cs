using System.Text;
using WampRouter.Tests.Conformance.Exchange;
using WampRouter.Tests.Doubles;
using WampRouter.Tests.Wire;
using WampRouter.Wire;

namespace WampRouter.Tests.Conformance.Suites;

/// <summary>Messages whose content cannot be passed on: they cost themselves, and whoever waits is answered.</summary>
[TestFixtureSource(typeof(ConformanceSuite), nameof(Everywhere))]
internal sealed class UnfitMessageSuite(Way way, WireFormat format) : ConformanceSuite(way, format)
{
    private static readonly Unfit[] Kinds = Enum.GetValues<Unfit>();

    /// <summary>What is wrong with a value.</summary>
    public enum Unfit
    {
        /// <summary>JSON: half a surrogate pair. Others: a text that is not UTF-8.</summary>
        Text,

        /// <summary>Lists in lists, 70 deep.</summary>
        Depth,
    }

    [TestCaseSource(nameof(Kinds))]
    [Shows("field.content", "error-uri.invalid-argument")]
    public async Task Request_ContentIsAtFault_IsAnsweredAndTheSessionGoesOn(Unfit kind)
    {
        var (peer, other) = (await JoinAsync("peer"), await JoinAsync("other"));
        await other.ExchangeAsync("""[32,1,{},"com.topic"]""", """[33,1,"*"]""");

        await SendAsync(peer, kind, """[16,1,{"acknowledge":true},"com.topic",["UNFIT!"]]""");
        await peer.ExpectAsync("""[8,16,1,{},"wamp.error.invalid_argument",["*"]]""");
        await SendAsync(peer, kind, """[48,2,{},"com.procedure",[],{"k":"UNFIT!"}]""");
        await peer.ExpectAsync("""[8,48,2,{},"wamp.error.invalid_argument",["*"]]""");
        await SendAsync(peer, kind, """[32,3,{"x":"UNFIT!","match":"exact"},"com.topic"]""");
        await peer.ExpectAsync("""[8,32,3,{},"wamp.error.invalid_argument",["*"]]""");
        await SendAsync(peer, kind, """[64,4,{"x":["UNFIT!"]},"com.procedure"]""");
        await peer.ExpectAsync("""[8,64,4,{},"wamp.error.invalid_argument",["*"]]""");
        await SendAsync(peer, kind, """[16,5,{"x":"UNFIT!","acknowledge":true},"com.topic"]""");
        await peer.ExpectAsync("""[8,16,5,{},"wamp.error.invalid_argument",["*"]]""");

        await SendAsync(peer, kind, """[16,6,{},"com.topic",["UNFIT!"]]""");
        await SendAsync(peer, kind, """[49,2,{"x":"UNFIT!"}]""");
        await peer.ExpectNothingAsync();
        await other.ExpectNothingAsync();
    }

    [Test]
    [Shows("field.content")]
    public async Task Request_KeyInAnOptionIsNoText_IsAnsweredAndTheSessionGoesOn()
    {
        // {1: "a"}; JSON has no such keys, and nothing is wrong with {"1": "a"}
        byte[] dictionary = Format switch
        {
            WireFormat.Json => [.. "{\"1\":\"a\"}"u8],
            WireFormat.MessagePack => [0x81, 0x01, 0xA1, (byte)'a'],
            _ => [0xA1, 0x01, 0x61, (byte)'a'],
        };
        var peer = await JoinAsync("peer");

        await peer.SendBytesAsync(Put(dictionary, ReferenceCodec.Encode(Format, MessagePattern.Parse("""[16,1,{"x_custom":"UNFIT!","acknowledge":true},"com.topic"]"""))));
        await peer.ExpectAsync(Format is WireFormat.Json ? """[17,1,"*"]""" : """[8,16,1,{},"wamp.error.invalid_argument",["*"]]""");
        await peer.SendBytesAsync(Put(dictionary, ReferenceCodec.Encode(Format, MessagePattern.Parse("""[48,2,{"x_custom":["UNFIT!"]},"com.none"]"""))));
        await peer.ExpectAsync($$"""[8,48,2,{},"wamp.error.{{(Format is WireFormat.Json ? "no_such_procedure" : "invalid_argument")}}",["*"]]""");
        await peer.ExpectNothingAsync();
    }

    [TestCaseSource(nameof(Kinds))]
    [Shows("field.content")]
    public async Task Answer_ContentIsAtFault_ItsCallerIsToldAndTheCalleeServesOn(Unfit kind)
    {
        var (callee, caller) = (await JoinAsync("callee"), await JoinAsync("caller"));
        await callee.ExchangeAsync("""[64,1,{},"com.procedure"]""", """[65,1,"$registration"]""");

        await CallAsync(1, "{}");
        await SendAsync(callee, kind, """[70,1,{},["UNFIT!"]]""");
        await caller.ExpectAsync("""[8,48,1,{},"wamp.error.invalid_argument",["*"]]""");

        await CallAsync(2, "{}");
        await SendAsync(callee, kind, """[8,68,2,{},"com.error",["UNFIT!"]]""");
        await caller.ExpectAsync("""[8,48,2,{},"wamp.error.invalid_argument",["*"]]""");

        await CallAsync(3, """{"receive_progress":true}""");
        await SendAsync(callee, kind, """[70,3,{"progress":true},["UNFIT!"]]""");
        await caller.ExpectAsync("""[8,48,3,{},"wamp.error.invalid_argument",["*"]]""");
        await callee.ExpectAsync("""[69,3,{"mode":"killnowait"}]""");
        await callee.SendAsync("""[8,68,3,{},"wamp.error.canceled"]""");

        await CallAsync(4, "{}");
        await callee.SendAsync("[70,4,{},[4]]");
        await caller.ExpectAsync("[50,4,{},[4]]");
        await callee.ExpectNothingAsync();

        async Task CallAsync(int id, string options)
        {
            await caller.SendAsync($$"""[48,{{id}},{{options}},"com.procedure"]""");
            await callee.ExpectAsync($$"""[68,{{id}},"$registration",{"...":"*"}]""");
        }
    }

    [TestCaseSource(nameof(Kinds))]
    [Shows("field.content")]
    public async Task PieceOfACall_ContentIsAtFault_EndsTheCallAlone(Unfit kind)
    {
        var (callee, caller) = (await JoinAsync("callee"), await JoinAsync("caller"));
        await callee.ExchangeAsync("""[64,1,{},"com.procedure"]""", """[65,1,"$registration"]""");
        await caller.SendAsync("""[48,1,{"progress":true},"com.procedure",[1]]""");
        await callee.ExpectAsync("""[68,1,"$registration",{"progress":true},[1]]""");

        await SendAsync(caller, kind, """[48,1,{"progress":true},"com.procedure",["UNFIT!"]]""");
        await caller.ExpectAsync("""[8,48,1,{},"wamp.error.invalid_argument",["*"]]""");
        await callee.ExpectAsync("""[69,1,{"mode":"killnowait"}]""");
        await caller.SendAsync("""[48,1,{},"com.procedure",[3]]""");
        await caller.ExpectNothingAsync();

        await SendAsync(caller, kind, """[48,2,{"progress":true},"com.procedure",["UNFIT!"]]""");
        await caller.ExpectAsync("""[8,48,2,{},"wamp.error.invalid_argument",["*"]]""");
        await caller.SendAsync("""[48,2,{},"com.procedure",[2]]""");
        await caller.ExpectNothingAsync();
        await callee.ExpectNothingAsync();
    }

    [TestCaseSource(nameof(Kinds))]
    [Shows("field.content")]
    public async Task Login_ContentIsAtFault_IsRefusedWithAText(Unfit kind)
    {
        var peer = await ConnectAsync();

        await SendAsync(peer, kind, $$$"""[1,"{{{ConformanceRouter.OpenRealm}}}",{"roles":{"caller":{}},"x":"UNFIT!"}]""");

        await peer.ExpectAsync("""[3,{"message":"*"},"wamp.error.invalid_argument"]""");
        await peer.ExpectEndAsync();
    }

    [TestCaseSource(nameof(Kinds))]
    [Shows("field.content")]
    public async Task Goodbye_ContentIsAtFault_IsOneAllTheSame(Unfit kind)
    {
        var peer = await JoinAsync("peer");

        await SendAsync(peer, kind, """[6,{"message":"UNFIT!"},"wamp.close.close_realm"]""");

        await peer.ExpectAsync("""[6,{},"wamp.close.goodbye_and_out"]""");
    }

    [Test]
    [Shows("field.error-text")]
    public async Task Error_IsATextAndNoUri_ItsCallerGetsTheTextAndTheCalleeServesOn()
    {
        var (callee, caller) = (await JoinAsync("callee"), await JoinAsync("caller"));
        await callee.ExchangeAsync("""[64,1,{},"com.procedure"]""", """[65,1,"*"]""");

        foreach (var (id, said, told) in new[]
        {
            (1, """ "Something went wrong!" """, """{},"wamp.error.runtime_error",["Something went wrong!"]"""),
            (2, """ "Something went wrong!",[],{"line":7} """, """{},"wamp.error.runtime_error",["Something went wrong!"],{"line":7}"""),
            (3, """ "Something went wrong!",null,{"line":7} """, """{},"wamp.error.runtime_error",["Something went wrong!"],{"line":7}"""),
            (4, """ "no uri",["why"],{"line":7} """, """{"message":"no uri"},"wamp.error.runtime_error",["why"],{"line":7}"""),
        })
        {
            await caller.SendAsync($$"""[48,{{id}},{},"com.procedure"]""");
            await callee.ExpectAsync($$"""[68,{{id}},"*",{}]""");
            await callee.SendAsync($$"""[8,68,{{id}},{},{{said}}]""");
            await caller.ExpectAsync($"[8,48,{id},{told}]");
        }
    }

    private Task SendAsync(Peer peer, Unfit kind, string message) =>
        peer.SendBytesAsync(Spoil(ReferenceCodec.Encode(Format, MessagePattern.Parse(message)), kind));

    /// <summary>Puts what is at fault in the place of the text <c>UNFIT!</c>.</summary>
    private byte[] Spoil(byte[] message, Unfit kind)
    {
        byte[] value = (kind, Format) switch
        {
            (Unfit.Text, WireFormat.Json) => [.. "\"hi \\ud83d\""u8],
            (Unfit.Text, WireFormat.MessagePack) => [0xA2, 0xC3, 0x28],
            (Unfit.Text, _) => [0x62, 0xC3, 0x28],
            (_, WireFormat.Json) => Encoding.ASCII.GetBytes(new string('[', 70) + new string(']', 70)),
            (_, WireFormat.MessagePack) => [.. Enumerable.Repeat((byte)0x91, 69), 0x90],
            _ => [.. Enumerable.Repeat((byte)0x81, 69), 0x80],
        };
        return Put(value, message);
    }

    private byte[] Put(byte[] value, byte[] message)
    {
        var place = ReferenceCodec.Encode(Format, "UNFIT!");
        var at = message.AsSpan().IndexOf(place);
        return [.. message[..at], .. value, .. message[(at + place.Length)..]];
    }
}
