namespace WampRouter.Realms.Dealer;

/// <summary>REGISTER.Options.invoke: which of several callees of one procedure serves a call (<c>rfc/text/advanced/rpc_shared_registration.md</c>).</summary>
internal enum InvocationPolicy : byte
{
    /// <summary>There is only one callee.</summary>
    Single,

    /// <summary>Each in turn, in the order of registration.</summary>
    RoundRobin,

    /// <summary>Any, with equal probability.</summary>
    Random,

    /// <summary>The one that registered first.</summary>
    First,

    /// <summary>The one that registered last.</summary>
    Last,
}
