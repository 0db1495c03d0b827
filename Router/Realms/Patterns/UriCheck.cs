namespace WampRouter.Realms.Patterns;

/// <summary>The rule that URIs must satisfy (<c>rfc/text/basic/building_blocks.md</c> "URIs").</summary>
internal enum UriCheck : byte
{
    /// <summary>No whitespace, no <c>#</c>, no empty component.</summary>
    Loose,

    /// <summary>Components of lower-case letters, digits and underscores only.</summary>
    Strict,
}
