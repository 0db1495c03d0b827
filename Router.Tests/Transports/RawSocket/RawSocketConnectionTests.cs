using System.Net.Sockets;
using System.Text;
using WampRouter.Delivery;
using WampRouter.Sessions.Connections;
using WampRouter.Tests.Conformance;
using WampRouter.Tests.Doubles;

namespace WampRouter.Tests.Transports.RawSocket;

/// <summary>rfc/text/advanced/transport_rawsocket.md, after the handshake: frames, limits of length, pings, and how a connection ends.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
[Over("rawsocket", "json")]
internal sealed class RawSocketConnectionTests
{
    private const int Most = 1 << 16;

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(10);

    private readonly ManualTime _time = new();
    private RawSocketRig _rig = null!;
    private RawSocketClient _client = null!;
    private EchoReceiver _session = null!;

    [SetUp]
    public async Task ConnectAsync()
    {
        _rig = await RawSocketRig.StartAsync(_time, o => (o.PingInterval, o.PingTimeout, o.MaxMessageBytes, o.MaxOversizeBytes) = (Interval, Timeout, Most, 4 * Most));
        _client = await _rig.ConnectAsync();
        _session = await _rig.Receivers.NextAsync();
    }

    [TearDown]
    public async Task StopAsync()
    {
        await _client.DisposeAsync();
        await _rig.DisposeAsync();
    }

    [Test]
    public async Task Message_OfAnyLength_ComesBackAsItWas([Values(0, 1, 255, 256, 4096, Most)] int length)
    {
        var message = Enumerable.Range(0, length).Select(i => (byte)('a' + (i % 26))).ToArray();

        await _client.SendAsync(0, message);

        var (type, payload) = (await _client.ReceiveAsync())!.Value;
        Assert.That((type, payload.SequenceEqual(message)), Is.EqualTo((0, true)));
    }

    [Test]
    public async Task Messages_CutAtEveryByte_AreThemselves()
    {
        byte[] wire = [.. RawSocketClient.Frame(0, "first"u8), .. RawSocketClient.Frame(1, "ping"u8), .. RawSocketClient.Frame(0, "second"u8)];
        foreach (var piece in wire)
        {
            await _client.SendAsync([piece]);
        }

        var seen = new List<string>();
        for (var i = 0; i < 3; i++)
        {
            var (type, payload) = (await _client.ReceiveAsync())!.Value;
            seen.Add($"{type} {Encoding.ASCII.GetString(payload)}");
        }

        Assert.That(seen, Is.EqualTo(new[] { "0 first", "2 ping", "0 second" }));
    }

    [Shows("rawsocket.routers-limit", "rawsocket.too-long")]
    [Test]
    public async Task Message_LongerThanTheReplySaid_FailsTheConnectionAndSaysWhy([Values] bool isComplete, [Values] bool isLoggedIn)
    {
        _session.ReadsPastTooLarge = isLoggedIn;
        var message = new byte[Most + 1];
        await _client.SendAsync(RawSocketClient.Frame(0, message)[..(isComplete ? message.Length + 4 : 4)]);

        Assert.That(await ReadAbortAsync(), Is.EqualTo($$"""[3,{"message":"a message has at most {{Most}} bytes {{(isLoggedIn ? "here" : "before the login")}}, this one {{Most + 1}}"},"wamp.error.protocol_violation"]"""));
        Assert.That(await _session.Ended, Is.EqualTo(DisconnectReason.TransportViolation));
        Assert.That(_rig.Log.Of(isLoggedIn ? 1144 : 1106), Has.Exactly(1).Contains($"{Most + 1} bytes"));
    }

    [Shows("rawsocket.frame-reserved")]
    [TestCase(0x10, "the reserved bits of a frame are set")]
    [TestCase(0x81, "the reserved bits of a frame are set")]
    [TestCase(3, "a frame is of a reserved kind")]
    [TestCase(7, "a frame is of a reserved kind")]
    public async Task Frame_OfAnUnknownKind_FailsTheConnectionAndSaysWhy(int type, string reason)
    {
        await _client.SendAsync(type, "x"u8.ToArray());

        Assert.That(await ReadAbortAsync(), Is.EqualTo($$"""[3,{"message":"{{reason}}"},"wamp.error.protocol_violation"]"""));
        Assert.That(await _session.Ended, Is.EqualTo(DisconnectReason.TransportViolation));
        Assert.That(_rig.Log.Of(1140), Has.Exactly(1).Contains(reason));
    }

    [Test]
    public async Task Failure_WithMuchMoreOnItsWay_IsHeardByThePeer()
    {
        await _client.SendAsync([.. RawSocketClient.Frame(7, "x"u8), .. new byte[300_000]]);

        Assert.That((await _client.ReceiveAsync())!.Value.Payload, Is.Not.Empty, "a socket closed before all was read would reset the client's, and with it what the client has not read");
        _client.Socket.Shutdown(SocketShutdown.Send);
        Assert.That(await _client.ReceiveAsync(), Is.Null);
    }

    [Shows("rawsocket.pong")]
    [Test]
    public async Task Ping_OfAnyLength_IsAnsweredWithItsPayload([Values(0, 1, 125, 126, 5000, Most)] int length)
    {
        var payload = Enumerable.Range(0, length).Select(i => (byte)i).ToArray();

        await _client.SendAsync(1, payload);

        var (type, echo) = (await _client.ReceiveAsync())!.Value;
        Assert.That((type, echo.SequenceEqual(payload)), Is.EqualTo((2, true)));
    }

    [Shows("rawsocket.pong")]
    [Test]
    public async Task Pings_ManyAtOnce_AreAnsweredOneByOneAndInOrder()
    {
        await _client.SendAsync([.. Enumerable.Range(0, 200).SelectMany(i => RawSocketClient.Frame(1, [(byte)i]))]);

        for (var i = 0; i < 200; i++)
        {
            var (type, payload) = (await _client.ReceiveAsync())!.Value;
            Assert.That((type, payload.Single()), Is.EqualTo((2, (byte)i)));
        }
    }

    [Test]
    public async Task Peer_Silent_IsPingedAndStaysWhereItAnswers()
    {
        _time.Advance(Interval + TimeSpan.FromSeconds(1));
        var (type, payload) = (await _client.ReceiveAsync())!.Value;
        Assert.That((type, payload), Is.EqualTo((1, new byte[] { 0, 0, 0, 0, 0, 0, 0, 1 })));

        await _client.SendAsync(2, payload);
        await EchoAsync();
        _time.Advance(Timeout + TimeSpan.FromSeconds(1));

        await EchoAsync();
    }

    [Test]
    public async Task Peer_DoesNotAnswerAPing_IsDropped()
    {
        _time.Advance(Interval + TimeSpan.FromSeconds(1));
        await _client.ReceiveAsync();
        _time.Advance(Timeout + TimeSpan.FromSeconds(2));

        Assert.That(await _session.Ended, Is.EqualTo(DisconnectReason.PingTimeout));
    }

    [Test]
    public async Task Peer_EndsItsStream_IsLostUnlessItsSessionHasSaidItsLastWord([Values] bool isOver)
    {
        if (isOver)
        {
            _session.Connection.Outbox.TryEnqueueFinal("GOODBYE"u8, FlushBatch.OfThread);
        }

        _client.Socket.Shutdown(SocketShutdown.Send);

        Assert.That(await _session.Ended, Is.EqualTo(isOver ? DisconnectReason.ClosedByPeer : DisconnectReason.ConnectionLost), "who has a session may have crashed, and resume it");
    }

    [Test]
    public async Task Session_EndsWhileThePeerIsSending_PeerHasAMomentToEndTheStream([Values] bool doesEnd)
    {
        _session.OnMessage = _ => ReceiveStatus.Close;
        await _client.SendAsync([.. RawSocketClient.Frame(0, "last"u8), .. RawSocketClient.Frame(0, "nobody looks at this"u8)]);
        Assert.That((await _client.ReceiveAsync())!.Value.Payload, Is.EqualTo("last"u8.ToArray()));
        await _session.Ended;

        await _client.SendAsync(0, "nor at this"u8.ToArray());
        if (doesEnd)
        {
            _client.Socket.Shutdown(SocketShutdown.Send);
        }
        else
        {
            _time.Advance(TimeSpan.FromSeconds(2));
        }

        Assert.That(await _client.ReceiveAsync(), Is.Null, "an end, and no reset");
        Assert.That(_session.Messages, Is.EqualTo(1));
    }

    [Test]
    public async Task Session_EndsWithNothingOnItsWay_ConnectionEndsAtOnce()
    {
        _session.OnMessage = _ => ReceiveStatus.Close;

        await _client.SendAsync(0, "last"u8.ToArray());

        Assert.That((await _client.ReceiveAsync())!.Value.Payload, Is.EqualTo("last"u8.ToArray()));
        Assert.That(await _client.ReceiveAsync(), Is.Null);
    }

    [Test]
    public async Task Session_Fails_PeerIsTold()
    {
        _session.OnMessage = _ => throw new InvalidOperationException("on purpose");

        await _client.SendAsync(0, "x"u8.ToArray());

        await _client.ReceiveAsync();
        Assert.That(Encoding.UTF8.GetString((await _client.ReceiveAsync())!.Value.Payload), Is.EqualTo("""[3,{"message":"internal error"},"wamp.error.unavailable"]"""));
    }

    [Test]
    public async Task Message_ThatTakesTooLong_IsToldWhy()
    {
        await using var rig = await RawSocketRig.StartAsync(_time, o => (o.MessageTimeout, o.MaxMessageBytes) = (TimeSpan.FromSeconds(20), Most));
        await using var client = await rig.ConnectAsync();
        var session = await rig.Receivers.NextAsync();
        await client.SendAsync([.. RawSocketClient.Frame(0, "whole"u8), 0, 0, 1, 0, (byte)'x']);
        await client.ReceiveAsync();        // so the one that is not whole has been seen as well
        for (var second = 0; second < 22; second++)
        {
            _time.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.That(await session.Ended, Is.EqualTo(DisconnectReason.MessageTimeout));
        Assert.That(Encoding.UTF8.GetString((await client.ReceiveAsync())!.Value.Payload), Does.Contain("wamp.error.timeout"));
    }

    [Test]
    public async Task Message_OfSixteenMebibytes_HasTheTwentyFifthBitOfItsLength()
    {
        const int longest = 1 << 24;
        await using var rig = await RawSocketRig.StartAsync(configure: o => (o.MaxMessageBytes, o.MaxOversizeBytes, o.MaxMessageBytesBeforeLogin) = (longest, longest, longest));
        await using var client = await rig.ConnectAsync();

        await client.SendAsync([8, 0, 0, 0, .. new byte[longest]]);

        Assert.That((await client.ReceiveAsync())!.Value.Payload, Has.Length.EqualTo(longest));
    }

    /// <summary>The last message, after which the client ends its stream, as the router waits for.</summary>
    private async Task<string> ReadAbortAsync()
    {
        var (type, payload) = (await _client.ReceiveAsync())!.Value;
        Assert.That(type, Is.Zero);
        _client.Socket.Shutdown(SocketShutdown.Send);
        Assert.That(await _client.ReceiveAsync(), Is.Null);
        return Encoding.UTF8.GetString(payload);
    }

    private async Task EchoAsync()
    {
        await _client.SendAsync(0, "echo"u8.ToArray());
        Assert.That((await _client.ReceiveAsync())!.Value.Payload, Is.EqualTo("echo"u8.ToArray()));
    }
}
