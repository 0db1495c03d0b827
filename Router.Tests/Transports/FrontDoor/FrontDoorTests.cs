using System.IO.Pipelines;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Text;
using WampRouter.Delivery;
using WampRouter.Sessions.Connections;
using WampRouter.Tests.Doubles;
using WampRouter.Tests.Transports.WebSockets;
using WampRouter.Transports.WebSockets;

namespace WampRouter.Tests.Transports.FrontDoor;

/// <summary>What is the front door's own: whose a connection is, deadlines, limits, and that the pipeline behind it notices nothing.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class FrontDoorTests
{
    private const string Request = "GET /ws HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";

    private readonly ManualTime _time = new();
    private WebSocketRig _rig = null!;

    [SetUp]
    public async Task StartAsync() => _rig = await WebSocketRig.StartAsync(time: _time, configure: o => (o.MaxConnections, o.HandshakeTimeout) = (1, TimeSpan.FromSeconds(10)));

    [TearDown]
    public async Task StopAsync() => await _rig.DisposeAsync();

    [Test]
    public async Task Http2_NegotiatedByTls_ReachesThePipeline()
    {
        using var handler = new SocketsHttpHandler();
#pragma warning disable CA5359 // the certificate was made a moment ago by this very process
        handler.SslOptions.RemoteCertificateValidationCallback = static (_, _, _, _) => true;
#pragma warning restore CA5359
        using var client = new HttpClient(handler) { DefaultRequestVersion = System.Net.HttpVersion.Version20, DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact };

        var text = await client.GetStringAsync(new Uri(_rig.AddressOf(WayIn.FrontDoorTls), "/other")).Soon();

        Assert.That(text, Is.EqualTo("pipeline"));
    }

    [Test]
    public async Task KeepAlive_SeveralRequestsOnOneConnection_AllReachThePipeline()
    {
        await using var stream = await _rig.OpenAsync(WayIn.FrontDoor);
        var input = PipeReader.Create(stream);
        for (var i = 0; i < 3; i++)
        {
            await stream.WriteAsync("GET /other HTTP/1.1\r\nHost: localhost\r\n\r\n"u8.ToArray());

            Assert.That(await WebSocketRig.ReadHeadAsync(input), Does.StartWith("HTTP/1.1 200"));
            await input.AsStream().ReadExactlyAsync(new byte["pipeline".Length]);
        }
    }

    [TestCase("", "", TestName = "Client_SaysNothing_IsDroppedAtTheDeadline")]
    [TestCase("GE", "HTTP/1.1 408 ", TestName = "Client_StopsInTheMethod_IsToldSoAtTheDeadline")]
    [TestCase("GET /ws HTTP/1.1\r\nHost: loc", "HTTP/1.1 408 ", TestName = "Client_StopsInTheHead_IsToldSoAtTheDeadline")]
    public async Task Client_TooSlow(string sent, string answer)
    {
        await using var stream = await _rig.OpenAsync(WayIn.FrontDoor);
        await stream.WriteAsync(Encoding.ASCII.GetBytes(sent));
        await using var witness = await _rig.ConnectAsync(WayIn.FrontDoor); // the server has accepted in order, so the first one is being watched

        _time.Advance(TimeSpan.FromSeconds(12));

        var all = await ReadToEndAsync(stream);
        Assert.That(all, answer.Length == 0 ? Is.Empty : Does.StartWith(answer));
        await witness.SendTextAsync("still here");
        Assert.That((await witness.ReceiveAsync())!.Text, Is.EqualTo("still here"));
    }

    [Test]
    public async Task Connection_BeyondTheLimit_Gets503UntilAnotherLeaves([Values(WayIn.FrontDoor, WayIn.Endpoint)] WayIn way)
    {
        var first = await _rig.ConnectAsync(way);

        Assert.That(await AskAsync(way), Does.StartWith("HTTP/1.1 503 ").And.Contain("Retry-After: ").And.Not.Contain("Connection: Upgrade"));

        await first.SendCloseAsync();
        await first.ReceiveAsync();
        Assert.That(await first.ReceiveAsync(), Is.Null);
        await Waiting.UntilAsync(() => _rig.Services.Roster.Count == 0);
        Assert.That(await AskAsync(way), Does.StartWith("HTTP/1.1 101 "));
        await first.DisposeAsync();
    }

    [Test]
    public async Task Connection_DuringShutdown_Gets503([Values(WayIn.FrontDoor, WayIn.Endpoint)] WayIn way)
    {
        _rig.Services.Roster.StopAdmitting();

        Assert.That(await AskAsync(way), Does.StartWith("HTTP/1.1 503 "));
    }

    [Test]
    public async Task Request_NoSubprotocolAgreedOn_IsAcceptedWithoutNamingOne([Values(WayIn.FrontDoor, WayIn.Endpoint)] WayIn way) =>
        Assert.That(await AskAsync(way), Does.StartWith("HTTP/1.1 101 ").And.Not.Contain("Sec-WebSocket-Protocol"), "RFC 6455 section 4.2.2: an empty value is none");

    [Test]
    public async Task Request_WithoutTheConnectionHeader_IsToldToUpgradeAndThatTheHeaderIsForThisHopOnly([Values(WayIn.FrontDoor, WayIn.Endpoint)] WayIn way)
    {
        var head = await AskAsync(way, Request.Replace("Connection: Upgrade", "Connection: keep-alive", StringComparison.Ordinal));

        Assert.That(head, Does.StartWith("HTTP/1.1 426 ").And.Contain("Upgrade: websocket\r\n"));
        var connection = head.Split("\r\n").Where(line => line.StartsWith("Connection: ", StringComparison.Ordinal)).SelectMany(line => line[12..].Split(", "));
        Assert.That(connection, Does.Contain("Upgrade"), "RFC 9110 section 7.8");
    }

    [Test]
    public async Task Peer_ReadsNothingAfterTheClose_LosesItsSocketAtTheDeadline([Values(WayIn.FrontDoor, WayIn.Endpoint)] WayIn way)
    {
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { ReceiveBufferSize = 4096 };
        await socket.ConnectAsync(IPAddress.Loopback, _rig.AddressOf(way).Port);
        await socket.SendAsync(Encoding.ASCII.GetBytes(Request));
        var session = await SessionWithMoreToSendThanSocketsTakeAsync();

        await socket.SendAsync(FrameClient.Frame(WebSocketOpcode.Close, FrameClient.CloseBody(1000)));
        await session.Ended;
        await Waiting.UntilAsync(() => _rig.Services.Roster.Count == 0);
        Assert.That(_rig.Services.Budget.ReservedBytes, Is.Positive, "the bytes wait for the peer");
        _time.Advance(TimeSpan.FromSeconds(7));

        await Waiting.UntilAsync(() => _rig.Services.Budget.ReservedBytes == 0);
    }

    [Test]
    public async Task Peer_HalfClosesTlsAndReadsNothing_IsDroppedAtTheDeadline()
    {
        await using var stream = (SslStream)await _rig.OpenAsync(WayIn.FrontDoorTls);
        await stream.WriteAsync(Encoding.ASCII.GetBytes(Request));
        var session = await SessionWithMoreToSendThanSocketsTakeAsync();

        await stream.ShutdownAsync();
        Assert.That(await session.Ended, Is.EqualTo(DisconnectReason.ConnectionLost));
        _time.Advance(TimeSpan.FromSeconds(7));

        await Waiting.UntilAsync(() => _rig.Services.Roster.Count == 0);
    }


    private async Task<EchoReceiver> SessionWithMoreToSendThanSocketsTakeAsync()
    {
        var session = await _rig.Receivers.NextAsync();
        session.Connection.Outbox.TryEnqueue(new byte[8 * 1024 * 1024], FlushBatch.OfThread);
        FlushBatch.OfThread.Flush();
        return session;
    }

    private async Task<string> AskAsync(WayIn way, string request = Request)
    {
        await using var stream = await _rig.OpenAsync(way);
        await stream.WriteAsync(Encoding.ASCII.GetBytes(request));
        return await WebSocketRig.ReadHeadAsync(PipeReader.Create(stream));
    }

    private static async Task<string> ReadToEndAsync(Stream stream)
    {
        using var reader = new StreamReader(stream, Encoding.ASCII);
        return await reader.ReadToEndAsync().Soon();
    }
}
