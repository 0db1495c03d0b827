namespace WampRouter.Client;

/// <summary>A procedure of an interface. Made by the generator.</summary>
/// <typeparam name="TContract">The interface.</typeparam>
public sealed class WampContractProcedure<TContract>
    where TContract : class
{
    /// <summary>The procedure's URI, or a pattern if the options say so.</summary>
    public required string Procedure { get; init; }

    /// <summary>How to register it.</summary>
    public required WampRegisterOptions Options { get; init; }

    /// <summary>Calls the method of an object with the arguments of an invocation, and returns its answer.</summary>
    public required Func<TContract, WampInvocation, Task<WampPayload?>> Invoke { get; init; }
}
