using System.Text;
using WampRouter.Sessions.Connections;
using WampRouter.Tests.Conformance;
using WampRouter.Tests.Doubles;
using WampRouter.Wire;

namespace WampRouter.Tests.Transports.RawSocket;

/// <summary>rfc/text/advanced/transport_rawsocket.md, the handshake: every field of it, over every way in.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
[Over("rawsocket", "json, msgpack, cbor")]
internal sealed class RawSocketHandshakeTests
{
    private static readonly RawSocketWay[] Ways = [RawSocketWay.SharedPort, RawSocketWay.SharedPortTls, RawSocketWay.OwnPort, RawSocketWay.UnixSocket];

    private readonly ManualTime _time = new();
    private RawSocketRig _rig = null!;

    [SetUp]
    public async Task StartAsync() => _rig = await RawSocketRig.StartAsync(_time, options => (options.MaxConnections, options.HandshakeTimeout, options.MaxMessageBytes) = (2, TimeSpan.FromSeconds(10), 100_000));

    [TearDown]
    public async Task StopAsync() => await _rig.DisposeAsync();

    [Shows("rawsocket.feature", "rawsocket.reply-reserved", "rawsocket.serializer-echoed")]
    [Test]
    public async Task Request_OfASerializerThatIsSpoken_IsRepliedWithItAndWithTheLongestMessageThatMayBeSent([ValueSource(nameof(Ways))] RawSocketWay way, [Values(1, 2, 3)] int serializer)
    {
        await using var client = await _rig.OpenAsync(way);

        await client.SendAsync([0x7F, (byte)(0xF0 | serializer), 0, 0]);

        Assert.That(await client.ReadAsync(4), Is.EqualTo(new byte[] { 0x7F, (byte)(0x70 | serializer), 0, 0 }), "2^(9 + 7) is the highest power of two that 100,000 bytes hold");
        var info = (await _rig.Receivers.NextAsync()).Connection.Info;
        Assert.That((info.Transport, info.Encoding, info.MaxSendBytes), Is.EqualTo(("rawsocket", new WireEncoding((WireFormat)(serializer - 1), Framing.RawSocket), 1 << 24)));
        Assert.That((info.IsSecure, info.IsLocal), Is.EqualTo((way == RawSocketWay.SharedPortTls, true)));
    }

    [Test]
    public async Task Request_OfALength_IsTheLongestMessageForTheClient([Range(3, 15)] int length)
    {
        await using var client = await _rig.ConnectAsync(length: length);

        Assert.That((await _rig.Receivers.NextAsync()).Connection.Info.MaxSendBytes, Is.EqualTo(1 << (9 + length)));
    }

    [Shows("rawsocket.request-reserved", "rawsocket.error-reserved", "rawsocket.error-zero")]
    [TestCase(0x70, 0, 0, 1, "serializer 0 is not spoken here")]
    [TestCase(0xF4, 0, 0, 1, "serializer 4 is not spoken here")]
    [TestCase(0xF5, 0, 0, 1, "serializer 5 is not spoken here")]
    [TestCase(0xFF, 0, 0, 1, "serializer 15 is not spoken here")]
    [TestCase(0x01, 0, 0, 2, "at most 512 bytes")]
    [TestCase(0x22, 0, 0, 2, "at most 2048 bytes")]
    [TestCase(0xF1, 1, 0, 3, "reserved bits")]
    [TestCase(0xF1, 0, 0x80, 3, "reserved bits")]
    public async Task Request_Wrong_IsRepliedWithItsErrorCountedAndLogged(int second, int third, int fourth, int error, string reason)
    {
        using var refusals = new Measured(_rig.Meter, "wamp_router.handshake.refusals");
        await using var client = await _rig.OpenAsync(RawSocketWay.SharedPort);

        await client.SendAsync([0x7F, (byte)second, (byte)third, (byte)fourth]);

        Assert.That(await client.ReadToEndAsync(), Is.EqualTo(new byte[] { 0x7F, (byte)(error << 4), 0, 0 }));
        Assert.That(_rig.Log.Of(1141), Has.Exactly(1).Contains(reason).And.Contains("127.0.0.1"));
        Assert.That(refusals.Of("transport=rawsocket", $"rawsocket.error={error}"), Is.EqualTo(1));
        Assert.That(_rig.Receivers.Sessions, Is.Empty);
    }

    [Test]
    public async Task Request_InPieces_IsReadAsAWhole([ValueSource(nameof(Ways))] RawSocketWay way)
    {
        await using var client = await _rig.OpenAsync(way);
        foreach (var piece in new byte[] { 0x7F, 0xF1, 0, 0 })
        {
            await client.SendAsync([piece]);
        }

        Assert.That((await client.ReadAsync(4))[1], Is.EqualTo(0x71));
    }

    [Test]
    public async Task Request_WithMessagesBehindIt_LosesNoneOfThem()
    {
        await using var client = await _rig.OpenAsync(RawSocketWay.SharedPort);

        await client.SendAsync([0x7F, 0xF1, 0, 0, .. RawSocketClient.Frame(0, "one"u8), .. RawSocketClient.Frame(0, "two"u8)]);

        await client.ReadAsync(4);
        Assert.That(Encoding.ASCII.GetString((await client.ReceiveAsync())!.Value.Payload), Is.EqualTo("one"));
        Assert.That(Encoding.ASCII.GetString((await client.ReceiveAsync())!.Value.Payload), Is.EqualTo("two"));
    }

    [Test]
    public async Task Connection_BeyondTheLimit_IsRepliedWithError4UntilAnotherLeaves([ValueSource(nameof(Ways))] RawSocketWay way)
    {
        await using var first = await _rig.ConnectAsync(way);
        var second = await _rig.ConnectAsync(way);
        await using var third = await _rig.OpenAsync(way);

        await third.SendAsync([0x7F, 0xF1, 0, 0]);

        Assert.That(await third.ReadToEndAsync(), Is.EqualTo(new byte[] { 0x7F, 0x40, 0, 0 }));
        Assert.That(_rig.Log.Of(1141), Has.Exactly(1).Contains("MaxConnections"));
        var session = (await _rig.Receivers.NextAsync(), await _rig.Receivers.NextAsync()).Item2;
        await second.DisposeAsync();
        Assert.That(await session.Ended, Is.EqualTo(DisconnectReason.ConnectionLost));
        await Waiting.UntilAsync(() => _rig.Services.Roster.Count == 1);
        await using var fourth = await _rig.ConnectAsync(way);
    }

    [Test]
    public async Task Connection_DuringShutdown_IsRepliedWithError4()
    {
        _rig.Services.Roster.StopAdmitting();
        await using var client = await _rig.OpenAsync(RawSocketWay.SharedPort);

        await client.SendAsync([0x7F, 0xF1, 0, 0]);

        Assert.That(await client.ReadToEndAsync(), Is.EqualTo(new byte[] { 0x7F, 0x40, 0, 0 }));
    }

    [Shows("rawsocket.magic")]
    [Test]
    public async Task Port_ForRawSocketAlone_ClosesWhateverElseComes([Values("\u0016\u0003\u0001\0\u0005", "\u007e\u0001\0\0")] string begin)
    {
        await using var client = await _rig.OpenAsync(RawSocketWay.OwnPort);

        await client.SendAsync(Encoding.Latin1.GetBytes(begin));

        Assert.That(await client.ReadToEndAsync(), Is.Empty);
        Assert.That(_rig.DoorLog.Of(1143), Has.Exactly(1).Items);
    }

    [Test]
    public async Task Port_ForRawSocketAlone_TellsWhoComesWithHttp()
    {
        await using var client = await _rig.OpenAsync(RawSocketWay.OwnPort);

        await client.SendAsync("GET /ws HTTP/1.1\r\nHost: localhost\r\n\r\n"u8.ToArray());

        Assert.That(Encoding.ASCII.GetString(await client.ReadToEndAsync()), Does.StartWith("HTTP/1.1 400 ").And.EndWith("This address speaks WAMP over RawSocket, and no HTTP.\n"));
    }

    [Test]
    public async Task Port_Shared_ServesHttpAndWebSocketBesides([Values(RawSocketWay.SharedPort, RawSocketWay.SharedPortTls, RawSocketWay.UnixSocket)] RawSocketWay way)
    {
        await using var page = await _rig.OpenAsync(way);
        await page.SendAsync("GET /other HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"u8.ToArray());
        Assert.That(Encoding.ASCII.GetString(await page.ReadToEndAsync()), Does.StartWith("HTTP/1.1 200 ").And.Contains("pipeline"));

        await using var webSocket = await _rig.OpenAsync(way);
        await webSocket.SendAsync("GET /ws HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"u8.ToArray());
        Assert.That(Encoding.ASCII.GetString(await webSocket.ReadAsync(12)), Is.EqualTo("HTTP/1.1 101"));
        Assert.That((await _rig.Receivers.NextAsync()).Connection.Info.Transport, Is.EqualTo("websocket"));
    }

    [Test]
    public async Task Port_WithoutRawSocket_ClosesAndSaysWhyInTheLog()
    {
        using var refusals = new Measured(_rig.Meter, "wamp_router.handshake.refusals");
        await using var client = await _rig.OpenAsync(RawSocketWay.WithoutRawSocket);

        await client.SendAsync([0x7F, 0xF1, 0, 0]);

        Assert.That(await client.ReadToEndAsync(), Is.Empty);
        Assert.That(_rig.DoorLog.Of(1142), Has.Exactly(1).Contains("127.0.0.1"));
        Assert.That(refusals.Of("transport=rawsocket", "rawsocket.error=0"), Is.EqualTo(1));
    }

    [Test]
    public async Task Request_ThatDoesNotComeToItsEnd_IsClosedAtTheDeadlineAndLogged([Values(1, 2, 3)] int bytes)
    {
        await using var client = await _rig.OpenAsync(RawSocketWay.SharedPort);
        await client.SendAsync(new byte[] { 0x7F, 0xF1, 0, 0 }[..bytes]);
        await using var witness = await _rig.ConnectAsync();    // accepted in order: the first one is being watched

        _time.Advance(TimeSpan.FromSeconds(12));

        Assert.That(await client.ReadToEndAsync(), Is.Empty);
        Assert.That(_rig.DoorLog.Of(1122), Has.Exactly(1).Contains("127.0.0.1"));
    }

    [Test]
    public async Task Listener_BehindAProxy_TakesNobodyForLocal()
    {
        await using var rig = await RawSocketRig.StartAsync(behindProxy: true);
        await using var client = await rig.ConnectAsync();

        Assert.That((await rig.Receivers.NextAsync()).Connection.Info.IsLocal, Is.False);
    }

    [TestCase(512, 512)]
    [TestCase(1023, 512)]
    [TestCase(1024, 1024)]
    [TestCase(16 * 1024 * 1024, 16 * 1024 * 1024)]
    public void Acceptable_IsThePowerOfTwoThatTheSettingsHold(int setting, int expected) => Assert.That(RawSocketHandshake.Acceptable(setting), Is.EqualTo(expected));
}
