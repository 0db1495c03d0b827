using System.Text;
using WampRouter.Transports.WebSockets;

namespace WampRouter.Tests.Transports.WebSockets;

/// <summary>Autobahn group 2.</summary>
internal sealed class PingPongTests(WayIn way) : WebSocketSuite(way)
{
    [TestCase(0)]
    [TestCase(5)]
    [TestCase(125)]
    public async Task Ping_AnyPayload_ComesBackAsPong(int size)
    {
        var payload = Enumerable.Range(0, size).Select(i => (byte)(255 - i)).ToArray();

        await Client.SendAsync(WebSocketOpcode.Ping, payload);

        await ExpectAsync(WebSocketOpcode.Pong, payload);
        await ExpectCleanCloseAsync();
    }

    [Test]
    public async Task Ping_ByteForByte_ComesBackAsPong()
    {
        var payload = new byte[125];

        await Client.SendChoppedAsync(FrameClient.Frame(WebSocketOpcode.Ping, payload), 1);

        await ExpectAsync(WebSocketOpcode.Pong, payload);
    }

    [TestCase(2)]
    [TestCase(8)]
    public async Task Ping_Of126Bytes_FailsTheConnection(int lengthBytes)
    {
        await Client.SendRawAsync(FrameClient.Frame(WebSocketOpcode.Ping, new byte[126], lengthBytes: lengthBytes));

        await ExpectFailureAsync(CloseCode.ProtocolError);
    }

    [Test]
    public async Task Pong_Unsolicited_IsIgnored([Values(0, 8, 125)] int size)
    {
        await Client.SendAsync(WebSocketOpcode.Pong, new byte[size]);

        await Client.SendAsync(WebSocketOpcode.Ping, "after"u8);

        await ExpectAsync(WebSocketOpcode.Pong, "after"u8.ToArray());
        await ExpectCleanCloseAsync();
    }

    [Test]
    public async Task Pings_TenInARow_ComeBackInOrder([Values(1, 10_000)] int piece)
    {
        var payloads = Enumerable.Range(0, 10).Select(i => Encoding.ASCII.GetBytes($"payload-{i}")).ToArray();

        await Client.SendChoppedAsync(payloads.SelectMany(p => FrameClient.Frame(WebSocketOpcode.Ping, p)).ToArray(), piece);

        foreach (var payload in payloads)
        {
            await ExpectAsync(WebSocketOpcode.Pong, payload);
        }
    }

    [Test]
    public async Task Pings_AFlood_EndsWithAPongForTheLast()
    {
        var flood = Enumerable.Range(0, 10_000).SelectMany(i => FrameClient.Frame(WebSocketOpcode.Ping, BitConverter.GetBytes(i))).ToArray();

        await Client.SendRawAsync(flood);

        var last = -1;
        while (last < 9_999)
        {
            var pong = await Client.ReceiveAsync();
            var number = BitConverter.ToInt32(pong!.Payload);
            Assert.That((pong.Opcode, number > last), Is.EqualTo((WebSocketOpcode.Pong, true)));
            last = number;
        }

        await ExpectCleanCloseAsync();
    }
}
