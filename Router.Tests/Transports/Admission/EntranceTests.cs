using System.Diagnostics.Metrics;
using System.Net;
using Microsoft.Extensions.DependencyInjection;
using WampRouter.Measures;
using WampRouter.Tests.Doubles;
using WampRouter.Transports;
using WampRouter.Transports.Admission;
using WampRouter.Wire;

namespace WampRouter.Tests.Transports.Admission;

/// <summary>Who may come in, asked by a transport that is no WebSocket.</summary>
internal sealed class EntranceTests
{
    private static readonly IPEndPoint Somewhere = new(IPAddress.Parse("192.0.2.7"), 4711);

    private LogRecorder<EntranceTests> _log = null!;
    private ServiceProvider _meters = null!;
    private TransportServices _services = null!;
    private RouterMeter _meter = null!;
    private Entrance _entrance = null!;

    [SetUp]
    public void SetUp()
    {
        _log = new LogRecorder<EntranceTests>();
        _meters = new ServiceCollection().AddMetrics().BuildServiceProvider();
        _meter = new RouterMeter(_meters.GetRequiredService<IMeterFactory>());
        _services = TransportServices.Create(new TransportOptions { MaxConnections = 1, AllowedOrigins = ["https://app.example"] }, _meter, TimeProvider.System);
        _entrance = new Entrance(_services, SubprotocolPolicy.Wamp, readsCookies: false, "longpoll", _log);
    }

    [TearDown]
    public void TearDown()
    {
        _services.Dispose();
        _meters.Dispose();
    }

    [Test]
    public void Admit_Everything_SessionLearnsOfTheTransportAndThePeer()
    {
        var refusal = _entrance.Admit(Visitor() with { Cookies = "a=b", IsSecure = true }, "c1", Somewhere, out var guest);

        Assert.That(refusal, Is.Null);
        Assert.That((guest!.Info.Transport, guest.Info.ConnectionId, guest.Info.RemoteEndPoint, guest.Info.IsSecure, guest.Info.Cookies), Is.EqualTo(("longpoll", "c1", Somewhere, true, default(string))));
        Assert.That((guest.Subprotocol.Name, guest.Info.Encoding.Format), Is.EqualTo(("wamp.2.cbor", WireFormat.Cbor)));
        Assert.That(_services.Roster.Count, Is.EqualTo(1));
    }

    [TestCase("https://app.example", null)]
    [TestCase("https://evil.example", 403)]
    public void Admit_WebPage_IsJudgedByItsOrigin(string origin, int? status)
    {
        var refusal = _entrance.Admit(Visitor() with { Origin = origin }, "c1", Somewhere, out _);

        Assert.That(refusal?.Status, Is.EqualTo(status));
        Assert.That(_services.Roster.Count, Is.EqualTo(status is null ? 1 : 0));
    }

    [Test]
    public void Admit_NothingInCommon_IsRefusedAndTakesNoPlace()
    {
        var refusal = _entrance.Admit(Visitor() with { Subprotocols = "wamp.2.flatbuffers" }, "c1", Somewhere, out var guest);

        Assert.That((refusal!.Status, guest, _services.Roster.Count), Is.EqualTo((400, default(Guest), 0)));
        Assert.That(_log.Of(1120).Single(), Does.Contain("c1 (192.0.2.7)").And.Contain("400"));
    }

    [Test]
    public void Admit_NoRoom_IsToldAndAPlaceGivenBackServesTheNext()
    {
        _entrance.Admit(Visitor(), "c1", Somewhere, out var first);

        var refusal = _entrance.Admit(Visitor(), "c2", Somewhere, out _);
        _entrance.GiveUp(first!);
        var third = _entrance.Admit(Visitor(), "c3", Somewhere, out _);

        Assert.That((refusal?.Status, third), Is.EqualTo((503, default(HandshakeRefusal))));
    }

    [Test]
    public void Admit_TrustedProxy_ClientIsWhereItSaysAndHowItSays()
    {
        var refusal = _entrance.Admit(Forwarded("192.0.2.0/24") with { ForwardedProto = "https" }, "c1", Somewhere, out var guest);

        Assert.That(refusal, Is.Null);
        Assert.That((guest!.Info.ClientAddress, guest.Info.IsAddressKnown, guest.Info.IsSecure, guest.Info.IsForwarded), Is.EqualTo((IPAddress.Parse("198.51.100.9"), true, true, true)));
        Assert.That(guest.Info.Describe().Client, Is.EqualTo(IPAddress.Parse("198.51.100.9")));
    }

    [Test]
    public void Admit_HeadersOfAStranger_AreForgottenAndItIsAtItsOwnAddress()
    {
        using var ignored = new Measured(_meter, "wamp_router.proxy.ignored_headers");
        var request = Forwarded("10.0.0.1") with { ForwardedProto = "https", ForwardedHost = "app.example" };

        var refusal = _entrance.Admit(request, "c1", Somewhere, out var guest);

        Assert.That(refusal, Is.Null);
        Assert.That((guest!.Info.ClientAddress, guest.Info.IsAddressKnown, guest.Info.IsSecure, guest.Info.IsLocal), Is.EqualTo((Somewhere.Address, true, false, false)));
        Assert.That((request.ForwardedHost, guest.Info.DescribeAddress(), guest.Info.Describe().Client), Is.EqualTo((default(string), "192.0.2.7", default(IPAddress))));
        Assert.That(ignored.Sum, Is.EqualTo(1));
    }

    [TestCase(new string[0], 1126, "TrustedProxies is not set")]
    [TestCase(new[] { "10.0.0.1", "unix" }, 1127, "TrustedProxies has 10.0.0.1, unix")]
    public void Admit_HeadersOfStrangers_AreToldOnce(string[] trusted, int id, string text)
    {
        _entrance.Admit(Forwarded(trusted), "c1", Somewhere, out var first);
        _entrance.GiveUp(first!);
        _entrance.Admit(Forwarded(trusted), "c2", Somewhere, out _);

        Assert.That(_log.Of(id).Single(), Does.Contain("192.0.2.7:4711").And.Contain(text));
    }

    [Test]
    public void Admit_PageOfTheHostThatAStrangerSays_IsNotTheRoutersOwn()
    {
        var page = new VisitorRequest { Host = "10.0.0.9", ForwardedHost = "evil.example", Origin = "https://evil.example", Subprotocols = "wamp.2.cbor", Proxy = Trusting("10.0.0.1") };

        Assert.That(_entrance.Admit(page with { }, "c1", Somewhere, out _)?.Status, Is.EqualTo(403));
        Assert.That(_entrance.Admit(page with { ForwardedHost = "evil.example" }, "c1", new IPEndPoint(IPAddress.Parse("10.0.0.1"), 1), out _), Is.Null, "its proxy says it");
    }

    [Test]
    public void Admit_LoopbackSaidByAProxy_IsNotLocal()
    {
        _entrance.Admit(Visitor() with { Host = "localhost", Proxy = Trusting(), ForwardedFor = "127.0.0.1" }, "c1", new IPEndPoint(IPAddress.Loopback, 1), out var guest);

        Assert.That(guest!.Info.IsLocal, Is.False);
    }

    private static ProxyBefore Trusting(params string[] trusted) => new(new TrustedProxies(trusted), readsHeaders: true);

    private static VisitorRequest Forwarded(params string[] trusted) => Visitor() with { Proxy = Trusting(trusted), ForwardedFor = "198.51.100.9" };

    private static VisitorRequest Visitor() => new() { Host = "router.example", Subprotocols = "wamp.2.cbor" };
}
