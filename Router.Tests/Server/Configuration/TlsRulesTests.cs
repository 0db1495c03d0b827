using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Configuration;
using WampRouter.Server.Configuration;
using WampRouter.Tests.Configuration;
using WampRouter.Tests.Doubles;

namespace WampRouter.Tests.Server.Configuration;

/// <summary>What is wrong with the certificates of a listener and how it speaks TLS, as the admin is told.</summary>
public sealed class TlsRulesTests
{
    private readonly RealmDirectory _directory = new RealmDirectory().With("a.json", RealmDirectory.MinimalRealm);
    private readonly TestAuthority _authority = new("authority");

    [OneTimeSetUp]
    public void WriteFiles()
    {
        using var between = new TestAuthority("between", _authority);
        TestAuthority.Write(_directory.Path, "named.pem", _authority.Issue("named", TestAuthority.ForServers, ["one.example"]));
        TestAuthority.Write(_directory.Path, "nameless.pem", _authority.Issue("nameless", TestAuthority.ForServers));
        _directory
            .With("authorities.pem", _authority.Pem)
            .With("between.pem", between.Pem)
            .With("with-key.pem", $"{_authority.Pem}\n{_authority.Certificate.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem()}")
            .With("text.pem", "nothing")
            .With("broken.pem", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n");
    }

    [OneTimeTearDown]
    public void DeleteFiles()
    {
        _directory.Dispose();
        _authority.Dispose();
    }

    [TestCase("Tls:MinVersion=1.3", "Tls:CipherSuites:0=TLS_AES_256_GCM_SHA384", "Tls:ClientCertificates=required", "Tls:ClientAuthorities=authorities.pem", "Tls:ClientRevocation=online")]
    [TestCase("Tls:MinVersion=1.2", "Tls:CipherSuites:0=TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384", "Tls:ClientCertificates=Optional", "Tls:ClientAuthorities=authorities.pem", "Tls:ClientRevocation=offline")]
    [TestCase("Tls:ClientCertificates=none")]
    public void Load_RightSettings_AreBound(params string[] settings)
    {
        var (options, mistakes) = Load([.. settings, "Certificate:Path=named.pem"]);

        Assert.That(mistakes, Is.Empty);
        Assert.That((options.Tls!.ClientCertificates, options.Tls.ClientRevocation), Is.EqualTo(settings.Length switch
        {
            1 => (ClientCertificateDemand.None, RevocationCheck.None),
            _ when settings[0].EndsWith('3') => (ClientCertificateDemand.Required, RevocationCheck.Online),
            _ => (ClientCertificateDemand.Optional, RevocationCheck.Offline),
        }));
    }

    [Test]
    public void Load_SeveralCertificates_AreBoundWithTheirHosts()
    {
        var (options, mistakes) = Load("Certificates:0:Path=nameless.pem", "Certificates:1:Path=named.pem", "Certificates:2:Path=nameless.pem", "Certificates:2:Hosts:0=*.two.example", "Certificates:2:Hosts:1=bücher.example");

        Assert.That(mistakes, Is.Empty, "the first needs no names");
        Assert.That(options.Certificates.Select(certificate => string.Join(' ', certificate.Hosts)), Is.EqualTo(new[] { "", "", "*.two.example bücher.example" }));
    }

    [TestCase("Certificate: is missing: the URL is 'https', which needs one")]
    [TestCase("Certificates: stands beside 'Certificate'; put that one first in the list", "Certificate:Path=named.pem", "Certificates:0:Path=named.pem")]
    [TestCase("Certificates:1:Path: must name the file of the certificate", "Certificates:0:Path=named.pem", "Certificates:1:KeyPath=named.pem")]
    [TestCase("Certificates:1:Path: there is no file 'missing.pem'", "Certificates:0:Path=named.pem", "Certificates:1:Path=missing.pem")]
    [TestCase("Certificates:1:Hosts: is missing: the certificate (CN=nameless, valid until ", "Certificates:0:Path=named.pem", "Certificates:1:Path=nameless.pem")]
    [TestCase("Certificates:0:Hosts:0: must be a host name such as 'wamp.example.com', or '*.example.com' for all of one level", "Certificates:0:Path=named.pem", "Certificates:0:Hosts:0=https://one.example")]
    [TestCase("Certificates:0:Hosts:0: must be a host name", "Certificates:0:Path=named.pem", "Certificates:0:Hosts:0=a.*.example")]
    [TestCase("Certificates:0:Hosts:0: must be a host name", "Certificates:0:Path=named.pem", "Certificates:0:Hosts:0=a..example")]
    [TestCase("Certificates:0:Hosts:first: 'Listeners:*:Certificates:*:Hosts' is a list", "Certificates:0:Path=named.pem", "Certificates:0:Hosts:first=one.example")]
    [TestCase("Tls:MinVersion: must be '1.2' or '1.3', not '1.1'", "Certificate:Path=named.pem", "Tls:MinVersion=1.1")]
    [TestCase("Tls:CipherSuites:0: is no cipher suite; did you mean 'TLS_AES_256_GCM_SHA384'?", "Certificate:Path=named.pem", "Tls:CipherSuites:0=TLS_AES_256_GCM_SHA385")]
    [TestCase("Tls:CipherSuites:0: is no cipher suite; they are named as IANA does", "Certificate:Path=named.pem", "Tls:CipherSuites:0=HIGH")]
    [TestCase("Tls:CipherSuites:0: is no cipher suite", "Certificate:Path=named.pem", "Tls:CipherSuites:0=4866")]
    [TestCase("Tls:CipherSuites: has none of TLS 1.3, which is all that 'MinVersion' allows", "Certificate:Path=named.pem", "Tls:MinVersion=1.3", "Tls:CipherSuites:0=TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384")]
    [TestCase("Tls:ClientCertificates: must be 'none' or 'optional' or 'required', not 'maybe'", "Certificate:Path=named.pem", "Tls:ClientCertificates=maybe")]
    [TestCase("Tls:ClientAuthorities: is missing: it names the PEM file", "Certificate:Path=named.pem", "Tls:ClientCertificates=optional")]
    [TestCase("Tls:ClientAuthorities: is of no use: 'ClientCertificates' asks for none", "Certificate:Path=named.pem", "Tls:ClientAuthorities=authorities.pem")]
    [TestCase("Tls:ClientAuthorities: there is no file 'missing.pem'", "Certificate:Path=named.pem", "Tls:ClientCertificates=required", "Tls:ClientAuthorities=missing.pem")]
    [TestCase("Tls:ClientAuthorities: §text.pem holds no certificate; it must be a PEM file", "Certificate:Path=named.pem", "Tls:ClientCertificates=required", "Tls:ClientAuthorities=text.pem")]
    [TestCase("Tls:ClientAuthorities: §broken.pem cannot be read: ", "Certificate:Path=named.pem", "Tls:ClientCertificates=required", "Tls:ClientAuthorities=broken.pem")]
    [TestCase("Tls:ClientAuthorities: §with-key.pem holds a private key", "Certificate:Path=named.pem", "Tls:ClientCertificates=required", "Tls:ClientAuthorities=with-key.pem")]
    [TestCase("Tls:ClientAuthorities: §between.pem holds no root", "Certificate:Path=named.pem", "Tls:ClientCertificates=required", "Tls:ClientAuthorities=between.pem")]
    [TestCase("Tls:ClientRevocation: is of no use: 'ClientCertificates' asks for none", "Certificate:Path=named.pem", "Tls:ClientRevocation=online")]
    [TestCase("Tls:MinVersoin: there is no such setting; did you mean 'MinVersion'?", "Certificate:Path=named.pem", "Tls:MinVersoin=1.3")]
    public void Load_WrongSetting_IsToldByItsKey(string mistake, params string[] settings) =>
        Assert.That(Load(settings).Mistakes.Select(text => text.Replace(_directory.Path + "/", "§", StringComparison.Ordinal)), Has.Some.StartsWith($"WampRouter:Listeners:0:{mistake}"));

    [TestCase("Certificates:0:Path=named.pem", "Certificates")]
    [TestCase("Tls:MinVersion=1.3", "Tls")]
    public void Load_WithoutHttps_IsOfNoUse(string setting, string key) =>
        Assert.That(Load("http://127.0.0.1:0", setting).Mistakes, Is.EqualTo(new[] { $"WampRouter:Listeners:0:{key}: is of no use to an 'http' listener; make the URL 'https'" }));

    private (ListenerOptions Options, string[] Mistakes) Load(params string[] settings)
    {
        var isUrl = settings.Length > 0 && settings[0].StartsWith("http", StringComparison.Ordinal);
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(
        [
            new("WampRouter:RealmsDirectory", _directory.Path), new("WampRouter:Listeners:0:Url", isUrl ? settings[0] : "https://127.0.0.1:0"),
            .. settings.Skip(isUrl ? 1 : 0).Select(setting => setting.Split('=', 2)).Select(pair => KeyValuePair.Create($"WampRouter:Listeners:0:{pair[0]}", (string?)pair[1])),
        ]).Build();
        var router = StandAloneSettings.Load(configuration, _directory.Path, _directory.Path);
        return (StandAloneSettings.Of(router).Listeners[0], [.. router.HostMistakes.Select(mistake => mistake.ToString())]);
    }
}
