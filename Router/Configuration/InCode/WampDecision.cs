using WampRouter.Realms.Decisions;

namespace WampRouter;

/// <summary>What an <see cref="IWampAuthorizer"/> decides. Immutable.</summary>
public sealed class WampDecision
{
    private WampDecision(Decision value) => Value = value;

    internal Decision Value { get; }

    /// <summary>Allows the request.</summary>
    /// <param name="disclose">Whether receivers are told who calls or publishes, even if the client does not ask for it.</param>
    /// <param name="cache">
    /// Whether the answer is remembered: for the same action and URI, for all sessions with the same authid, authrole and authprovider, whatever their options, until the configuration of the realm changes. How
    /// many are remembered is <c>authorizer.maxCached</c> of the realm.
    /// </param>
    /// <returns>The decision.</returns>
    public static WampDecision Allow(bool disclose = false, bool cache = false) => new(new Decision(IsAllowed: true, disclose, cache));

    /// <summary>Refuses the request, with <c>wamp.error.not_authorized</c>.</summary>
    /// <param name="cache">As for <see cref="Allow"/>.</param>
    /// <returns>The decision.</returns>
    public static WampDecision Deny(bool cache = false) => new(new Decision(IsAllowed: false, IsCached: cache));
}
