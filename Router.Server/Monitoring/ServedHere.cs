using WampRouter.Server.Configuration;

namespace WampRouter.Server.Monitoring;

/// <summary>What the listener serves that a connection has come to. Immutable.</summary>
/// <param name="services">What it serves.</param>
internal sealed class ServedHere(ListenerServices services)
{
    private readonly string _refusal = Describe(services);

    /// <summary>Whether a path is served here.</summary>
    public bool Has(PathString path) => services.HasFlag(ListenerServiceNames.OwnerOf(path.Value ?? ""));

    /// <summary>Answers that it is not, and what is; a client that came for WAMP is told that it is the wrong address.</summary>
    public Task RefuseAsync(HttpContext context)
    {
        context.Response.StatusCode = StatusCodes.Status404NotFound;
        context.Response.ContentType = "text/plain; charset=utf-8";
        return context.Response.WriteAsync(_refusal);
    }

    private static string Describe(ListenerServices services)
    {
        var paths = string.Join(", ", ListenerServiceNames.PathsOf(services));
        return !services.HasFlag(ListenerServices.Wamp) ? $"This listener does not serve WAMP. It serves {paths} (WampRouter:Listeners, Serves).\n"
            : paths.Length > 0 ? $"Beside WAMP this listener serves {paths} (WampRouter:Listeners, Serves).\n"
            : "This listener serves WAMP only (WampRouter:Listeners, Serves).\n";
    }
}
