namespace WampRouter;

/// <summary>
/// Decides, for an application, what the rules of a realm's roles leave open: it is asked where no rule of a session's role covers the URI. What a rule covers is decided by that rule alone.
/// <see cref="WampRouterBuilder.UseAuthorizer{TAuthorizer}"/> gives a realm one. Each decision has an instance of its own, in a scope of its own. Many are asked for at once, on any thread.
/// </summary>
public interface IWampAuthorizer
{
    /// <summary>Decides about one request. The session that makes it waits, and its later messages with it; all others go on. Whatever is thrown is logged, and the request refused.</summary>
    /// <param name="request">Who wants what.</param>
    /// <param name="cancellationToken">Canceled when nobody waits any more: the time for it (<c>authorizer.timeoutSeconds</c> of the realm) is over, or the session has ended.</param>
    /// <returns>What becomes of it.</returns>
    ValueTask<WampDecision> AuthorizeAsync(WampAuthorizationRequest request, CancellationToken cancellationToken);
}
