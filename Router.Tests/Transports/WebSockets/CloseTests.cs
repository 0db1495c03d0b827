using System.Text;
using WampRouter.Transports.WebSockets;

namespace WampRouter.Tests.Transports.WebSockets;

/// <summary>Autobahn group 7.</summary>
internal sealed class CloseTests(WayIn way) : WebSocketSuite(way)
{
    [Test]
    public async Task Close_AfterAMessage_FollowsItsEcho()
    {
        await Client.SendRawAsync([.. FrameClient.Frame(WebSocketOpcode.Text, "last words"u8), .. FrameClient.Frame(WebSocketOpcode.Close, FrameClient.CloseBody(1000))]);

        await ExpectTextAsync("last words");
        await ExpectAsync(WebSocketOpcode.Close, FrameClient.CloseBody(1000));
        Assert.That(await Client.ReceiveAsync(), Is.Null);
    }

    [TestCase(WebSocketOpcode.Close)]
    [TestCase(WebSocketOpcode.Text)]
    [TestCase(WebSocketOpcode.Ping)]
    public async Task Close_FollowedByAnything_AnswersOnlyTheClose(WebSocketOpcode opcode)
    {
        await Client.SendRawAsync([.. FrameClient.Frame(WebSocketOpcode.Close, FrameClient.CloseBody(1000)), .. FrameClient.Frame(opcode, [])]);

        await ExpectAsync(WebSocketOpcode.Close, FrameClient.CloseBody(1000));
        Assert.That(await Client.ReceiveAsync(), Is.Null);
    }

    [Test]
    public async Task Close_WithoutABody_IsAnsweredAsAnOrdinaryEnd()
    {
        await Client.SendAsync(WebSocketOpcode.Close, []);

        await ExpectAsync(WebSocketOpcode.Close, FrameClient.CloseBody(1000));
        Assert.That(await Client.ReceiveAsync(), Is.Null);
    }

    [Test]
    public async Task Close_WithOneByte_FailsTheConnection()
    {
        await Client.SendAsync(WebSocketOpcode.Close, [3]);

        await ExpectFailureAsync(CloseCode.ProtocolError);
    }

    [TestCase(1000)]
    [TestCase(1001)]
    [TestCase(1002)]
    [TestCase(1003)]
    [TestCase(1007)]
    [TestCase(1008)]
    [TestCase(1009)]
    [TestCase(1010)]
    [TestCase(1011)]
    [TestCase(3000)]
    [TestCase(3999)]
    [TestCase(4000)]
    [TestCase(4999)]
    public async Task Close_WithAGoodCode_IsAnsweredWithIt(int code)
    {
        await Client.SendAsync(WebSocketOpcode.Close, FrameClient.CloseBody(code, "because"));

        var frame = await Client.ReceiveAsync();
        Assert.That((frame!.Opcode, frame.CloseCode), Is.EqualTo((WebSocketOpcode.Close, code)));
        Assert.That(await Client.ReceiveAsync(), Is.Null);
    }

    [TestCase(0)]
    [TestCase(999)]
    [TestCase(1004)]
    [TestCase(1005)]
    [TestCase(1006)]
    [TestCase(1015)]
    [TestCase(1016)]
    [TestCase(1100)]
    [TestCase(2000)]
    [TestCase(2999)]
    [TestCase(5000)]
    [TestCase(65535)]
    public async Task Close_WithABadCode_FailsTheConnection(int code)
    {
        await Client.SendAsync(WebSocketOpcode.Close, FrameClient.CloseBody(code));

        await ExpectFailureAsync(CloseCode.ProtocolError);
    }

    [Test]
    public async Task Violation_RestOfTheFrameStillComes_CloseIsFoundBehindIt()
    {
        var payload = new byte[5 * 1024 * 1024];
        payload.AsSpan().Fill(0x7F); // read as headers these bytes would never lead to the Close
        var frame = FrameClient.Frame(WebSocketOpcode.Binary, payload);
        await Client.SendRawAsync(frame[..1000]);
        Assert.That((await Client.ReceiveAsync())!.CloseCode, Is.EqualTo(1009));

        await Client.SendRawAsync(frame[1000..]);
        await Client.SendCloseAsync(1009);

        Assert.That(await Client.ReceiveAsync(), Is.Null);
    }

    [Test]
    public async Task Close_ReasonOf123Bytes_IsFine()
    {
        await Client.SendAsync(WebSocketOpcode.Close, FrameClient.CloseBody(1000, new string('*', 123)));

        await ExpectAsync(WebSocketOpcode.Close, FrameClient.CloseBody(1000));
    }

    [Test]
    public async Task Close_ReasonOf124Bytes_FailsTheConnection()
    {
        await Client.SendAsync(WebSocketOpcode.Close, FrameClient.CloseBody(1000, new string('*', 124)));

        await ExpectFailureAsync(CloseCode.ProtocolError);
    }

    [Test]
    public async Task Close_ReasonNotUtf8_FailsTheConnection()
    {
        await Client.SendAsync(WebSocketOpcode.Close, [0x03, 0xE8, .. Encoding.UTF8.GetBytes("κόσμε"), 0xED, 0xA0, 0x80]);

        await ExpectFailureAsync(CloseCode.InvalidPayload);
    }
}
