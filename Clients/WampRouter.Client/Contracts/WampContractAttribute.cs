namespace WampRouter.Client;

/// <summary>
/// Makes an interface a contract between clients: its methods are procedures (<see cref="WampProcedureAttribute"/>) and topics (<see cref="WampTopicAttribute"/>). The interface must
/// be <see langword="partial"/>; the generator that comes with this package writes the rest of it when it is compiled, without reflection.
/// <see cref="WampContracts"/> makes proxies of it, registers its procedures and subscribes to its topics.
/// </summary>
/// <param name="uriPrefix">What the URIs of all its methods begin with, without the dot behind it; empty: their attributes say them whole. A dot at its end is an error.</param>
[AttributeUsage(AttributeTargets.Interface, Inherited = false)]
public sealed class WampContractAttribute(string uriPrefix = "") : Attribute
{
    /// <summary>What the URIs of all its methods begin with, without the dot behind it.</summary>
    public string UriPrefix { get; } = uriPrefix;
}
