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
    private Entrance _entrance = null!;

    [SetUp]
    public void SetUp()
    {
        _log = new LogRecorder<EntranceTests>();
        _meters = new ServiceCollection().AddMetrics().BuildServiceProvider();
        _services = TransportServices.Create(new TransportOptions { MaxConnections = 1, AllowedOrigins = ["https://app.example"] }, new RouterMeter(_meters.GetRequiredService<IMeterFactory>()), TimeProvider.System);
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

    private static VisitorRequest Visitor() => new() { Host = "router.example", Subprotocols = "wamp.2.cbor" };
}
