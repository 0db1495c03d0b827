using System.IO.Pipelines;
using System.Net.Sockets;
using System.Text;
using WampRouter.Client;
using WampRouter.Server.Configuration;
using WampRouter.Tests.Doubles;
using WampRouter.Tests.Storage;
using WampRouter.Tests.Transports.ProxyProtocol;
using WampRouter.Tests.Transports.WebSockets;

namespace WampRouter.Tests.Server.Listeners;

/// <summary>Listeners whose clients come through proxies that pass bytes on, over real sockets: those of 127.0.0.2 are the proxy.</summary>
public sealed class ProxyProtocolListenerTests
{
    private const string Page = "GET / HTTP/1.1\r\nHost: router\r\n\r\n";

    private DataDirectory _directory = null!;

    [SetUp]
    public void WriteCertificate()
    {
        _directory = new DataDirectory();
        ListenerRig.WriteCertificate(_directory.Path, "router");
    }

    [TearDown]
    public void RemoveDirectory() => _directory.Dispose();

    private static IEnumerable<TestCaseData> Headers =>
    [
        new TestCaseData(ProxyHeaders.Text(ProxyHeaders.Line), "203.0.113.9:4711").SetArgDisplayNames("v1"),
        new TestCaseData(ProxyHeaders.Binary("203.0.113.9", 4711), "203.0.113.9:4711").SetArgDisplayNames("v2"),
        new TestCaseData(ProxyHeaders.Binary("2001:db8::9", 4711), "[2001:db8::9]:4711").SetArgDisplayNames("v2 IPv6"),
    ];

    [TestCaseSource(nameof(Headers))]
    public async Task Client_OfATrustedProxy_IsWhereTheHeaderSays(byte[] header, string peer)
    {
        await using var rig = await ListenerRig.StartAsync(Plain());
        await using var client = await ProxiedClient.JoinAsync(rig.Urls[0], "127.0.0.2", header);

        Assert.That(await client.PeerAsync(), Is.EqualTo(peer));
    }

    [TestCaseSource(nameof(Headers))]
    public async Task Client_OfATrustedProxyWithTls_IsWhereTheHeaderSays(byte[] header, string peer)
    {
        await using var rig = await ListenerRig.StartAsync(Secure());
        await using var client = await ProxiedClient.JoinAsync(rig.Urls[0], "127.0.0.2", header);

        var transport = await client.TransportAsync();

        Assert.That((transport["peer"].GetString(), transport["secure"].GetBoolean()), Is.EqualTo((peer, true)));
    }

    [Test]
    public async Task Client_ThatSendsHeadersOfHttpItself_IsWhereTheProxySays()
    {
        await using var rig = await ListenerRig.StartAsync(Plain());
        await using var client = await ProxiedClient.JoinAsync(rig.Urls[0], "127.0.0.2", ProxyHeaders.Text(ProxyHeaders.Line), headers: ("X-Forwarded-For", "192.0.2.99"));

        Assert.That(await client.PeerAsync(), Is.EqualTo("203.0.113.9:4711"));
    }

    [Test]
    public async Task Client_OfAProxyOfHttpBehindOneOfBytes_IsWhereTheFirstSays()
    {
        await using var rig = await ListenerRig.StartAsync(new ListenerOptions { Url = "http://127.0.0.1:0", ProxyProtocol = true, BehindProxy = true, TrustedProxies = ["127.0.0.2", "203.0.113.9"] });
        await using var client = await ProxiedClient.JoinAsync(rig.Urls[0], "127.0.0.2", ProxyHeaders.Text(ProxyHeaders.Line), headers: ("X-Forwarded-For", "192.0.2.99"));

        Assert.That(await client.PeerAsync(), Is.EqualTo("192.0.2.99"));
    }

    [Test]
    public async Task Client_FromElsewhereWithAForgedHeader_IsDropped([Values] bool isSecure)
    {
        await using var rig = await ListenerRig.StartAsync(isSecure ? Secure() : Plain());
        using var refused = new Measured(rig.Meter, "wamp_router.proxy.refusals");

        Assert.ThrowsAsync<WampConnectionException>(() => ProxiedClient.JoinAsync(rig.Urls[0], "127.0.0.3", ProxyHeaders.Text("PROXY TCP4 127.0.0.1 127.0.0.1 1 1\r\n")));

        Assert.That(refused.Tags, Is.EqualTo(new[] { "reason=untrusted" }));
        Assert.That(rig.Log.Of(1124).Single(), Does.Contain("(127.0.0.3)").And.Contain("WampRouter:Listeners:0").And.Contain("TrustedProxies has 127.0.0.2"));
    }

    [Test]
    public async Task Client_OfAProxyThatReportsLoopback_IsNotLocal()
    {
        await using var rig = await ListenerRig.StartAsync(new ListenerOptions { Url = "http://127.0.0.1:0", ProxyProtocol = true });
        rig.AdmitLocalOnly();
        await rig.ReloadAsync(new ListenerOptions { Url = "http://127.0.0.1:0", ProxyProtocol = true }, new ListenerOptions { Url = "http://127.0.0.1:0" });
        await rig.JoinAsync(rig.Urls[1]);

        var refused = Assert.ThrowsAsync<WampConnectionException>(() => ProxiedClient.JoinAsync(rig.Urls[0], first: ProxyHeaders.Text("PROXY TCP4 127.0.0.1 127.0.0.1 1 1\r\n"), headers: ("Host", "localhost")));

        Assert.That(refused!.ErrorUri, Is.EqualTo("wamp.error.authentication_required"));
    }

    private static IEnumerable<TestCaseData> WithoutAClient =>
    [
        new TestCaseData(ProxyHeaders.Text("PROXY UNKNOWN\r\n")).SetArgDisplayNames("v1 unknown"),
        new TestCaseData(ProxyHeaders.Binary(0x20, 0x00)).SetArgDisplayNames("v2 local"),
        new TestCaseData(ProxyHeaders.Binary(0x21, 0x31, new byte[216])).SetArgDisplayNames("v2 Unix domain socket"),
    ];

    [TestCaseSource(nameof(WithoutAClient))]
    public async Task Connection_OfTheProxyItself_HasItsOwnAddress(byte[] header)
    {
        await using var rig = await ListenerRig.StartAsync(Plain());
        await using var client = await ProxiedClient.JoinAsync(rig.Urls[0], "127.0.0.2", header);

        Assert.That(await client.PeerAsync(), Does.StartWith("127.0.0.2:"));
    }

    [Test]
    public async Task Request_ForAPage_IsAnsweredInOnePieceWithTheHeaderAndInMany([Values] bool inPieces)
    {
        await using var rig = await ListenerRig.StartAsync(Plain());
        await using var stream = await ProxiedClient.ConnectAsync(new Uri(rig.Urls[0]).Port, "127.0.0.2", []);
        foreach (var piece in ((byte[])[.. ProxyHeaders.Binary("203.0.113.9", 4711), .. Encoding.ASCII.GetBytes(Page)]).Chunk(inPieces ? 5 : 1_000))
        {
            await stream.WriteAsync(piece);
        }

        Assert.That(await WebSocketRig.ReadHeadAsync(PipeReader.Create(stream)), Does.StartWith("HTTP/1.1 200 "));
    }

    [Test]
    public async Task Listener_ThatServesMetricsAlone_AsksForTheHeaderAsWell()
    {
        await using var rig = await ListenerRig.StartAsync(Plain(), new ListenerOptions { Url = "http://127.0.0.1:0", Serves = ["health"], ProxyProtocol = true });
        var port = new Uri(rig.Urls[1]).Port;
        var request = Encoding.ASCII.GetBytes("GET /health/live HTTP/1.1\r\nHost: router\r\n\r\n");
        await using var proxy = await ProxiedClient.ConnectAsync(port, "127.0.0.1", [.. ProxyHeaders.Binary(0x20, 0x00), .. request]);
        await using var stranger = await ProxiedClient.ConnectAsync(port, "127.0.0.1", request);

        Assert.That(await WebSocketRig.ReadHeadAsync(PipeReader.Create(proxy)), Does.StartWith("HTTP/1.1 200 "));
        Assert.That(await IsDroppedAsync(stranger));
    }

    private static IEnumerable<TestCaseData> Bad =>
    [
        new TestCaseData(Encoding.ASCII.GetBytes(Page), false, "broken", "is none").SetArgDisplayNames("no header"),
        new TestCaseData(ProxyHeaders.Text("PROXY TCP4 nowhere nowhere 1 1\r\n"), false, "broken", "has no two addresses").SetArgDisplayNames("v1 broken"),
        new TestCaseData(ProxyHeaders.Binary(0x21, 0x41), false, "broken", "has an address family").SetArgDisplayNames("v2 broken"),
        new TestCaseData(ProxyHeaders.Binary("203.0.113.9", 4711)[..20], true, "unfinished", "ended before it was whole").SetArgDisplayNames("half"),
    ];

    [TestCaseSource(nameof(Bad))]
    public async Task Proxy_HeaderIsBad_IsDroppedCountedAndLogged(byte[] sent, bool ends, string reason, string text)
    {
        await using var rig = await ListenerRig.StartAsync(Plain());
        using var refused = new Measured(rig.Meter, "wamp_router.proxy.refusals");
        await using var stream = await ProxiedClient.ConnectAsync(new Uri(rig.Urls[0]).Port, "127.0.0.2", sent);
        if (ends)
        {
            stream.Socket.Shutdown(SocketShutdown.Send);
        }

        Assert.That(await IsDroppedAsync(stream));
        Assert.That(refused.Tags, Is.EqualTo(new[] { $"reason={reason}" }));
        Assert.That(rig.Log.Of(1125).Single(), Does.Contain("(proxy 127.0.0.2)").And.Contain(text).And.Contain("WampRouter:Listeners:0:ProxyProtocol"));
        Assert.That(rig.ShakingHands, Is.Zero);
    }

    [Test]
    public async Task Proxy_HeaderDoesNotCome_IsDroppedAtTheDeadlineAndCountsUntilThen([Values("", "PROXY TCP4 ")] string said)
    {
        var time = new ManualTime();
        await using var rig = await ListenerRig.StartAsync(new StandAloneOptions { Listeners = [Plain()], Transports = { HandshakeTimeout = TimeSpan.FromSeconds(10), MaxHandshakes = 1 } }, time);
        using var refused = new Measured(rig.Meter, "wamp_router.proxy.refusals");
        await using var slow = await ProxiedClient.ConnectAsync(new Uri(rig.Urls[0]).Port, "127.0.0.2", ProxyHeaders.Text(said));
        await rig.WhenShakingHandsAsync(1).Soon();
        Assert.That(await IsTurnedAwayAsync(new Uri(rig.Urls[0]).Port), "there is room for one");

        // It counts a moment before its time begins.
        var dropped = IsDroppedAsync(slow);
        while (!dropped.IsCompleted)
        {
            time.Advance(TimeSpan.FromSeconds(12));
            await Task.Yield();
        }

        Assert.That(await dropped);
        Assert.That((refused.Tags.Single(), rig.ShakingHands), Is.EqualTo(("reason=late", 0)));
    }

    [Test]
    public async Task Proxy_OnlyLooksWhetherSomebodyListens_IsNoFault()
    {
        await using var rig = await ListenerRig.StartAsync(Plain());
        await using var stream = await ProxiedClient.ConnectAsync(new Uri(rig.Urls[0]).Port, "127.0.0.2", []);
        stream.Socket.Shutdown(SocketShutdown.Send);

        Assert.That(await IsDroppedAsync(stream));
        Assert.That(rig.Log.Of(1125), Is.Empty);
    }

    [Test]
    public async Task Clients_OfOneProxy_AreLimitedByTheirOwnAddresses()
    {
        await using var rig = await ListenerRig.StartAsync(new ListenerOptions { Url = "http://127.0.0.1:0", ProxyProtocol = true, TrustedProxies = ["127.0.0.2"], MaxConnectionsPerAddress = 1 });
        await using var first = await JoinAsync("203.0.113.9");
        await using var second = await JoinAsync("203.0.113.10");

        var refused = Assert.ThrowsAsync<WampConnectionException>(() => JoinAsync("203.0.113.9"));

        Assert.That(refused!.Message, Does.Contain("429"));

        Task<ProxiedClient> JoinAsync(string address) => ProxiedClient.JoinAsync(rig.Urls[0], "127.0.0.2", ProxyHeaders.Binary(address, 4711));
    }

    [Test]
    public async Task Reload_ProxyProtocolIsSwitchedOn_ForThoseWhoConnectFromThenOn()
    {
        await using var rig = await ListenerRig.StartAsync(new ListenerOptions { Url = "http://127.0.0.1:0" });
        var client = await rig.JoinAsync(rig.Urls[0]);

        var reload = await rig.ReloadAsync(Plain());

        Assert.That(reload.Changes, Has.Some.EqualTo($"listener {rig.Urls[0]}: ProxyProtocol is true now, it was false; this counts for those who connect from now on"));
        await client.PublishAcknowledgedAsync("com.a").Soon();
        Assert.ThrowsAsync<WampConnectionException>(() => rig.JoinAsync(rig.Urls[0]));
        await using var proxied = await ProxiedClient.JoinAsync(rig.Urls[0], "127.0.0.2", ProxyHeaders.Text(ProxyHeaders.Line));
    }

    private static ListenerOptions Plain() => new() { Url = "http://127.0.0.1:0", ProxyProtocol = true, TrustedProxies = ["127.0.0.2"] };

    private ListenerOptions Secure() => new() { Url = "https://127.0.0.1:0", ProxyProtocol = true, TrustedProxies = ["127.0.0.2"], Certificate = ListenerRig.CertificateIn(_directory.Path) };

    /// <summary>Whether a connection is dropped that says nothing: so soon, perhaps, that it is not open yet for its client.</summary>
    private static async Task<bool> IsTurnedAwayAsync(int port)
    {
        try
        {
            await using var stream = await ProxiedClient.ConnectAsync(port, "127.0.0.2", []);
            return await IsDroppedAsync(stream);
        }
        catch (SocketException e) when (e.SocketErrorCode == SocketError.ConnectionReset)
        {
            return true;
        }
    }

    /// <summary>Whether the connection ends without an answer.</summary>
    private static async Task<bool> IsDroppedAsync(NetworkStream stream)
    {
        try
        {
            return await stream.ReadAsync(new byte[1]).AsTask().Soon() == 0;
        }
        catch (IOException)
        {
            return true;    // reset
        }
    }
}
