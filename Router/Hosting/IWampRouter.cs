namespace WampRouter;

/// <summary>
/// A router that the application hosts, as a service: injected as it is, or by the router's name (<c>[FromKeyedServices("blue")] IWampRouter</c>) where it has one. Any thread.
/// </summary>
public interface IWampRouter
{
    /// <summary>The names of its realms now, in their order.</summary>
    IReadOnlyList<string> Realms { get; }

    /// <summary>
    /// Reads the configuration again, and puts what is different into effect while sessions stay: all of it, or nothing. The next message of a session is judged by the new permissions and limits.
    /// Subscriptions and registrations that are no longer allowed are revoked; a session that could not join any more, because its user, role, method or realm is gone, gets GOODBYE.
    /// New realms can be joined, removed ones are closed. Other settings of sessions and connections hold at once or for those who connect from then on, and nobody is dropped for a lower limit. The log says the same as
    /// the result.
    /// </summary>
    /// <param name="cancellationToken">Ends the waiting; a reload that has begun is finished.</param>
    /// <returns>What is different.</returns>
    /// <exception cref="WampRouterConfigurationException">The configuration has mistakes, and everything stays as it was.</exception>
    /// <exception cref="OperationCanceledException">The router is shutting down, and nothing was done; or <paramref name="cancellationToken"/> has ended the waiting.</exception>
    Task<WampReload> ReloadAsync(CancellationToken cancellationToken = default);
}

/// <summary>What <see cref="IWampRouter.ReloadAsync"/> has found.</summary>
public sealed class WampReload
{
    internal WampReload(IReadOnlyList<string> changes, IReadOnlyList<string> needRestart) => (Changes, NeedRestart) = (changes, needRestart);

    /// <summary>What is in effect now, one sentence for each; empty: nothing is different.</summary>
    public IReadOnlyList<string> Changes { get; }

    /// <summary>What is different and takes effect with the next start of the router.</summary>
    public IReadOnlyList<string> NeedRestart { get; }
}
