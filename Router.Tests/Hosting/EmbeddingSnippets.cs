using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using WampRouter.Client;
using WampRouter.Testing;

namespace WampRouter.Tests.Hosting;

/// <summary>The examples of docs/embedding.md and of the packages' readmes, compiled.</summary>
internal static class EmbeddingSnippets
{
    public static void Smallest(string[] args)
    {
        var builder = WebApplication.CreateBuilder(args);
        builder.Services.AddWampRouter().AddRealm("realm1", realm =>
        {
            realm.AddRole("visitor").Allow("com.example.", WampUriMatch.Prefix, call: true, subscribe: true);
            realm.AllowAnonymous("visitor");
        });

        var app = builder.Build();
        app.MapWampRouter("/ws");
        app.Run();
    }

    public static void OfThePackage(string[] args)
    {
        var builder = WebApplication.CreateBuilder(args);
        builder.Services.AddWampRouter().AddRealm("realm1", realm =>
        {
            realm.AddRole("visitor").Allow("com.example.", WampUriMatch.Prefix, call: true, subscribe: true);
            realm.AllowAnonymous("visitor");
        });

        var app = builder.Build();
        app.MapWampRouter("/ws");
        app.MapPost("/news", async (string text, IWampRealm realm) => await realm.PublishAsync("com.example.news", [text]));
        app.Run();
    }

    public static void Realms(WebApplicationBuilder builder)
    {
        builder.Services.AddWampRouter().AddRealm("com.shop", realm =>
        {
            realm.AddRole("buyer")
                .Allow("com.shop.", WampUriMatch.Prefix, call: true, subscribe: true)
                .Allow("com.shop.chat", publish: true);
            realm.AddRole("backend").AllowEverything().TrustLevel = 3;

            realm.AllowAnonymous("buyer");
            realm.AddPrincipal("stock", "backend", builder.Configuration["StockTicketHash"]!);

            realm.KeepHistory("com.shop.prices").Limit = 100;
            realm.Limits.MaxSessions = 5_000;
            realm.Overflow = WampOverflow.DropEvents;
        });
    }

    public static void Monitoring(WebApplicationBuilder builder)
    {
        builder.Services.AddHealthChecks().AddWampRouter();
        builder.Services.AddOpenTelemetry().WithMetrics(metrics => metrics.AddMeter("WampRouter"));
    }

    public static void Files(WebApplicationBuilder builder)
    {
        builder.Services.AddWampRouter()
            .AddRealmFiles("config/realms")
            .AddRealm("com.shop", realm => realm.AllowAnonymous(realm.AddRole("buyer").Name));
    }

    public static void Settings(WebApplicationBuilder builder)
    {
        builder.Services.AddWampRouter()
            .Configure(builder.Configuration.GetSection("Messaging"))
            .Configure(options => options.Transports.MaxMessageBytes = 64 * 1024)
            .AddRealm("realm1", realm => realm.AllowAnonymous(realm.AddRole("visitor").Name));
    }

    public static void Endpoints(WebApplication app)
    {
        app.MapWampRouter("/ws");
        app.MapWampRouter("/staff/ws").RequireAuthorization().RequireHost("intranet.example");
        app.MapWampRouter("/pages/ws").RequireCors("pages");
    }

    public static void LongPoll(WebApplication app)
    {
        app.MapWampLongPoll("/lp");
        app.MapWampLongPoll("/pages/lp").RequireCors("pages");
    }

    public static void Http(WebApplication app)
    {
        app.MapWampHttp("/api");
        app.MapWampHttp("/staff/api").RequireAuthorization();
    }

    public static void RawSocket(WebApplicationBuilder builder)
    {
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.ListenLocalhost(8081, listener => listener.UseWampRawSocket());
            kestrel.ListenUnixSocket("/run/shop/wamp.sock", listener => listener.UseWampRawSocket());
        });
    }

    public static void BehindAProxy(WebApplication app)
    {
        app.UseForwardedHeaders(new ForwardedHeadersOptions { ForwardedHeaders = ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto | ForwardedHeaders.XForwardedHost });
        app.UseAuthentication();
        app.UseAuthorization();
        app.MapWampRouter("/ws");
    }

    public static void Several(WebApplicationBuilder builder)
    {
        builder.Services.AddWampRouter("shop").AddRealm("realm1", realm => realm.AllowAnonymous(realm.AddRole("buyer").Name));
        builder.Services.AddWampRouter("machines").AddRealm("realm1", realm => realm.AllowAnonymous(realm.AddRole("machine").Name));
    }

    public static void SeveralPaths(WebApplication app)
    {
        app.MapWampRouter("/shop", "shop");
        app.MapWampRouter("/machines", "machines");
    }

    public static void HttpUsers(WebApplicationBuilder builder)
    {
        builder.Services.AddAuthentication(JwtBearerDefaults.AuthenticationScheme).AddJwtBearer();
        builder.Services.AddWampRouter().AddRealm("com.shop", realm =>
        {
            realm.AddRole("buyer").Allow("com.shop.", WampUriMatch.Prefix, call: true, subscribe: true);
            realm.AddRole("clerk").Allow("com.shop.", WampUriMatch.Prefix, call: true, subscribe: true, publish: true);
            realm.Logins.UseHttpUser(user => new WampIdentity(user.Identity!.Name!, user.IsInRole("clerk") ? "clerk" : "buyer"));
        });
    }

    public static void Tickets(WebApplicationBuilder builder)
    {
        builder.Services.AddScoped<Accounts>();
        builder.Services.AddWampRouter().AddRealm("com.shop", realm =>
        {
            realm.AddRole("buyer").Allow("com.shop.", WampUriMatch.Prefix, call: true, subscribe: true);
            realm.Logins.CheckTickets<AccountCheck>();
        });
    }

    public static void MethodOfItsOwn(WebApplicationBuilder builder)
    {
        builder.Services.AddScoped<Accounts>();
        builder.Services.AddWampRouter().AddRealm("com.shop", realm =>
        {
            realm.AddRole("buyer").Allow("com.shop.", WampUriMatch.Prefix, call: true, subscribe: true);
            realm.Logins.AddMethod<PasswordAndCode>("password-and-code");
        });
    }

    public static void Permissions(WebApplicationBuilder builder)
    {
        builder.Services.AddScoped<Accounts>();
        builder.Services.AddWampRouter().AddRealmFiles("realms").UseAuthorizer<OwnRoomsOnly>("com.shop");
    }

    public static void Peers(WebApplication app)
    {
        app.MapPost("/orders", async (Order order, [FromKeyedServices("com.shop")] IWampRealm shop) =>
        {
            await shop.PublishAsync("com.shop.ordered", [order.Item]);
            return await shop.CallAsync<int>("com.shop.stock", [order.Item]);
        });
    }

    public static void Durable(WebApplicationBuilder builder)
    {
        builder.Services.AddWampRouter(builder.Configuration).AddSqliteHistories();
    }

    public static async Task<int> TestingAsync()
    {
        await using var router = await WampTestRouter.StartAsync();
        var service = await router.ConnectAsync();
        var caller = await router.ConnectAsync();
        await service.RegisterAsync("com.example.add", (int a, int b) => a + b);

        var sum = await caller.CallAsync<int>("com.example.add", [2, 3]);
        return sum;
    }

    public static async Task<string?> TestingAsSomebodyAsync()
    {
        await using var router = await WampTestRouter.StartAsync(router => router.AddRealm("com.shop", realm =>
        {
            realm.AddRole("buyer").Allow("com.shop.", WampUriMatch.Prefix, call: true, subscribe: true);
            realm.AllowAnonymous("buyer");
        }));
        var buyer = await router.ConnectAsAsync("ada", "buyer", realm: "com.shop");
        return buyer.Session?.AuthId;
    }

    public static async Task ContractAsync(IWampRealm realm)
    {
        await realm.RegisterAsync<IPriceList>(new Prices());
        await realm.SubscribeAsync<IPriceList>(new Prices());
    }

    public static async Task ContractOfAScopeAsync(IWampRealm realm, IServiceProvider services)
    {
        await realm.RegisterAsync<IPriceList>(async (procedure, call) =>
        {
            await using var scope = services.CreateAsyncScope();
            return await call(scope.ServiceProvider.GetRequiredService<Prices>());
        });
    }

    internal sealed record Order(string Item);
}

[WampContract("com.shop")]
internal partial interface IPriceList
{
    [WampProcedure("price")]
    Task<decimal> PriceAsync(string item, CancellationToken cancellationToken = default);

    [WampTopic("price_changed")]
    Task ChangedAsync(string item, decimal price);
}

internal sealed class Prices : IPriceList
{
    public Task<decimal> PriceAsync(string item, CancellationToken cancellationToken) => Task.FromResult(4.5m);

    public Task ChangedAsync(string item, decimal price) => Task.CompletedTask;
}

internal sealed class Checkout([FromKeyedServices("com.shop")] IWampRealm shop)
{
    private readonly IPriceList _prices = shop.CreateProxy<IPriceList>();

    public async Task<decimal> TotalAsync(string item, int count) => count * await _prices.PriceAsync(item);
}

[ApiController]
[Route("prices")]
public sealed class PricesController([FromKeyedServices("com.shop")] IWampRealm shop) : ControllerBase
{
    [HttpPut("{item}")]
    public async Task<IActionResult> Change(string item, decimal price)
    {
        await shop.PublishAsync("com.shop.price_changed", [item, price]);
        return NoContent();
    }
}

public sealed class RealmAdmin(IWampRouter router)
{
    public async Task<IReadOnlyList<string>> ReloadAsync(CancellationToken cancellationToken)
    {
        var reload = await router.ReloadAsync(cancellationToken);
        return reload.Changes;      // "realm shop: role frontend may no longer call com.shop.admin"
    }
}

internal sealed class Accounts
{
    private readonly string _rooms = "com.shop.rooms.";
    private readonly Dictionary<string, string> _keys = [];

    public Task<bool> HasKeyAsync(string name, string key, CancellationToken cancellationToken) =>
        cancellationToken.IsCancellationRequested ? Task.FromCanceled<bool>(cancellationToken) : Task.FromResult(_keys.TryGetValue(name, out var known) && known == key);

    public Task<bool> HasCodeAsync(string name, string code, CancellationToken cancellationToken) => HasKeyAsync($"the code of {name}", code, cancellationToken);

    public Task<bool> OwnsAsync(string name, string uri, CancellationToken cancellationToken) =>
        cancellationToken.IsCancellationRequested ? Task.FromCanceled<bool>(cancellationToken) : Task.FromResult(uri == _rooms + name);
}

internal sealed class OwnRoomsOnly(Accounts accounts) : IWampAuthorizer
{
    public async ValueTask<WampDecision> AuthorizeAsync(WampAuthorizationRequest request, CancellationToken cancellationToken) =>
        await accounts.OwnsAsync(request.AuthId, request.Uri, cancellationToken) ? WampDecision.Allow(cache: true) : WampDecision.Deny();
}

internal sealed class AccountCheck(Accounts accounts) : IWampTicketCheck
{
    public async ValueTask<WampIdentity?> CheckAsync(WampTicketLogin login, CancellationToken cancellationToken) =>
        await accounts.HasKeyAsync(login.AuthId, login.Ticket, cancellationToken) ? new WampIdentity(login.AuthId, "buyer") : null;
}

internal sealed class PasswordAndCode(Accounts accounts) : IWampAuthenticator
{
    private string _user = "";
    private bool _hasPassword;

    public ValueTask<WampLoginStep> BeginAsync(WampLoginRequest request, CancellationToken cancellationToken)
    {
        _user = request.AuthId ?? "";
        return ValueTask.FromResult(request.Connection.IsSecure ? WampLoginStep.Challenge(new JsonObject { ["ask"] = "password" }) : WampLoginStep.Skip());
    }

    public async ValueTask<WampLoginStep> AnswerAsync(WampLoginAnswer answer, CancellationToken cancellationToken)
    {
        if (answer.Round == 1)
        {
            // The code is asked for whether the password was right or not: else each could be guessed by itself.
            _hasPassword = await accounts.HasKeyAsync(_user, answer.Signature, cancellationToken);
            return WampLoginStep.Challenge(new JsonObject { ["ask"] = "code" });
        }

        var hasCode = await accounts.HasCodeAsync(_user, answer.Signature, cancellationToken);
        return _hasPassword && hasCode ? WampLoginStep.Accept(new WampIdentity(_user, "buyer")) : WampLoginStep.Refuse();
    }
}

internal sealed class Stock([FromKeyedServices("com.shop")] IWampRealm shop) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken) => shop.RegisterAsync("com.shop.stock", (string item) => item.Length, cancellationToken: cancellationToken);

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
