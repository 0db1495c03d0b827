using WampRouter.Transports;

namespace WampRouter.Server.Configuration;

/// <summary>One address the router listens at, and what those who come there may do within the router's limits.</summary>
internal sealed class ListenerOptions : ListenerLimits
{
    /// <summary>Scheme, address and port: <c>http://127.0.0.1:8080</c>. The host is an IP address, <c>localhost</c> (both loopback addresses) or <c>*</c> (every address).</summary>
    public string Url { get; set; } = "";

    /// <summary>What is served here, of <see cref="ListenerServiceNames.Words"/>. Nothing said: <c>wamp</c>.</summary>
    public string[] Serves { get; set; } = [];

    /// <summary>Where WebSocket clients connect.</summary>
    public string Path { get; set; } = "/ws";

    /// <summary>Below which long-poll clients send their requests.</summary>
    public string LongPollPath { get; set; } = "/lp";

    /// <summary>Whether all who come here are passed on by a reverse proxy: nobody is then on this machine, and pages of the name that the proxy is asked for are the router's own.</summary>
    public bool BehindProxy { get; set; }

    /// <summary>The certificate of an <c>https</c> listener.</summary>
    public CertificateOptions? Certificate { get; set; }

    /// <summary><see cref="Serves"/>, understood.</summary>
    internal ListenerServices Services => ListenerServiceNames.Parse(Serves);

    /// <summary>Whether WAMP is served here, by any transport.</summary>
    internal bool ServesWamp => Serve(ListenerServices.Wamp);

    /// <summary>Whether WAMP is served here as pages speak it: with it comes the page to try the router with.</summary>
    internal bool ServesPages => Serve(ListenerServices.WebSocket | ListenerServices.LongPoll);

    /// <summary>Whether any of these is served here.</summary>
    internal bool Serve(ListenerServices any) => (Services & any) != ListenerServices.None;

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
