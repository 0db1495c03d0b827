using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Logging;
using WampRouter.Server.Welcome;
using WampRouter.Tests.Doubles;

namespace WampRouter.Tests.Server.Welcome;

/// <summary>How the page is served; EndToEnd/WelcomePageTests sees what it does.</summary>
public sealed partial class WelcomePageTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private WebApplication _app = null!;
    private HttpClient _client = null!;

    [SetUp]
    public async Task StartServer()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        _app = builder.Build();
        _app.MapMethods("/", WelcomePage.Methods, WelcomePage.At(new PagePaths("/a&b", "/c&d"), forLocal: ["public", "a<b"], forAll: ["public"], context => context.Request.Host.Host == "127.0.0.1"));
        await _app.StartAsync().Soon();
        _client = new HttpClient { BaseAddress = new Uri(_app.Urls.Single()), Timeout = Patience };
    }

    [TearDown]
    public async Task StopServer()
    {
        _client.Dispose();
        await _app.DisposeAsync();
    }

    [Test]
    public async Task Get_Root_IsThePageThatKnowsWhereWampIs()
    {
        using var response = await _client.GetAsync("/");
        var html = await response.Content.ReadAsStringAsync();

        Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.OK));
        Assert.That(response.Content.Headers.ContentType!.ToString(), Is.EqualTo("text/html; charset=utf-8"));
        Assert.That(html, Does.Contain("data-wamp-path=\"/a&amp;b\"").And.EndWith("</html>\n"));
    }

    [TestCase("127.0.0.1", "public a&lt;b")]
    [TestCase("wamp.example", "public")]
    public async Task Get_Root_NamesTheRealmsThatTheVisitorMayJoin(string host, string realms)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/") { Headers = { Host = host } };

        using var response = await _client.SendAsync(request);

        Assert.That(await response.Content.ReadAsStringAsync(), Does.Contain($"data-realms=\"{realms}\""));
        Assert.That(response.Headers.CacheControl!.Private, Is.True);
    }

    [Test]
    public async Task Get_Root_AdvertisesNobodysTicket() => Assert.That(await _client.GetStringAsync(new Uri("/", UriKind.Relative)), Does.Not.Contain("browser-demo"));

    [Test]
    public async Task Get_Root_RunsNothingButItsOwnScript()
    {
        using var response = await _client.GetAsync("/");
        var policy = response.Headers.GetValues("Content-Security-Policy").Single();
        var script = ScriptOf().Match(await response.Content.ReadAsStringAsync()).Groups[1].Value;
        var hash = Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(script)));

        Assert.That(policy, Does.StartWith("default-src 'none'; ").And.Contain($"script-src 'sha256-{hash}';").And.Contain("frame-ancestors 'none'"));
        Assert.That(policy, Does.Not.Contain("unsafe"));
    }

    [Test]
    public async Task Get_KnownEntityTag_IsNotModified()
    {
        using var first = await _client.GetAsync("/");
        using var request = new HttpRequestMessage(HttpMethod.Get, "/");
        request.Headers.IfNoneMatch.Add(first.Headers.ETag!);

        using var second = await _client.SendAsync(request);

        Assert.That(first.Headers.CacheControl!.NoCache, Is.True);
        Assert.That(second.StatusCode, Is.EqualTo(HttpStatusCode.NotModified));
        Assert.That(second.Headers.ETag, Is.EqualTo(first.Headers.ETag));
    }

    [Test]
    public async Task Head_Root_HasTheLengthAndNoBody()
    {
        using var whole = await _client.GetAsync("/");
        using var request = new HttpRequestMessage(HttpMethod.Head, "/");

        using var head = await _client.SendAsync(request);

        Assert.That(head.StatusCode, Is.EqualTo(HttpStatusCode.OK));
        Assert.That(head.Content.Headers.ContentLength, Is.EqualTo(whole.Content.Headers.ContentLength).And.Positive);
        Assert.That(await head.Content.ReadAsByteArrayAsync(), Is.Empty);
    }

    [TestCase("POST", "/", HttpStatusCode.MethodNotAllowed)]
    [TestCase("GET", "/index.html", HttpStatusCode.NotFound)]
    public async Task Request_AnythingElse_IsRefused(string method, string path, HttpStatusCode status)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);

        using var response = await _client.SendAsync(request);

        Assert.That(response.StatusCode, Is.EqualTo(status));
    }

    [GeneratedRegex("<script[^>]*>(.*)</script>", RegexOptions.Singleline)]
    private static partial Regex ScriptOf();
}
