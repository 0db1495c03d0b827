namespace WampRouter.Client.Rpc;

/// <summary>Fills the parameters of a typed procedure, one after the other.</summary>
internal struct ArgumentCursor(WampInvocation invocation)
{
    private int _next;

    public static Task<WampPayload?> Answer<TResult>(TResult result) =>
        result is Task unfinished && typeof(TResult) == typeof(Task) ? AfterAsync(unfinished) : Task.FromResult(Payload(result));

    public static WampPayload? Payload<TResult>(TResult result) => result switch
    {
        WampPayload payload => payload,
        null when typeof(TResult) == typeof(WampPayload) => null,
        WampArguments arguments => arguments,
        _ => [result],
    };

    public T Next<T>() => this switch
    {
        _ when typeof(T) == typeof(WampInvocation) => (T)(object)invocation,
        _ when typeof(T) == typeof(WampArguments) => (T)(object)invocation.Arguments,
        _ when typeof(T) == typeof(CancellationToken) => (T)(object)invocation.CancellationToken,
        _ => invocation.Arguments.Get<T>(_next++),
    };

    private static async Task<WampPayload?> AfterAsync(Task unfinished)
    {
        await unfinished.ConfigureAwait(false);
        return null;
    }
}
