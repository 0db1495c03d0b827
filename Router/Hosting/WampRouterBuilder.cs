namespace WampRouter;

/// <summary>A router that is being added to an application: what belongs to it is added to this. Not for several threads.</summary>
public sealed class WampRouterBuilder
{
    internal WampRouterBuilder(IServiceCollection services) => Services = services;

    /// <summary>The application's services.</summary>
    public IServiceCollection Services { get; }
}
