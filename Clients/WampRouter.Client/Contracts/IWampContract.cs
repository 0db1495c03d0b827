using System.Diagnostics.CodeAnalysis;

namespace WampRouter.Client;

/// <summary>
/// What the generator adds to an interface with <see cref="WampContractAttribute"/>. That it is there is seen by the compiler: an interface without it cannot be given to
/// <see cref="WampContracts"/>, and nothing is looked up when the application runs.
/// </summary>
/// <typeparam name="TContract">The interface itself.</typeparam>
public interface IWampContract<TContract>
    where TContract : class, IWampContract<TContract>
{
    /// <summary>What the interface's attributes say, as code.</summary>
    [SuppressMessage("Design", "CA1000", Justification = "A static member is what a type parameter can be asked for; nobody names the type to read it.")]
    static abstract WampContract<TContract> Contract { get; }
}
