using System.Net;
using System.Net.Sockets;
using WampRouter.Sessions.Connections;
using WampRouter.Wire;

namespace WampRouter.Tests.Sessions.Connections;

/// <summary>Who is local: on this machine, with nothing that speaks against it.</summary>
internal sealed class ConnectionDetailsTests
{
    private static readonly ConnectionDetails FromLoopback = new()
    {
        Transport = "websocket",
        Encoding = new WireEncoding(WireFormat.Json, Framing.WebSocket),
        ConnectionId = "c",
        RemoteEndPoint = new IPEndPoint(IPAddress.Loopback, 1),
    };

    [TestCase(null, true)]
    [TestCase("localhost", true)]
    [TestCase("LOCALHOST:8080", true)]
    [TestCase("app.localhost:8080", true)]
    [TestCase("localhost.", true)]
    [TestCase("127.0.0.1:8080", true)]
    [TestCase("127.8.9.10", true)]
    [TestCase("[::1]:8080", true)]
    [TestCase("[::1]", true)]
    [TestCase("wamp.example", false)]
    [TestCase("wamp.example:8080", false)]
    [TestCase("localhost.evil.example", false)]
    [TestCase("127.0.0.1.evil.example", false)]
    [TestCase("192.0.2.1:8080", false)]
    [TestCase("[2001:db8::1]:8080", false)]
    [TestCase("", false)]
    public void IsLocal_ByTheNameThatThePeerCallsTheRouter(string? host, bool expected) => Assert.That((FromLoopback with { Host = host }).IsLocal, Is.EqualTo(expected));

    [Test]
    public void IsLocal_ForwardedOrAPageFromElsewhereOrAnotherAddress_IsNot()
    {
        var local = FromLoopback with { Host = "localhost" };

        Assert.That((local with { IsForwarded = true }).IsLocal, Is.False);
        Assert.That((local with { IsPageElsewhere = true }).IsLocal, Is.False);
        Assert.That((local with { RemoteEndPoint = new IPEndPoint(IPAddress.Parse("192.0.2.7"), 1) }).IsLocal, Is.False);
    }

    [Test]
    public void IsLocal_TransportDoesNotSayWhoIsThere_IsNot()
    {
        var unknown = FromLoopback with { RemoteEndPoint = null };

        Assert.That(unknown.IsLocal, Is.False);
        Assert.That((unknown with { RemoteEndPoint = new DnsEndPoint("localhost", 1) }).IsLocal, Is.False, "somebody else resolves that name");
        Assert.That((unknown with { IsInProcess = true }).IsLocal, Is.True);
        Assert.That((unknown with { RemoteEndPoint = new UnixDomainSocketEndPoint("/tmp/wamp") }).IsLocal, Is.True);
    }
}
