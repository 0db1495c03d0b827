using System.Runtime.CompilerServices;
using WampRouter.Client.Rpc;

namespace WampRouter.Client;

/// <summary>Calls whose result is one value: <c>await client.CallAsync&lt;int&gt;("com.example.add", [2, 3])</c>.</summary>
public static class WampTypedCalls
{
    /// <summary>Calls a procedure and reads the first argument of its result.</summary>
    /// <typeparam name="T">What to read the result as; a result without arguments is the default of a type that has null, and an error otherwise.</typeparam>
    /// <param name="client">The client that calls.</param>
    /// <param name="procedure">Its URI.</param>
    /// <param name="arguments">What to call it with, such as <c>[2, 3]</c>.</param>
    /// <param name="options">How to call, and how long to wait.</param>
    /// <param name="cancellationToken">Cancels the call at the router and ends it with <see cref="OperationCanceledException"/>.</param>
    /// <returns>The result.</returns>
    /// <exception cref="WampException">The procedure failed, or the router refused.</exception>
    /// <exception cref="WampSerializationException">The procedure answered, and the result is not a <typeparamref name="T"/>.</exception>
    [OverloadResolutionPriority(1)]     // CallAsync<T>("…", null) means no arguments
    public static async Task<T> CallAsync<T>(
        this IWampClient client, string procedure, WampPayload? arguments = null, WampCallOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(client);
        return (await client.CallAsync(procedure, arguments, options, cancellationToken).ConfigureAwait(false)).AsResult<T>();
    }

    /// <summary>Calls a procedure with arguments in pieces and reads the first argument of its result.</summary>
    /// <typeparam name="T">What to read the result as; a result without arguments is the default of a type that has null, and an error otherwise.</typeparam>
    /// <param name="client">The client that calls.</param>
    /// <param name="procedure">Its URI.</param>
    /// <param name="pieces">The pieces. Its token is canceled when the call ends; what it throws cancels the call and ends it.</param>
    /// <param name="options">How to call, and how long to wait from the first piece on.</param>
    /// <param name="cancellationToken">Cancels the call at the router and ends it with <see cref="OperationCanceledException"/>.</param>
    /// <returns>The result.</returns>
    /// <exception cref="WampException">The procedure failed, or the router refused.</exception>
    /// <exception cref="WampSerializationException">The procedure answered, and the result is not a <typeparamref name="T"/>.</exception>
    public static async Task<T> CallAsync<T>(
        this IWampClient client, string procedure, IAsyncEnumerable<WampPayload> pieces, WampCallOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(client);
        return (await client.CallAsync(procedure, pieces, options, cancellationToken).ConfigureAwait(false)).AsResult<T>();
    }

    /// <summary>Calls a procedure and yields the first argument of each of its results; a result without arguments only ends them.</summary>
    /// <typeparam name="T">What to read each result as.</typeparam>
    /// <param name="client">The client that calls.</param>
    /// <param name="procedure">Its URI.</param>
    /// <param name="arguments">What to call it with.</param>
    /// <param name="options">How to call, how long to wait for the end, and how many results may wait for the reader.</param>
    /// <param name="cancellationToken">Cancels the call at the router and ends the enumeration with <see cref="OperationCanceledException"/>.</param>
    /// <returns>The results; the call is made when they are enumerated. A <see cref="WampException"/> ends them if the call fails.</returns>
    [OverloadResolutionPriority(1)]
    public static IAsyncEnumerable<T> CallProgressivelyAsync<T>(
        this IWampClient client, string procedure, WampPayload? arguments = null, WampCallOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(client);
        return FirstArguments.ReadAsync<T>(client.CallProgressivelyAsync(procedure, arguments, options, cancellationToken), cancellationToken);
    }

    /// <summary>Calls a procedure with arguments in pieces and yields the first argument of each of its results; a result without arguments only ends them.</summary>
    /// <typeparam name="T">What to read each result as.</typeparam>
    /// <param name="client">The client that calls.</param>
    /// <param name="procedure">Its URI.</param>
    /// <param name="pieces">The pieces. Its token is canceled when the call ends; what it throws cancels the call and ends the results.</param>
    /// <param name="options">How to call, how long to wait for the end, and how many results may wait for the reader.</param>
    /// <param name="cancellationToken">Cancels the call at the router and ends the enumeration with <see cref="OperationCanceledException"/>.</param>
    /// <returns>The results; the call is made when they are enumerated. A <see cref="WampException"/> ends them if the call fails.</returns>
    public static IAsyncEnumerable<T> CallProgressivelyAsync<T>(
        this IWampClient client, string procedure, IAsyncEnumerable<WampPayload> pieces, WampCallOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(client);
        return FirstArguments.ReadAsync<T>(client.CallProgressivelyAsync(procedure, pieces, options, cancellationToken), cancellationToken);
    }
}
