using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using WampRouter.Client;
using WampRouter.Configuration;
using WampRouter.Measures;
using WampRouter.Server;
using WampRouter.Server.Configuration;
using WampRouter.Server.Listeners;
using WampRouter.Server.Monitoring;
using WampRouter.Sessions;
using WampRouter.Sessions.Authentication;
using WampRouter.Tests.Clients.WithRouter;
using WampRouter.Tests.Doubles;

namespace WampRouter.Tests.Server.Listeners;

/// <summary>The program's listeners in front of a router with one realm, whose settings a test changes while it runs.</summary>
internal sealed class ListenerRig : IAsyncDisposable
{
    private readonly List<IAsyncDisposable> _clients = [];
    private readonly WebApplication _app;
    private RouterConfiguration _configuration;
    private readonly MethodSettings[] _methods;
    private bool _isForLocalOnly;

    private ListenerRig(StandAloneOptions options, ManualTime? time, MethodSettings[] methods)
    {
        _methods = methods;
        _configuration = ConfigurationOf(options);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders().AddProvider(Log.AsProvider());
        if (time is not null)
        {
            builder.Services.AddSingleton<TimeProvider>(time);
        }

        builder.Services.AddWampRouter(_configuration, _ => _configuration);
        builder.AddMonitoring(options);
        builder.WebHost.UseWampListeners();
        _app = builder.Build();
        _app.MapWampListeners();
    }

    public LogRecorder<ListenerRig> Log { get; } = new();

    /// <summary>What it measures.</summary>
    public RouterMeter Meter => _app.Services.GetRequiredKeyedService<RouterMeter>(Microsoft.Extensions.Options.Options.DefaultName);

    /// <summary>Where the listeners are now.</summary>
    public string[] Urls => [.. _app.Services.GetRequiredService<RunningListeners>().Urls];

    /// <summary>Connections that have come and not said what they want.</summary>
    public int ShakingHands => _app.Services.GetRequiredService<RunningListeners>().Entrances.Services.Handshakes.Count;

    /// <summary>Waits until there are so many.</summary>
    public async Task WhenShakingHandsAsync(int count)
    {
        while (ShakingHands != count)
        {
            await Task.Yield();
        }
    }

    public static Task<ListenerRig> StartAsync(params ListenerOptions[] listeners) => StartAsync(new StandAloneOptions { Listeners = listeners });

    /// <param name="options">The settings.</param>
    /// <param name="time">The router's clock.</param>
    /// <param name="methods">How clients log in; nothing said: anonymously.</param>
    public static async Task<ListenerRig> StartAsync(StandAloneOptions options, ManualTime? time = null, params MethodSettings[] methods)
    {
        var rig = new ListenerRig(options, time, methods);
        await rig._app.StartAsync().Soon();
        return rig;
    }

    public Task<WampReload> ReloadAsync(params ListenerOptions[] listeners) => ReloadAsync(new StandAloneOptions { Listeners = listeners });

    public Task<WampReload> ReloadAsync(StandAloneOptions options)
    {
        _configuration = ConfigurationOf(options);
        return _app.Services.GetRequiredService<IWampRouter>().ReloadAsync().Soon();
    }

    /// <summary>A client that has joined.</summary>
    public async Task<WampClient> JoinAsync(string url, string path = "/ws")
    {
        var client = new WampClient(new Uri($"{url.Replace("http://", "ws://", StringComparison.Ordinal)}{path}"), "realm1");
        _clients.Add(client);
        await client.ConnectAsync().Soon();
        return client;
    }

    /// <summary>The status of the answer to a request.</summary>
    public static async Task<HttpStatusCode> GetAsync(string url)
    {
        using var http = new HttpClient();
        using var answer = await http.GetAsync(new Uri(url)).Soon();
        return answer.StatusCode;
    }

    /// <summary>A TLS connection; the certificate that the listener showed is its <see cref="SslStream.RemoteCertificate"/>.</summary>
    public async Task<SslStream> ConnectAsync(string url, SslClientAuthenticationOptions? options = null)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(IPAddress.Loopback, new Uri(url).Port).Soon();
        var stream = new SslStream(new NetworkStream(socket, ownsSocket: true));
        _clients.Add(stream);
        options ??= new SslClientAuthenticationOptions { TargetHost = "router" };
#pragma warning disable CA5359 // its certificates are made by the tests, and looked at there
        options.RemoteCertificateValidationCallback ??= static (_, _, _, _) => true;
#pragma warning restore CA5359
        await stream.AuthenticateAsClientAsync(options).Soon();
        return stream;
    }

    /// <summary>Writes a certificate and its key, one file after the other.</summary>
    public static void WriteCertificate(string directory, string name, TimeSpan? validFor = null)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var now = TimeProvider.System.GetUtcNow();
        using var certificate = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256).CreateSelfSigned(now.AddDays(-30), now + (validFor ?? TimeSpan.FromDays(30)));
        File.WriteAllText(Path.Combine(directory, "key.pem"), key.ExportPkcs8PrivateKeyPem());
        File.WriteAllText(Path.Combine(directory, "certificate.pem"), certificate.ExportCertificatePem());
    }

    /// <summary>Where <see cref="WriteCertificate"/> has written.</summary>
    public static CertificateOptions CertificateIn(string directory) => new() { Path = Path.Combine(directory, "certificate.pem"), KeyPath = Path.Combine(directory, "key.pem") };

    public async ValueTask DisposeAsync()
    {
        foreach (var client in _clients)
        {
            await client.DisposeAsync();
        }

        await _app.DisposeAsync();
        Assert.That(Log.Strangers, Is.Empty, "docs/logs.md names another category: see LogCategories");
    }

    /// <summary>From the next reload on nobody but those on this machine may join.</summary>
    public void AdmitLocalOnly() => _isForLocalOnly = true;

    private RouterConfiguration ConfigurationOf(StandAloneOptions options)
    {
        options.Sessions.DrainTimeout = TimeSpan.Zero;
        options.Sessions.GoodbyeTimeout = TimeSpan.FromMilliseconds(1);
        options.ReloadOnChange = false;
        return new RouterConfiguration
        {
            Options = options,
            RealmsDirectory = string.Empty,
            Realms = [new(RunningRouter.RealmOf("realm1"), new SessionSettings { Authentication = new() { Methods = _methods.Length > 0 ? _methods : [new AnonymousSettings { Role = "staff", LoopbackOnly = _isForLocalOnly }] } }, string.Empty)],
            Mistakes = [],
        };
    }
}
