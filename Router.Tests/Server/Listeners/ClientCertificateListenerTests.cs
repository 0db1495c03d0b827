using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using WampRouter.Client;
using WampRouter.Server.Configuration;
using WampRouter.Tests.Conformance;
using WampRouter.Tests.Doubles;
using WampRouter.Tests.Storage;

namespace WampRouter.Tests.Server.Listeners;

/// <summary>Who comes in with which certificate, by real handshakes.</summary>
[Shows("security.client-certificate")]
public sealed class ClientCertificateListenerTests
{
    private DataDirectory _directory = null!;
    private TestAuthority _authority = null!;
    private TestAuthority _between = null!;
    private TestAuthority _stranger = null!;

    [SetUp]
    public void MakeAuthorities()
    {
        (_directory, _authority, _stranger) = (new DataDirectory(), new TestAuthority("authority"), new TestAuthority("stranger"));
        _between = new TestAuthority("between", _authority);
        ListenerRig.WriteCertificate(_directory.Path, "router");
        WriteAuthorities(_authority.Pem);
    }

    [TearDown]
    public void RemoveFiles()
    {
        _between.Dispose();
        _authority.Dispose();
        _stranger.Dispose();
        _directory.Dispose();
    }

    [TestCase(ClientCertificateDemand.Required, SslProtocols.Tls12)]
    [TestCase(ClientCertificateDemand.Required, SslProtocols.Tls13)]
    [TestCase(ClientCertificateDemand.Optional, SslProtocols.Tls13)]
    public async Task Client_CertificateOfTheAuthority_ComesIn(object demand, SslProtocols version)
    {
        await using var rig = await ListenerRig.StartAsync(Asking((ClientCertificateDemand)demand));

        Assert.That(await ComesInAsync(rig, _authority.Issue("sensor"), version));
    }

    [Test]
    public async Task Client_WithoutACertificate_ComesInWhereItIsNotRequired([Values] bool isRequired)
    {
        await using var rig = await ListenerRig.StartAsync(Asking(isRequired ? ClientCertificateDemand.Required : ClientCertificateDemand.Optional));
        using var refused = new Measured(rig.Meter, "wamp_router.tls.client_certificate_refusals");

        Assert.That(await ComesInAsync(rig, null), Is.EqualTo(!isRequired));
        Assert.That(refused.Tags, Is.EqualTo(isRequired ? new[] { "reason=missing" } : []));
    }

    [Test]
    public async Task Client_NobodyIsAsked_ComesInWithWhateverItHas()
    {
        await using var rig = await ListenerRig.StartAsync(new ListenerOptions { Url = "https://127.0.0.1:0", Certificate = ListenerRig.CertificateIn(_directory.Path) });

        Assert.That(await ComesInAsync(rig, _stranger.Issue("sensor")));
    }

    [TestCase("stranger", "untrusted", ClientCertificateDemand.Required)]
    [TestCase("stranger", "untrusted", ClientCertificateDemand.Optional)]
    [TestCase("expired", "expired", ClientCertificateDemand.Optional)]
    [TestCase("server", "usage", ClientCertificateDemand.Optional)]
    [TestCase("self-signed", "untrusted", ClientCertificateDemand.Optional)]
    [TestCase("of an authority between, which nobody shows", "untrusted", ClientCertificateDemand.Required)]
    public async Task Client_CertificateDoesNotValidate_IsRefusedCountedAndLogged(string which, string reason, object demand)
    {
        await using var rig = await ListenerRig.StartAsync(Asking((ClientCertificateDemand)demand));
        using var refused = new Measured(rig.Meter, "wamp_router.tls.client_certificate_refusals");
        var certificate = which switch
        {
            "stranger" => _stranger.Issue("sensor"),
            "expired" => _authority.Issue("sensor", validFor: TimeSpan.FromDays(-1)),
            "server" => _authority.Issue("sensor", TestAuthority.ForServers),
            "self-signed" => _stranger.Certificate,
            _ => _between.Issue("sensor"),
        };

        Assert.That(await ComesInAsync(rig, certificate), Is.False);

        Assert.That(refused.Tags, Is.EqualTo(new[] { $"reason={reason}" }));
        Assert.That(rig.Log.Of(1268).Single(), Does.Contain("(127.0.0.1)").And.Contain(certificate.Subject).And.Contain("WampRouter:Listeners:0:Tls"));
    }

    [Test]
    public async Task Client_AuthorityBetween_IsFoundInTheFileOrInWhatTheClientSends([Values] bool inFile)
    {
        WriteAuthorities(inFile ? $"{_between.Pem}\n{_authority.Pem}" : _authority.Pem);
        await using var rig = await ListenerRig.StartAsync(Asking(ClientCertificateDemand.Required));
        var certificate = _between.Issue("sensor");

        Assert.That(await ComesInAsync(rig, certificate, chain: inFile ? [] : [_between.Certificate]));
    }

    [Test]
    public async Task Reload_AuthoritiesAreOthers_TheNextHandshakeIsJudgedByThem()
    {
        await using var rig = await ListenerRig.StartAsync(Asking(ClientCertificateDemand.Required));
        var (former, next) = (_authority.Issue("former"), _stranger.Issue("next"));
        Assert.That((await ComesInAsync(rig, former), await ComesInAsync(rig, next)), Is.EqualTo((true, false)));

        WriteAuthorities(_stranger.Pem);
        var reload = await rig.ReloadAsync(Asking(ClientCertificateDemand.Required));

        Assert.That(reload.Changes, Is.EqualTo(new[] { $"listener {rig.Urls[0]}: clients may show certificates of CN=stranger; it was CN=authority" }));
        Assert.That((await ComesInAsync(rig, former), await ComesInAsync(rig, next)), Is.EqualTo((false, true)));
    }

    [Test]
    public async Task Reload_CertificatesAreAskedFor_IsToldAndCounts()
    {
        await using var rig = await ListenerRig.StartAsync(new ListenerOptions { Url = "https://127.0.0.1:0", Certificate = ListenerRig.CertificateIn(_directory.Path) });

        var reload = await rig.ReloadAsync(Asking(ClientCertificateDemand.Required));

        Assert.That(reload.Changes, Has.Some.EqualTo($"listener {rig.Urls[0]}: Tls:ClientCertificates is required now, it was none; this counts for those who connect from now on"));
        Assert.That(await ComesInAsync(rig, null), Is.False);
    }

    [Test]
    public async Task Client_RevokedOrNot_IsAskedOfTheAuthorityAndRefusedWhereItDoesNotSay()
    {
        using var site = new TcpListener(IPAddress.Loopback, 0);
        site.Start();
        var address = new Uri($"http://{site.LocalEndpoint}/{Guid.NewGuid():N}.crl");
        var (good, revoked, silent) = (_authority.Issue("good", revocations: address), _authority.Issue("revoked", revocations: address), _authority.Issue("silent"));
        _authority.Revoke(revoked);
        var serving = ServeAsync(site, _authority.MakeRevocationList());
        var options = Asking(ClientCertificateDemand.Required);
        options.Tls!.ClientRevocation = RevocationCheck.Online;
        await using var rig = await ListenerRig.StartAsync(options);
        using var refused = new Measured(rig.Meter, "wamp_router.tls.client_certificate_refusals");

        Assert.That(await ComesInAsync(rig, good), $"{string.Join('\n', rig.Log.Of(1268))}");
        Assert.That((await ComesInAsync(rig, revoked), await ComesInAsync(rig, silent)), Is.EqualTo((false, false)));

        Assert.That(refused.Tags, Is.EquivalentTo(new[] { "reason=revoked", "reason=revocation_unknown" }));
        site.Stop();
        await serving.Soon();
    }

    [Test]
    public async Task Session_OfAClientWithACertificate_IsKnownByItWhicheverHttpItComesBy([Values("1.1", "2.0")] string http, [Values] bool hasOne)
    {
        await using var rig = await ListenerRig.StartAsync(new StandAloneOptions { Listeners = [Asking(ClientCertificateDemand.Optional)] }, methods: [new CertificateSettings()]);
        using var connections = new HttpMessageInvoker(new SocketsHttpHandler { SslOptions = Client(hasOne ? _authority.Issue("sensor-7") : null) });
        await using var client = new WampClient(new WampClientOptions
        {
            Transport = new WampWebSocketTransport(new Uri($"wss{rig.Urls[0].AsSpan("https".Length)}/ws")) { Invoker = connections, HttpVersion = new Version(http) },
            Realm = "realm1",
            Authentication = WampAuthentication.Answering(CertificateSettings.Name, null, static (_, _) => throw new InvalidOperationException("no challenge is to come")),
            Reconnect = null,
        });

        if (hasOne)
        {
            await client.ConnectAsync().Soon();
            Assert.That(client.Session!.AuthId, Is.EqualTo("CN=sensor-7"));
        }
        else
        {
            Assert.ThrowsAsync<WampConnectionException>(() => client.ConnectAsync().Soon());
        }
    }

    private ListenerOptions Asking(ClientCertificateDemand demand) => new()
    {
        Url = "https://127.0.0.1:0",
        Certificate = ListenerRig.CertificateIn(_directory.Path),
        Tls = new ListenerTlsOptions { ClientCertificates = demand, ClientAuthorities = Path.Combine(_directory.Path, "authorities.pem") },
    };

    private void WriteAuthorities(string pem) => File.WriteAllText(Path.Combine(_directory.Path, "authorities.pem"), pem);

    private static SslClientAuthenticationOptions Client(X509Certificate2? certificate, params X509Certificate2[] chain) => new()
    {
        TargetHost = "router",
        ClientCertificateContext = certificate is null ? null : SslStreamCertificateContext.Create(certificate, [.. chain], offline: true),
#pragma warning disable CA5359 // the router's certificate was made a moment ago by the test
        RemoteCertificateValidationCallback = static (_, _, _, _) => true,
#pragma warning restore CA5359
    };

    /// <summary>Whether the router answers over TLS: with TLS 1.3 a client is done before the router has looked at its certificate.</summary>
    private static async Task<bool> ComesInAsync(ListenerRig rig, X509Certificate2? certificate, SslProtocols version = SslProtocols.None, params X509Certificate2[] chain)
    {
        var options = Client(certificate, chain);
        options.EnabledSslProtocols = version;
        try
        {
            var stream = await rig.ConnectAsync(rig.Urls[0], options);
            await stream.WriteAsync(Encoding.ASCII.GetBytes("GET /ws HTTP/1.1\r\nHost: router\r\n\r\n")).AsTask().Soon();
            return await stream.ReadAsync(new byte[1]).AsTask().Soon() == 1;
        }
        catch (Exception e) when (e is IOException or AuthenticationException)
        {
            return false;
        }
    }

    /// <summary>Answers every request with the same bytes, until the listener is stopped.</summary>
    private static async Task ServeAsync(TcpListener site, byte[] body)
    {
        try
        {
            while (true)
            {
                using var client = await site.AcceptTcpClientAsync();
                await using var stream = client.GetStream();
                await stream.ReadAtLeastAsync(new byte[1024], 1);
                await stream.WriteAsync(Encoding.ASCII.GetBytes($"HTTP/1.1 200 OK\r\nContent-Type: application/pkix-crl\r\nContent-Length: {body.Length}\r\nConnection: close\r\n\r\n"));
                await stream.WriteAsync(body);
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // It was stopped.
        }
    }
}
