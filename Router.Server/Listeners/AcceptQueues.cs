using WampRouter.Transports.Listening;

namespace WampRouter.Server.Listeners;

/// <summary>The two addresses that the server knows: by which way a connection comes in depends on whether its listener has TLS, and which listener that is it carries with it.</summary>
internal sealed class AcceptQueues
{
    /// <summary>Of listeners without TLS.</summary>
    public AcceptQueue Plain { get; } = new("wamprouter");

    /// <summary>Of listeners with TLS.</summary>
    public AcceptQueue Secure { get; } = new("wamprouter-tls");
}
