using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using WampRouter.Client;
using WampRouter.Tests.Doubles;

namespace WampRouter.Tests.Hosting;

/// <summary>An application lets RawSocket clients in at a listener of its own.</summary>
internal sealed class EmbeddedRawSocketTests
{
    [Test]
    public async Task UseWampRawSocket_OverEachKindOfListener_LetsClientsIn([Values("tcp", "tcps", "unix")] string scheme)
    {
        var directory = Directory.CreateTempSubdirectory("rs");
        try
        {
            var path = Path.Combine(directory.FullName, "s");
            await using var app = await StartAsync(kestrel =>
            {
                if (scheme == "unix")
                {
                    kestrel.ListenUnixSocket(path, static listener => listener.UseWampRawSocket());
                    return;
                }

                kestrel.Listen(IPAddress.Loopback, 0, listener => (scheme == "tcps" ? listener.UseHttps(TestCertificates.Localhost) : listener).UseWampRawSocket());
            });
            await using var client = new WampClient(new WampClientOptions
            {
                Transport = new WampRawSocketTransport(new Uri(scheme == "unix" ? $"unix:{path}" : $"{scheme}://127.0.0.1:{PortOf(app)}"))
                {
#pragma warning disable CA5359 // the certificate was made a moment ago by this very process
                    ConfigureTls = static tls => tls.RemoteCertificateValidationCallback = static (_, _, _, _) => true,
#pragma warning restore CA5359
                },
                Realm = "realm1",
            });

            await client.ConnectAsync().Soon();

            Assert.That(client.Session!.AuthRole, Is.EqualTo("guest"));
        }
        finally
        {
            directory.Delete(recursive: true);
        }
    }

    [Test]
    public async Task UseWampRawSocket_SomebodyComesWithHttp_IsTurnedAway()
    {
        await using var app = await StartAsync(static kestrel => kestrel.Listen(IPAddress.Loopback, 0, static listener => listener.UseWampRawSocket()));
        using var http = new HttpClient();

        using var answer = await http.GetAsync(new Uri($"http://127.0.0.1:{PortOf(app)}/")).Soon();

        Assert.That((answer.StatusCode, await answer.Content.ReadAsStringAsync()), Is.EqualTo((HttpStatusCode.BadRequest, "This address speaks WAMP over RawSocket, and no HTTP.\n")));
    }

    [Test]
    public void UseWampRawSocket_NoSuchRouter_IsToldAtTheStart() =>
        Assert.That(
            Assert.ThrowsAsync<InvalidOperationException>(() => StartAsync(static kestrel => kestrel.Listen(IPAddress.Loopback, 0, static listener => listener.UseWampRawSocket("other"))))!.Message,
            Does.Contain("AddWampRouter(\"other\")"));

    private static int PortOf(WebApplication app) => new Uri(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single()).Port;

    private static async Task<WebApplication> StartAsync(Action<KestrelServerOptions> listen)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.Services.AddWampRouter().AddRealm("realm1", static realm =>
        {
            realm.AddRole("guest").AllowEverything();
            realm.Authentication.Anonymous = new WampAnonymousOptions("guest");
        });
        builder.WebHost.UseKestrelHttpsConfiguration().ConfigureKestrel(listen);
        var app = builder.Build();
        await app.StartAsync().Soon();
        return app;
    }
}
