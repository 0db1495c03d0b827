using System.Net;

namespace WampRouter.Transports.ProxyProtocol;

/// <summary>What a header of the PROXY protocol says.</summary>
/// <param name="Source">Where the client is; null: the proxy means itself (a health check), or says nothing that is an address.</param>
internal readonly record struct ProxyHeader(IPEndPoint? Source);

/// <summary>What the first bytes of a connection are to somebody who expects a header of the PROXY protocol.</summary>
internal enum HeaderVerdict
{
    /// <summary>Right so far, and not whole.</summary>
    NeedMore,

    /// <summary>A whole header.</summary>
    Whole,

    /// <summary>Not a header, or a broken one.</summary>
    Broken,
}
