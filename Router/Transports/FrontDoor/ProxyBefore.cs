namespace WampRouter.Transports.FrontDoor;

/// <summary>A feature of connections that came in through a listener with a proxy before it.</summary>
internal sealed class ProxyBefore
{
    private ProxyBefore()
    {
    }

    /// <summary>There is nothing to tell apart.</summary>
    public static ProxyBefore It { get; } = new();
}
