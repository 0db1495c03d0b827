using System.Net;
using System.Security.Claims;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using WampRouter.Tests.Doubles;

namespace WampRouter.Tests.Hosting;

/// <summary>Long-poll as an endpoint of an application, on its test server.</summary>
public sealed class EmbeddedLongPollTests
{
    private const string Hello = """[1,"realm1",{"roles":{"caller":{}}}]""";

    [Test]
    public async Task Client_OfATestServer_Joins()
    {
        await using var host = await StartAsync(static app => app.MapWampLongPoll());
        using var http = host.Browser();

        var id = await OpenAsync(http, "/lp");
        using var sent = await http.PostAsync($"/lp/{id}/send", new StringContent(Hello)).Soon();
        var received = await http.PostAsync($"/lp/{id}/receive", null).Soon();

        Assert.That(sent.StatusCode, Is.EqualTo(HttpStatusCode.Accepted));
        Assert.That(await received.Content.ReadAsStringAsync(), Does.StartWith("[2,"));
    }

    [Test]
    public async Task Path_WithSlash_IsTheSame()
    {
        await using var host = await StartAsync(static app => app.MapWampLongPoll("/a/"));
        using var http = host.Browser();

        Assert.That(await OpenAsync(http, "/a"), Has.Length.EqualTo(22));
    }

    [Test]
    public async Task RequireAuthorization_EachRequest_NeedsTheUserWhoHasOpened()
    {
        await using var host = await StartAsync(static app =>
        {
            app.UseAuthentication();
            app.UseAuthorization();
            app.MapPost("/login", static (HttpContext context, string name) =>
                context.SignInAsync(new ClaimsPrincipal(new ClaimsIdentity([new Claim(ClaimTypes.Name, name)], CookieAuthenticationDefaults.AuthenticationScheme))));
            app.MapWampLongPoll("/lp").RequireAuthorization();
        });
        var (ann, bob) = (await host.LoginAsync("ann"), await host.LoginAsync("bob"));
        using var http = host.Browser();

        Assert.That((await SendAsync(http, "/lp/open", """{"protocols":["wamp.2.json"]}""", null)).StatusCode, Is.Not.EqualTo(HttpStatusCode.OK));
        using var opened = await SendAsync(http, "/lp/open", """{"protocols":["wamp.2.json"]}""", ann);
        var id = IdIn(await opened.Content.ReadAsStringAsync());

        Assert.That((await SendAsync(http, $"/lp/{id}/send", Hello, bob)).StatusCode, Is.EqualTo(HttpStatusCode.Forbidden));
        Assert.That((await SendAsync(http, $"/lp/{id}/receive", "", bob)).StatusCode, Is.EqualTo(HttpStatusCode.Forbidden));
        Assert.That((await SendAsync(http, $"/lp/{id}/close", "", bob)).StatusCode, Is.EqualTo(HttpStatusCode.Forbidden));
        Assert.That((await SendAsync(http, $"/lp/{id}/send", Hello, ann)).StatusCode, Is.EqualTo(HttpStatusCode.Accepted));
    }

    [TestCase("https://shop.example", HttpStatusCode.OK)]
    [TestCase("https://evil.example", HttpStatusCode.Forbidden)]
    public async Task RequireCors_ItsPolicy_DecidesAndAnswersBrowsers(string origin, HttpStatusCode status)
    {
        await using var host = await StartAsync(static app =>
        {
            app.UseCors();
            app.MapWampLongPoll("/lp").RequireCors("pages");
        });
        using var http = host.Browser();
        using var preflight = new HttpRequestMessage(HttpMethod.Options, "/lp/open");
        preflight.Headers.Add("Origin", origin);
        preflight.Headers.Add("Access-Control-Request-Method", "POST");
        using var open = new HttpRequestMessage(HttpMethod.Post, "/lp/open") { Content = new StringContent("""{"protocols":["wamp.2.json"]}""") };
        open.Headers.Add("Origin", origin);

        using var asked = await http.SendAsync(preflight).Soon();
        using var opened = await http.SendAsync(open).Soon();

        Assert.That(opened.StatusCode, Is.EqualTo(status));
        foreach (var answer in (HttpResponseMessage[])[asked, opened])
        {
            Assert.That(answer.Headers.TryGetValues("Access-Control-Allow-Origin", out var named) ? named : [], Is.EqualTo(status == HttpStatusCode.OK ? new[] { origin } : []));
        }
    }

    private static Task<EmbeddingHost> StartAsync(Action<WebApplication> map) => EmbeddingHost.StartAsync(
        static app =>
        {
            app.Services.AddAuthentication(CookieAuthenticationDefaults.AuthenticationScheme).AddCookie();
            app.Services.AddAuthorization();
            app.Services.AddCors(static cors => cors.AddPolicy("pages", static policy => policy.WithOrigins("https://shop.example").AllowCredentials().WithHeaders("Content-Type")));
            app.Services.AddWampRouter().AddRealm("realm1", OpenRealm.Describe);
        },
        map);

    private static async Task<string> OpenAsync(HttpClient http, string path)
    {
        using var opened = await http.PostAsync($"{path}/open", new StringContent("""{"protocols":["wamp.2.json"]}""")).Soon();
        Assert.That(opened.StatusCode, Is.EqualTo(HttpStatusCode.OK));
        return IdIn(await opened.Content.ReadAsStringAsync());
    }

    private static string IdIn(string opened)
    {
        using var document = JsonDocument.Parse(opened);
        return document.RootElement.GetProperty("transport").GetString()!;
    }

    private static async Task<HttpResponseMessage> SendAsync(HttpClient http, string path, string body, string? cookie)
    {
        using var message = new HttpRequestMessage(HttpMethod.Post, path) { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        if (cookie is not null)
        {
            message.Headers.Add("Cookie", cookie);
        }

        return await http.SendAsync(message).Soon();
    }
}
