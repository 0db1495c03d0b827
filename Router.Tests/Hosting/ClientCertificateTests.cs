using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using WampRouter.Client;
using WampRouter.Hosting;
using WampRouter.Tests.Conformance;
using WampRouter.Tests.Doubles;
using WampRouter.Transports.FrontDoor;

namespace WampRouter.Tests.Hosting;

/// <summary>A method of the application sees the certificate that a client has shown for TLS, whichever way it came in.</summary>
public sealed class ClientCertificateTests
{
    [TestCase(false)]
    [TestCase(true)]
    [Shows("auth.client-certificate")]
    public async Task AddMethod_ClientWithACertificate_IsKnownByIt(bool throughFrontDoor)
    {
        using var certificate = Certificate("CN=localhost");
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.Services.AddWampRouter().AddRealm("realm1", static realm =>
        {
            realm.AddRole("staff").AllowEverything();
            realm.Logins.AddMethod<ByCertificate>("tls");
        });
        builder.WebHost.UseKestrelHttpsConfiguration().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listener =>
        {
            listener.UseHttps(new HttpsConnectionAdapterOptions
            {
                ServerCertificate = certificate,
                ClientCertificateMode = ClientCertificateMode.AllowCertificate,
                ClientCertificateValidation = static (_, _, _) => true,
            });
            if (throughFrontDoor)
            {
                listener.UseFrontDoor(listener.ApplicationServices.GetRequiredKeyedService<HostedRouter>("").Entrances.WebSockets, "/ws");
            }
        }));
        await using var app = builder.Build();
        app.MapWampRouter();
        await app.StartAsync().Soon();

        using var mine = Certificate("CN=sensor-7");
        await using var client = Client(app, certificate, mine);
        await client.ConnectAsync().Soon();
        await using var stranger = Client(app, certificate, null);

        Assert.That(client.Session!.AuthId, Is.EqualTo("CN=sensor-7"));
        Assert.That(Assert.ThrowsAsync<WampConnectionException>(() => stranger.ConnectAsync().Soon())!.ErrorUri, Is.EqualTo("wamp.error.authentication_denied"));
    }

    private static WampClient Client(WebApplication app, X509Certificate2 router, X509Certificate2? certificate) => new(new WampClientOptions
    {
        Transport = new WampWebSocketTransport(new UriBuilder(app.Urls.Single()) { Scheme = "wss", Path = "/ws" }.Uri)
        {
            Configure = socket =>
            {
                socket.RemoteCertificateValidationCallback = (_, shown, _, _) => shown is not null && shown.GetRawCertData().AsSpan().SequenceEqual(router.RawData);
                if (certificate is not null)
                {
                    socket.ClientCertificates.Add(certificate);
                }
            },
        },
        Realm = "realm1",
        Authentication = WampAuthentication.Answering("tls", null, static (_, _) => throw new InvalidOperationException("no challenge is to come")),
    });

    private static X509Certificate2 Certificate(string name)
    {
        using var key = RSA.Create(2048);
        var now = TimeProvider.System.GetUtcNow();
        using var certificate = new CertificateRequest(name, key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1).CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
        return X509CertificateLoader.LoadPkcs12(certificate.Export(X509ContentType.Pfx), password: null);
    }

    private sealed class ByCertificate : IWampAuthenticator
    {
        public ValueTask<WampLoginStep> BeginAsync(WampLoginRequest request, CancellationToken cancellationToken) => ValueTask.FromResult(
            request.Connection.ClientCertificate is { } certificate ? WampLoginStep.Accept(new WampIdentity(certificate.Subject, "staff")) : WampLoginStep.Refuse());

        public ValueTask<WampLoginStep> AnswerAsync(WampLoginAnswer answer, CancellationToken cancellationToken) => throw new InvalidOperationException();
    }
}
