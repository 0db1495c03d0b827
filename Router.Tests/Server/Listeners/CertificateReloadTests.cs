using System.Net;
using System.Net.Sockets;
using System.Text;
using WampRouter.Server.Configuration;
using WampRouter.Tests.Doubles;
using WampRouter.Tests.Storage;

namespace WampRouter.Tests.Server.Listeners;

/// <summary>Certificates are replaced while the program runs: the next handshake has the new one, and no connection is dropped.</summary>
public sealed class CertificateReloadTests
{
    private DataDirectory _directory = null!;

    [SetUp]
    public void WriteFirst()
    {
        _directory = new DataDirectory();
        ListenerRig.WriteCertificate(_directory.Path, "first");
    }

    [TearDown]
    public void RemoveDirectory() => _directory.Dispose();

    [Test]
    public async Task Reload_FilesAreOthers_TheNextHandshakeHasTheNewCertificateAndTheOldConnectionLives()
    {
        await using var rig = await StartAsync();
        var former = await rig.ConnectAsync(rig.Urls[0]);

        ListenerRig.WriteCertificate(_directory.Path, "second");
        var reload = await rig.ReloadAsync(Secure());

        Assert.That(reload.Changes.Single(), Does.StartWith($"listener {rig.Urls[0]}: its certificate is CN=second, valid until ").And.Contain("; it was CN=first, valid until "));
        Assert.That((await rig.ConnectAsync(rig.Urls[0])).RemoteCertificate!.Subject, Is.EqualTo("CN=second"));
        await former.WriteAsync(Encoding.ASCII.GetBytes("GET /ws HTTP/1.1\r\nHost: router\r\n\r\n")).AsTask().Soon();
        Assert.That(await former.ReadAsync(new byte[1]).AsTask().Soon(), Is.EqualTo(1));
    }

    [Test]
    public async Task Reload_FilesAreAsTheyWere_NothingIsDifferent()
    {
        await using var rig = await StartAsync();

        Assert.That((await rig.ReloadAsync(Secure())).Changes, Is.Empty);
    }

    [Test]
    public async Task Reload_KeyOfAnotherCertificate_EverythingStaysUntilTheyBelongTogether()
    {
        await using var rig = await StartAsync();
        using var half = new DataDirectory();
        ListenerRig.WriteCertificate(half.Path, "second");

        File.Copy(Path.Combine(half.Path, "key.pem"), Path.Combine(_directory.Path, "key.pem"), overwrite: true);
        var refused = Assert.ThrowsAsync<WampRouterConfigurationException>(() => rig.ReloadAsync(Secure()));
        Assert.That(refused!.Message, Does.Contain("WampRouter:Listeners:0:Certificate:KeyPath").And.Contain("cannot be used as the key of"));
        Assert.That((await rig.ConnectAsync(rig.Urls[0])).RemoteCertificate!.Subject, Is.EqualTo("CN=first"));

        File.Copy(Path.Combine(half.Path, "certificate.pem"), Path.Combine(_directory.Path, "certificate.pem"), overwrite: true);
        await rig.ReloadAsync(Secure());
        Assert.That((await rig.ConnectAsync(rig.Urls[0])).RemoteCertificate!.Subject, Is.EqualTo("CN=second"));
    }

    [Test]
    public async Task Reload_CertificateHasExpired_TheFormerStays()
    {
        await using var rig = await StartAsync();

        ListenerRig.WriteCertificate(_directory.Path, "late", validFor: TimeSpan.FromDays(-1));
        var refused = Assert.ThrowsAsync<WampRouterConfigurationException>(() => rig.ReloadAsync(Secure()));

        Assert.That(refused!.Message, Does.Contain("CN=late").And.Contain("has expired"));
        Assert.That((await rig.ConnectAsync(rig.Urls[0])).RemoteCertificate!.Subject, Is.EqualTo("CN=first"));
    }

    [Test]
    public async Task Reload_ListenerGetsTls_TheSameSocketHasIt()
    {
        await using var rig = await ListenerRig.StartAsync(new ListenerOptions { Url = "http://127.0.0.1:0" });
        var url = rig.Urls[0];
        var client = await rig.JoinAsync(url);

        await rig.ReloadAsync(Secure());

        Assert.That(rig.Urls, Is.EqualTo(new[] { url.Replace("http:", "https:", StringComparison.Ordinal) }));
        Assert.That((await rig.ConnectAsync(rig.Urls[0])).RemoteCertificate!.Subject, Is.EqualTo("CN=first"));
        await client.PublishAcknowledgedAsync("com.a").Soon();
    }

    [Test]
    public async Task Handshake_DoesNotCome_IsWaitedForAsLongAsTheSettingSaysNow()
    {
        var time = new ManualTime();
        await using var rig = await ListenerRig.StartAsync(Options(TimeSpan.FromSeconds(10)), time);
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(IPAddress.Loopback, new Uri(rig.Urls[0]).Port).Soon();
        await rig.WhenShakingHandsAsync(1).Soon();

        await rig.ReloadAsync(Options(TimeSpan.FromSeconds(30)));
        time.Advance(TimeSpan.FromSeconds(15));
        Assert.That(rig.ShakingHands, Is.EqualTo(1));

        await rig.ReloadAsync(Options(TimeSpan.FromSeconds(20)));
        time.Advance(TimeSpan.FromSeconds(5));
        time.Advance(TimeSpan.FromSeconds(1));
        await rig.WhenShakingHandsAsync(0).Soon();

        StandAloneOptions Options(TimeSpan timeout) => new() { Listeners = [Secure()], Transports = { HandshakeTimeout = timeout } };
    }

    private ListenerOptions Secure() => new() { Url = "https://127.0.0.1:0", Certificate = ListenerRig.CertificateIn(_directory.Path) };

    private Task<ListenerRig> StartAsync() => ListenerRig.StartAsync(Secure());
}
