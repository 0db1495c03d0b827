using System.Net;
using System.Net.Sockets;
using System.Text;
using WampRouter.Client;
using WampRouter.Tests.Doubles;
using WampRouter.Tests.Transports.RawSocket;

namespace WampRouter.Tests.Clients;

/// <summary>The client's side of RawSocket (rfc/text/advanced/transport_rawsocket.md): against a server that the test plays, and against the router.</summary>
internal sealed class RawSocketTransportTests
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);

    private Uri Address => new($"tcp://{_listener.LocalEndpoint}");

    [SetUp]
    public void Listen() => _listener.Start();

    [TearDown]
    public void StopListening() => _listener.Dispose();

    [TestCase("wamp.2.json", 1024, 0x11)]
    [TestCase("wamp.2.msgpack", 1_000_000, 0xA2)]
    [TestCase("wamp.2.cbor", 16 * 1024 * 1024, 0xF3)]
    [TestCase("wamp.2.cbor", int.MaxValue, 0xF3)]
    public async Task ConnectAsync_SaysItsSerializerAndTheLongestMessage(string subprotocol, int maxMessageBytes, int second)
    {
        var connecting = new WampRawSocketTransport(Address) { MaxMessageBytes = maxMessageBytes }.ConnectAsync([subprotocol], default).AsTask();
        using var server = await AcceptAsync();

        Assert.That(await ReadAsync(server, 4), Is.EqualTo(new byte[] { 0x7F, (byte)second, 0, 0 }));
        await server.SendAsync(new byte[] { 0x7F, (byte)(0x30 | (second & 0x0F)), 0, 0 });
        await using var connection = await connecting.Soon();

        Assert.That((connection.Subprotocol, connection.MaxMessageBytes), Is.EqualTo((subprotocol, 4096L)));
    }

    [TestCase(1, "speaks none of the serializers offered", true)]
    [TestCase(2, "needs a client that takes longer messages", true)]
    [TestCase(3, "bits it does not know", true)]
    [TestCase(4, "takes no more connections now", false)]
    [TestCase(9, "with error 9", true)]
    public async Task ConnectAsync_RouterRepliesWithAnError_SaysWhat(int error, string expected, bool isRefusal)
    {
        var failure = await FailureOfAsync(new byte[] { 0x7F, (byte)(error << 4), 0, 0 });

        Assert.That(failure.Message, Does.StartWith($"{Address}: the router ").And.Contains(expected));
        Assert.That(failure.IsRefusal, Is.EqualTo(isRefusal));
    }

    [TestCase("HTTP/1.1 400 Bad Request\r\n\r\n", "the server's answer is not RawSocket, but HTTP: should the address begin with ws:// and end with a path?")]
    [TestCase("\u007f\u0000\0\0", "the server's answer is not RawSocket; is the port right, and does the router expect TLS, tcps:// instead of tcp://?")]
    [TestCase("\u007f\u00f2\0\0", "the server's answer is not RawSocket; is the port right, and does the router expect TLS, tcps:// instead of tcp://?")]
    [TestCase("\u007f\u00f1", "the server closed the connection without a reply; is RawSocket served at this port, and does the router expect TLS, tcps:// instead of tcp://?")]
    public async Task ConnectAsync_SomethingElseIsThere_SaysWhatToLookAt(string reply, string expected) =>
        Assert.That((await FailureOfAsync(Encoding.Latin1.GetBytes(reply))).Message, Is.EqualTo($"{Address}: {expected}"));

    [Test]
    public async Task ConnectAsync_FirstSerializerIsNotSpoken_AsksForTheNext()
    {
        var connecting = new WampRawSocketTransport(Address).ConnectAsync(["wamp.2.cbor", "wamp.2.flatbuffers", "wamp.2.json"], default).AsTask();
        using (var first = await AcceptAsync())
        {
            Assert.That((await ReadAsync(first, 4))[1] & 0x0F, Is.EqualTo(3));
            await first.SendAsync(new byte[] { 0x7F, 0x10, 0, 0 });
        }

        using var second = await AcceptAsync();
        Assert.That((await ReadAsync(second, 4))[1] & 0x0F, Is.EqualTo(1));
        await second.SendAsync(new byte[] { 0x7F, 0xF1, 0, 0 });

        await using var connection = await connecting.Soon();
        Assert.That(connection.Subprotocol, Is.EqualTo("wamp.2.json"));
    }

    [Test]
    public void ConnectAsync_NobodyListens_SaysSo()
    {
        var address = Address;
        _listener.Stop();

        var failure = Assert.CatchAsync<WampConnectionException>(() => new WampRawSocketTransport(address).ConnectAsync(["wamp.2.json"], default).AsTask().Soon())!;

        Assert.That((failure.Message, failure.IsRefusal), Is.EqualTo(($"{address}: connection refused; is the router running?", false)));
    }

    [Test]
    public void ConnectAsync_NoSuchSocket_SaysSo()
    {
        var failure = Assert.CatchAsync<WampConnectionException>(() => new WampRawSocketTransport(new Uri("unix:/nowhere/router.sock")).ConnectAsync(["wamp.2.json"], default).AsTask().Soon())!;

        Assert.That(failure.Message, Is.EqualTo("unix:/nowhere/router.sock: there is no such socket; is the router running, and the path right?"));
    }

    [TestCase("http://localhost:8080", "must begin with tcp://, tcps:// or unix:")]
    [TestCase("tcp://localhost", "must name a port")]
    [TestCase("tcp://localhost:8080/ws", "must end after the port")]
    [TestCase("unix:socket", "must hold the full path of a socket")]
    public void Address_Wrong_SaysWhatWouldBeRight(string address, string expected) =>
        Assert.That(Assert.Catch<ArgumentException>(() => _ = new WampRawSocketTransport(new Uri(address)))!.Message, Does.StartWith($"The address {expected}"));

    [TestCase("ws://localhost/ws", typeof(WampWebSocketTransport))]
    [TestCase("wss://localhost/ws", typeof(WampWebSocketTransport))]
    [TestCase("tcp://localhost:1", typeof(WampRawSocketTransport))]
    [TestCase("tcps://localhost:1", typeof(WampRawSocketTransport))]
    [TestCase("unix:/run/x", typeof(WampRawSocketTransport))]
    [TestCase("unix:///run/x", typeof(WampRawSocketTransport))]
    public void For_Address_IsItsTransport(string address, Type expected)
    {
        Assert.That(WampTransport.For(new Uri(address)), Is.TypeOf(expected));
        Assert.That(WampTransport.TryFor(new Uri(address), out var transport), Is.True);
        Assert.That(transport, Is.TypeOf(expected));
    }

    [Test]
    public void For_OtherAddress_SaysWhichThereAre()
    {
        Assert.That(WampTransport.TryFor(new Uri("http://localhost"), out _), Is.False);
        Assert.That(Assert.Catch<ArgumentException>(() => WampTransport.For(new Uri("http://localhost")))!.Message, Does.StartWith("The address must begin with ws://, wss://, tcp://, tcps:// or unix:, but is http://localhost/."));
    }

    [Test]
    public async Task ReceiveAsync_LongerThanSaid_IsTheEnd()
    {
        var (connection, server) = await ConnectAsync(new WampRawSocketTransport(Address) { MaxMessageBytes = 1024 });
        await using var _ = connection;
        using var __ = server;
        await server.SendAsync(new byte[] { 0, 0, 4, 1 });

        Assert.That(Assert.CatchAsync<IOException>(() => connection.ReceiveAsync(default).AsTask().Soon())!.Message, Does.Contain("1025 bytes, and 1024 are the most"));
    }

    [Test]
    public async Task KeepAlive_RouterIsSilent_IsPingedAndGivenUpWhereNothingComes([Values] bool answers)
    {
        var time = new ManualTime();
        var (connection, server) = await ConnectAsync(new WampRawSocketTransport(Address) { KeepAliveInterval = TimeSpan.FromSeconds(7), KeepAliveTimeout = TimeSpan.FromSeconds(5), TimeProvider = time });
        await using var _ = connection;
        using var __ = server;
        var receiving = connection.ReceiveAsync(default).AsTask();
        await time.WhenWaitedForAsync(TimeSpan.FromSeconds(7)).Soon();
        time.Advance(TimeSpan.FromSeconds(8));
        Assert.That(await ReadAsync(server, 4), Is.EqualTo(new byte[] { 1, 0, 0, 0 }));
        await time.WhenWaitedForAsync(TimeSpan.FromSeconds(5)).Soon();

        if (answers)
        {
            await server.SendAsync(new byte[] { 2, 0, 0, 0 });
            await server.SendAsync(new byte[] { 0, 0, 0, 1, (byte)'x' });
            Assert.That((await receiving.Soon())!.Value.Length, Is.EqualTo(1));
            time.Advance(TimeSpan.FromSeconds(6));
            await connection.SendAsync(new byte[1], endOfBatch: true, default).AsTask().Soon();
            Assert.That(await ReadAsync(server, 5), Is.EqualTo(new byte[] { 0, 0, 0, 1, 0 }));
        }
        else
        {
            time.Advance(TimeSpan.FromSeconds(6));
            Assert.That(Assert.CatchAsync<IOException>(() => receiving.Soon())!.Message, Does.StartWith("the router answered no ping within 5 s"));
        }
    }

    [Test]
    public async Task Dispose_SendsTheEndAndWaitsForThatOfTheRouter()
    {
        var (connection, server) = await ConnectAsync(new WampRawSocketTransport(Address));
        using var _ = server;
        await connection.SendAsync(new byte[] { 1, 2 }, endOfBatch: false, default);

        var disposing = connection.DisposeAsync().AsTask();
        Assert.That(await ReadAsync(server, 6), Is.EqualTo(new byte[] { 0, 0, 0, 2, 1, 2 }));
        Assert.That(await server.ReceiveAsync(new byte[1]).Soon(), Is.Zero);
        server.Shutdown(SocketShutdown.Send);

        await disposing.Soon();
    }

    [Test]
    public async Task Client_OverEachWayIn_JoinsCallsAndIsSeenToComeThatWay([Values(RawSocketWay.SharedPort, RawSocketWay.SharedPortTls, RawSocketWay.OwnPort, RawSocketWay.UnixSocket)] RawSocketWay way)
    {
        using var router = new TestRouter();
        await using var rig = await RawSocketRig.StartAsync(sessions: router.Sessions);
        await using var client = new WampClient(new WampClientOptions
        {
            Transport = new WampRawSocketTransport(rig.ClientAddressOf(way))
            {
#pragma warning disable CA5359 // the certificate was made a moment ago by this very process
                ConfigureTls = static tls => tls.RemoteCertificateValidationCallback = static (_, _, _, _) => true,
#pragma warning restore CA5359
            },
            Realm = "realm1",
        });
        await client.ConnectAsync().Soon();

        var details = await client.CallAsync<System.Text.Json.JsonElement>("wamp.session.get", [client.Session!.Id]).Soon();

        Assert.That(details.GetProperty("transport").GetProperty("type").GetString(), Is.EqualTo("rawsocket"));
    }

    private async Task<WampConnectionException> FailureOfAsync(byte[] reply)
    {
        var connecting = new WampRawSocketTransport(Address).ConnectAsync(["wamp.2.json"], default).AsTask();
        using var server = await AcceptAsync();
        await ReadAsync(server, 4);
        await server.SendAsync(reply);
        server.Shutdown(SocketShutdown.Send);
        return Assert.CatchAsync<WampConnectionException>(() => connecting.Soon())!;
    }

    private async Task<(IWampConnection Connection, Socket Server)> ConnectAsync(WampRawSocketTransport transport)
    {
        var connecting = transport.ConnectAsync(["wamp.2.json"], default).AsTask();
        var server = await AcceptAsync();
        await ReadAsync(server, 4);
        await server.SendAsync(new byte[] { 0x7F, 0xF1, 0, 0 });
        return (await connecting.Soon(), server);
    }

    private Task<Socket> AcceptAsync() => _listener.AcceptSocketAsync().Soon();

    private static async Task<byte[]> ReadAsync(Socket socket, int count)
    {
        var bytes = new byte[count];
        for (var read = 0; read < count;)
        {
            var more = await socket.ReceiveAsync(bytes.AsMemory(read)).AsTask().Soon();
            Assert.That(more, Is.Positive, "the client has ended the stream");
            read += more;
        }

        return bytes;
    }
}
