using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using WampRouter.Configuration;
using WampRouter.Tests.Conformance;

namespace WampRouter.Tests.Configuration;

public sealed class ListenerCertificateTests
{
    private const string Password = "correct horse";

    private readonly RealmDirectory _directory = new();
    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private X509Certificate2 _certificate = null!;

    [OneTimeSetUp]
    public void WriteFiles()
    {
        var now = DateTimeOffset.UnixEpoch.AddYears(50);
        _certificate = new CertificateRequest("CN=router", _key, HashAlgorithmName.SHA256).CreateSelfSigned(now, now.AddYears(50));
        using var other = new CertificateRequest("CN=authority", _key, HashAlgorithmName.SHA256).CreateSelfSigned(now, now.AddYears(50));
        var pbe = new PbeParameters(PbeEncryptionAlgorithm.Aes128Cbc, HashAlgorithmName.SHA256, 1000);
        _directory
            .With("chain.pem", _certificate.ExportCertificatePem() + "\n" + other.ExportCertificatePem())
            .With("key.pem", _key.ExportPkcs8PrivateKeyPem())
            .With("encrypted.pem", _key.ExportEncryptedPkcs8PrivateKeyPem(Password, pbe))
            .With("both.pem", _certificate.ExportCertificatePem() + "\n" + _key.ExportPkcs8PrivateKeyPem())
            .With("both.pfx", _certificate.Export(X509ContentType.Pkcs12, Password))
            .With("other.pem", RSA.Create(2048).ExportPkcs8PrivateKeyPem());
    }

    [OneTimeTearDown]
    public void DeleteFiles()
    {
        _directory.Dispose();
        _certificate.Dispose();
        _key.Dispose();
    }

    [TestCase("chain.pem", "key.pem", null, 1)]
    [TestCase("chain.pem", "encrypted.pem", Password, 1)]
    [TestCase("both.pem", null, null, 0)]
    [TestCase("both.pfx", null, Password, 0)]
    [Shows("security.tls")]
    public void TryLoad_EveryForm_HasKeyAndChain(string path, string? keyPath, string? password, int chain)
    {
        var options = new CertificateOptions { Path = path, KeyPath = keyPath, Password = password };

        Assert.That(ListenerCertificate.TryLoad(options, _directory.Path, out var loaded, out var problem), Is.True, problem);
        using (loaded)
        {
            Assert.That(loaded!.Certificate.HasPrivateKey, Is.True);
            Assert.That(loaded.Certificate.Thumbprint, Is.EqualTo(_certificate.Thumbprint));
            Assert.That(loaded.Chain, Has.Count.EqualTo(chain));
        }
    }

    [TestCase("chain.pem", null, null)]
    [TestCase("chain.pem", "other.pem", null)]
    [TestCase("chain.pem", "encrypted.pem", "battery staple")]
    [TestCase("both.pfx", null, "battery staple")]
    [TestCase("missing.pem", null, null)]
    public void TryLoad_WrongFile_IsAProblemThatKeepsThePassword(string path, string? keyPath, string? password)
    {
        var options = new CertificateOptions { Path = path, KeyPath = keyPath, Password = password };

        Assert.That(ListenerCertificate.TryLoad(options, _directory.Path, out var loaded, out var problem), Is.False);
        Assert.That(loaded, Is.Null);
        Assert.That(problem, Does.Not.Contain("battery"));
    }
}
