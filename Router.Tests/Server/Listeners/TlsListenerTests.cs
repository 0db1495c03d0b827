using System.IO.Pipelines;
using System.Net.Security;
using System.Security.Authentication;
using System.Text;
using WampRouter.Server.Configuration;
using WampRouter.Tests.Doubles;
using WampRouter.Tests.Storage;
using WampRouter.Tests.Transports.WebSockets;

namespace WampRouter.Tests.Server.Listeners;

/// <summary>How TLS is spoken at a listener, by real handshakes: versions, cipher suites, protocols, and which certificate a client is shown.</summary>
public sealed class TlsListenerTests
{
    private static readonly TlsCipherSuite Strong = TlsCipherSuite.TLS_AES_256_GCM_SHA384;
    private static readonly TlsCipherSuite Weak = TlsCipherSuite.TLS_AES_128_GCM_SHA256;

    private DataDirectory _directory = null!;
    private TestAuthority _authority = null!;

    [SetUp]
    public void MakeAuthority() => (_directory, _authority) = (new DataDirectory(), new TestAuthority("authority"));

    [TearDown]
    public void RemoveFiles()
    {
        _authority.Dispose();
        _directory.Dispose();
    }

    [TestCase("1.2", SslProtocols.Tls12, true)]
    [TestCase("1.2", SslProtocols.Tls13, true)]
    [TestCase("1.3", SslProtocols.Tls13, true)]
    [TestCase("1.3", SslProtocols.Tls12, false)]
    public async Task Handshake_Version_FromTheLowestOn(string least, SslProtocols spoken, bool isTaken)
    {
        await using var rig = await ListenerRig.StartAsync(Single(new ListenerTlsOptions { MinVersion = least }));
        var options = Client();
        options.EnabledSslProtocols = spoken;

        if (isTaken)
        {
            Assert.That((await rig.ConnectAsync(rig.Urls[0], options)).SslProtocol, Is.EqualTo(spoken));
        }
        else
        {
            Assert.That(() => rig.ConnectAsync(rig.Urls[0], options), Throws.InstanceOf<AuthenticationException>().Or.InstanceOf<IOException>());
        }
    }

    [Test]
    public async Task Handshake_CipherSuites_AreThoseOfTheSettingAlone()
    {
        await using var rig = await ListenerRig.StartAsync(Single(new ListenerTlsOptions { CipherSuites = [$"{Strong}"] }));
        var (both, weak) = (Client(), Client());
        both.CipherSuitesPolicy = Suites(Weak, Strong);
        weak.CipherSuitesPolicy = Suites(Weak);

        Assert.That((await rig.ConnectAsync(rig.Urls[0], both)).NegotiatedCipherSuite, Is.EqualTo(Strong));
        Assert.That(() => rig.ConnectAsync(rig.Urls[0], weak), Throws.InstanceOf<AuthenticationException>().Or.InstanceOf<IOException>());
    }

    [TestCase("h2", "h2")]
    [TestCase("http/1.1", "http/1.1")]
    [TestCase(null, "")]
    public async Task Handshake_ProtocolAskedFor_IsAgreedOnAndWhoAsksForNoneComesIn(string? asked, string agreed)
    {
        await using var rig = await ListenerRig.StartAsync(Single());
        var options = Client();
        options.ApplicationProtocols = asked is null ? null : [new SslApplicationProtocol(asked)];

        var stream = await rig.ConnectAsync(rig.Urls[0], options);

        Assert.That(stream.NegotiatedApplicationProtocol.ToString(), Is.EqualTo(agreed));
        if (agreed != "h2")
        {
            await stream.WriteAsync(Encoding.ASCII.GetBytes("GET / HTTP/1.1\r\nHost: router\r\n\r\n")).AsTask().Soon();
            Assert.That(await WebSocketRig.ReadHeadAsync(PipeReader.Create(stream)), Does.StartWith("HTTP/1.1 200 "));
        }
    }

    [TestCase("default.example", "default")]
    [TestCase("one.example", "one")]
    [TestCase("ONE.example", "one")]
    [TestCase("a.many.example", "many")]
    [TestCase("special.many.example", "special", Description = "a name counts more than a wildcard, whatever the order")]
    [TestCase("a.b.many.example", "default", Description = "a wildcard is one level")]
    [TestCase("many.example", "default")]
    [TestCase("listed.example", "listed")]
    [TestCase("unlisted.example", "default", Description = "what is listed counts in place of what the certificate names")]
    [TestCase("bücher.example", "book")]
    [TestCase("stranger.example", "default")]
    [TestCase("127.0.0.1", "default", Description = "an address is never named")]
    public async Task Handshake_HostName_GetsItsCertificateOrTheFirst(string name, string expected)
    {
        await using var rig = await ListenerRig.StartAsync(Several());

        Assert.That((await rig.ConnectAsync(rig.Urls[0], Client(name))).RemoteCertificate!.Subject, Is.EqualTo($"CN={expected}"));
    }

    [Test]
    public async Task Reload_CertificatesOfNames_AreShownFromTheNextHandshakeOn()
    {
        await using var rig = await ListenerRig.StartAsync(Several());
        Assert.That((await rig.ReloadAsync(Several())).Changes, Is.Empty);

        var options = Several();
        options.Certificates = [.. options.Certificates[..1], Certificate("new", "one.example")];
        var reload = await rig.ReloadAsync(options);

        Assert.That(reload.Changes.Single(), Does.StartWith($"listener {rig.Urls[0]}: its certificate is CN=default, valid until ").And.Contain("CN=new").And.Contain(", for one.example; it was CN=default"));
        Assert.That((await rig.ConnectAsync(rig.Urls[0], Client("one.example"))).RemoteCertificate!.Subject, Is.EqualTo("CN=new"));
        Assert.That((await rig.ConnectAsync(rig.Urls[0], Client("a.many.example"))).RemoteCertificate!.Subject, Is.EqualTo("CN=default"));
    }

    [Test]
    public async Task Reload_Version_CountsForTheNextHandshakeAndWhoIsInStays()
    {
        await using var rig = await ListenerRig.StartAsync(Single());
        var old = Client();
        old.EnabledSslProtocols = SslProtocols.Tls12;
        var former = await rig.ConnectAsync(rig.Urls[0], old);

        var reload = await rig.ReloadAsync(Single(new ListenerTlsOptions { MinVersion = "1.3", CipherSuites = [$"{Strong}"] }));

        Assert.That(reload.Changes, Is.EqualTo(new[]
        {
            $"listener {rig.Urls[0]}: Tls:MinVersion is 1.3 now, it was 1.2; this counts for those who connect from now on",
            $"listener {rig.Urls[0]}: Tls:CipherSuites is {Strong} now, it was empty; this counts for those who connect from now on",
        }));
        Assert.That(() => rig.ConnectAsync(rig.Urls[0], old), Throws.InstanceOf<AuthenticationException>().Or.InstanceOf<IOException>());
        await former.WriteAsync(Encoding.ASCII.GetBytes("GET / HTTP/1.1\r\nHost: router\r\n\r\n")).AsTask().Soon();
        Assert.That(await WebSocketRig.ReadHeadAsync(PipeReader.Create(former)), Does.StartWith("HTTP/1.1 200 "));
    }

    [Test]
    public async Task Reload_OneOfSeveralHasExpired_EverythingStays()
    {
        await using var rig = await ListenerRig.StartAsync(Several());
        var options = Several();
        using var late = _authority.Issue("late", TestAuthority.ForServers, ["one.example"], TimeSpan.FromDays(-1));
        options.Certificates[1].Path = TestAuthority.Write(_directory.Path, "late.pem", late);

        var refused = Assert.ThrowsAsync<WampRouterConfigurationException>(() => rig.ReloadAsync(options));

        Assert.That(refused!.Message, Does.Contain("WampRouter:Listeners:0:Certificates:1:Path").And.Contain("CN=late").And.Contain("has expired"));
        Assert.That((await rig.ConnectAsync(rig.Urls[0], Client("one.example"))).RemoteCertificate!.Subject, Is.EqualTo("CN=one"));
    }

    private ListenerOptions Single(ListenerTlsOptions? tls = null)
    {
        var path = Path.Combine(_directory.Path, "single.pem");
        if (!File.Exists(path))
        {
            TestAuthority.Write(_directory.Path, "single.pem", _authority.Issue("single", TestAuthority.ForServers));
        }

        return new ListenerOptions { Url = "https://127.0.0.1:0", Certificate = new CertificateOptions { Path = path }, Tls = tls };
    }

    private ListenerOptions Several() => new()
    {
        Url = "https://127.0.0.1:0",
        Certificates =
        [
            Certificate("default"), Certificate("one", "one.example"), Certificate("many", "*.many.example"), Certificate("special", "special.many.example"), Certificate("book", "xn--bcher-kva.example"),
            new HostCertificateOptions { Path = Certificate("listed", "unlisted.example").Path, Hosts = ["listed.example"] },
        ],
    };

    private HostCertificateOptions Certificate(string name, params string[] hosts)
    {
        var path = Path.Combine(_directory.Path, $"{name}.pem");
        return new HostCertificateOptions { Path = File.Exists(path) ? path : TestAuthority.Write(_directory.Path, $"{name}.pem", _authority.Issue(name, TestAuthority.ForServers, hosts.Length == 0 ? null : hosts)) };
    }

    private static SslClientAuthenticationOptions Client(string name = "router") => new() { TargetHost = name };

    private static CipherSuitesPolicy Suites(params TlsCipherSuite[] suites) => OperatingSystem.IsWindows() ? throw new IgnoreException("Windows has them for the whole machine") : new CipherSuitesPolicy(suites);
}
