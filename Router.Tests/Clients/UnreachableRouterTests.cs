using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Logging;
using WampRouter.Client;
using WampRouter.Tests.Doubles;

namespace WampRouter.Tests.Clients;

/// <summary>What is said to whoever cannot reach the router: one sentence that begins with the address.</summary>
internal sealed class UnreachableRouterTests
{
    [Test]
    public void ConnectAsync_NobodyListens_SaysSo()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var uri = new Uri($"ws://{listener.LocalEndpoint}/ws");
        listener.Stop();

        var failure = FailureOf(uri);

        Assert.That(failure.Message, Is.EqualTo($"{uri}: connection refused; is the router running?"));
        Assert.That(failure.IsRefusal, Is.False, "it may come");
    }

    [Test]
    public void ConnectAsync_UnknownHost_SaysSo() =>
        Assert.That(MessageOf(new Uri("ws://router.invalid/ws")), Does.StartWith("ws://router.invalid/ws: the host 'router.invalid' is not known"));

    [TestCase(404, "the server has no WebSocket at '/ws' (HTTP 404); is the path right?", true)]
    [TestCase(400, "the server refused the WebSocket (HTTP 400); does it speak one of the WAMP subprotocols offered, and is the path right?", true)]
    [TestCase(403, "the server does not let this client in (HTTP 403); does it ask for an origin or for credentials?", true)]
    [TestCase(301, "the server redirects (HTTP 301), which a WebSocket does not follow; is the address right?", true)]
    [TestCase(503, "the server takes no more connections now (HTTP 503)", false)]
    [TestCase(429, "the server takes no more connections now (HTTP 429)", false)]
    [TestCase(500, "the server did not open a WebSocket (HTTP 500)", false)]
    public async Task ConnectAsync_OtherAnswer_SaysWhatToLookAt(int status, string expected, bool isRefusal)
    {
        await using var server = await StartAsync(status);
        var uri = AddressOf(server, "ws");

        var failure = FailureOf(uri);
        Assert.That(failure.Message, Is.EqualTo($"{uri}: {expected}"));
        Assert.That(failure.IsRefusal, Is.EqualTo(isRefusal));
    }

    [Test]
    public async Task ConnectAsync_TlsToAServerWithout_SaysSo()
    {
        await using var server = await StartAsync(200);
        var uri = AddressOf(server, "wss");

        Assert.That(MessageOf(uri), Does.StartWith($"{uri}: the TLS connection failed").And.EndsWith(" or should the address begin with ws://?"));
    }

    [Test]
    public async Task ConnectAsync_NoTlsToAServerWithIt_SaysSo()
    {
        using var certificate = SelfSigned();
        await using var server = await StartAsync(200, certificate);
        var uri = AddressOf(server, "ws");

        Assert.That(MessageOf(uri), Does.StartWith($"{uri}: the server").And.EndsWith("does the router expect TLS, wss:// instead of ws://?"));
    }

    [Test]
    public async Task ConnectAsync_CertificateNotTrusted_SaysSo()
    {
        using var certificate = SelfSigned();
        await using var server = await StartAsync(200, certificate);
        var uri = AddressOf(server, "wss");

        var failure = FailureOf(uri);
        Assert.That(failure.IsRefusal);
        Assert.That(failure.Message, Does.StartWith($"{uri}: the TLS connection failed: ").And.Contains("a certificate that is valid for '127.0.0.1' and trusted here"));
    }

    private static string MessageOf(Uri uri) => FailureOf(uri).Message;

    private static WampConnectionException FailureOf(Uri uri)
    {
        var client = new WampClient(uri, "realm1");
        return Assert.CatchAsync<WampConnectionException>(() => client.ConnectAsync().Soon())!;
    }

    private static Uri AddressOf(WebApplication server, string scheme) => new UriBuilder(server.Urls.Single()) { Scheme = scheme, Path = "/ws" }.Uri;

    private static async Task<WebApplication> StartAsync(int status, X509Certificate2? certificate = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen =>
        {
            if (certificate is not null)
            {
                listen.UseHttps(certificate);
            }
        }));
        var server = builder.Build();
        server.Run(context =>
        {
            context.Response.StatusCode = status;
            return Task.CompletedTask;
        });
        await server.StartAsync().Soon();
        return server;
    }

    private static X509Certificate2 SelfSigned()
    {
        using var key = RSA.Create(2048);
        var now = TimeProvider.System.GetUtcNow();
        using var certificate = new CertificateRequest("CN=nobody", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1).CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
        return X509CertificateLoader.LoadPkcs12(certificate.Export(X509ContentType.Pfx), password: null);
    }
}
