using System.Net;
using System.Net.WebSockets;
using System.Security.Authentication;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using WampRouter.Client;
using WampRouter.Tests.Conformance;
using WampRouter.Tests.Doubles;
using WampRouter.Tests.Transports.WebSockets;

namespace WampRouter.Tests.Clients;

internal sealed class WebSocketTransportTests
{
    [Test]
    public async Task Ping_NotAnswered_TheLossSaysSo()
    {
        await using var frozen = new FrozenServer("""[2,77,{}]""");
        await using var client = new WampClient(new WampClientOptions
        {
            Transport = new WampWebSocketTransport(frozen.Uri) { KeepAliveInterval = TimeSpan.FromMilliseconds(20), KeepAliveTimeout = TimeSpan.FromMilliseconds(50) },
            Realm = "realm1",
            Serializers = [WampSerializer.Json],
            Reconnect = null,
        });
        await client.ConnectAsync().Soon();

        var error = Assert.CatchAsync<WampConnectionException>(() => client.CallAsync("com.example.p").Soon())!;

        Assert.That(error.Message, Does.Contain("the router answered no ping within 0.05 s (WampWebSocketTransport.KeepAliveTimeout): it hangs, or the network to it is interrupted"));
    }

    [Test]
    public async Task Messages_AnySize_ArriveBothWays(
        [Values] WampSerializer serializer, [Values(HttpProtocols.Http1, HttpProtocols.Http2)] HttpProtocols protocols)
    {
        await using var router = await ScriptedWebSocketRouter.StartAsync(protocols);
        await using var client = Client(new WampWebSocketTransport(router.Uri) { HttpVersion = protocols == HttpProtocols.Http2 ? HttpVersion.Version20 : HttpVersion.Version11 }, serializer);
        var peer = await JoinAsync(client, router);
        foreach (var size in new[] { 0, 125, 126, 65_535, 65_536, 300_000 })
        {
            var text = new string('ü', size);
            var call = client.CallAsync<string>("com.example.echo", [text]);
            await peer.ReceiveAsync();
            await peer.SendAsync($$"""[50,{{Next()}},{},["{{text}}"]]""");
            Assert.That(await call.Soon(), Is.EqualTo(text));
        }

        var disposing = client.DisposeAsync().AsTask();
        Assert.That(await peer.AnswerAsync("""[6,{},"wamp.close.goodbye_and_out"]"""), Is.EqualTo("""[6,{},"wamp.close.close_realm"]"""));
        await disposing.Soon();
        Assert.That(await router.Closed.Task.Soon(), Is.EqualTo(WebSocketCloseStatus.NormalClosure));
    }

    [Test]
    public async Task ReceiveAsync_TooLarge_EndsTheSession()
    {
        await using var router = await ScriptedWebSocketRouter.StartAsync();
        await using var client = Client(new WampWebSocketTransport(router.Uri) { MaxMessageBytes = 10_000 });
        var peer = await JoinAsync(client, router);
        var call = client.CallAsync("com.example.large");
        await peer.ReceiveAsync();
        await peer.SendAsync($$"""[50,1,{},["{{new string('x', 10_000)}}"]]""");

        Assert.That(async () => await call.Soon(), Throws.TypeOf<WampConnectionException>().With.Message.Contains("more than 10000 bytes"));
    }

    [Test]
    public async Task ConnectionLost_ServerCloses_EndsTheSession()
    {
        await using var router = await ScriptedWebSocketRouter.StartAsync();
        await using var client = Client(new WampWebSocketTransport(router.Uri));
        var peer = await JoinAsync(client, router);
        var call = client.CallAsync("com.example.slow");
        await peer.ReceiveAsync();
        await peer.CloseAsync();

        Assert.That(async () => await call.Soon(), Throws.TypeOf<WampConnectionException>().With.Message.EqualTo("The router closed the connection."));
    }

    [Test]
    [Shows("security.certificate-verified")]
    public async Task ConnectAsync_CertificateNobodyVouchesFor_IsRefused()
    {
        await using var router = await WebSocketRig.StartAsync();
        await using var client = Client(new WampWebSocketTransport(new UriBuilder(router.AddressOf(WayIn.FrontDoorTls)) { Scheme = "wss", Host = "localhost", Path = "/ws" }.Uri));

        var error = Assert.CatchAsync<WampConnectionException>(() => client.ConnectAsync().Soon())!;

        Assert.That(error.GetBaseException(), Is.TypeOf<AuthenticationException>(), error.ToString());
    }

    [Test]
    public async Task ConnectAsync_CertificateTrustedThroughConfigure_IsAccepted()
    {
        await using var rig = await WebSocketRig.StartAsync();
        var transport = new WampWebSocketTransport(new UriBuilder(rig.AddressOf(WayIn.FrontDoorTls)) { Scheme = "wss", Host = "localhost", Path = "/ws" }.Uri)
        {
            Configure = options => options.RemoteCertificateValidationCallback = (_, certificate, _, _) => certificate?.Subject == "CN=localhost",
        };

        // Only where the socket has a connection of its own may one socket decide that.
        await (await transport.ConnectAsync(["wamp.2.json"], CancellationToken.None).Soon()).DisposeAsync();
    }

    [Test]
    public async Task ConnectAsync_ServerWithoutWamp_SaysSo()
    {
        await using var router = await ScriptedWebSocketRouter.StartAsync();
        await using var client = Client(new WampWebSocketTransport(new Uri(router.Uri, "/other")));

        Assert.That(
            async () => await client.ConnectAsync().Soon(),
            Throws.TypeOf<WampConnectionException>().With.Message.Contains("none of the WAMP subprotocols"));
    }

    [Test]
    public async Task ConnectAsync_HeadersAndInvoker_AreUsed()
    {
        await using var router = await ScriptedWebSocketRouter.StartAsync();
        var configured = false;
        using var handler = new SocketsHttpHandler();
        using var invoker = new HttpMessageInvoker(handler);
        await using var client = Client(new WampWebSocketTransport(router.Uri)
        {
            Invoker = invoker,
            Configure = options =>
            {
                options.SetRequestHeader("Origin", "https://example.com");
                configured = true;
            },
        });
        await JoinAsync(client, router);

        Assert.That(configured, Is.True);
    }

    [TestCase("http://localhost/ws")]
    [TestCase("tcp://localhost")]
    public void Constructor_OtherScheme_IsRefused(string uri) =>
        Assert.That(() => new WampWebSocketTransport(new Uri(uri)), Throws.ArgumentException.With.Message.Contains("ws://"));

    private int _request;

    private int Next() => ++_request;

    [SetUp]
    public void Start() => _request = 0;

    private static WampClient Client(IWampTransport transport, WampSerializer serializer = WampSerializer.Json) => new(new WampClientOptions
    {
        Transport = transport,
        Realm = "realm1",
        Serializers = [serializer],
        Reconnect = null,
        CloseTimeout = TimeSpan.FromMilliseconds(100),
    });

    private static async Task<ScriptedPeer> JoinAsync(WampClient client, ScriptedWebSocketRouter router)
    {
        var connecting = client.ConnectAsync();
        var accepting = router.AcceptAsync();
        await (await Task.WhenAny(accepting, connecting).Soon());
        var peer = await accepting;
        await peer.AnswerAsync("[2,77,{}]");
        await connecting.Soon();
        return peer;
    }
}
