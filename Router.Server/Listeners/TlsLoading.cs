using System.Security.Cryptography;
using WampRouter.Configuration;
using WampRouter.Server.Configuration;

namespace WampRouter.Server.Listeners;

/// <summary>Loads what a listener needs for TLS. What is as it was stays the same object, so that what TLS remembers of it stays too.</summary>
/// <param name="configuration">What is to hold.</param>
/// <param name="now">The time that certificates are judged by; null at a start, which serves what there is: nobody has had a better one before.</param>
/// <param name="mistakes">Gets what cannot be served.</param>
internal sealed class TlsLoading(RouterConfiguration configuration, DateTimeOffset? now, List<ConfigurationMistake> mistakes)
{
    /// <summary>Loads it; null without TLS, and where there is a mistake.</summary>
    /// <param name="options">The settings of the listener.</param>
    /// <param name="section">Where they stand.</param>
    /// <param name="served">What it has now.</param>
    public ServedTls? Load(ListenerOptions options, string section, ServedTls? served)
    {
        var certificates = options.AllCertificates.Select(entry => Load(entry, section, served)).OfType<ServedCertificate>().ToArray();
        if (certificates.Length == 0 || certificates.Length < options.AllCertificates.Count)
        {
            return null;
        }

        var tls = options.Tls ?? new ListenerTlsOptions();
        ClientAuthorities? authorities = null;
        if (tls.AsksForCertificates && !ClientAuthorities.TryLoad(tls.ClientAuthorities ?? "", tls.ClientRevocation, configuration.FilePlaces, out authorities, out var problem))
        {
            mistakes.Add(configuration.Places.Mistake($"{section}:Tls:ClientAuthorities", problem));
            return null;
        }

        return new ServedTls(certificates, tls, authorities is not null && served?.Authorities?.IsSame(authorities) is true ? served.Authorities : authorities);
    }

    private ServedCertificate? Load((CertificateOptions Options, string[] Hosts, string Key) entry, string section, ServedTls? served)
    {
        var key = $"{section}:{entry.Key}";
        if (!ListenerCertificate.TryLoad(entry.Options, configuration.FilePlaces, out var loaded, out var problem))
        {
            mistakes.Add(configuration.Places.Mistake($"{key}:{problem.Key}", problem.Text));
            return null;
        }

        var hosts = new HostNames(entry.Hosts.Length > 0 ? entry.Hosts : HostNames.Of(loaded.Certificate)).ToString();
        if (served?.Certificates.FirstOrDefault(known => known.IsSame(loaded) && known.Hosts.ToString() == hosts) is { } same)
        {
            loaded.Dispose();
            return same;
        }

        if (now is { } time && loaded.WhyUnfit(time) is { } unfit)
        {
            loaded.Dispose();
            mistakes.Add(configuration.Places.Mistake($"{key}:Path", unfit));
            return null;
        }

        try
        {
            return new ServedCertificate(loaded, entry.Hosts);
        }
        catch (CryptographicException e)
        {
            loaded.Dispose();
            mistakes.Add(configuration.Places.Mistake($"{key}:Path", $"cannot be used: {e.Message}"));
            return null;
        }
    }
}
