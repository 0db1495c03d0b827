using WampRouter.Transports.Admission;

namespace WampRouter.Tests.Transports.Admission;

internal sealed class WebOriginTests
{
    [TestCase("https://app.example", "https://app.example")]
    [TestCase("https://app.example:443", "https://app.example")]
    [TestCase("https://app.example", "https://app.example:443")]
    [TestCase("http://app.example:80", "http://app.example")]
    [TestCase("https://APP.Example", "https://app.example")]
    [TestCase("HTTPS://app.example", "https://app.example")]
    [TestCase("https://app.example:8443", "https://app.example:8443")]
    [TestCase("https://bücher.example", "https://xn--bcher-kva.example")]
    [TestCase("http://[::1]:3000", "http://[::1]:3000")]
    [TestCase("file://", "file://")]
    [TestCase("app://.", "app://.")]
    [TestCase("chrome-extension://abcdefgh", "chrome-extension://abcdefgh")]
    [TestCase("tauri://localhost", "tauri://localhost")]
    [TestCase("https://*.example.com", "https://a.example.com")]
    [TestCase("https://*.example.com", "https://a.b.example.com")]
    [TestCase("https://*.example.com:8443", "https://a.example.com:8443")]
    public void Matches_PageThatIsMeant_IsTrue(string setting, string page) => Assert.That(Parse(setting).Matches(Parse(page)), Is.True);

    [TestCase("https://app.example", "http://app.example")]
    [TestCase("https://app.example", "https://app.example:8443")]
    [TestCase("https://app.example", "https://app.example.evil")]
    [TestCase("https://app.example", "https://xapp.example")]
    [TestCase("https://*.example.com", "https://example.com")]
    [TestCase("https://*.example.com", "https://evilexample.com")]
    [TestCase("https://*.example.com", "https://a.example.com.evil.org")]
    [TestCase("https://*.example.com", "http://a.example.com")]
    [TestCase("https://*.example.com", "https://a.example.com:8443")]
    [TestCase("file://", "app://.")]
    public void Matches_AnotherPage_IsFalse(string setting, string page) => Assert.That(Parse(setting).Matches(Parse(page)), Is.False);

    [TestCase(null)]
    [TestCase("")]
    [TestCase("null")]
    [TestCase("app.example")]
    [TestCase("http://")]
    [TestCase("http://a b")]
    [TestCase("http://user@app.example")]
    [TestCase("http://app.example/path")]
    [TestCase("http://app.example?x")]
    [TestCase("http://app.example:99999")]
    [TestCase("http://a.*.example")]
    [TestCase("app://x/y")]
    public void TryParse_NoOrigin_IsRefused(string? text) => Assert.That(WebOrigin.TryParse(text, out _), Is.False);

    [TestCase("*")]
    [TestCase("null")]
    [TestCase("file://")]
    [TestCase("https://app.example:443")]
    [TestCase("https://*.example.com")]
    [TestCase("app://-")]
    public void FindMistake_RightEntry_IsNull(string entry) => Assert.That(WebOrigin.FindMistake(entry), Is.Null);

    [TestCase("app.example.com", "write 'https://app.example.com'")]
    [TestCase("*.example.com", "write 'https://*.example.com'")]
    [TestCase("localhost:3000", "write 'https://localhost:3000', or 'http://localhost:3000'")]
    [TestCase("https://app.example.com/", "write 'https://app.example.com'")]
    [TestCase("https://app.example.com/path?x", "write 'https://app.example.com'")]
    [TestCase("wss://app.example.com", "'https://…'")]
    [TestCase("ws://app.example.com", "'http://…'")]
    [TestCase("https://*", "'*' for all pages")]
    [TestCase("https://app.*.com", "'https://*.example.com'")]
    [TestCase("https://*.com", "top-level")]
    [TestCase("http://localhost:*", "'*'")]
    [TestCase("https://user@app.example.com", "scheme://host")]
    [TestCase("", "scheme://host")]
    [TestCase("two words", "scheme://host")]
    public void FindMistake_ClearMistake_SaysWhatToWrite(string entry, string advice) => Assert.That(WebOrigin.FindMistake(entry), Does.Contain(advice));

    private static WebOrigin Parse(string text) => WebOrigin.TryParse(text, out var origin) ? origin : throw new AssertionException($"'{text}' is no origin");
}
