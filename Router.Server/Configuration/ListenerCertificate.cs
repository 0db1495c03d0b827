using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using WampRouter.Configuration;
using WampRouter.Configuration.Documents;

namespace WampRouter.Server.Configuration;

/// <summary>A certificate with its private key, and the certificates that lead from it to a root. Owns both.</summary>
internal sealed record ListenerCertificate(X509Certificate2 Certificate, X509Certificate2Collection Chain) : IDisposable
{
    private const string ServerAuthentication = "1.3.6.1.5.5.7.3.1";

    /// <summary>Loads it.</summary>
    /// <param name="options">Where it is.</param>
    /// <param name="places">Where relative paths are looked for.</param>
    /// <param name="certificate">The certificate; the caller disposes it.</param>
    /// <param name="problem">On failure, which of the options is wrong, and why. Never repeats the password.</param>
    public static bool TryLoad(
        CertificateOptions options, FilePlaces places, [NotNullWhen(true)] out ListenerCertificate? certificate, [NotNullWhen(false)] out CertificateProblem? problem)
    {
        certificate = null;
        problem = FindMissing(nameof(options.Path), options.Path, places) ?? FindMissing(nameof(options.KeyPath), options.KeyPath, places);
        if (problem is not null)
        {
            return false;
        }

        var path = places.Find(options.Path, File.Exists);
        var keyPath = options.KeyPath is null ? null : places.Find(options.KeyPath, File.Exists);
        var loaded = Path.GetExtension(path).ToUpperInvariant() is ".PFX" or ".P12"
            ? LoadPkcs12(path, keyPath, options.Password, out problem)
            : LoadPem(path, keyPath, options.Password, out problem);
        if (loaded is not null && !IsForServers(loaded.Certificate))
        {
            problem = new("Path", $"{path} is not made for servers: its extended key usage lacks server authentication ({ServerAuthentication})");
        }

        if (problem is null)
        {
            certificate = loaded!;
            return true;
        }

        loaded?.Dispose();
        return false;
    }

    /// <summary>Why nobody would take it at this moment; null: somebody might.</summary>
    public string? WhyUnfit(DateTimeOffset now) =>
        now > Certificate.NotAfter ? $"its certificate ({this}) has expired"
        : now < Certificate.NotBefore ? $"its certificate ({this}) is valid from {Show(Certificate.NotBefore)} on only"
        : null;

    /// <summary>Whose it is, and how long it is valid.</summary>
    public override string ToString() => $"{Certificate.Subject}, valid until {Show(Certificate.NotAfter)}";

    /// <inheritdoc />
    public void Dispose()
    {
        Certificate.Dispose();
        foreach (var certificate in Chain)
        {
            certificate.Dispose();
        }
    }

    private static string Show(DateTime time) => time.ToUniversalTime().ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    private static CertificateProblem? FindMissing(string key, string? path, FilePlaces places)
    {
        if (path is null || places.Find(path, File.Exists) is var found && File.Exists(found))
        {
            return null;
        }

        return new(key, Directory.Exists(found) ? $"{found} is a directory" : places.DescribeMissing(path));
    }

    // As Kestrel judges it, which would throw: a certificate that says nothing of its use may be used for anything.
    private static bool IsForServers(X509Certificate2 certificate)
    {
        var usages = certificate.Extensions.OfType<X509EnhancedKeyUsageExtension>().SelectMany(extension => extension.EnhancedKeyUsages.Cast<Oid>()).ToArray();
        return usages.Length == 0 || usages.Any(usage => usage.Value == ServerAuthentication);
    }

    private static ListenerCertificate? LoadPkcs12(string path, string? keyPath, string? password, out CertificateProblem? problem)
    {
        problem = keyPath is null ? null : new("KeyPath", $"is of no use: {path} is a PKCS #12 file, which holds its key itself");
        if (!ConfiguredFile.TryRead(path, out var bytes, out var trouble))
        {
            problem ??= new("Path", $"{path} {trouble}");
            return null;
        }

        try
        {
            var all = X509CertificateLoader.LoadPkcs12Collection(bytes, password);
            if (all.FirstOrDefault(certificate => certificate.HasPrivateKey) is { } own)
            {
                all.Remove(own);
                return new ListenerCertificate(own, all);
            }

            problem ??= new("Path", $"{path} holds no private key");
        }
        catch (CryptographicException e)
        {
            // A wrong password and a file that is none are not always told apart.
            problem ??= new(password is null ? "Path" : "Password", $"{path} cannot be opened{(password is null ? "; if it has a password, set 'Password'" : " with this password")}: {e.Message}");
        }
        return null;
    }

    private static ListenerCertificate? LoadPem(string path, string? keyPath, string? password, out CertificateProblem? problem)
    {
        if (!PemText.TryRead(path, out var certificates, out var trouble))
        {
            problem = new("Path", $"{path} {trouble}");
            return null;
        }

        var keys = certificates;
        if (keyPath is not null && !PemText.TryRead(keyPath, out keys, out trouble))
        {
            problem = new("KeyPath", $"{keyPath} {trouble}");
            return null;
        }

        try
        {
            problem = FindProblem(path, certificates, keyPath, keys, password);
            return problem is null ? LoadPem(certificates, keys, password) : null;
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException)
        {
            problem = password is null
                ? new(keyPath is null ? "Path" : "KeyPath", $"{keyPath ?? path} cannot be used as the key of {path}: {e.Message}")
                : new("Password", $"{keyPath ?? path} cannot be opened with this password, or is not the key of {path}: {e.Message}");
        }

        return null;
    }

    /// <summary>What is wrong with files that are there, in words of the settings.</summary>
    private static CertificateProblem? FindProblem(string path, PemText certificates, string? keyPath, PemText keys, string? password) =>
        !certificates.HasCertificate ? new("Path", certificates.HasKey
            ? $"{path} is a private key; it belongs in 'KeyPath', and 'Path' names the certificate{(keyPath is not null && keys is { HasCertificate: true, HasKey: false } ? ": the two are exchanged" : "")}"
            : $"{path} holds no certificate; it must be a PEM file, or a PKCS #12 file whose name ends in .pfx or .p12")
        : !keys.HasKey ? new("KeyPath", keyPath is null
            ? $"is missing: {path} holds no private key; set KeyPath to the PEM file of the key"
            : $"{keyPath} holds no private key{(keys.HasCertificate ? ", but a certificate" : "; it must be a PEM file")}")
        : keys.HasOldEncryptedKey ? new(keyPath is null ? "Path" : "KeyPath", $"{keyPath ?? path} is encrypted in OpenSSL's old form; convert it: openssl pkcs8 -topk8 -in OLD -out NEW")
        : keys.HasEncryptedKey && password is null ? new("Password", $"is missing: the key in {keyPath ?? path} is encrypted")
        : !keys.HasEncryptedKey && password is not null ? new("Password", $"is of no use: the key in {keyPath ?? path} is not encrypted")
        : null;

    private static ListenerCertificate LoadPem(PemText certificates, PemText keys, string? password)
    {
        using var pem = password is null
            ? X509Certificate2.CreateFromPem(certificates.Text, keys.Text)
            : X509Certificate2.CreateFromEncryptedPem(certificates.Text, keys.Text, password);
        var chain = new X509Certificate2Collection();
        chain.ImportFromPem(certificates.Text);
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

/// <summary>Why a certificate cannot be used.</summary>
/// <param name="Key">The one of the <see cref="CertificateOptions"/> that is to be put right.</param>
/// <param name="Text">What is wrong with it.</param>
internal sealed record CertificateProblem(string Key, string Text);
