using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace WampRouter.Configuration;

/// <summary>A certificate with its private key, and the certificates that lead from it to a root. Owns both.</summary>
internal sealed record ListenerCertificate(X509Certificate2 Certificate, X509Certificate2Collection Chain) : IDisposable
{
    private const string ServerAuthentication = "1.3.6.1.5.5.7.3.1";

    /// <summary>Loads it; on failure <paramref name="problem"/> says why, and never repeats the password.</summary>
    public static bool TryLoad(
        CertificateOptions options,
        string contentRoot,
        [NotNullWhen(true)] out ListenerCertificate? certificate,
        [NotNullWhen(false)] out string? problem)
    {
        certificate = null;
        var path = Path.Combine(contentRoot, options.Path);
        var keyPath = options.KeyPath is null ? null : Path.Combine(contentRoot, options.KeyPath);
        try
        {
            certificate = Path.GetExtension(path).ToUpperInvariant() is ".PFX" or ".P12"
                ? LoadPkcs12(path, options.Password)
                : LoadPem(path, keyPath, options.Password);
            problem = certificate is null ? $"{path} holds no private key"
                : IsForServers(certificate.Certificate) ? null
                : $"{path} is not made for servers: its extended key usage lacks server authentication (1.3.6.1.5.5.7.3.1)";
            if (problem is not null)
            {
                certificate?.Dispose();
                certificate = null;
            }
        }
        catch (Exception e) when (e is CryptographicException or IOException or UnauthorizedAccessException or ArgumentException)
        {
            problem = $"cannot be loaded: {e.Message}";
        }

        return certificate is not null;
    }

    /// <inheritdoc />
    public void Dispose()
    {
        Certificate.Dispose();
        foreach (var certificate in Chain)
        {
            certificate.Dispose();
        }
    }

    // As Kestrel judges it, which would throw: a certificate that says nothing of its use may be used for anything.
    private static bool IsForServers(X509Certificate2 certificate)
    {
        var usages = certificate.Extensions.OfType<X509EnhancedKeyUsageExtension>().SelectMany(extension => extension.EnhancedKeyUsages.Cast<Oid>()).ToArray();
        return usages.Length == 0 || usages.Any(usage => usage.Value == ServerAuthentication);
    }

    private static ListenerCertificate? LoadPkcs12(string path, string? password)
    {
        var all = X509CertificateLoader.LoadPkcs12CollectionFromFile(path, password);
        var own = all.FirstOrDefault(certificate => certificate.HasPrivateKey);
        if (own is null)
        {
            return null;
        }

        all.Remove(own);
        return new ListenerCertificate(own, all);
    }

    private static ListenerCertificate LoadPem(string path, string? keyPath, string? password)
    {
        using var pem = password is null
            ? X509Certificate2.CreateFromPemFile(path, keyPath)
            : X509Certificate2.CreateFromEncryptedPemFile(path, password, keyPath);
        var chain = new X509Certificate2Collection();
        chain.ImportFromPemFile(path);
        if (chain.Count > 0)
        {
            // The first is the certificate itself, without its key.
            chain[0].Dispose();
            chain.RemoveAt(0);
        }

        // Windows can serve TLS only with a key that has been through a PKCS #12 import.
        var own = X509CertificateLoader.LoadPkcs12(pem.Export(X509ContentType.Pkcs12), null);
        return new ListenerCertificate(own, chain);
    }
}
