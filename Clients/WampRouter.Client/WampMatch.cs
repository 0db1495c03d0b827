namespace WampRouter.Client;

/// <summary>How a subscription's or registration's URI is compared with the URI of a publication or call.</summary>
public enum WampMatch
{
    /// <summary>The same URI.</summary>
    Exact,

    /// <summary>Every URI that begins with it.</summary>
    Prefix,

    /// <summary>Every URI with as many components; an empty one stands for any: <c>com.example..created</c>.</summary>
    Wildcard,
}
