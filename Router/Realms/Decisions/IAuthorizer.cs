namespace WampRouter.Realms.Decisions;

/// <summary>Decides what no rule of a role covers (<c>rfc/text/advanced/authorization.md</c>). The session that asks waits for the answer, all others go on. Any thread, and many requests at once.</summary>
internal interface IAuthorizer
{
    /// <summary>Decides about one request. Whatever it throws counts as no decision: the request is refused.</summary>
    /// <param name="request">Who wants what.</param>
    /// <param name="cancellationToken">Canceled when nobody waits for the answer any more.</param>
    ValueTask<Decision> AuthorizeAsync(AuthorizationRequest request, CancellationToken cancellationToken);
}
