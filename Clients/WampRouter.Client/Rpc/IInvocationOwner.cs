namespace WampRouter.Client.Rpc;

/// <summary>Where an invocation came from, and where its answers go.</summary>
internal interface IInvocationOwner
{
    /// <summary>Runs the procedure and answers. Never throws.</summary>
    Task RunAsync(WampInvocation invocation, Func<WampInvocation, Task<WampPayload?>> procedure);

    /// <summary>Sends a result before the last.</summary>
    ValueTask ReportAsync(WampInvocation invocation, WampPayload result, CancellationToken cancellationToken);
}
