using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace WampRouter.Tests.Doubles;

/// <summary>An authority that stands for certificates, made for one test.</summary>
internal sealed class TestAuthority : IDisposable
{
    public const string ForServers = "1.3.6.1.5.5.7.3.1";
    public const string ForClients = "1.3.6.1.5.5.7.3.2";

    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly List<X509Certificate2> _issued = [];
    private readonly CertificateRevocationListBuilder _revoked = new();

    /// <param name="name">Its common name.</param>
    /// <param name="above">The authority that stands for it; null: it is a root.</param>
    public TestAuthority(string name, TestAuthority? above = null)
    {
        var request = new CertificateRequest($"CN={name}", _key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, hasPathLengthConstraint: false, 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, critical: true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false));
        var now = TimeProvider.System.GetUtcNow();
        if (above is null)
        {
            Certificate = request.CreateSelfSigned(now.AddDays(-60), now.AddDays(60));
        }
        else
        {
            using var alone = request.Create(above.Certificate, now.AddDays(-59), now.AddDays(59), Serial());
            Certificate = alone.CopyWithPrivateKey(_key);
        }
    }

    /// <summary>Its own, with the key.</summary>
    public X509Certificate2 Certificate { get; }

    /// <summary>Its own, for those who trust it.</summary>
    public string Pem => Certificate.ExportCertificatePem();

    /// <summary>Makes a certificate with its key.</summary>
    /// <param name="name">The common name.</param>
    /// <param name="usage">What it is for.</param>
    /// <param name="hosts">Its subject alternative names.</param>
    /// <param name="validFor">From now on; negative: it has expired.</param>
    /// <param name="revocations">Where it says that the list of revoked ones is.</param>
    public X509Certificate2 Issue(string name, string usage = ForClients, string[]? hosts = null, TimeSpan? validFor = null, Uri? revocations = null)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(usage)], critical: false));
        request.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromCertificate(Certificate, includeKeyIdentifier: true, includeIssuerAndSerial: false));
        if (hosts is not null)
        {
            var names = new SubjectAlternativeNameBuilder();
            Array.ForEach(hosts, names.AddDnsName);
            request.CertificateExtensions.Add(names.Build());
        }

        if (revocations is not null)
        {
            request.CertificateExtensions.Add(CertificateRevocationListBuilder.BuildCrlDistributionPointExtension([revocations.ToString()]));
        }

        var now = TimeProvider.System.GetUtcNow();
        using var alone = request.Create(Certificate, now.AddDays(-30), now + (validFor ?? TimeSpan.FromDays(30)), Serial());
        using var whole = alone.CopyWithPrivateKey(key);
        var issued = X509CertificateLoader.LoadPkcs12(whole.Export(X509ContentType.Pkcs12), password: null, X509KeyStorageFlags.Exportable);
        _issued.Add(issued);
        return issued;
    }

    /// <summary>Revokes one.</summary>
    public void Revoke(X509Certificate2 certificate) => _revoked.AddEntry(certificate);

    /// <summary>The list of those that were revoked.</summary>
    public byte[] MakeRevocationList() =>
        _revoked.Build(Certificate, 1, TimeProvider.System.GetUtcNow().AddDays(1), HashAlgorithmName.SHA256, thisUpdate: TimeProvider.System.GetUtcNow().AddDays(-1));

    /// <summary>Writes a certificate and its key into one file.</summary>
    public static string Write(string directory, string file, X509Certificate2 certificate)
    {
        var path = Path.Combine(directory, file);
        using var key = certificate.GetECDsaPrivateKey()!;
        File.WriteAllText(path, $"{certificate.ExportCertificatePem()}\n{key.ExportPkcs8PrivateKeyPem()}\n");
        return path;
    }

    public void Dispose()
    {
        _issued.ForEach(static certificate => certificate.Dispose());
        Certificate.Dispose();
        _key.Dispose();
    }

    private static byte[] Serial()
    {
        var serial = RandomNumberGenerator.GetBytes(16);
        serial[0] = (byte)((serial[0] & 0x3F) | 0x40);      // positive, and of the same length each time
        return serial;
    }
}
