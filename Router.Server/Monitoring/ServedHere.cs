using WampRouter.Server.Configuration;

namespace WampRouter.Server.Monitoring;

/// <summary>What the listener serves that a connection has come to. Immutable.</summary>
/// <param name="services">What it serves.</param>
internal sealed class ServedHere(ListenerServices services)
{
    private readonly string _refusal = Describe(services);

    /// <summary>Whether a request is for something that is served here, and asks for it in a way that is understood: what is only read is; WAMP has its own methods, and says so itself.</summary>
    public bool IsTaken(HttpRequest request) => ListenerServiceNames.OwnerOf(request.Path) is var owner && (services & owner) != ListenerServices.None
        && (owner == ListenerServices.Requests || HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method));

    /// <summary>Answers why it is not; a client that came for WAMP is told that it is the wrong address.</summary>
    public Task RefuseAsync(HttpContext context)
    {
        if ((services & ListenerServiceNames.OwnerOf(context.Request.Path)) == ListenerServices.None)
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return context.Response.WriteLineAsync(_refusal);
        }

        context.Response.StatusCode = StatusCodes.Status405MethodNotAllowed;
        context.Response.Headers.Allow = "GET, HEAD";
        return context.Response.WriteLineAsync("This is read with GET or HEAD.");
    }

    private static string Describe(ListenerServices services)
    {
        var paths = string.Join(", ", ListenerServiceNames.PathsOf(services));
        return (services & ListenerServices.Wamp) == ListenerServices.None ? $"This listener does not serve WAMP. It serves {paths} (WampRouter:Listeners, Serves)."
            : paths.Length > 0 ? $"Beside WAMP this listener serves {paths} (WampRouter:Listeners, Serves)."
            : (services & ListenerServices.Requests) == ListenerServices.None ? "This listener serves WAMP over RawSocket only (WampRouter:Listeners, Serves)."
            : "This listener serves WAMP only (WampRouter:Listeners, Serves).";
    }
}
