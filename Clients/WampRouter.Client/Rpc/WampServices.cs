using System.Diagnostics.CodeAnalysis;
using WampRouter.Client.Rpc;

namespace WampRouter.Client;

/// <summary>Registers the procedures of an object by their attributes.</summary>
public static class WampServices
{
    /// <summary>Registers every public method of an object that has a <see cref="WampProcedureAttribute"/>: all of them, or none if one is refused.</summary>
    /// <typeparam name="TService">The object's type.</typeparam>
    /// <param name="client">The client that offers the procedures.</param>
    /// <param name="service">The object; its methods are called from several threads.</param>
    /// <param name="cancellationToken">Ends the wait for the router.</param>
    /// <returns>The registrations; dispose it to unregister them all.</returns>
    /// <exception cref="WampException">The router refused.</exception>
    [RequiresUnreferencedCode(AttributedProcedure.Reason)]
    [RequiresDynamicCode(AttributedProcedure.Reason)]
    public static async Task<WampService> RegisterServiceAsync<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicMethods)] TService>(
        this IWampClient client, TService service, CancellationToken cancellationToken = default)
        where TService : class
    {
        ArgumentNullException.ThrowIfNull(client);
        ArgumentNullException.ThrowIfNull(service);
        return await client.RegisterServiceAsync<TService>((_, call) => call(service), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>
    /// Registers every public method of a type that has a <see cref="WampProcedureAttribute"/>: all of them, or none if one is refused. The object is asked for at each call, so
    /// that it can come from a container, and live as long as the call.
    /// </summary>
    /// <typeparam name="TService">The object's type.</typeparam>
    /// <param name="client">The client that offers the procedures.</param>
    /// <param name="withService">Serves a call: gets the object, gives it to the function it is handed, and returns what that returns when the object is no longer needed.</param>
    /// <param name="cancellationToken">Ends the wait for the router.</param>
    /// <returns>The registrations; dispose it to unregister them all.</returns>
    /// <exception cref="WampException">The router refused.</exception>
    [RequiresUnreferencedCode(AttributedProcedure.Reason)]
    [RequiresDynamicCode(AttributedProcedure.Reason)]
    public static async Task<WampService> RegisterServiceAsync<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicMethods)] TService>(
        this IWampClient client, Func<WampInvocation, Func<TService, Task<WampPayload?>>, Task<WampPayload?>> withService, CancellationToken cancellationToken = default)
        where TService : class
    {
        ArgumentNullException.ThrowIfNull(client);
        ArgumentNullException.ThrowIfNull(withService);
        return new WampService(await AllOrNone.OfferAsync(AttributedProcedure.Of(typeof(TService)), procedure => client.RegisterAsync(
            procedure.Attribute.Procedure,
            invocation => withService(invocation, service => procedure.InvokeAsync(service, invocation)),
            new WampRegisterOptions
            {
                Concurrency = procedure.Attribute.Concurrency,
                Invoke = procedure.Attribute.Invoke,
                Match = procedure.Attribute.Match,
                DiscloseCaller = procedure.Attribute.DiscloseCaller,
                RefuseExtraArguments = procedure.Attribute.RefuseExtraArguments,
            },
            cancellationToken)).ConfigureAwait(false));
    }
}
