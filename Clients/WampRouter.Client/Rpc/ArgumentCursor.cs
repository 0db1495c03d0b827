namespace WampRouter.Client.Rpc;

/// <summary>Fills the parameters of a typed procedure, one after the other.</summary>
internal struct ArgumentCursor(WampInvocation invocation)
{
    private int _next;
    private bool _takesAll;     // a parameter has the whole call, so whoever wrote the procedure looks at the rest there

    public static Task<WampPayload?> Answer<TResult>(TResult result) =>
        result is Task unfinished && typeof(TResult) == typeof(Task) ? AfterAsync(unfinished) : Task.FromResult(Payload(result));

    public static WampPayload? Payload<TResult>(TResult result) => result switch
    {
        WampPayload payload => payload,
        null when typeof(TResult) == typeof(WampPayload) => null,
        WampArguments arguments => arguments,
        _ => [result],
    };

    public T Next<T>()
    {
        if (typeof(T) == typeof(CancellationToken))
        {
            return (T)(object)invocation.CancellationToken;
        }

        if (typeof(T) == typeof(WampInvocation) || typeof(T) == typeof(WampArguments))
        {
            _takesAll = true;
            return typeof(T) == typeof(WampInvocation) ? (T)(object)invocation : (T)(object)invocation.Arguments;
        }

        return invocation.Arguments.Get<T>(_next++);
    }

    /// <summary>As <see cref="Next"/>, for the last parameter: there may be no more arguments, where the procedure wants it so.</summary>
    public T Last<T>()
    {
        var last = Next<T>();
        End();
        return last;
    }

    /// <summary>There are no more parameters.</summary>
    public readonly void End()
    {
        if (invocation.RefusesExtraArguments && !_takesAll)
        {
            invocation.Arguments.ThrowIfMore(_next, []);
        }
    }

    private static async Task<WampPayload?> AfterAsync(Task unfinished)
    {
        await unfinished.ConfigureAwait(false);
        return null;
    }
}
