namespace WampRouter.Realms.Patterns;

/// <summary>How a rule's or a subscription's URI is compared (<c>rfc/text/advanced/pubsub_pattern_based_subscription.md</c>).</summary>
internal enum MatchPolicy : byte
{
    /// <summary>The whole URI must be equal.</summary>
    Exact,

    /// <summary>A plain string prefix.</summary>
    Prefix,

    /// <summary>The number of components must be equal; an empty component of the pattern matches any component.</summary>
    Wildcard,
}
