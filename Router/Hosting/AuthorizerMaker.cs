namespace WampRouter.Hosting;

/// <summary>How the application decides what the rules of a realm leave open.</summary>
/// <param name="Service">The service that decides; null: a function of the application.</param>
/// <param name="Decide">Decides, with what the application's services have.</param>
internal sealed record AuthorizerMaker(TicketCheckService? Service, Func<IServiceProvider, WampAuthorizationRequest, CancellationToken, ValueTask<WampDecision>> Decide)
{
    /// <summary>The authorizer of a realm.</summary>
    public ApplicationAuthorizer With(IServiceProvider services, string realm) => new(realm, (request, cancellationToken) => Decide(services, request, cancellationToken));
}
