using WampRouter.Transports;

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

    /// <summary>Whether all who come here are passed on by a reverse proxy: nobody is then on this machine, and pages of the name that the proxy is asked for are the router's own.</summary>
    public bool BehindProxy { get; set; }

    /// <summary>Who may connect to a Unix domain socket, as <c>chmod</c> has it in octal digits: <c>660</c>. Nothing said: as the process's umask has it.</summary>
    public string? SocketMode { get; set; }

    /// <summary>The certificate of an <c>https</c> or <c>tcps</c> listener.</summary>
    public CertificateOptions? Certificate { get; set; }

    /// <summary><see cref="Serves"/>, understood.</summary>
    internal ListenerServices Services => Serves.Length > 0 ? ListenerServiceNames.Parse(Serves)
        : ListenerAddress.TryParse(Url, out var address, out _) && address.IsForRawSocketOnly ? ListenerServices.RawSocket
        : ListenerServices.Wamp;

    /// <summary>Whether WAMP is served here, over whatever.</summary>
    internal bool ServesWamp => (Services & ListenerServices.Wamp) != 0;

    /// <summary>Whether WebSocket clients come in here.</summary>
    internal bool ServesWebSockets => Services.HasFlag(ListenerServices.WebSocket);

    /// <summary><see cref="SocketMode"/>, understood; null where nothing is said, or nothing that could be understood.</summary>
    internal UnixFileMode? Mode => SocketMode is { Length: 3 or 4 } digits && digits.All(static digit => digit is >= '0' and <= '7') ? (UnixFileMode)Convert.ToInt32(digits, 8) : null;

    /// <summary>What the stand-alone router uses when nothing is configured: this machine only.</summary>
    internal static ListenerOptions Default => new() { Url = "http://127.0.0.1:8080" };
}

/// <summary>Where a listener's certificate is. A relative path is looked for in the working directory, then where appsettings.json is, then beside the executable.</summary>
internal sealed class CertificateOptions
{
    /// <summary>A PEM file, with its chain if it has one, or a PKCS #12 file (<c>.pfx</c>, <c>.p12</c>).</summary>
    public string Path { get; set; } = "";

    /// <summary>The PEM file of the private key; not needed where <see cref="Path"/> holds it.</summary>
    public string? KeyPath { get; set; }

    /// <summary>What the private key is encrypted with, if it is. Better given by an environment variable than in a file.</summary>
    public string? Password { get; set; }
}
