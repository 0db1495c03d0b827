using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using WampRouter.Configuration;
using WampRouter.Server.Configuration;
using WampRouter.Tests.Configuration;
using WampRouter.Tests.Conformance;
using WampRouter.Tests.Doubles;

namespace WampRouter.Tests.Server.Configuration;

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
            .With("text.pem", "no certificate")
            .With("old.pem", "-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-256-CBC,00\n\nAAAA\n-----END RSA PRIVATE KEY-----\n")
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

        Assert.That(ListenerCertificate.TryLoad(options, Places(_directory.Path), out var loaded, out var problem), Is.True, problem?.Text);
        using (loaded)
        {
            Assert.That(loaded!.Certificate.HasPrivateKey, Is.True);
            Assert.That(loaded.Certificate.Thumbprint, Is.EqualTo(_certificate.Thumbprint));
            Assert.That(loaded.Chain, Has.Count.EqualTo(chain));
        }
    }

    [TestCase("chain.pem", null, null, "KeyPath", "is missing: §chain.pem holds no private key; set KeyPath to the PEM file of the key")]
    [TestCase("chain.pem", "other.pem", null, "KeyPath", "§other.pem cannot be used as the key of §chain.pem: ")]
    [TestCase("chain.pem", "chain.pem", null, "KeyPath", "§chain.pem holds no private key, but a certificate")]
    [TestCase("chain.pem", "text.pem", null, "KeyPath", "§text.pem holds no private key; it must be a PEM file")]
    [TestCase("chain.pem", "missing.pem", null, "KeyPath", "there is no file 'missing.pem' in §")]
    [TestCase("chain.pem", "encrypted.pem", "battery staple", "Password", "§encrypted.pem cannot be opened with this password, or is not the key of §chain.pem: ")]
    [TestCase("chain.pem", "encrypted.pem", null, "Password", "is missing: the key in §encrypted.pem is encrypted")]
    [TestCase("chain.pem", "key.pem", "battery staple", "Password", "is of no use: the key in §key.pem is not encrypted")]
    [TestCase("chain.pem", "old.pem", "battery staple", "KeyPath", "§old.pem is encrypted in OpenSSL's old form; convert it: openssl pkcs8 -topk8 ")]
    [TestCase("key.pem", null, null, "Path", "§key.pem is a private key; it belongs in 'KeyPath', and 'Path' names the certificate")]
    [TestCase("key.pem", "chain.pem", null, "Path", "§key.pem is a private key; it belongs in 'KeyPath', and 'Path' names the certificate: the two are exchanged")]
    [TestCase("text.pem", "key.pem", null, "Path", "§text.pem holds no certificate; it must be a PEM file, or a PKCS #12 file whose name ends in .pfx or .p12")]
    [TestCase("both.pfx", null, "battery staple", "Password", "§both.pfx cannot be opened with this password: ")]
    [TestCase("both.pfx", null, null, "Path", "§both.pfx cannot be opened; if it has a password, set 'Password': ")]
    [TestCase("both.pfx", "key.pem", Password, "KeyPath", "is of no use: §both.pfx is a PKCS #12 file, which holds its key itself")]
    [TestCase("/nowhere/missing.pem", "key.pem", null, "Path", "there is no file /nowhere/missing.pem")]
    [TestCase("missing.pem", "key.pem", null, "Path", "there is no file 'missing.pem' in §")]
    public void TryLoad_WrongFile_NamesTheSettingToPutRightAndKeepsThePassword(string path, string? keyPath, string? password, string key, string problem)
    {
        var options = new CertificateOptions { Path = path, KeyPath = keyPath, Password = password };

        Assert.That(ListenerCertificate.TryLoad(options, Places(_directory.Path), out var loaded, out var found), Is.False);
        Assert.That(loaded, Is.Null);
        Assert.That(found!.Key, Is.EqualTo(key));
        Assert.That(found.Text, Does.StartWith(problem.Replace("§", _directory.Path + (problem.EndsWith('§') ? ", nor in " : "/"), StringComparison.Ordinal)).And.Not.Contain("battery"));
    }

    [TestCase("pipe", null, "Path")]
    [TestCase("pipe.pfx", null, "Path")]
    [TestCase("chain.pem", "pipe", "KeyPath")]
    [Platform(Exclude = "Win")]
    public async Task TryLoad_Pipe_IsAMistakeAtOnce(string path, string? keyPath, string key)
    {
        using var directory = new RealmDirectory();
        NamedPipe.Make(Path.Combine(directory.Path, "pipe"));
        NamedPipe.Make(Path.Combine(directory.Path, "pipe.pfx"));

        var problem = await Task.Run(() =>
        {
            ListenerCertificate.TryLoad(new CertificateOptions { Path = path, KeyPath = keyPath }, new FilePlaces(directory.Path, _directory.Path), out _, out var found);
            return found;
        }).Soon();

        Assert.That(problem!.Key, Is.EqualTo(key));
        Assert.That(problem.Text, Does.StartWith($"{directory.Path}/{keyPath ?? path} is no file, but a pipe"));
    }

    [Test]
    public void TryLoad_RelativePath_IsLookedForWhereTheAdminStandsAndThenWhereTheSettingsAre()
    {
        using var elsewhere = new RealmDirectory().With("key.pem", "another's");
        var options = new CertificateOptions { Path = "both.pem" };

        Assert.That(ListenerCertificate.TryLoad(options, new FilePlaces(elsewhere.Path, _directory.Path), out var loaded, out _), Is.True);
        loaded!.Dispose();

        options.KeyPath = "key.pem";
        Assert.That(ListenerCertificate.TryLoad(options, new FilePlaces(elsewhere.Path, _directory.Path), out _, out var problem), Is.False);
        Assert.That(problem!.Text, Does.StartWith($"{elsewhere.Path}/key.pem holds no private key"));
    }

    private static FilePlaces Places(string directory) => new(directory, directory);
}
