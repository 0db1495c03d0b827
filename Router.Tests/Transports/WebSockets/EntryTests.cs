using System.IO.Pipelines;
using System.Net;
using System.Text;
using WampRouter.Sessions.Connections;
using WampRouter.Tests.Doubles;
using WampRouter.Transports;
using WampRouter.Transports.Admission;
using WampRouter.Transports.Handshake;

namespace WampRouter.Tests.Transports.WebSockets;

/// <summary>Who comes in and who is told to come later, before the handshake.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class EntryTests
{
    private const string Upgrade = "GET /ws HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";

    private readonly ManualTime _time = new();
    private readonly List<IAsyncDisposable> _clients = [];
    private WebSocketRig _rig = null!;

    [TearDown]
    public async Task StopAsync()
    {
        foreach (var client in _clients)
        {
            await client.DisposeAsync();
        }

        await _rig.DisposeAsync();
    }

    [Test]
    public async Task Connection_TooManyOfOneAddress_Gets429UntilAnotherLeaves([Values(WayIn.FrontDoor, WayIn.Endpoint)] WayIn way)
    {
        await StartAsync(options => options.MaxConnectionsPerAddress = 1);
        var first = await _rig.ConnectAsync(way);

        Assert.That(await AskAsync(way, Upgrade), Does.StartWith("HTTP/1.1 429 ").And.Contain("Retry-After: 10"));
        await first.DisposeAsync();
        await Waiting.UntilAsync(() => _rig.Services.Roster.Count == 0);

        Assert.That(await AskAsync(way, Upgrade), Does.StartWith("HTTP/1.1 101 "));
    }

    [Test]
    public async Task Connection_ByHttp_CountsAsWell()
    {
        await StartAsync(options => options.MaxConnections = 1);
        var page = await OpenAsync(WayIn.FrontDoor);
        Assert.That(await AskAsync(page, "GET /other HTTP/1.1\r\nHost: localhost\r\n\r\n"), Does.StartWith("HTTP/1.1 200 "));

        Assert.That(await AskAsync(WayIn.FrontDoor, Upgrade), Does.StartWith("HTTP/1.1 503 ").And.Contain("Retry-After: 10"));
        Assert.That(await AskAsync(WayIn.FrontDoor, "GET /other HTTP/1.1\r\nHost: localhost\r\n\r\n"), Does.StartWith("HTTP/1.1 503 "));
    }

    [Test]
    public async Task Handshake_TooManyUnderWay_Gets503UntilTheyHaveHadTheirTime([Values("", "GET /w", "POST / HTTP/1.1\r\nHo")] string said)
    {
        await StartAsync(options => options.MaxHandshakes = 1);
        var slow = await OpenAsync(WayIn.FrontDoor);
        await slow.WriteAsync(Encoding.ASCII.GetBytes(said));
        await Waiting.UntilAsync(() => _rig.Services.Handshakes.Count == 1);

        Assert.That(await AskAsync(WayIn.FrontDoor, Upgrade), Does.StartWith("HTTP/1.1 503 ").And.Contain("Retry-After: 1"));
        await Waiting.UntilAsync(() => said.Length < 10 || _rig.Services.Roster.Count == 1);
        _time.Advance(TimeSpan.FromSeconds(12));
        await Waiting.UntilAsync(() => _rig.Services.Handshakes.Count == 0);

        Assert.That(await AskAsync(WayIn.FrontDoor, Upgrade), Does.StartWith("HTTP/1.1 101 "));
    }

    [Test]
    public async Task Joins_MoreThanInASecondAndItsBurst_Get503OrFor429()
    {
        await StartAsync(options => (options.JoinsPerSecond, options.JoinsPerSecondPerAddress) = (2, 1));
        for (var i = 0; i < 10; i++)
        {
            Assert.That(_rig.Services.Roster.TryEnter(AddressBlock.Of(IPAddress.Loopback)), Is.EqualTo(Room.Granted), $"join {i} of the burst");
        }

        Assert.That(await AskAsync(WayIn.FrontDoor, Upgrade), Does.StartWith("HTTP/1.1 429 ").And.Contain("Retry-After: 1\r"));
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.That(await AskAsync(WayIn.FrontDoor, Upgrade), Does.StartWith("HTTP/1.1 101 "));

        while (_rig.Services.Roster.TryEnter() == Room.Granted)
        {
        }

        Assert.That(_rig.Services.Roster.TryEnter(), Is.EqualTo(Room.TooFast));
    }

    [Test]
    public async Task Client_BehindAProxy_CountsByItsOwnAddress()
    {
        await StartAsync(options => options.MaxConnectionsPerAddress = 1);
        var entrance = new WebSocketEntrance(_rig.Transport, _rig.Receivers, SubprotocolPolicy.NoneRequired);
        var proxy = new IPEndPoint(IPAddress.Parse("10.0.0.1"), 4711);

        Assert.That(Admit("spoofed, 192.0.2.7"), Is.Null);
        Assert.That(Admit("192.0.2.7")?.Status, Is.EqualTo(429));
        Assert.That(Admit("192.0.2.7, 192.0.2.8"), Is.Null);
        Assert.That(Admit(null), Is.Null, "the proxy's own");
        Assert.That(Admit(null)?.Status, Is.EqualTo(429));

        HandshakeRefusal? Admit(string? forwardedFor) => entrance.Admit(
            new UpgradeRequest
            {
                Method = "GET",
                IsHttp11 = true,
                Host = "localhost",
                Upgrade = "websocket",
                Connection = "Upgrade",
                Version = "13",
                Key = "dGhlIHNhbXBsZSBub25jZQ==",
                Proxy = new ProxyBefore(new TrustedProxies(["10.0.0.1"]), readsHeaders: true),
                ForwardedFor = forwardedFor,
            },
            "id",
            proxy,
            out _);
    }

    private static IEnumerable<TestCaseData> LimitsOfListeners =>
    [
        new TestCaseData(new ListenerLimits { MaxConnections = 2 }, 2, "503", "MaxConnections").SetArgDisplayNames("connections"),
        new TestCaseData(new ListenerLimits { MaxConnectionsPerAddress = 2 }, 2, "429", "MaxConnectionsPerAddress").SetArgDisplayNames("connections of an address"),
        new TestCaseData(new ListenerLimits { JoinsPerSecond = 1 }, 10, "503", "JoinsPerSecond").SetArgDisplayNames("joins"),
        new TestCaseData(new ListenerLimits { JoinsPerSecondPerAddress = 1 }, 10, "429", "JoinsPerSecondPerAddress").SetArgDisplayNames("joins of an address"),
    ];

    [TestCaseSource(nameof(LimitsOfListeners))]
    public async Task Listener_WithALimitOfItsOwn_RefusesByItsNameWhereAnotherListenerTakes(ListenerLimits limits, int room, string status, string setting)
    {
        _rig = await WebSocketRig.StartAsync(time: _time, listener: limits);
        for (var i = 0; i < room; i++)
        {
            Assert.That(await AskAsync(WayIn.FrontDoor, Upgrade), Does.StartWith("HTTP/1.1 101 "), $"connection {i}");
        }

        Assert.That(await AskForTextAsync(WayIn.FrontDoor), Does.StartWith($"HTTP/1.1 {status} ").And.Contain("Retry-After: ").And.Contain($"({WebSocketRig.LimitedSection}:{setting})"));
        Assert.That(await AskAsync(WayIn.FrontDoorTls, Upgrade), Does.StartWith("HTTP/1.1 101 "), "the other listener");
        Assert.That(await AskAsync(WayIn.Endpoint, Upgrade), Does.StartWith("HTTP/1.1 101 "), "another one");
    }

    [Test]
    public async Task Listener_ConnectionLeaves_ItsPlaceIsFreeThereAndInTheRouter()
    {
        _rig = await WebSocketRig.StartAsync(time: _time, listener: new ListenerLimits { MaxConnections = 1, MaxConnectionsPerAddress = 1 });
        for (var i = 0; i < 3; i++)
        {
            await using (await _rig.ConnectAsync(WayIn.FrontDoor))
            {
                Assert.That(await AskAsync(WayIn.FrontDoor, Upgrade), Does.StartWith("HTTP/1.1 503 "));
            }

            await Waiting.UntilAsync(() => _rig.Services.Roster.Count == 0);
        }
    }

    [Test]
    public async Task Listener_RouterIsFull_GivesItsOwnPlaceBack()
    {
        _rig = await WebSocketRig.StartAsync(time: _time, configure: options => options.MaxConnections = 1, listener: new ListenerLimits { MaxConnections = 1 });
        var elsewhere = await _rig.ConnectAsync(WayIn.Endpoint);
        Assert.That(await AskForTextAsync(WayIn.FrontDoor), Does.StartWith("HTTP/1.1 503 ").And.Contain($"({TransportOptions.SectionName}:MaxConnections)"), "the router's own limit");
        await elsewhere.DisposeAsync();
        await Waiting.UntilAsync(() => _rig.Services.Roster.Count == 0);

        Assert.That(await AskAsync(WayIn.FrontDoor, Upgrade), Does.StartWith("HTTP/1.1 101 "));
    }

    [Test]
    public async Task Listener_ConnectionsByHttp_CountThereAsWell()
    {
        _rig = await WebSocketRig.StartAsync(time: _time, listener: new ListenerLimits { MaxConnections = 1 });
        var page = await OpenAsync(WayIn.FrontDoor);
        Assert.That(await AskAsync(page, "GET /other HTTP/1.1\r\nHost: localhost\r\n\r\n"), Does.StartWith("HTTP/1.1 200 "));

        Assert.That(await AskForTextAsync(WayIn.FrontDoor), Does.StartWith("HTTP/1.1 503 ").And.Contain($"({WebSocketRig.LimitedSection}:MaxConnections)"));
        await page.DisposeAsync();
        await Waiting.UntilAsync(() => _rig.Services.Roster.Count == 0);
        Assert.That(await AskAsync(WayIn.FrontDoor, Upgrade), Does.StartWith("HTTP/1.1 101 "));
    }

    [Test]
    public async Task Listener_TooManyHandshakesUnderWay_RefusesUntilTheyHaveHadTheirTime()
    {
        _rig = await WebSocketRig.StartAsync(time: _time, listener: new ListenerLimits { MaxHandshakes = 1 });
        await OpenAsync(WayIn.FrontDoor);
        await Waiting.UntilAsync(() => _rig.Services.Handshakes.Count == 1);

        Assert.That(await AskForTextAsync(WayIn.FrontDoor), Does.StartWith("HTTP/1.1 503 ").And.Contain($"({WebSocketRig.LimitedSection}:MaxHandshakes)"));
        Assert.That(await AskAsync(WayIn.FrontDoorTls, Upgrade), Does.StartWith("HTTP/1.1 101 "), "the other listener");
        _time.Advance(TimeSpan.FromSeconds(12));
        await Waiting.UntilAsync(() => _rig.Services.Handshakes.Count == 0);

        Assert.That(await AskAsync(WayIn.FrontDoor, Upgrade), Does.StartWith("HTTP/1.1 101 "));
    }

    [Test]
    public async Task Listener_Refuses_ItIsCountedByTheSectionOfItsSetting()
    {
        _rig = await WebSocketRig.StartAsync(time: _time, listener: new ListenerLimits { MaxConnections = 1 });
        using var refused = new Measured(_rig.Meter, "wamp_router.handshake.refusals");
        using var hits = new Measured(_rig.Meter, "wamp_router.limit.hits");
        using var places = new Measured(_rig.Meter, "wamp_router.table.usage");
        await AskAsync(WayIn.FrontDoor, Upgrade);
        await AskAsync(WayIn.FrontDoor, Upgrade);

        Assert.That(refused.Tags, Is.EqualTo(new[] { $"transport=websocket,http.response.status_code=503,limit=connections,section={WebSocketRig.LimitedSection}" }));
        Assert.That(hits.Tags, Is.EqualTo(new[] { $"limit={WebSocketRig.LimitedSection}:MaxConnections" }));
        Assert.That(places.Of("table=connections", $"section={WebSocketRig.LimitedSection}"), Is.EqualTo(1));
    }

    private async Task StartAsync(Action<TransportOptions> configure) => _rig = await WebSocketRig.StartAsync(time: _time, configure: configure);

    /// <summary>The whole answer to a handshake that is refused.</summary>
    private async Task<string> AskForTextAsync(WayIn way)
    {
        var stream = await OpenAsync(way);
        await stream.WriteAsync(Encoding.ASCII.GetBytes(Upgrade));
        using var reader = new StreamReader(stream, leaveOpen: true);
        return await reader.ReadToEndAsync().Soon();
    }

    private async Task<Stream> OpenAsync(WayIn way)
    {
        var stream = await _rig.OpenAsync(way);
        _clients.Add(stream);
        return stream;
    }

    private async Task<string> AskAsync(WayIn way, string request) => await AskAsync(await OpenAsync(way), request);

    private static async Task<string> AskAsync(Stream stream, string request)
    {
        await stream.WriteAsync(Encoding.ASCII.GetBytes(request));
        return await WebSocketRig.ReadHeadAsync(PipeReader.Create(stream, new StreamPipeReaderOptions(leaveOpen: true)));
    }
}
