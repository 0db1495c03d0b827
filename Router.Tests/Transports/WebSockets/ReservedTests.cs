using WampRouter.Transports.WebSockets;

namespace WampRouter.Tests.Transports.WebSockets;

/// <summary>Autobahn groups 3 (reserved bits) and 4 (reserved opcodes).</summary>
internal sealed class ReservedTests(WayIn way) : WebSocketSuite(way)
{
    [Test]
    public async Task ReservedBits_InAnyFrame_FailTheConnection(
        [Range(1, 7)] int rsv,
        [Values(WebSocketOpcode.Text, WebSocketOpcode.Binary, WebSocketOpcode.Ping, WebSocketOpcode.Close)] WebSocketOpcode opcode)
    {
        await Client.SendRawAsync(FrameClient.Frame(opcode, opcode == WebSocketOpcode.Close ? [] : "Hello"u8, rsv: rsv));

        await ExpectFailureAsync(CloseCode.ProtocolError);
    }

    [Test]
    public async Task ReservedBits_AfterAGoodMessage_FailTheConnectionAfterItsEcho([Values(1, 1000)] int piece)
    {
        byte[] wire = [.. FrameClient.Frame(WebSocketOpcode.Text, "good"u8), .. FrameClient.Frame(WebSocketOpcode.Text, "bad"u8, rsv: 2), .. FrameClient.Frame(WebSocketOpcode.Ping, [])];

        await Client.SendChoppedAsync(wire, piece);

        await ExpectTextAsync("good");
        await ExpectFailureAsync(CloseCode.ProtocolError);
    }

    [Test]
    public async Task Opcode_Reserved_FailsTheConnection([Values(3, 4, 5, 6, 7, 11, 12, 13, 14, 15)] int opcode, [Values(0, 5)] int size)
    {
        byte[] wire = [.. FrameClient.Frame(WebSocketOpcode.Text, "good"u8), .. FrameClient.Frame((WebSocketOpcode)opcode, new byte[size]), .. FrameClient.Frame(WebSocketOpcode.Ping, [])];

        await Client.SendRawAsync(wire);

        await ExpectTextAsync("good");
        await ExpectFailureAsync(CloseCode.ProtocolError);
    }
}
