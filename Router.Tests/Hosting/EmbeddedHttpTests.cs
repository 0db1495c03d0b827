using System.Net;
using System.Net.Http.Headers;
using System.Security.Claims;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using WampRouter.Tests.Doubles;

namespace WampRouter.Tests.Hosting;

/// <summary>Plain HTTP as an endpoint of an application, on its test server.</summary>
public sealed class EmbeddedHttpTests
{
    private const int Failed = 1402;
    private const string ListSessions = """{"procedure":"wamp.session.list"}""";

    private static readonly HashSet<long> Seen = [];        // session ids are random, so those of several tests do not meet
    private static readonly SymmetricSecurityKey Key = new(Encoding.ASCII.GetBytes("a key that nobody outside of this test knows"));

    [Test]
    public async Task Path_OfTheApplication_IsThere([Values("/api", "/wamp/http/")] string path)
    {
        await using var host = await StartAsync(app => app.MapWampHttp(path));
        using var http = host.Browser();

        using var answer = await SendAsync(http, $"{path.TrimEnd('/')}/open/call", ListSessions);
        using var document = JsonDocument.Parse(await http.GetStringAsync($"{path.TrimEnd('/')}/openapi.json").Soon());

        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.OK));
        Assert.That(document.RootElement.GetProperty("servers")[0].GetProperty("url").GetString(), Is.EqualTo(path.TrimEnd('/')));
    }

    [Test]
    public async Task User_ByCookie_IsThatUserInTheRealm()
    {
        await using var host = await StartAsync(static app => app.MapWampHttp());
        var (ann, bob) = (await host.LoginAsync("ann"), await host.LoginAsync("bob"));
        using var http = host.Browser();

        Assert.That(await AuthIdAsync(http, request => request.Headers.Add("Cookie", ann)), Is.EqualTo("ann"));
        Assert.That(await AuthIdAsync(http, request => request.Headers.Add("Cookie", bob)), Is.EqualTo("bob"));
        using var nobody = await SendAsync(http, "/api/users/call", ListSessions);
        Assert.That(nobody.StatusCode, Is.EqualTo(HttpStatusCode.Unauthorized));
    }

    /// <summary>The application has understood the header, so it is not for the realm's own methods.</summary>
    [Test]
    public async Task User_ByTokenOfTheApplication_IsThatUserInTheRealm()
    {
        await using var host = await StartAsync(static app => app.MapWampHttp());
        using var http = host.Browser();
        var token = new JsonWebTokenHandler().CreateToken(new SecurityTokenDescriptor
        {
            Issuer = "test",
            Audience = "wamp",
            Claims = new Dictionary<string, object> { ["name"] = "sensor-7" },
            SigningCredentials = new SigningCredentials(Key, SecurityAlgorithms.HmacSha256),
        });

        Assert.That(await AuthIdAsync(http, request => request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token)), Is.EqualTo("sensor-7"));
    }

    [Test]
    public async Task RequireAuthorization_Strangers_DoNotComeToTheRouter()
    {
        await using var host = await StartAsync(static app => app.MapWampHttp().RequireAuthorization());
        var ann = await host.LoginAsync("ann");
        using var http = host.Browser();

        using var stranger = await SendAsync(http, "/api/open/call", ListSessions);
        using var user = await SendAsync(http, "/api/open/call", ListSessions, request => request.Headers.Add("Cookie", ann));

        Assert.That(stranger.StatusCode, Is.Not.EqualTo(HttpStatusCode.OK));
        Assert.That(user.StatusCode, Is.EqualTo(HttpStatusCode.OK));
    }

    [Test]
    public async Task Request_FailsAsNobodyForesaw_IsAProblemAndInTheLog()
    {
        await using var host = await StartAsync(static app => app.MapWampHttp(), static app => app.Use(static (HttpContext context, RequestDelegate next) =>
        {
            context.Request.Body = new BrokenStream();
            return next(context);
        }));
        using var http = host.Browser();

        using var answer = await SendAsync(http, "/api/open/call", ListSessions);

        Assert.That((answer.StatusCode, answer.Content.Headers.ContentType!.ToString()), Is.EqualTo((HttpStatusCode.InternalServerError, "application/problem+json")));
        Assert.That(await answer.Content.ReadAsStringAsync(), Does.Contain("(1402)").And.Not.Contain("broken on purpose"));
        Assert.That(host.Log.Of(Failed), Has.Count.EqualTo(1));
    }

    private static Task<EmbeddingHost> StartAsync(Action<WebApplication> map, Action<WebApplication>? before = null) => EmbeddingHost.StartAsync(
        static app =>
        {
            app.Services.AddAuthentication("either")
                .AddPolicyScheme("either", null, static either => either.ForwardDefaultSelector = static context => context.Request.Headers.Authorization.Count > 0 ? JwtBearerDefaults.AuthenticationScheme : CookieAuthenticationDefaults.AuthenticationScheme)
                .AddCookie()
                .AddJwtBearer(static bearer =>
                {
                    bearer.MapInboundClaims = false;
                    bearer.TokenValidationParameters = new TokenValidationParameters { ValidIssuer = "test", ValidAudience = "wamp", IssuerSigningKey = Key, NameClaimType = "name" };
                });
            app.Services.AddAuthorization();
            app.Services.AddWampRouter().AddRealm("open", OpenRealm.Describe).AddRealm("users", static realm =>
            {
                realm.AddRole("user").AllowEverything();
                realm.Logins.UseHttpUser(static user => new WampIdentity(user.Identity!.Name!, "user"));
            });
        },
        app =>
        {
            before?.Invoke(app);
            app.UseAuthentication();
            app.UseAuthorization();
            app.MapPost("/login", static (HttpContext context, string name) => context.SignInAsync(
                CookieAuthenticationDefaults.AuthenticationScheme, new ClaimsPrincipal(new ClaimsIdentity([new Claim(ClaimTypes.Name, name)], CookieAuthenticationDefaults.AuthenticationScheme))));
            map(app);
        });

    /// <summary>The authid of the session that has begun last, which is that of these requests.</summary>
    private static async Task<string?> AuthIdAsync(HttpClient http, Action<HttpRequestMessage> login)
    {
        foreach (var id in (await ResultAsync(http, ListSessions, login)).EnumerateArray())
        {
            var session = await ResultAsync(http, $$"""{"procedure":"wamp.session.get","args":[{{id}}]}""", login);
            if (Seen.Add(id.GetInt64()))
            {
                return session.GetProperty("authid").GetString();
            }
        }

        return null;
    }

    private static async Task<JsonElement> ResultAsync(HttpClient http, string body, Action<HttpRequestMessage> login)
    {
        using var answer = await SendAsync(http, "/api/users/call", body, login);
        var text = await answer.Content.ReadAsStringAsync();
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.OK), text);
        using var document = JsonDocument.Parse(text);
        return document.RootElement.GetProperty("args")[0].Clone();
    }

    private static async Task<HttpResponseMessage> SendAsync(HttpClient http, string path, string body, Action<HttpRequestMessage>? prepare = null)
    {
        using var message = new HttpRequestMessage(HttpMethod.Post, path) { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        prepare?.Invoke(message);
        return await http.SendAsync(message).Soon();
    }

    private sealed class BrokenStream : MemoryStream
    {
        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("broken on purpose");

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => throw new NotSupportedException("broken on purpose");

        public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => throw new NotSupportedException("broken on purpose");
    }
}
