using System.Net.Security;
using System.Security.Authentication;
using WampRouter.Server.Configuration;

namespace WampRouter.Server.Listeners;

/// <summary>How a listener speaks TLS: what it proves itself with, what may be agreed on, and what clients have to prove. Immutable; any thread.</summary>
internal sealed class ServedTls
{
    private static readonly List<SslApplicationProtocol> Http1 = [SslApplicationProtocol.Http11];
    private static readonly List<SslApplicationProtocol> Http1And2 = [SslApplicationProtocol.Http2, SslApplicationProtocol.Http11];

    private readonly bool _isTls13Alone;
    private readonly CipherSuitesPolicy? _suites;
    private readonly bool _isRequired;

    /// <param name="certificates">The first is shown to who names no host, or one that is not known.</param>
    /// <param name="options">What the settings say besides.</param>
    /// <param name="authorities">Whose certificates clients may show; null: they are not asked.</param>
    public ServedTls(IReadOnlyList<ServedCertificate> certificates, ListenerTlsOptions options, ClientAuthorities? authorities)
    {
        (Certificates, Authorities) = (certificates, authorities);
        (_isTls13Alone, _isRequired) = (options.IsTls13Alone, options.ClientCertificates == ClientCertificateDemand.Required);
        _suites = options.CipherSuites.Length == 0 || OperatingSystem.IsWindows() ? null : new CipherSuitesPolicy(options.CipherSuites.Select(TlsRules.FindSuite).OfType<TlsCipherSuite>());
    }

    /// <summary>What the listener proves itself with.</summary>
    public IReadOnlyList<ServedCertificate> Certificates { get; }

    /// <summary>Whose certificates clients may show; null: they are not asked.</summary>
    public ClientAuthorities? Authorities { get; }

    /// <summary>What is different from what held before, in sentences for the log.</summary>
    /// <param name="former">What held; null: there was no TLS.</param>
    public IEnumerable<string> DescribeChanges(ServedTls? former)
    {
        if (!Certificates.SequenceEqual(former?.Certificates ?? []))
        {
            yield return $"{this}{(former is null ? "" : $"; it was {former.ShowCertificates()}")}";
        }

        if (Authorities is not null && former?.Authorities is { } others && Authorities != others)
        {
            yield return $"clients may show certificates of {Authorities}; it was {others}";
        }
    }

    /// <summary>What it proves itself with.</summary>
    public override string ToString() => $"its certificate is {ShowCertificates()}";

    /// <summary>For one handshake.</summary>
    /// <param name="hostName">What the client calls the router; empty where it says nothing.</param>
    /// <param name="speaksHttp2">Whether HTTP/2 may be agreed on. Who asks for no protocol of TLS (ALPN) comes in as well.</param>
    /// <param name="check">Judges the certificate of a client.</param>
    public SslServerAuthenticationOptions For(string? hostName, bool speaksHttp2, ClientCertificateCheck check)
    {
        var options = new SslServerAuthenticationOptions
        {
            ServerCertificateContext = Select(hostName).Context,
            ApplicationProtocols = speaksHttp2 ? Http1And2 : Http1,
#pragma warning disable CA5398 // the lowest version is a setting; what is newer than these two is not known yet
            EnabledSslProtocols = _isTls13Alone ? SslProtocols.Tls13 : SslProtocols.Tls12 | SslProtocols.Tls13,
#pragma warning restore CA5398
            CipherSuitesPolicy = _suites,
        };
        if (Authorities is not null)
        {
            options.ClientCertificateRequired = true;       // they are asked; whether they must is for the check to say
            options.CertificateChainPolicy = Authorities.MakePolicy();
            options.RemoteCertificateValidationCallback = (_, certificate, chain, _) => check.Allows(certificate, chain, _isRequired);
        }

        return options;
    }

    /// <summary>The certificate for a name: of one that has the name itself, or else of one that has a wildcard for it, or else the first.</summary>
    private ServedCertificate Select(string? hostName)
    {
        if (Certificates.Count > 1 && !string.IsNullOrEmpty(hostName))
        {
            return Find(hostName, isWildcard: false) ?? Find(hostName, isWildcard: true) ?? Certificates[0];
        }

        return Certificates[0];
    }

    private string ShowCertificates() =>
        Certificates.Count == 1 ? Certificates[0].ToString() : string.Join(" and ", Certificates.Select(static certificate => $"{certificate}, for {certificate.Hosts}"));

    private ServedCertificate? Find(string hostName, bool isWildcard)
    {
        foreach (var certificate in Certificates)
        {
            if (certificate.Hosts.Have(hostName, isWildcard))
            {
                return certificate;
            }
        }

        return null;
    }
}
