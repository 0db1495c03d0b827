using System.Net.Security;
using WampRouter.Server.Configuration;

namespace WampRouter.Server.Listeners;

/// <summary>A certificate as TLS handshakes use it. Immutable. It is not disposed of when another takes its place: a handshake may be under way with it.</summary>
internal sealed class ServedCertificate
{
    private readonly ListenerCertificate _loaded;

    /// <param name="loaded">The certificate, whose owner this becomes.</param>
    /// <exception cref="System.Security.Cryptography.CryptographicException">The system cannot use it.</exception>
    public ServedCertificate(ListenerCertificate loaded)
    {
        _loaded = loaded;
        var context = SslStreamCertificateContext.Create(loaded.Certificate, loaded.Chain);
        Tls = new SslServerAuthenticationOptions { ServerCertificateContext = context, ApplicationProtocols = [SslApplicationProtocol.Http2, SslApplicationProtocol.Http11] };
        TlsOfHttp1 = new SslServerAuthenticationOptions { ServerCertificateContext = context, ApplicationProtocols = [SslApplicationProtocol.Http11] };
    }

    /// <summary>For handshakes.</summary>
    public SslServerAuthenticationOptions Tls { get; }

    /// <summary>The same without HTTP/2.</summary>
    public SslServerAuthenticationOptions TlsOfHttp1 { get; }

    /// <summary>Whether another one is the same, with the same chain. One key belongs to each certificate.</summary>
    public bool IsSame(ListenerCertificate other) => Bytes(_loaded).Zip(Bytes(other)).All(pair => pair.First.AsSpan().SequenceEqual(pair.Second)) && _loaded.Chain.Count == other.Chain.Count;

    /// <summary>Whose it is, and how long it is valid.</summary>
    public override string ToString() => _loaded.ToString();

    private static IEnumerable<byte[]> Bytes(ListenerCertificate certificate) => [certificate.Certificate.RawData, .. certificate.Chain.Select(link => link.RawData)];
}
