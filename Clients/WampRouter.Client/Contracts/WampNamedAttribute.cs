namespace WampRouter.Client;

/// <summary>
/// Makes a parameter of a <see cref="WampContractAttribute"/> interface a named argument (<c>ArgumentsKw</c>). The others are positional, in their order.
/// </summary>
/// <param name="name">Its name on the wire. Default: the parameter's.</param>
[AttributeUsage(AttributeTargets.Parameter)]
public sealed class WampNamedAttribute(string? name = null) : Attribute
{
    /// <summary>Its name on the wire; <see langword="null"/>: the parameter's.</summary>
    public string? Name { get; } = name;
}
