namespace WampRouter.Client.Rpc;

/// <summary>Where an invocation came from that no router has sent: its progress goes to whoever made it.</summary>
internal sealed class DetachedInvocation(Action<WampPayload>? onProgress) : IInvocationOwner
{
    public Task RunAsync(WampInvocation invocation, Func<WampInvocation, Task<WampPayload?>> procedure) => procedure(invocation);

    public ValueTask ReportAsync(WampInvocation invocation, WampPayload result, CancellationToken cancellationToken)
    {
        onProgress?.Invoke(result);
        return ValueTask.CompletedTask;
    }
}
