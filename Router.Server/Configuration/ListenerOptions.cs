using System.Globalization;
using WampRouter.Transports;
using WampRouter.Transports.Admission;

namespace WampRouter.Server.Configuration;

/// <summary>One address the router listens at, and what those who come there may do within the router's limits.</summary>
internal sealed class ListenerOptions : ListenerLimits
{
    /// <summary>
    /// Scheme, address and port: <c>http://127.0.0.1:8080</c>. The host is an IP address, <c>localhost</c> (both loopback addresses) or <c>*</c> (every address). <c>https</c> has TLS; <c>tcp</c> and <c>tcps</c>
    /// are for RawSocket alone. Or a Unix domain socket: <c>unix:/run/wamprouter.sock</c>.
    /// </summary>
    public string Url { get; set; } = "";

    /// <summary>What is served here, of <see cref="ListenerServiceNames.Words"/>. Nothing said: <c>wamp</c>, and at a <c>tcp</c> address <c>rawsocket</c>.</summary>
    public string[] Serves { get; set; } = [];

    /// <summary>Where WebSocket clients connect.</summary>
    public string Path { get; set; } = "/ws";

    /// <summary>Below which long-poll clients send their requests.</summary>
    public string LongPollPath { get; set; } = "/lp";

    /// <summary>Below which those publish, call and get events who have HTTP and do not speak WAMP.</summary>
    public string HttpPath { get; set; } = "/api";

    /// <summary>Whether all who come here are passed on by a reverse proxy: nobody is then on this machine, and pages of the name that the proxy is asked for are the router's own.</summary>
    public bool BehindProxy { get; set; }

    /// <summary>Who may connect to a Unix domain socket, as <c>chmod</c> has it in octal digits: <c>660</c>. Nothing said: as the process's umask has it.</summary>
    public string? SocketMode { get; set; }

    /// <summary>
    /// The proxies that are believed when they say where their clients are: addresses, blocks such as <c>10.0.0.0/8</c>, and <c>unix</c>. Nothing said: those of this machine.
    /// </summary>
    public string[] TrustedProxies { get; set; } = [];

    /// <summary>Whether each connection begins with a header of the PROXY protocol, version 1 or 2, by which a trusted proxy says where its client is. Nobody else comes in then.</summary>
    public bool ProxyProtocol { get; set; }

    /// <summary>The certificate of an <c>https</c> or <c>tcps</c> listener.</summary>
    public CertificateOptions? Certificate { get; set; }

    /// <summary>In place of <see cref="Certificate"/>: several, each for the host names that it names or that are listed. The first is shown to everybody else.</summary>
    public HostCertificateOptions[] Certificates { get; set; } = [];

    /// <summary>How TLS is spoken; null: TLS 1.2 and 1.3, as the system does, without certificates of clients.</summary>
    public ListenerTlsOptions? Tls { get; set; }

    /// <summary>All certificates, with the host names that are listed for each, and the key of its settings. The first is the default.</summary>
    internal IReadOnlyList<(CertificateOptions Options, string[] Hosts, string Key)> AllCertificates =>
    [
        .. Certificate is null ? Array.Empty<(CertificateOptions, string[], string)>() : [(Certificate, [], nameof(Certificate))],
        .. Certificates.Select(static (certificate, place) => ((CertificateOptions)certificate, certificate.Hosts, string.Create(CultureInfo.InvariantCulture, $"{nameof(Certificates)}:{place}"))),
    ];

    /// <summary><see cref="Serves"/>, understood.</summary>
    internal ListenerServices Services => Serves.Length > 0 ? ListenerServiceNames.Parse(Serves)
        : ListenerAddress.TryParse(Url, out var address, out _) && address.IsForRawSocketOnly ? ListenerServices.RawSocket
        : ListenerServices.Wamp;

    /// <summary>What is known of proxies before this listener; null: there is none.</summary>
    internal ProxyBefore? Proxy => BehindProxy || ProxyProtocol ? new ProxyBefore(new TrustedProxies(TrustedProxies), readsHeaders: BehindProxy) : null;

    /// <summary>Whether WAMP is served here, by any transport.</summary>
    internal bool ServesWamp => Serve(ListenerServices.Wamp);

    /// <summary>Whether WAMP is served here as pages speak it: with it comes the page to try the router with.</summary>
    internal bool ServesPages => Serve(ListenerServices.Pages);

    /// <summary><see cref="SocketMode"/>, understood; null where nothing is said, or nothing that could be understood.</summary>
    internal UnixFileMode? Mode => (SocketMode is { Length: 4 } && SocketMode[0] == '0' ? SocketMode[1..] : SocketMode) is { Length: 3 } digits && digits.All(static digit => digit is >= '0' and <= '7') ? (UnixFileMode)Convert.ToInt32(digits, 8) : null;

    /// <summary>Whether HTTP requests for WAMP are served here.</summary>
    internal bool ServesRequests => Serve(ListenerServices.Requests);

    /// <summary>Whether any of these is served here.</summary>
    internal bool Serve(ListenerServices any) => (Services & any) != ListenerServices.None;

    /// <summary>What the stand-alone router uses when nothing is configured: this machine only.</summary>
    internal static ListenerOptions Default => new() { Url = "http://127.0.0.1:8080" };
}

/// <summary>Where a listener's certificate is. A relative path is looked for in the working directory, then where appsettings.json is, then beside the executable.</summary>
internal class CertificateOptions
{
    /// <summary>A PEM file, with its chain if it has one, or a PKCS #12 file (<c>.pfx</c>, <c>.p12</c>).</summary>
    public string Path { get; set; } = "";

    /// <summary>The PEM file of the private key; not needed where <see cref="Path"/> holds it.</summary>
    public string? KeyPath { get; set; }

    /// <summary>What the private key is encrypted with, if it is. Better given by an environment variable than in a file.</summary>
    public string? Password { get; set; }
}

/// <summary>A certificate of a listener that has several.</summary>
internal sealed class HostCertificateOptions : CertificateOptions
{
    /// <summary>The host names that it is shown for, <c>*.example.com</c> for all of one level. Nothing said: those that the certificate names.</summary>
    public string[] Hosts { get; set; } = [];
}
