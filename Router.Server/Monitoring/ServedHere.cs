using WampRouter.Server.Configuration;

namespace WampRouter.Server.Monitoring;

/// <summary>What the listener serves that a connection has come to. Immutable.</summary>
/// <param name="services">What it serves.</param>
internal sealed class ServedHere(ListenerServices services)
{
    private readonly string _refusal = Describe(services);

    /// <summary>Whether a request is for something that is served here, and asks for it in a way that is understood.</summary>
    public bool IsTaken(HttpRequest request) => Has(request) && IsMethodOf(request);

    /// <summary>Answers why it is not; a client that came for WAMP is told that it is the wrong address.</summary>
    public Task RefuseAsync(HttpContext context)
    {
        var isHere = Has(context.Request);
        context.Response.StatusCode = isHere ? StatusCodes.Status405MethodNotAllowed : StatusCodes.Status404NotFound;
        if (isHere)
        {
            context.Response.Headers.Allow = "GET, HEAD";
        }

        context.Response.ContentType = "text/plain; charset=utf-8";
        return context.Response.WriteAsync(isHere ? "This is read with GET or HEAD.\n" : _refusal);
    }

    private bool Has(HttpRequest request) => services.HasFlag(ListenerServiceNames.OwnerOf(request.Path.Value ?? ""));

    /// <summary>What is only read; WAMP has its own methods, and says so itself.</summary>
    private static bool IsMethodOf(HttpRequest request) =>
        ListenerServiceNames.OwnerOf(request.Path.Value ?? "") == ListenerServices.Wamp || HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method);

    private static string Describe(ListenerServices services)
    {
        var paths = string.Join(", ", ListenerServiceNames.PathsOf(services));
        return !services.HasFlag(ListenerServices.Wamp) ? $"This listener does not serve WAMP. It serves {paths} (WampRouter:Listeners, Serves).\n"
            : paths.Length > 0 ? $"Beside WAMP this listener serves {paths} (WampRouter:Listeners, Serves).\n"
            : "This listener serves WAMP only (WampRouter:Listeners, Serves).\n";
    }
}
