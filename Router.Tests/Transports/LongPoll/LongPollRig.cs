using System.Buffers.Binary;
using System.Net;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using WampRouter.Measures;
using WampRouter.Sessions.Connections;
using WampRouter.Tests.Doubles;
using WampRouter.Transports;
using WampRouter.Transports.LongPoll;

namespace WampRouter.Tests.Transports.LongPoll;

/// <summary>Long-poll on Kestrel, with sessions that send back what they are sent, and a client of it that keeps no rules.</summary>
internal sealed class LongPollRig : IAsyncDisposable
{
    private readonly WebApplication _app;

    private LongPollRig(WebApplication app) => _app = app;

    public EchoReceivers Receivers { get; private init; } = new();

    public LogRecorder<LongPollRig> Log { get; private init; } = new();

    public HttpClient Http { get; } = new(new SocketsHttpHandler { UseCookies = false });

    public TransportServices Services => _app.Services.GetRequiredService<TransportServices>();

    public RouterMeter Meter => _app.Services.GetRequiredService<RouterMeter>();

    /// <summary>Where HTTP/1 is spoken, up to the slash before what is asked for.</summary>
    public Uri Address { get; private init; } = null!;

    /// <summary>Where HTTP/2 is.</summary>
    public Uri AddressOfHttp2 { get; private init; } = null!;

    /// <summary>Starts it.</summary>
    /// <param name="time">The router's clock.</param>
    /// <param name="configure">Changes limits.</param>
    /// <param name="sessions">Makes the sessions, where they are not to be <see cref="Receivers"/>.</param>
    /// <param name="use">Adds middleware.</param>
    public static async Task<LongPollRig> StartAsync(TimeProvider? time = null, Action<TransportOptions>? configure = null, IReceiverFactory? sessions = null, Action<WebApplication>? use = null)
    {
        var (receivers, log) = (new EchoReceivers(), new LogRecorder<LongPollRig>());
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders().AddProvider(log.AsProvider()).AddFilter("Microsoft", LogLevel.Warning);      // as appsettings.json has it: the server's own request log writes whole paths
        builder.Services.AddSingleton(time ?? TimeProvider.System);
        builder.Services.AddSingleton(sessions ?? receivers);
        var options = new TransportOptions();
        configure?.Invoke(options);
        builder.Services.AddTransports(options);
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(IPAddress.Loopback, 0, listener => listener.Protocols = HttpProtocols.Http1);
            kestrel.Listen(IPAddress.Loopback, 0, listener => listener.Protocols = HttpProtocols.Http2);
        });
        var app = builder.Build();
        use?.Invoke(app);
        app.MapLongPollEntrance("/lp", app.Services.GetRequiredService<LongPollEntrance>());
        await app.StartAsync().Soon();
        var addresses = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Select(address => new Uri($"{address}/lp/")).ToArray();
        return new LongPollRig(app) { Receivers = receivers, Log = log, Address = addresses[0], AddressOfHttp2 = addresses[1] };
    }

    /// <summary>Opens a transport and tells its id.</summary>
    public async Task<string> OpenAsync(string protocol = "wamp.2.json", string contentType = "application/json", Action<HttpRequestMessage>? request = null)
    {
        using var response = await PostAsync("open", $$"""{"protocols":["{{protocol}}"]}""", message =>
        {
            message.Content!.Headers.TryAddWithoutValidation("Content-Type", contentType);
            request?.Invoke(message);
        });
        Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.OK));
        using var opened = JsonDocument.Parse(await response.Content.ReadAsStringAsync());
        Assert.That(opened.RootElement.GetProperty("protocol").GetString(), Is.EqualTo(protocol));
        return opened.RootElement.GetProperty("transport").GetString()!;
    }

    /// <summary>A request and its answer.</summary>
    public Task<HttpResponseMessage> PostAsync(string path, string body = "", Action<HttpRequestMessage>? request = null, CancellationToken gone = default) => PostAsync(path, Encoding.UTF8.GetBytes(body), request, gone);

    public Task<HttpResponseMessage> PostAsync(string path, byte[] body, Action<HttpRequestMessage>? request = null, CancellationToken gone = default)
    {
        var message = new HttpRequestMessage(HttpMethod.Post, new Uri(Address, path)) { Content = new ByteArrayContent(body) };
        request?.Invoke(message);
        return Http.SendAsync(message, gone);
    }

    /// <summary>The status of an answer, and its body.</summary>
    public async Task<(int Status, string Body)> AskAsync(string path, string body = "", Action<HttpRequestMessage>? request = null)
    {
        using var response = await PostAsync(path, body, request).Soon();
        return ((int)response.StatusCode, await response.Content.ReadAsStringAsync().Soon());
    }

    /// <summary>Sends a message, which must be taken.</summary>
    public async Task SendAsync(string id, string body) => Assert.That(await AskAsync($"{id}/send", body), Is.EqualTo((202, "")));

    /// <summary>Lets the session of a connection say something by itself.</summary>
    public static void Say(EchoReceiver session, string message)
    {
        var bytes = Encoding.UTF8.GetBytes(message);
        var frame = new byte[4 + bytes.Length];
        BinaryPrimitives.WriteInt32BigEndian(frame, bytes.Length);
        bytes.CopyTo(frame, 4);
        session.Connection.Outbox.TryEnqueue(frame, WampRouter.Delivery.FlushBatch.OfThread);
        WampRouter.Delivery.FlushBatch.OfThread.Flush();
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        Services.Roster.CloseAll();
        Services.Roster.AbortAll();
        await _app.DisposeAsync();
        Assert.That(Log.Strangers, Is.Empty, "docs/logs.md names another category: see LogCategories");
    }
}
