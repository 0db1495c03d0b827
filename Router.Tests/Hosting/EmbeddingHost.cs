using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using WampRouter.Client;
using WampRouter.Tests.Doubles;

namespace WampRouter.Tests.Hosting;

/// <summary>An application with routers in it, on a test server.</summary>
internal sealed class EmbeddingHost : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly List<WampClient> _clients = [];

    private EmbeddingHost(WebApplication app) => _app = app;

    public IServiceProvider Services => _app.Services;

    /// <summary>What the router logged.</summary>
    public LogRecorder<EmbeddingHost> Log { get; private init; } = new();

    /// <summary>Starts it.</summary>
    /// <param name="add">Adds services.</param>
    /// <param name="map">Maps endpoints; one router at <c>/ws</c> where left out.</param>
    public static async Task<EmbeddingHost> StartAsync(Action<WebApplicationBuilder> add, Action<WebApplication>? map = null)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Services.AddRouting();
        var log = new LogRecorder<EmbeddingHost>();
        builder.Logging.ClearProviders().AddProvider(log.AsProvider());
        builder.WebHost.UseTestServer();
        add(builder);
        var app = builder.Build();
        (map ?? (static app => app.MapWampRouter()))(app);
        await app.StartAsync().Soon();
        return new EmbeddingHost(app) { Log = log };
    }

    /// <summary>A client that has not joined yet.</summary>
    public WampClient Client(string path = "/ws", string realm = "realm1", WampAuthentication? authentication = null, Action<HttpRequest>? request = null, WampSerializer serializer = WampSerializer.Json, bool isBatched = false)
    {
        var client = new WampClient(new WampClientOptions
        {
            Transport = _app.GetTestServer().CreateWampTransport(path, request, isBatched),
            Realm = realm,
            Authentication = authentication ?? WampAuthentication.Anonymous,
            Serializers = [serializer],
        });
        _clients.Add(client);
        return client;
    }

    /// <summary>A client that has joined.</summary>
    public async Task<WampClient> JoinAsync(string path = "/ws", string realm = "realm1", WampAuthentication? authentication = null, Action<HttpRequest>? request = null, WampSerializer serializer = WampSerializer.Json, bool isBatched = false)
    {
        var client = Client(path, realm, authentication, request, serializer, isBatched);
        await client.ConnectAsync().Soon();
        return client;
    }

    /// <summary>A client that speaks HTTP.</summary>
    public HttpClient Browser() => _app.GetTestClient();

    /// <summary>Logs in at <c>/login</c>, and tells the cookie.</summary>
    public async Task<string> LoginAsync(string name)
    {
        using var browser = _app.GetTestClient();
        using var response = await browser.PostAsync($"/login?name={name}", null).Soon();
        return response.EnsureSuccessStatusCode().Headers.GetValues("Set-Cookie").Single().Split(';')[0];
    }

    /// <summary>Asks as a browser would, and tells the status.</summary>
    public async Task<int> AskAsync(string path = "/ws", Action<HttpRequest>? request = null)
    {
        var context = await _app.GetTestServer().SendAsync(context =>
        {
            (context.Request.Method, context.Request.Path, context.Request.Protocol, context.Request.Host) = ("GET", path, "HTTP/1.1", new HostString("localhost"));
            var headers = context.Request.Headers;
            (headers.Connection, headers.Upgrade, headers.SecWebSocketVersion, headers.SecWebSocketKey, headers.SecWebSocketProtocol) = ("Upgrade", "websocket", "13", "dGhlIHNhbXBsZSBub25jZQ==", "wamp.2.json");
            request?.Invoke(context.Request);
        }).Soon();
        return context.Response.StatusCode;
    }

    /// <summary>Stops the application.</summary>
    public Task StopAsync() => _app.StopAsync();

    public async ValueTask DisposeAsync()
    {
        foreach (var client in _clients)
        {
            await client.DisposeAsync();
        }

        await _app.DisposeAsync();
        Assert.That(Log.Strangers, Is.Empty, "docs/logs.md names another category: see LogCategories");
    }
}
