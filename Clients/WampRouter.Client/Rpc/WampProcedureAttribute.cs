namespace WampRouter.Client;

/// <summary>
/// Makes a public method a procedure when its object is registered with <see cref="WampServices"/>. Parameters are bound by
/// position, then by name; those of type <see cref="WampInvocation"/> and <see cref="CancellationToken"/> are filled in.
/// </summary>
/// <param name="procedure">The procedure's URI.</param>
[AttributeUsage(AttributeTargets.Method)]
public sealed class WampProcedureAttribute(string procedure) : Attribute
{
    /// <summary>The procedure's URI.</summary>
    public string Procedure { get; } = procedure;

    /// <summary>How many invocations run at once. Default 64.</summary>
    public int Concurrency { get; init; } = 64;

    /// <summary>Whether a call with more arguments than the method has parameters is refused: <see cref="WampRegisterOptions.RefuseExtraArguments"/>. Default <see langword="false"/>.</summary>
    public bool RefuseExtraArguments { get; init; }

    /// <summary>Whether others may register the procedure too. Default: single.</summary>
    public WampInvokePolicy Invoke { get; init; } = WampInvokePolicy.Single;
}
