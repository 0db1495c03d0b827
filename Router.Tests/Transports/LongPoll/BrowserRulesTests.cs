using System.Net;
using WampRouter.Tests.Doubles;

namespace WampRouter.Tests.Transports.LongPoll;

/// <summary>Which pages may speak, and what browsers are told of it: the same as for WebSockets.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class BrowserRulesTests
{
    private const string Page = "https://app.example.com";

    private LongPollRig _rig = null!;

    [SetUp]
    public async Task StartAsync() => _rig = await LongPollRig.StartAsync(configure: options => options.AllowedOrigins = [Page]);

    [TearDown]
    public async Task StopAsync() => await _rig.DisposeAsync();

    [Test]
    public async Task Preflight_OfAnAllowedPage_NamesItAndWhatItMaySend()
    {
        using var answer = await AskAsync(HttpMethod.Options, "open", Page);

        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.NoContent));
        Assert.That(Header(answer, "Access-Control-Allow-Origin"), Is.EqualTo(Page));
        Assert.That(Header(answer, "Access-Control-Allow-Credentials"), Is.EqualTo("true"));
        Assert.That(Header(answer, "Access-Control-Allow-Methods"), Is.EqualTo("POST"));
        Assert.That(Header(answer, "Access-Control-Allow-Headers"), Is.EqualTo("Content-Type"));
        Assert.That(Header(answer, "Vary"), Is.EqualTo("Origin"));
    }

    [TestCase("https://evil.example.com")]
    [TestCase("null")]
    [TestCase("https://app.example.com.evil.example")]
    public async Task Page_NotAllowed_IsRefusedAndToldNothing(string origin)
    {
        var id = await _rig.OpenAsync();
        using var refusals = new Measured(_rig.Meter, "wamp_router.handshake.refusals");
        foreach (var (method, path) in ((HttpMethod, string)[])[(HttpMethod.Options, "open"), (HttpMethod.Post, "open"), (HttpMethod.Post, $"{id}/receive"), (HttpMethod.Post, $"{id}/send"), (HttpMethod.Post, $"{id}/close")])
        {
            using var answer = await AskAsync(method, path, origin);

            Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.Forbidden), path);
            Assert.That(answer.Headers.Any(header => header.Key.StartsWith("Access-Control", StringComparison.OrdinalIgnoreCase)), Is.False);
            Assert.That(Header(answer, "Vary"), Is.EqualTo("Origin"));
            Assert.That(await answer.Content.ReadAsStringAsync(), Does.StartWith($"Pages of {origin} may not connect here. If they should, add"));
        }

        Assert.That(refusals.Of("transport=longpoll", "http.response.status_code=403"), Is.EqualTo(5));
    }

    [Test]
    public async Task Answers_OfEveryKind_NameThePageAndAreNotKept()
    {
        var id = await _rig.OpenAsync();
        foreach (var path in (string[])["open", $"{id}/send", $"{id}/close", "none/receive"])
        {
            using var answer = await AskAsync(HttpMethod.Post, path, Page);

            Assert.That(Header(answer, "Access-Control-Allow-Origin"), Is.EqualTo(Page), path);
            Assert.That(Header(answer, "Access-Control-Allow-Credentials"), Is.EqualTo("true"), path);
            Assert.That(answer.Headers.CacheControl!.ToString(), Is.EqualTo("no-store"), path);
            Assert.That(Header(answer, "X-Content-Type-Options"), Is.EqualTo("nosniff"), path);
        }
    }

    [Test]
    public async Task Answers_AllPagesAllowed_StillNameTheOne()
    {
        await _rig.DisposeAsync();
        _rig = await LongPollRig.StartAsync(configure: options => options.AllowedOrigins = ["*"]);

        using var answer = await AskAsync(HttpMethod.Post, "open", "https://anybody.example");

        Assert.That(Header(answer, "Access-Control-Allow-Origin"), Is.EqualTo("https://anybody.example"));
    }

    [Test]
    public async Task Client_NoBrowser_IsToldNothingOfPages()
    {
        using var answer = await AskAsync(HttpMethod.Post, "open", null);

        Assert.That(answer.Headers.Any(header => header.Key.StartsWith("Access-Control", StringComparison.OrdinalIgnoreCase)), Is.False);
        Assert.That(Header(answer, "Vary"), Is.EqualTo("Origin"));
    }

    private async Task<HttpResponseMessage> AskAsync(HttpMethod method, string path, string? origin)
    {
        using var message = new HttpRequestMessage(method, new Uri(_rig.Address, path)) { Content = new StringContent("""{"protocols":["wamp.2.json"]}""") };
        if (origin is not null)
        {
            message.Headers.Add("Origin", origin);
        }

        return await _rig.Http.SendAsync(message).Soon();
    }

    private static string? Header(HttpResponseMessage answer, string name) => answer.Headers.TryGetValues(name, out var values) ? string.Join(", ", values) : null;
}
