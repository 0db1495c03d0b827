using System.Runtime.CompilerServices;

namespace WampRouter.Client.Rpc;

/// <summary>Reads streams of arguments whose first one is all that matters.</summary>
internal static class FirstArguments
{
    /// <summary>The first argument of each; those without arguments are passed over.</summary>
    public static async IAsyncEnumerable<T> ReadAsync<T>(IAsyncEnumerable<WampArguments> all, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var arguments in all.WithCancellation(cancellationToken).ConfigureAwait(false))
        {
            if (arguments.Count > 0)
            {
                yield return arguments.Get<T>(0);
            }
        }
    }

    /// <summary>The one result of a call; none is the default of a type that has null.</summary>
    public static T AsResult<T>(this WampArguments result) => result.Count == 0 && default(T) is null ? default! : result.Get<T>(0);
}
