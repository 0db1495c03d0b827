using System.Net.Security;
using WampRouter.Server.Configuration;

namespace WampRouter.Server.Listeners;

/// <summary>A certificate as TLS handshakes use it. Immutable. It is not disposed of when another takes its place: a handshake may be under way with it.</summary>
internal sealed class ServedCertificate
{
    private readonly ListenerCertificate _loaded;

    /// <param name="loaded">The certificate, whose owner this becomes.</param>
    /// <param name="hosts">The names that it is shown for; none: those that it names itself.</param>
    /// <exception cref="System.Security.Cryptography.CryptographicException">The system cannot use it.</exception>
    public ServedCertificate(ListenerCertificate loaded, IReadOnlyCollection<string> hosts)
    {
        _loaded = loaded;
        Hosts = new HostNames(hosts.Count > 0 ? hosts : HostNames.Of(loaded.Certificate));
        Context = SslStreamCertificateContext.Create(loaded.Certificate, loaded.Chain);
    }

    /// <summary>What the system needs of it.</summary>
    public SslStreamCertificateContext Context { get; }

    /// <summary>The names that it is shown for.</summary>
    public HostNames Hosts { get; }

    /// <summary>Whether another one is the same, with the same chain. One key belongs to each certificate.</summary>
    public bool IsSame(ListenerCertificate other) => Bytes(_loaded).Zip(Bytes(other)).All(pair => pair.First.AsSpan().SequenceEqual(pair.Second)) && _loaded.Chain.Count == other.Chain.Count;

    /// <summary>Whose it is, and how long it is valid.</summary>
    public override string ToString() => _loaded.ToString();

    private static IEnumerable<byte[]> Bytes(ListenerCertificate certificate) => [certificate.Certificate.RawData, .. certificate.Chain.Select(link => link.RawData)];
}
