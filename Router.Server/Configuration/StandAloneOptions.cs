namespace WampRouter.Server.Configuration;

/// <summary>The settings of the router as a program: those of every router, and where it listens.</summary>
internal sealed class StandAloneOptions : WampRouterOptions
{
    /// <summary>Where the router listens. None: at <see cref="ListenerOptions.Default"/>.</summary>
    public IList<ListenerOptions> Listeners { get; set; } = [];

    /// <summary>Whether the router serves a page to try it with, at <c>/</c>.</summary>
    public bool WelcomePage { get; set; } = true;
}
