using System.Globalization;
using System.Net.Security;
using WampRouter.Configuration;
using WampRouter.Configuration.Documents;

namespace WampRouter.Server.Configuration;

/// <summary>What is wrong with the certificates of a listener, and with how it speaks TLS.</summary>
internal static class TlsRules
{
    /// <summary>Every mistake, with the key of its setting below the listener.</summary>
    /// <param name="listener">Its settings.</param>
    /// <param name="address">Its URL, understood.</param>
    /// <param name="places">Where relative paths are looked for.</param>
    public static IEnumerable<(string Key, string Problem)> FindProblems(ListenerOptions listener, ListenerAddress address, FilePlaces places)
    {
        if (!address.IsSecure)
        {
            var ofNoUse = address.SocketPath is not null ? "is of no use to a Unix domain socket, which nobody on the network reaches"
                : $"is of no use to {(address.Scheme == "http" ? "an" : "a")} '{address.Scheme}' listener; make the URL '{address.Scheme}s'";
            return
            [
                .. listener.Certificate is null ? Array.Empty<(string, string)>() : [("Certificate", ofNoUse)],
                .. listener.Certificates.Length == 0 ? Array.Empty<(string, string)>() : [("Certificates", ofNoUse)],
                .. listener.Tls is null ? Array.Empty<(string, string)>() : [("Tls", ofNoUse)],
            ];
        }

        return listener.AllCertificates.Count == 0
            ? [("Certificate", $"is missing: the URL is '{address.Scheme}', which needs one")]
            : [.. FindProblemsOfCertificates(listener, places), .. listener.Tls is { } tls ? FindProblems(tls, places) : []];
    }

    /// <summary>The suite of a name; null where there is none of that name.</summary>
    public static TlsCipherSuite? FindSuite(string name) => Enum.TryParse<TlsCipherSuite>(name, out var suite) && suite.ToString() == name ? suite : null;

    private static IEnumerable<(string Key, string Problem)> FindProblemsOfCertificates(ListenerOptions listener, FilePlaces places)
    {
        if (listener is { Certificate: not null, Certificates.Length: > 0 })
        {
            yield return ("Certificates", "stands beside 'Certificate'; put that one first in the list, where it is the one for all other names");
        }

        var isFirst = true;
        foreach (var (options, hosts, key) in listener.AllCertificates)
        {
            if (options.Path.Length == 0)
            {
                yield return ($"{key}:Path", "must name the file of the certificate");
            }
            else if (!ListenerCertificate.TryLoad(options, places, out var certificate, out var unusable))
            {
                yield return ($"{key}:{unusable.Key}", unusable.Text);
            }
            else
            {
                using (certificate)
                {
                    if (!isFirst && hosts.Length == 0 && !HostNames.Of(certificate.Certificate).Any())
                    {
                        yield return ($"{key}:Hosts", $"is missing: the certificate ({certificate}) names no host, so that nobody would get it");
                    }
                }
            }

            for (var i = 0; i < hosts.Length; i++)
            {
                if (!HostNames.IsName(hosts[i]))
                {
                    yield return (Place($"{key}:Hosts", i), "must be a host name such as 'wamp.example.com', or '*.example.com' for all of one level");
                }
            }

            isFirst = false;
        }
    }

    private static IEnumerable<(string Key, string Problem)> FindProblems(ListenerTlsOptions tls, FilePlaces places) =>
        [.. FindProblemsOfSuites(tls), .. FindProblemsOfClients(tls, places)];

    private static IEnumerable<(string Key, string Problem)> FindProblemsOfSuites(ListenerTlsOptions tls)
    {
        if (tls.CipherSuites.Length > 0 && OperatingSystem.IsWindows())
        {
            yield return ("Tls:CipherSuites", "cannot be set on Windows, which has them for the whole machine (Group Policy: SSL Cipher Suite Order)");
        }

        for (var i = 0; i < tls.CipherSuites.Length; i++)
        {
            if (FindSuite(tls.CipherSuites[i]) is null)
            {
                var hint = Words.Nearest(tls.CipherSuites[i], Enum.GetNames<TlsCipherSuite>()) is { } nearest ? $"did you mean '{nearest}'?" : "they are named as IANA does, such as 'TLS_AES_256_GCM_SHA384'";
                yield return (Place("Tls:CipherSuites", i), $"is no cipher suite; {hint}");
            }
        }

        if (tls is { IsTls13Alone: true, CipherSuites.Length: > 0 } && !tls.CipherSuites.Any(IsOfTls13))
        {
            yield return ("Tls:CipherSuites", "has none of TLS 1.3, which is all that 'MinVersion' allows: nobody could connect");
        }
    }

    private static IEnumerable<(string Key, string Problem)> FindProblemsOfClients(ListenerTlsOptions tls, FilePlaces places)
    {
        if (tls.AsksForCertificates && tls.ClientAuthorities is null)
        {
            yield return ("Tls:ClientAuthorities", "is missing: it names the PEM file of the authorities whose certificates clients may show");
        }
        else if (!tls.AsksForCertificates && tls.ClientAuthorities is not null)
        {
            yield return ("Tls:ClientAuthorities", "is of no use: 'ClientCertificates' asks for none");
        }
        else if (tls.ClientAuthorities is { } path && !ClientAuthorities.TryLoad(path, tls.ClientRevocation, places, out _, out var problem))
        {
            yield return ("Tls:ClientAuthorities", problem);
        }

        if (!tls.AsksForCertificates && tls.ClientRevocation != RevocationCheck.None)
        {
            yield return ("Tls:ClientRevocation", "is of no use: 'ClientCertificates' asks for none");
        }
    }

    /// <summary>The suites of TLS 1.3 name neither key exchange nor signature (RFC 8446 section B.4).</summary>
    private static bool IsOfTls13(string name) => name.StartsWith("TLS_AES_", StringComparison.Ordinal) || name.StartsWith("TLS_CHACHA20_", StringComparison.Ordinal);

    private static string Place(string list, int place) => string.Create(CultureInfo.InvariantCulture, $"{list}:{place}");
}
