namespace WampRouter.Realms.Patterns;

/// <summary>How a rule's or a subscription's URI is compared (<c>rfc/text/advanced/pubsub_pattern_based_subscription.md</c>).</summary>
internal enum MatchPolicy : byte
{
    /// <summary>The whole URI, component by component.</summary>
    Exact,

    /// <summary>A plain string prefix.</summary>
    Prefix,

    /// <summary>Equal number of components; an empty component of the pattern matches any one.</summary>
    Wildcard,
}
