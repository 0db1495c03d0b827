namespace WampRouter.Client;

/// <summary>
/// Makes a method a procedure: one of a <see cref="WampContractAttribute"/> interface, or a public method of an object that is registered with
/// <see cref="WampServices.RegisterServiceAsync{TService}(IWampClient, TService, CancellationToken)"/>. Arguments are bound to parameters by position, then by name. Of the parameters those
/// of type <see cref="WampInvocation"/>, which only the callee gets, <see cref="WampCallOptions"/>, which only the caller gives, and <see cref="CancellationToken"/> are no arguments.
/// </summary>
/// <param name="procedure">The procedure's URI, or a pattern if <see cref="Match"/> says so.</param>
[AttributeUsage(AttributeTargets.Method)]
public sealed class WampProcedureAttribute(string procedure) : Attribute
{
    /// <summary>The procedure's URI or pattern.</summary>
    public string Procedure { get; } = procedure;

    /// <summary>How many invocations run at once. Default 64.</summary>
    public int Concurrency { get; init; } = 64;

    /// <summary>Whether a call with more arguments than the method has parameters is refused: <see cref="WampRegisterOptions.RefuseExtraArguments"/>. Default <see langword="false"/>.</summary>
    public bool RefuseExtraArguments { get; init; }

    /// <summary>Whether others may register the procedure too. Default: single.</summary>
    public WampInvokePolicy Invoke { get; init; } = WampInvokePolicy.Single;

    /// <summary>How the URI is compared with those of calls. A pattern can be registered, and a proxy cannot call it. Default: exact.</summary>
    public new WampMatch Match { get; init; } = WampMatch.Exact;

    /// <summary>Whether the router is to say who calls: <see cref="WampRegisterOptions.DiscloseCaller"/>. Default <see langword="false"/>.</summary>
    public bool DiscloseCaller { get; init; }

    /// <summary>Whether the items of a tuple that the method returns are arguments of the result, each on its own. Default <see langword="false"/>: the tuple is one argument, a list.</summary>
    public bool SpreadResult { get; init; }

    /// <summary>For the proxy of an interface: whether the procedure may learn who calls, <see cref="WampCallOptions.DiscloseMe"/>. Default <see langword="false"/>.</summary>
    public bool DiscloseMe { get; init; }

    /// <summary>For the proxy of an interface: how long to wait for the result, <see cref="WampCallOptions.Timeout"/>, in milliseconds. Default 0: as the proxy's options say.</summary>
    public int TimeoutMilliseconds { get; init; }
}
