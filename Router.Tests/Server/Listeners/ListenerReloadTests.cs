using System.Net;
using System.Net.Sockets;
using System.Text;
using WampRouter.Client;
using WampRouter.Server.Configuration;
using WampRouter.Tests.Doubles;

namespace WampRouter.Tests.Server.Listeners;

/// <summary>Listeners come, go and change while the program runs, and whoever is connected stays.</summary>
public sealed class ListenerReloadTests
{
    private const string AnyPort = "http://127.0.0.1:0";

    [Test]
    public void Settings_AllThatCanBeSet_AreKnownToTheDifference() => Assert.That(
        ListenerDifference.Keys.Select(key => $"Listeners:*:{key}"),
        Is.EquivalentTo(StandAloneSettings.Shape.Keys.Where(key => key.StartsWith("Listeners:*:", StringComparison.Ordinal) && !key.StartsWith("Listeners:*:Certificate", StringComparison.Ordinal) && key != "Listeners:*:Tls")));

    [Test]
    public async Task Reload_ListenerComes_IsOpenAndTold()
    {
        await using var rig = await ListenerRig.StartAsync(new ListenerOptions { Url = AnyPort });
        var client = await rig.JoinAsync(rig.Urls[0]);

        var reload = await rig.ReloadAsync(new ListenerOptions { Url = AnyPort }, new ListenerOptions { Url = AnyPort, Path = "/wamp" });

        Assert.That(reload.Changes, Is.EqualTo(new[] { $"listener {rig.Urls[1]}: it is open; WebSocket clients connect to /wamp; long-poll clients to /lp; plain HTTP is below /api" }));
        await rig.JoinAsync(rig.Urls[1], "/wamp");
        await client.PublishAcknowledgedAsync("com.a").Soon();
    }

    [Test]
    public async Task Reload_ListenerGoes_NobodyComesInThereAndWhoIsInStays()
    {
        await using var rig = await ListenerRig.StartAsync(new ListenerOptions { Url = AnyPort }, new ListenerOptions { Url = AnyPort, Path = "/wamp" });
        var gone = rig.Urls[1];
        var client = await rig.JoinAsync(gone, "/wamp");

        var reload = await rig.ReloadAsync(new ListenerOptions { Url = AnyPort });

        Assert.That(reload.Changes, Is.EqualTo(new[] { $"listener {gone}: it is closed, because it is no longer configured; who has come in there stays" }));
        Assert.That(() => rig.JoinAsync(gone, "/wamp"), Throws.TypeOf<WampConnectionException>());
        await client.PublishAcknowledgedAsync("com.a").Soon();
        await rig.JoinAsync(rig.Urls[0]);
    }

    [Test]
    public async Task Reload_ListenerServesSomethingElse_ForThoseWhoComeFromNowOn()
    {
        await using var rig = await ListenerRig.StartAsync(new ListenerOptions { Url = AnyPort }, new ListenerOptions { Url = AnyPort, Serves = ["health"] });
        var url = rig.Urls[1];
        Assert.That(await ListenerRig.GetAsync($"{url}/health/live"), Is.EqualTo(HttpStatusCode.OK));
        Assert.That(await ListenerRig.GetAsync($"{url}/ws"), Is.EqualTo(HttpStatusCode.NotFound));

        var reload = await rig.ReloadAsync(new ListenerOptions { Url = AnyPort }, new ListenerOptions { Url = AnyPort, Serves = ["wamp"] });

        Assert.That(reload.Changes.Select(change => change.Replace(rig.Urls[0], url, StringComparison.Ordinal)), Has.Some.EqualTo($"listener {url}: Serves is wamp now, it was health; this counts for those who connect from now on"));
        await rig.JoinAsync(url);
        Assert.That(await ListenerRig.GetAsync($"{url}/health/live"), Is.EqualTo(HttpStatusCode.NotFound));
    }

    [Test]
    public async Task Listener_PathOfAnother_IsNothingThere()
    {
        await using var rig = await ListenerRig.StartAsync(new ListenerOptions { Url = AnyPort }, new ListenerOptions { Url = AnyPort, Path = "/wamp" });

        Assert.That(() => rig.JoinAsync(rig.Urls[0], "/wamp"), Throws.TypeOf<WampConnectionException>());
        Assert.That(() => rig.JoinAsync(rig.Urls[1], "/ws"), Throws.TypeOf<WampConnectionException>());
        Assert.That(await ListenerRig.GetAsync($"{rig.Urls[1]}/ws"), Is.EqualTo(HttpStatusCode.NotFound));
        await rig.JoinAsync(rig.Urls[0], "/ws");
        await rig.JoinAsync(rig.Urls[1], "/wamp");
    }

    [Test]
    public async Task Listener_PathsThatDifferInCase_BothServe()
    {
        await using var rig = await ListenerRig.StartAsync(new ListenerOptions { Url = AnyPort }, new ListenerOptions { Url = AnyPort, Path = "/WS" });

        Assert.That(await ListenerRig.GetAsync($"{rig.Urls[0]}/ws"), Is.EqualTo(HttpStatusCode.UpgradeRequired));
        Assert.That(await ListenerRig.GetAsync($"{rig.Urls[1]}/WS"), Is.EqualTo(HttpStatusCode.UpgradeRequired));
    }

    [Test]
    public async Task Page_OfAListener_ConnectsToItsPath()
    {
        await using var rig = await ListenerRig.StartAsync(new ListenerOptions { Url = AnyPort }, new ListenerOptions { Url = AnyPort, Path = "/wamp" });
        using var http = new HttpClient();

        var pages = await Task.WhenAll(rig.Urls.Select(url => http.GetStringAsync(new Uri(url)))).Soon();

        Assert.That(pages[0], Does.Contain("\"/ws\"").And.Not.Contain("\"/wamp\""));
        Assert.That(pages[1], Does.Contain("\"/wamp\"").And.Not.Contain("\"/ws\""));
    }

    [Test]
    public async Task Reload_ServesWhatNothingServedAtTheStart_NeedsARestart()
    {
        await using var rig = await ListenerRig.StartAsync(new ListenerOptions { Url = AnyPort });

        var reload = await rig.ReloadAsync(new ListenerOptions { Url = AnyPort, Serves = ["wamp", "metrics", "health"] });

        Assert.That(reload.NeedRestart.Single(), Is.EqualTo($"listener {rig.Urls[0]}: metrics and health cannot be served now, because no listener served that at the start"));
    }

    [Test]
    public async Task Reload_ListenerChanges_TheSameSocketHasTheNewSettings()
    {
        await using var rig = await ListenerRig.StartAsync(new ListenerOptions { Url = AnyPort });
        var url = rig.Urls[0];
        var client = await rig.JoinAsync(url);

        var reload = await rig.ReloadAsync(new ListenerOptions { Url = AnyPort, Path = "/wamp", MaxConnections = 2 });

        Assert.That(rig.Urls, Is.EqualTo(new[] { url }));
        Assert.That(reload.Changes, Is.EqualTo(new[]
        {
            $"listener {url}: Path is /wamp now, it was /ws; this counts for those who connect from now on",
            $"listener {url}: MaxConnections is 2 now, it was not set",
        }));
        await client.PublishAcknowledgedAsync("com.a").Soon();
        await rig.JoinAsync(url, "/wamp");
        Assert.That(await ListenerRig.GetAsync($"{url}/wamp"), Is.EqualTo(HttpStatusCode.ServiceUnavailable), "the first client counts, though nothing was limited when it came");
        await rig.ReloadAsync(new ListenerOptions { Url = AnyPort, Path = "/wamp", MaxConnections = 3 });
        Assert.That(await ListenerRig.GetAsync($"{url}/ws"), Is.EqualTo(HttpStatusCode.NotFound));
    }

    [Test]
    public async Task Reload_AddressIsTaken_NothingChanges()
    {
        using var taken = Listen(IPAddress.Loopback, port: 0);
        await using var rig = await ListenerRig.StartAsync(new ListenerOptions { Url = AnyPort });
        var url = rig.Urls[0];

        var refused = Assert.ThrowsAsync<WampRouterConfigurationException>(() => rig.ReloadAsync(
            new ListenerOptions { Url = AnyPort, Path = "/wamp" }, new ListenerOptions { Url = AnyPort }, new ListenerOptions { Url = $"http://{taken.LocalEndPoint}" }));

        Assert.That(refused!.Message, Does.Contain("WampRouter:Listeners:2:Url").And.Contain($"port {((IPEndPoint)taken.LocalEndPoint!).Port} of 127.0.0.1 is in use by another process"));
        Assert.That(rig.Urls, Is.EqualTo(new[] { url }));
        await rig.JoinAsync(url, "/ws");
    }

    [Test]
    public async Task Reload_AddressIsThatOfAnotherListener_ItsSocketIsTakenOver()
    {
        await using var rig = await ListenerRig.StartAsync(new ListenerOptions { Url = AnyPort });
        var url = rig.Urls[0];

        await rig.ReloadAsync(new ListenerOptions { Url = url, Path = "/wamp" });

        Assert.That(rig.Urls, Is.EqualTo(new[] { url }));
        await rig.JoinAsync(url, "/wamp");
    }

    [Test]
    public async Task Reload_FromThisMachineOnlyToEveryAddress_OpensTheOneInPlaceOfTheOther()
    {
        await using var rig = await ListenerRig.StartAsync(new ListenerOptions { Url = AnyPort });
        var port = new Uri(rig.Urls[0]).Port;
        var client = await rig.JoinAsync(rig.Urls[0]);

        await rig.ReloadAsync(new ListenerOptions { Url = $"http://0.0.0.0:{port}" });

        await rig.JoinAsync($"http://127.0.0.2:{port}");
        await client.PublishAcknowledgedAsync("com.a").Soon();
    }

    [Test]
    public async Task Reload_AddressInPlaceOfAnotherIsTaken_TheOtherIsOpenedAgain()
    {
        await using var rig = await ListenerRig.StartAsync(new ListenerOptions { Url = AnyPort });
        var url = rig.Urls[0];
        using var taken = Listen(IPAddress.Parse("127.0.0.2"), new Uri(url).Port);

        Assert.ThrowsAsync<WampRouterConfigurationException>(() => rig.ReloadAsync(new ListenerOptions { Url = $"http://0.0.0.0:{new Uri(url).Port}" }));

        await rig.JoinAsync(url);
    }

    [Test]
    public async Task Reload_RealmsAreWrongForAnotherPart_TheNewSocketIsClosedAgain()
    {
        await using var rig = await ListenerRig.StartAsync(new ListenerOptions { Url = AnyPort });
        using var probe = Listen(IPAddress.Loopback, port: 0);
        var free = ((IPEndPoint)probe.LocalEndPoint!).Port;
        probe.Dispose();

        Assert.ThrowsAsync<WampRouterConfigurationException>(() => rig.ReloadAsync(
            new ListenerOptions { Url = $"http://127.0.0.1:{free}" }, new ListenerOptions { Url = "http://192.0.2.1:0" }));

        using var again = Listen(IPAddress.Loopback, free);
    }

    [Test]
    public async Task Reload_WelcomePage_IsSwitchedOffAndOn()
    {
        await using var rig = await ListenerRig.StartAsync(new ListenerOptions { Url = AnyPort });
        Assert.That(await ListenerRig.GetAsync($"{rig.Urls[0]}/"), Is.EqualTo(HttpStatusCode.OK));

        var reload = await rig.ReloadAsync(new StandAloneOptions { Listeners = [new ListenerOptions { Url = AnyPort }], WelcomePage = false });

        Assert.That(reload.Changes, Is.EqualTo(new[] { "WelcomePage is false now, it was true" }));
        Assert.That(await ListenerRig.GetAsync($"{rig.Urls[0]}/"), Is.EqualTo(HttpStatusCode.NotFound));
        await rig.ReloadAsync(new ListenerOptions { Url = AnyPort });
        Assert.That(await ListenerRig.GetAsync($"{rig.Urls[0]}/"), Is.EqualTo(HttpStatusCode.OK));
    }

    [Test]
    public async Task Reload_IdleTimeoutOfTheListener_HoldsForWhoIsIn()
    {
        var time = new ManualTime();
        await using var rig = await ListenerRig.StartAsync(new StandAloneOptions { Listeners = [new ListenerOptions { Url = AnyPort }] }, time);
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(IPAddress.Loopback, new Uri(rig.Urls[0]).Port).Soon();
        await using var stream = new NetworkStream(socket);
        await stream.WriteAsync(Encoding.ASCII.GetBytes("GET /ws HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Protocol: wamp.2.json\r\n\r\n")).AsTask().Soon();
        await ReadUntilAsync(stream, "\r\n\r\n");
        await stream.WriteAsync(Frame("""[1,"realm1",{"roles":{"subscriber":{}}}]""")).AsTask().Soon();
        await ReadUntilAsync(stream, "realm1");
        time.Advance(TimeSpan.FromSeconds(1));

        await rig.ReloadAsync(new ListenerOptions { Url = AnyPort, IdleTimeout = TimeSpan.FromSeconds(20) });
        time.Advance(TimeSpan.FromSeconds(1));
        time.Advance(TimeSpan.FromSeconds(20));

        await ReadUntilAsync(stream, "(WampRouter:Listeners:0:IdleTimeout)");
    }

    private static byte[] Frame(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        return [0x81, (byte)(0x80 | bytes.Length), 0, 0, 0, 0, .. bytes];
    }

    private static async Task ReadUntilAsync(NetworkStream stream, string end)
    {
        var text = new StringBuilder();
        var bytes = new byte[4096];
        while (!text.ToString().Contains(end, StringComparison.Ordinal))
        {
            var count = await stream.ReadAsync(bytes).AsTask().Soon();
            Assert.That(count, Is.Positive, $"the connection has ended after: {text}");
            text.Append(Encoding.UTF8.GetString(bytes, 0, count));
        }
    }

    private static Socket Listen(IPAddress address, int port)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(address, port));
        socket.Listen();
        return socket;
    }
}
