using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using WampRouter.Configuration;

namespace WampRouter.Server.Configuration;

/// <summary>The authorities whose certificates clients may show. Immutable; any thread. Never disposed of: handshakes may be under way with it.</summary>
internal sealed class ClientAuthorities
{
    /// <summary>How long an authority may take to say what was revoked: handshakes wait for it.</summary>
    private static readonly TimeSpan RevocationTimeout = TimeSpan.FromSeconds(5);

    private readonly X509Certificate2[] _roots;
    private readonly X509Certificate2[] _others;
    private readonly RevocationCheck _revocation;

    private ClientAuthorities(IReadOnlyCollection<X509Certificate2> all, RevocationCheck revocation)
    {
        (_roots, _others, _revocation) = ([.. all.Where(IsRoot)], [.. all.Where(static certificate => !IsRoot(certificate))], revocation);
    }

    /// <summary>Reads the file.</summary>
    /// <param name="path">Where it is.</param>
    /// <param name="revocation">What is asked of each certificate.</param>
    /// <param name="places">Where relative paths are looked for.</param>
    /// <param name="authorities">What is in it.</param>
    /// <param name="problem">On failure why; words that follow the setting's name.</param>
    public static bool TryLoad(string path, RevocationCheck revocation, FilePlaces places, [NotNullWhen(true)] out ClientAuthorities? authorities, [NotNullWhen(false)] out string? problem)
    {
        authorities = null;
        var found = places.Find(path, File.Exists);
        if (!File.Exists(found))
        {
            problem = Directory.Exists(found) ? $"{found} is a directory" : places.DescribeMissing(path);
            return false;
        }

        if (!PemText.TryRead(found, out var pem, out problem))
        {
            problem = $"{found} {problem}";
            return false;
        }

        if (pem.HasKey)
        {
            problem = $"{found} holds a private key, which nobody needs here: it must hold the certificates of authorities alone";
            return false;
        }

        var all = new X509Certificate2Collection();
        try
        {
            all.ImportFromPem(pem.Text);
        }
        catch (CryptographicException e)
        {
            problem = $"{found} cannot be read: {e.Message}";
            return false;
        }

        authorities = new ClientAuthorities([.. all], revocation);
        problem = all.Count == 0 ? $"{found} holds no certificate; it must be a PEM file"
            : authorities._roots.Length == 0 ? $"{found} holds no root: a chain ends at a certificate that an authority has signed for itself"
            : null;
        return problem is null;
    }

    /// <summary>How one chain is judged. A new one each time, because a handshake adds to it.</summary>
    public X509ChainPolicy MakePolicy()
    {
        var policy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            DisableCertificateDownloads = true,     // the addresses would be the client's words
            RevocationMode = _revocation switch { RevocationCheck.Online => X509RevocationMode.Online, RevocationCheck.Offline => X509RevocationMode.Offline, _ => X509RevocationMode.NoCheck },
            UrlRetrievalTimeout = RevocationTimeout,
        };
        policy.CustomTrustStore.AddRange(_roots);
        policy.ExtraStore.AddRange(_others);
        return policy;
    }

    /// <summary>Whether another one is the same.</summary>
    public bool IsSame(ClientAuthorities other) => _revocation == other._revocation && Thumbprints.SequenceEqual(other.Thumbprints);

    /// <summary>Whose they are.</summary>
    public override string ToString() => string.Join("; ", _roots.Select(static root => root.Subject));

    private IEnumerable<string> Thumbprints => _roots.Concat(_others).Select(static certificate => certificate.Thumbprint);

    private static bool IsRoot(X509Certificate2 certificate) => certificate.SubjectName.RawData.AsSpan().SequenceEqual(certificate.IssuerName.RawData);
}
