using System.Net;
using System.Security.Claims;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using WampRouter.Client;
using WampRouter.Sessions;
using WampRouter.Tests.Doubles;

namespace WampRouter.Tests.Hosting;

/// <summary>Who may join a realm because the application says so: by its own check of tickets, or because ASP.NET Core knows the user.</summary>
public sealed class ApplicationLoginTests
{
    private const int NoSuchRole = 1270;
    private const int CheckFailed = 1271;
    private const int CheckLate = 1273;
    private const int BadIdentity = 1272;
    private const int IdentityNotTaken = 1272;

    private static readonly SymmetricSecurityKey Key = new(Encoding.ASCII.GetBytes("a key that nobody outside of this test knows"));

    [Test]
    public async Task CheckTickets_Delegate_SaysWhoTheClientIs()
    {
        WampTicketLogin? seen = null;
        await using var host = await StartAsync(logins => logins.CheckTickets((login, _) =>
        {
            seen = login;
            return ValueTask.FromResult(login.Ticket == "right" ? new WampIdentity($"user-{login.AuthId}", "staff") : null);
        }));

        var client = await host.JoinAsync(authentication: WampAuthentication.Ticket("bob", "right"));
        var refused = Assert.ThrowsAsync<WampConnectionException>(() => host.JoinAsync(authentication: WampAuthentication.Ticket("bob", "wrong")));

        Assert.That((client.Session!.AuthId, client.Session.AuthRole, client.Session.AuthMethod, client.Session.AuthProvider), Is.EqualTo(("user-bob", "staff", "ticket", "application")));
        Assert.That((refused!.ErrorUri, seen!.Realm, seen.AuthId, seen.Ticket), Is.EqualTo(("wamp.error.authentication_denied", "realm1", "bob", "wrong")));
    }

    [Test]
    public async Task CheckTickets_Service_HasAScopeForEachCheck()
    {
        await using var host = await StartAsync(static logins => logins.CheckTickets<AccountCheck>(), static services => services.AddScoped<Accounts>());

        var first = await host.JoinAsync(authentication: WampAuthentication.Ticket("bob", "right"));
        var second = await host.JoinAsync(authentication: WampAuthentication.Ticket("bob", "right"));

        Assert.That(first.Session!.AuthId, Is.Not.EqualTo(second.Session!.AuthId));
    }

    [Test]
    public async Task CheckTickets_ClientBehindAProxyThatIsKnown_ItsAddressIsTheClients()
    {
        WampTicketLogin? seen = null;
        await using var host = await StartAsync(
            logins => logins.CheckTickets((login, _) =>
            {
                seen = login;
                return ValueTask.FromResult<WampIdentity?>(null);
            }),
            map: static app =>
            {
                app.Use(static (context, next) =>
                {
                    context.Connection.RemoteIpAddress = IPAddress.Loopback;        // of the proxy
                    return next(context);
                });
                app.UseForwardedHeaders(new ForwardedHeadersOptions { ForwardedHeaders = ForwardedHeaders.XForwardedFor });
                app.UseRouting();
                app.MapWampRouter();
            });

        Assert.ThrowsAsync<WampConnectionException>(() => host.JoinAsync(authentication: WampAuthentication.Ticket("bob", "x"), request: static request => request.Headers["X-Forwarded-For"] = "203.0.113.7"));

        Assert.That(seen!.Address, Is.EqualTo(IPAddress.Parse("203.0.113.7")));
    }

    [Test]
    public async Task CheckTickets_ConfiguredUsers_AreCheckedAsEver()
    {
        await using var host = await StartAsync(
            static logins => logins.CheckTickets(static (_, _) => ValueTask.FromResult<WampIdentity?>(null)),
            realm: static realm => realm.AddPrincipal("alice", "staff", WampTicketHash.Of("the secret of alice")));

        var alice = await host.JoinAsync(authentication: WampAuthentication.Ticket("alice", "the secret of alice"));

        Assert.That(alice.Session!.AuthProvider, Is.EqualTo("static"));
        Assert.ThrowsAsync<WampConnectionException>(() => host.JoinAsync(authentication: WampAuthentication.Ticket("bob", "the secret of alice")));
    }

    [Test]
    public async Task CheckTickets_ItThrows_TheClientIsRefusedAndTheLogSaysWhy()
    {
        await using var host = await StartAsync(static logins => logins.CheckTickets(static (_, _) => throw new TimeoutException("the database is asleep")));

        var refused = Assert.ThrowsAsync<WampConnectionException>(() => host.JoinAsync(authentication: WampAuthentication.Ticket("bob", "right")));

        Assert.That(refused!.ErrorUri, Is.EqualTo("wamp.error.authentication_failed"));
        Assert.That(refused.Message, Does.Not.Contain("asleep"));
        Assert.That(host.Log.Of(CheckFailed), Has.Count.EqualTo(1).And.One.Contains("realm1").And.One.Contains("ticket"));
    }

    [Test]
    public async Task CheckTickets_RoleThatTheRealmDoesNotHave_TheClientIsRefusedAndTheLogSaysWhy()
    {
        await using var host = await StartAsync(static logins => logins.CheckTickets(static (login, _) => ValueTask.FromResult<WampIdentity?>(new WampIdentity(login.AuthId, "boss"))));

        Assert.ThrowsAsync<WampConnectionException>(() => host.JoinAsync(authentication: WampAuthentication.Ticket("bob", "right")));

        Assert.That(host.Log.Of(NoSuchRole), Has.Count.EqualTo(1).And.One.Contains("'boss'"));
    }

    [Test]
    public void CheckTickets_ServiceThatCannotBeMade_IsToldWithAllOtherMistakes()
    {
        var failure = Assert.ThrowsAsync<WampRouterConfigurationException>(() => EmbeddingHost.StartAsync(static app =>
        {
            app.Services.AddWampRouter()
                .AddRealm("realm1", static realm => realm.AllowAnonymous("nobody").Logins.CheckTickets<AccountCheck>())
                .AddRealm("realm2", static realm => realm.AddRole("staff").TrustLevel = realm.Logins.CheckTickets<IWampTicketCheck>() is null ? 0 : 1);
        }));

        Assert.That(failure!.Message, Does.Contain($"has 3 mistakes"));
        Assert.That(failure.Message, Does.Contain($"CheckTickets of realm 'realm1': {typeof(AccountCheck)} cannot be made: it needs '{typeof(Accounts)}', which the application does not register"));
        Assert.That(failure.Message, Does.Contain($"CheckTickets of realm 'realm2': {typeof(IWampTicketCheck)} is no service of the application, and has no public constructor to make one with; register it"));
    }

    [Test]
    public void CheckTickets_RegisteredServiceWhoseDependencyIsMissing_TheApplicationDoesNotStart() =>
        Assert.That(
            () => StartAsync(static logins => logins.CheckTickets<AccountCheck>(), static services => services.AddScoped<AccountCheck>()),
            Throws.TypeOf<WampRouterConfigurationException>().With.Message.Contains("CheckTickets of realm 'realm1'").And.Message.Contains(nameof(Accounts)));

    [Test]
    public async Task CheckTickets_ServiceThatNeedsTheRealmItself_IsMade()
    {
        await using var host = await StartAsync(static logins => logins.CheckTickets<PeerCheck>());

        Assert.That((await host.JoinAsync(authentication: WampAuthentication.Ticket("bob", "x"))).Session!.AuthId, Is.EqualTo("realm1"));
    }

    [TestCase("half", "the authid holds half of a surrogate pair")]
    [TestCase("long", "the authid is too long: 1024 bytes is the most, and it has 1025")]
    [TestCase("extra", "the authextra is too large: 16384 bytes is the most")]
    public async Task CheckTickets_IdentityThatCannotBe_TheClientIsRefusedAndTheLogSaysWhy(string name, string cause)
    {
        var identity = name switch
        {
            "long" => new WampIdentity(new string('a', WampIdentity.MaxAuthIdBytes + 1), "staff"),
            "extra" => new WampIdentity("bob", "staff") { AuthExtra = new JsonObject { ["a"] = new string('a', WampIdentity.MaxAuthExtraBytes) } },
            _ => new WampIdentity("bob\ud800", "staff"),
        };
        await using var host = await StartAsync(logins => logins.CheckTickets((_, _) => ValueTask.FromResult<WampIdentity?>(identity)));

        var refused = Assert.ThrowsAsync<WampConnectionException>(() => host.JoinAsync(authentication: WampAuthentication.Ticket("bob", "right")));

        Assert.That(refused!.ErrorUri, Is.EqualTo("wamp.error.authentication_failed"));
        Assert.That(host.Log.Of(IdentityNotTaken), Has.Count.EqualTo(1).And.One.Contains("realm1").And.One.Contains(cause));
    }

    [Test]
    public async Task CheckTickets_ClientSaysANameThatIsTooLong_TheApplicationIsNotAsked()
    {
        var asked = 0;
        await using var host = await StartAsync(logins => logins.CheckTickets((login, _) =>
        {
            asked++;
            return ValueTask.FromResult<WampIdentity?>(new WampIdentity("bob", "staff"));
        }));

        var refused = Assert.ThrowsAsync<WampConnectionException>(() => host.JoinAsync(authentication: WampAuthentication.Ticket(new string('a', WampIdentity.MaxAuthIdBytes + 1), "right")));

        Assert.That((refused!.ErrorUri, asked), Is.EqualTo(("wamp.error.authentication_denied", 0)));
        await host.JoinAsync(authentication: WampAuthentication.Ticket(new string('a', WampIdentity.MaxAuthIdBytes), "right"));
    }

    [Test]
    public async Task UseHttpUser_NameWithHalfASurrogatePair_TheClientIsRefusedAndTheLogSaysWhy()
    {
        await using var host = await StartAsync(
            static logins => logins.UseHttpUser(static user => new WampIdentity(user.Identity!.Name! + "\udc00", "staff")),
            static services => services.AddAuthentication(CookieAuthenticationDefaults.AuthenticationScheme).AddCookie());
        var cookie = await host.LoginAsync("alice");

        Assert.ThrowsAsync<WampConnectionException>(() => host.JoinAsync(request: request => request.Headers.Cookie = cookie));

        Assert.That(host.Log.Of(IdentityNotTaken), Has.Count.EqualTo(1).And.One.Contains("half of a surrogate pair"));
    }

    [Test]
    public async Task UseHttpUser_Stranger_IsNotAskedFor()
    {
        var asked = 0;
        await using var host = await StartAsync(
            logins => logins.UseHttpUser(user =>
            {
                asked++;
                return null;
            }),
            realm: static realm => realm.AllowAnonymous("staff"));

        await host.JoinAsync();

        Assert.That(asked, Is.Zero);
    }

    [Test]
    public async Task CheckTickets_RoleOfTheApplicationItself_TheClientIsRefused()
    {
        await using var host = await StartAsync(static logins => logins.CheckTickets(static (login, _) => ValueTask.FromResult<WampIdentity?>(new WampIdentity(login.AuthId, "application"))));

        Assert.ThrowsAsync<WampConnectionException>(() => host.JoinAsync(authentication: WampAuthentication.Ticket("bob", "right")));

        Assert.That(host.Log.Of(NoSuchRole), Has.Count.EqualTo(1).And.One.Contains("'application'"));
    }

    [Test]
    public async Task CheckTickets_AuthExtraWithHalfACharacter_TheClientIsRefused()
    {
        await using var host = await StartAsync(static logins => logins.CheckTickets(static (login, _) =>
            ValueTask.FromResult<WampIdentity?>(new WampIdentity(login.AuthId, "staff") { AuthExtra = new JsonObject { ["teams"] = new JsonArray("a", "b\ud800") } })));

        Assert.ThrowsAsync<WampConnectionException>(() => host.JoinAsync(authentication: WampAuthentication.Ticket("bob", "right")));

        Assert.That(host.Log.Of(1272), Has.Count.EqualTo(1).And.One.Contains("authextra").And.One.Contains("half of a surrogate pair"));
    }

    [Test]
    public async Task CheckTickets_ChecksThatDoNotEnd_AreBoundedThoughTheirClientsAreGone()
    {
        var begun = new SemaphoreSlim(0);
        var never = new TaskCompletionSource<WampIdentity?>();
        await using var host = await StartAsync(
            logins => logins.CheckTickets((_, _) =>
            {
                begun.Release();
                return new ValueTask<WampIdentity?>(never.Task);
            }),
            services => services.AddWampRouter().Configure(options => (options.Sessions.QueuedTicketChecks, options.Sessions.ConcurrentTicketChecks) = (1, 1)));
        for (var i = 0; i < 2; i++)
        {
            var gone = host.Client(authentication: WampAuthentication.Ticket("bob", "right"));
            var connecting = gone.ConnectAsync();
            await begun.WaitAsync().Soon();
            await gone.DisposeAsync();
            Assert.CatchAsync(() => connecting.Soon());
        }

        var refused = Assert.ThrowsAsync<WampConnectionException>(() => host.JoinAsync(authentication: WampAuthentication.Ticket("bob", "right")));

        Assert.That((refused!.ErrorUri, host.Log.Of(1274).Count), Is.EqualTo(("wamp.error.authentication_failed", 1)));
        never.SetResult(new WampIdentity("bob", "staff"));
    }

    [Test]
    public async Task CheckTickets_ClientHangsUp_TheCheckIsCanceled()
    {
        var canceled = new TaskCompletionSource();
        var entered = new TaskCompletionSource();
        await using var host = await StartAsync(logins => logins.CheckTickets(async (_, cancellationToken) =>
        {
            cancellationToken.Register(canceled.SetResult);
            entered.SetResult();
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken);
            return null;
        }));
        var client = host.Client(authentication: WampAuthentication.Ticket("bob", "right"));
        var connecting = client.ConnectAsync();
        await entered.Task.Soon();

        await client.DisposeAsync();

        await canceled.Task.Soon();
        Assert.CatchAsync(() => connecting.Soon());
    }

    [Test]
    public async Task CheckTickets_JoinIsCanceled_TheCheckIsCanceled()
    {
        var canceled = new TaskCompletionSource();
        var entered = new TaskCompletionSource();
        await using var host = await StartAsync(logins => logins.CheckTickets(async (_, cancellationToken) =>
        {
            cancellationToken.Register(canceled.SetResult);
            entered.SetResult();
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken);
            return null;
        }));
        var client = host.Client(authentication: WampAuthentication.Ticket("bob", "right"));
        using var cancellation = new CancellationTokenSource();
        var connecting = client.ConnectAsync(cancellation.Token);
        await entered.Task.Soon();

        await cancellation.CancelAsync();

        Assert.CatchAsync<OperationCanceledException>(() => connecting.Soon());
        await canceled.Task.Soon();
    }

    [Test]
    public async Task CheckTickets_ItBlocksItsThread_TheClientIsRefusedInTimeAndToldWhy()
    {
        using var asleep = new ManualResetEventSlim();
        var entered = new TaskCompletionSource();
        var time = new ManualTime();
        await using var host = await StartAsync(
            logins => logins.CheckTickets((_, _) =>
            {
                entered.SetResult();
                asleep.Wait(CancellationToken.None);
                throw new TimeoutException("the database does not answer");
            }),
            services => services.AddSingleton<TimeProvider>(time));
        var connecting = host.Client(authentication: WampAuthentication.Ticket("bob", "right")).ConnectAsync();
        await entered.Task.Soon();

        time.Advance(new WampSessionOptions().HelloTimeout);

        var refused = Assert.ThrowsAsync<WampConnectionException>(() => connecting.Soon());
        Assert.That(refused!.ErrorUri, Is.EqualTo("wamp.error.timeout"));
        Assert.That(refused.Message, Does.Contain("the login is still being checked; try again: no WELCOME within 10 s"));
        Assert.That(host.Log.Of(CheckLate).Single(), Does.Contain("realm1").And.Contain("has not answered within Sessions:HelloTimeout"));
        asleep.Set();
        await host.Log.WhenLoggedAsync(CheckFailed).Soon();
    }

    [Test]
    public async Task UseHttpUser_CookieLogin_JoinsAsThatUserWithoutSayingMore([Values] WampSerializer serializer)
    {
        await using var host = await StartAsync(
            static logins => logins.UseHttpUser(static user => new WampIdentity(user.Identity!.Name!, "staff") { AuthExtra = new JsonObject { ["team"] = new JsonArray("a", 2), ["é"] = true } }),
            static services => services.AddAuthentication(CookieAuthenticationDefaults.AuthenticationScheme).AddCookie());
        var cookie = await host.LoginAsync("alice");

        var alice = await host.JoinAsync(request: request => request.Headers.Cookie = cookie, serializer: serializer);
        var stranger = Assert.ThrowsAsync<WampConnectionException>(() => host.JoinAsync());

        Assert.That((alice.Session!.AuthId, alice.Session.AuthRole, alice.Session.AuthMethod, alice.Session.AuthProvider), Is.EqualTo(("alice", "staff", "http", "application")));
        Assert.That(stranger!.ErrorUri, Is.EqualTo("wamp.error.no_matching_auth_method"));
        Assert.That(alice.Session.Details.TryGet<Extra>("authextra", out var extra), Is.True);
        Assert.That((extra!.É, extra.Team.Length), Is.EqualTo((true, 2)));
    }

    [Test]
    public async Task UseHttpUser_NobodyInTheRealm_OtherMethodsDecide()
    {
        await using var host = await StartAsync(
            static logins => logins.UseHttpUser(static user => user.Identity!.Name == "alice" ? null : new WampIdentity("other", "staff")),
            static services => services.AddAuthentication(CookieAuthenticationDefaults.AuthenticationScheme).AddCookie(),
            realm: static realm => realm.AllowAnonymous("guest").AddRole("guest"));
        var cookie = await host.LoginAsync("alice");

        var alice = await host.JoinAsync(request: request => request.Headers.Cookie = cookie);

        Assert.That((alice.Session!.AuthRole, alice.Session.AuthMethod), Is.EqualTo(("guest", "anonymous")));
    }

    [Test]
    public async Task UseHttpUser_BearerTokenAndRequiredAuthorization_LetOnlyThoseWithATokenIn()
    {
        await using var host = await StartAsync(
            static logins => logins.UseHttpUser(static user => new WampIdentity(user.FindFirstValue("sub")!, user.FindFirstValue("role")!)),
            static services =>
            {
                services.AddAuthentication(JwtBearerDefaults.AuthenticationScheme).AddJwtBearer(static bearer =>
                {
                    bearer.MapInboundClaims = false;
                    bearer.TokenValidationParameters = new TokenValidationParameters { ValidIssuer = "test", ValidAudience = "wamp", IssuerSigningKey = Key };
                });
                services.AddAuthorization();
            },
            map: static app => app.MapWampRouter().RequireAuthorization());
        var token = new JsonWebTokenHandler().CreateToken(new SecurityTokenDescriptor
        {
            Issuer = "test",
            Audience = "wamp",
            Claims = new Dictionary<string, object> { ["sub"] = "sensor-7", ["role"] = "staff" },
            SigningCredentials = new SigningCredentials(Key, SecurityAlgorithms.HmacSha256),
        });

        var sensor = await host.JoinAsync(request: request => request.Headers.Authorization = $"Bearer {token}");

        Assert.That((sensor.Session!.AuthId, sensor.Session.AuthRole), Is.EqualTo(("sensor-7", "staff")));
        Assert.That(await host.AskAsync(), Is.EqualTo(401));
    }

    [Test]
    public async Task UseHttpUser_ItThrows_TheClientIsRefusedAndTheLogSaysWhy()
    {
        await using var host = await StartAsync(
            static logins => logins.UseHttpUser(static _ => throw new InvalidOperationException("no claim")),
            static services => services.AddAuthentication(CookieAuthenticationDefaults.AuthenticationScheme).AddCookie());
        var cookie = await host.LoginAsync("alice");

        Assert.ThrowsAsync<WampConnectionException>(() => host.JoinAsync(request: request => request.Headers.Cookie = cookie));

        Assert.That(host.Log.Of(CheckFailed), Has.Count.EqualTo(1));
    }

    private static Task<EmbeddingHost> StartAsync(
        Action<WampLogins> logins, Action<IServiceCollection>? services = null, Action<WampRealmOptions>? realm = null, Action<WebApplication>? map = null) => EmbeddingHost.StartAsync(
        app =>
        {
            services?.Invoke(app.Services);
            app.Services.AddWampRouter().Configure(static options => options.Transports.CloseTimeout = TimeSpan.FromMilliseconds(100)).AddRealm("realm1", options =>
            {
                options.AddRole("staff").AllowEverything();
                realm?.Invoke(options);
                logins(options.Logins);
            });
        },
        app =>
        {
            if (services is not null && app.Services.GetService<IAuthenticationSchemeProvider>() is not null)
            {
                app.UseAuthentication();
            }

            if (app.Services.GetService<Microsoft.AspNetCore.Authorization.IAuthorizationService>() is not null)
            {
                app.UseAuthorization();
            }

            app.MapPost("/login", static (HttpContext context, string name) =>
                context.SignInAsync(new ClaimsPrincipal(new ClaimsIdentity([new Claim(ClaimTypes.Name, name)], CookieAuthenticationDefaults.AuthenticationScheme))));
            (map ?? (static app => app.MapWampRouter()))(app);
        });

    private sealed record Extra(System.Text.Json.JsonElement[] Team, bool É);

    /// <summary>Accounts of a database, say.</summary>
    private sealed class Accounts
    {
        public Guid Id { get; } = Guid.NewGuid();
    }

    /// <summary>A check that asks other peers of the realm, say.</summary>
    private sealed class PeerCheck(IWampRealm realm) : IWampTicketCheck
    {
        public ValueTask<WampIdentity?> CheckAsync(WampTicketLogin login, CancellationToken cancellationToken) => ValueTask.FromResult<WampIdentity?>(new WampIdentity(realm.Name, "staff"));
    }

    private sealed class AccountCheck(Accounts accounts) : IWampTicketCheck
    {
        public ValueTask<WampIdentity?> CheckAsync(WampTicketLogin login, CancellationToken cancellationToken) =>
            ValueTask.FromResult<WampIdentity?>(new WampIdentity($"{login.AuthId} {accounts.Id}", "staff"));
    }
}
