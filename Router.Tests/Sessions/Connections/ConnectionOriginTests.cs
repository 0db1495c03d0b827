using System.Net;
using WampRouter.Sessions.Connections;
using WampRouter.Wire;

namespace WampRouter.Tests.Sessions.Connections;

/// <summary>What the log says of where a peer is, above all why one that looks local is not taken for it.</summary>
internal sealed class ConnectionOriginTests
{
    private static readonly ConnectionDetails FromLoopback = new()
    {
        Transport = "websocket",
        Encoding = new WireEncoding(WireFormat.Json, Framing.WebSocket),
        ConnectionId = "c",
        RemoteEndPoint = new IPEndPoint(IPAddress.Loopback, 7),
    };

    private static IEnumerable<TestCaseData> Origins =>
    [
        new TestCaseData(FromLoopback, "127.0.0.1:7").SetArgDisplayNames("local"),
        new TestCaseData(FromLoopback with { Host = "localhost:8080" }, "127.0.0.1:7").SetArgDisplayNames("local, by a local name"),
        new TestCaseData(FromLoopback with { Host = "wamp.example" }, "127.0.0.1:7, who calls the router wamp.example").SetArgDisplayNames("by another name"),
        new TestCaseData(FromLoopback with { Host = "wamp.example", Origin = "https://app.example", IsPageElsewhere = true }, "a page of https://app.example through 127.0.0.1:7").SetArgDisplayNames("page from elsewhere"),
        new TestCaseData(FromLoopback with { Host = "localhost", Origin = "http://localhost:3000" }, "127.0.0.1:7").SetArgDisplayNames("page of this machine"),
        new TestCaseData(FromLoopback with { Host = "wamp.example", IsPageElsewhere = true, IsForwarded = true }, "behind the proxy 127.0.0.1:7").SetArgDisplayNames("behind a proxy"),
        new TestCaseData(FromLoopback with { RemoteEndPoint = null }, "").SetArgDisplayNames("in memory"),
    ];

    [TestCaseSource(nameof(Origins))]
    public void DescribeOrigin_OfAnyConnection_SaysWhereAndWhatSpeaksAgainstIt(object connection, string expected) => Assert.That(((ConnectionDetails)connection).DescribeOrigin(), Is.EqualTo(expected));

    [TestCase("", "")]
    [TestCase("host", "host")]
    [TestCase("host:80", "host")]
    [TestCase(":80", "")]
    [TestCase("[::1]", "::1")]
    [TestCase("[::1]:80", "::1")]
    [TestCase("[]", "")]
    [TestCase("[::1", "[::1")]
    [TestCase("::1", "::1")]
    public void WithoutPort_OfAnyAuthority_IsTheHost(string authority, string host) => Assert.That(LoopbackHost.WithoutPort(authority).ToString(), Is.EqualTo(host));
}
