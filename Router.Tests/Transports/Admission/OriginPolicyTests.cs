using System.Net;
using WampRouter.Transports.Admission;

namespace WampRouter.Tests.Transports.Admission;

/// <summary>Whose pages are the router's own, and which others are let in.</summary>
internal sealed class OriginPolicyTests
{
    private static readonly IPEndPoint Loopback = new(IPAddress.Loopback, 8080);
    private static readonly IPEndPoint Public = new(IPAddress.Parse("192.0.2.1"), 8080);

    [TestCase("http://localhost:8080", true, true)]
    [TestCase("http://127.0.0.1:8080", true, true)]
    [TestCase("http://app.localhost:5173", true, false)]
    [TestCase("http://localhost:5173", true, false)]
    [TestCase("http://[::1]:5173", true, false)]
    [TestCase("http://127.0.0.2", true, false)]
    [TestCase("http://rebound.example:8080", false, false)]
    [TestCase("http://localhost.evil.example:8080", false, false)]
    [TestCase("file://", false, false)]
    [TestCase("null", false, false)]
    public void Allows_LoopbackListener_PagesOfThisMachineOrOfItsPortOnly(string origin, bool whereAll, bool whereOwn)
    {
        var request = Request(origin, "localhost:8080", Loopback);

        Assert.That(new OriginPolicy([], allowsLoopback: true).Allows(request), Is.EqualTo(whereAll));
        Assert.That(new OriginPolicy([], allowsLoopback: false).Allows(request), Is.EqualTo(whereOwn));
    }

    [TestCase("http://router.example:8080", true)]
    [TestCase("http://ROUTER.example:8080", true)]
    [TestCase("http://router.example", false)]
    [TestCase("http://other.example:8080", false)]
    [TestCase("http://localhost:8080", false)]
    public void Allows_PublicListener_PagesOfTheNameItIsAskedFor(string origin, bool allowed) =>
        Assert.That(new OriginPolicy([], allowsLoopback: true).Allows(Request(origin, "router.example:8080", Public)), Is.EqualTo(allowed));

    // What nginx's usual snippet (Upgrade, Connection, Host) brings of a page at https://wamp.example, and what else proxies do.
    [TestCase("https://wamp.example", "wamp.example", false, null, true, TestName = "Allows_ProxyEndsTlsAndPassesHost_OwnPage")]
    [TestCase("https://wamp.example:8443", "wamp.example:8443", false, null, true, TestName = "Allows_ProxyEndsTlsAndPassesHostWithPort_OwnPage")]
    [TestCase("https://wamp.example:8443", "wamp.example", false, null, true, TestName = "Allows_ProxyEndsTlsAndLeavesThePortOut_OwnPage")]
    [TestCase("https://evil.example", "wamp.example", false, null, false, TestName = "Allows_ProxyEndsTls_NotAnotherPage")]
    [TestCase("http://wamp.example", "wamp.example", true, null, true, TestName = "Allows_ProxyWithoutTlsSaysSo_OwnPage")]
    [TestCase("http://wamp.example", "wamp.example", false, null, false, TestName = "Allows_NameWithoutTlsOnALoopbackListener_MayBeRebound")]
    [TestCase("https://wamp.example", "127.0.0.1:8080", true, "wamp.example", true, TestName = "Allows_ProxySaysHostInAHeaderOfItsOwn_OwnPage")]
    [TestCase("https://evil.example", "127.0.0.1:8080", true, "wamp.example", false, TestName = "Allows_ProxySaysHostInAHeaderOfItsOwn_NotAnotherPage")]
    [TestCase("https://wamp.example", "127.0.0.1:8080", false, null, false, TestName = "Allows_ProxyHidesHost_CannotBeKnown")]
    [TestCase("https://wamp.example", "wamp.example, evil.example", true, null, false, TestName = "Allows_TwoHosts_AreNone")]
    public void Proxy(string origin, string host, bool isForwarded, string? forwardedHost, bool allowed)
    {
        var request = Request(origin, host, Loopback);
        (request.IsForwarded, request.ForwardedHost) = (isForwarded, forwardedHost);

        Assert.That(new OriginPolicy([], allowsLoopback: true).Allows(request), Is.EqualTo(allowed));
    }

    [Test]
    public void Allows_TlsOfItsOwnOnALoopbackListener_TakesNoNameForItsOwn()
    {
        var request = Request("https://rebound.example", "rebound.example", Loopback);
        request.IsSecure = true;

        Assert.That(new OriginPolicy([], allowsLoopback: true).Allows(request), Is.False);
    }

    [TestCase("file://")]
    [TestCase("null")]
    [TestCase("https://app.example")]
    [TestCase("https://a.wild.example")]
    public void Allows_ListedPage_Passes(string origin) =>
        Assert.That(new OriginPolicy(["file://", "null", "https://app.example:443", "https://*.wild.example"], allowsLoopback: false).Allows(Request(origin, "router.example", Public)), Is.True);

    [Test]
    public void Allows_Star_IsEveryPage() => Assert.That(new OriginPolicy(["*"], allowsLoopback: false).Allows(Request("null", "x", Public)), Is.True);

    private static VisitorRequest Request(string origin, string host, EndPoint local) => new() { Origin = origin, Host = host, LocalEndPoint = local };
}
