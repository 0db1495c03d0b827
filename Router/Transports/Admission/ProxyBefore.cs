using System.Net;
using WampRouter.Sessions.Connections;

namespace WampRouter.Transports.Admission;

/// <summary>
/// What the settings of a listener say of the proxies that stand before it. A feature of the connections that come in there, for the HTTP pipeline. Nobody who comes through such a listener is on this machine:
/// a proxy that reports a loopback address means its own. Immutable; any thread.
/// </summary>
/// <param name="trusted">Who is believed.</param>
/// <param name="readsHeaders">Whether they say for whom they pass a request on by its headers. False where they say it with the PROXY protocol alone: headers are then the client's own words.</param>
internal sealed class ProxyBefore(TrustedProxies trusted, bool readsHeaders)
{
    /// <summary>Who is believed.</summary>
    public TrustedProxies Trusted { get; } = trusted;

    /// <summary>Whether headers are believed of anybody.</summary>
    public bool ReadsHeaders { get; } = readsHeaders;

    /// <summary>Whether the headers of a connection are believed.</summary>
    /// <param name="remote">Its other end; after the PROXY protocol the one that it names.</param>
    public bool Believes(EndPoint? remote) => ReadsHeaders && Trusted.Contains(remote);

    /// <summary>
    /// Whom limits by address count a connection for before it has said anything; null where that is not known: the address is a proxy's, or there is none.
    /// </summary>
    /// <param name="remote">The other end of the connection.</param>
    /// <param name="proxy">What the settings say of proxies before the listener; null: there is none.</param>
    public static AddressBlock? AddressOf(EndPoint? remote, ProxyBefore? proxy) =>
        remote is IPEndPoint ip && proxy?.Trusted.Contains(ip.Address) is not true ? AddressBlock.Of(ip.Address) : null;
}
