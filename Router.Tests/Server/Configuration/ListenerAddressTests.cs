using WampRouter.Server.Configuration;

namespace WampRouter.Tests.Server.Configuration;

public sealed class ListenerAddressTests
{
    [TestCase("http://127.0.0.1:8080", false, "127.0.0.1", 8080)]
    [TestCase("http://127.0.0.1:8080/", false, "127.0.0.1", 8080)]
    [TestCase("https://[::1]:443", true, "::1", 443)]
    [TestCase("http://0.0.0.0", false, "0.0.0.0", 80)]
    [TestCase("https://*:0", true, "::", 0)]
    [TestCase("http://*", false, "::", 80)]
    [TestCase("http://localhost:8080", false, null, 8080)]
    public void TryParse_GoodUrl_IsUnderstood(string url, bool isSecure, string? ip, int port)
    {
        Assert.That(ListenerAddress.TryParse(url, out var address, out _), Is.True);
        Assert.That((address!.IsSecure, address.Ip?.ToString(), address.Port), Is.EqualTo((isSecure, ip, port)));
    }

    [TestCase("", "must be a URL")]
    [TestCase("127.0.0.1:8080", "lacks the scheme; write 'http://127.0.0.1:8080'")]
    [TestCase("[::1]:8080", "lacks the scheme; write 'http://[::1]:8080'")]
    [TestCase("*:80", "lacks the scheme; write 'http://*:80'")]
    [TestCase("localhost:8080", "lacks the scheme; write 'http://localhost:8080'")]
    [TestCase("8080", "lacks the scheme; write 'http://127.0.0.1:8080'")]
    [TestCase("127.0.0.1:80800", "must be a URL")]
    [TestCase("nowhere", "must be a URL")]
    [TestCase("ftp://127.0.0.1", "must be a URL")]
    [TestCase("http://127.0.0.1:65536", "has a port that is too high: 65535 is the highest")]
    [TestCase("https://*:99999/", "has a port that is too high: 65535 is the highest")]
    [TestCase("http://localhost:4294967297", "has a port that is too high: 65535 is the highest")]
    [TestCase("http://bad host:99999", "must be a URL")]
    [TestCase("http://bad host:0", "must be a URL")]
    [TestCase("ws://127.0.0.1", "begins with 'http'")]
    [TestCase("wss://127.0.0.1", "begins with 'http'")]
    [TestCase("http://127.0.0.1/ws", "must end after the port")]
    [TestCase("http://127.0.0.1?x", "must end after the port")]
    [TestCase("http://joe@127.0.0.1", "must end after the port")]
    [TestCase("http://example.com:80", "must have an IP address")]
    [TestCase("http://*.example.com:80", "must be a URL")]
    [TestCase("http://localhost:0", "must name a port")]
    public void TryParse_BadUrl_SaysWhatWouldBeRight(string url, string problem)
    {
        Assert.That(ListenerAddress.TryParse(url, out var address, out var found), Is.False);
        Assert.That(address, Is.Null);
        Assert.That(found, Does.StartWith(problem));
    }
}
