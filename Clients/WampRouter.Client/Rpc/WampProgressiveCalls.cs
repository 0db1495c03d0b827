using WampRouter.Client.Rpc;

namespace WampRouter.Client;

/// <summary>Calls whose results come in pieces: <c>await foreach (var line in client.CallProgressivelyAsync&lt;string&gt;("com.example.log"))</c>.</summary>
public static class WampProgressiveCalls
{
    /// <summary>Calls a procedure and yields all its results, the last one only if it has arguments. Ending the enumeration early cancels the call.</summary>
    /// <param name="client">The client that calls.</param>
    /// <param name="procedure">Its URI.</param>
    /// <param name="arguments">What to call it with.</param>
    /// <param name="options">How to call, how long to wait for the end, and how many results may wait for the reader.</param>
    /// <param name="cancellationToken">Cancels the call at the router and ends the enumeration with <see cref="OperationCanceledException"/>.</param>
    /// <returns>The results; the call is made when they are enumerated. A <see cref="WampException"/> ends them if the call fails.</returns>
    public static IAsyncEnumerable<WampArguments> CallProgressivelyAsync(
        this WampClient client, string procedure, WampPayload? arguments = null, WampCallOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(client);
        Uris.ThrowIfInvalid(procedure);
        return client.Caller.CallProgressivelyAsync(procedure, CallArguments.AtOnce(arguments), options, cancellationToken);
    }

    /// <summary>Calls a procedure and yields the first argument of each of its results; a result without arguments only ends them.</summary>
    /// <typeparam name="T">What to read each result as.</typeparam>
    /// <param name="client">The client that calls.</param>
    /// <param name="procedure">Its URI.</param>
    /// <param name="arguments">What to call it with.</param>
    /// <param name="options">How to call, how long to wait for the end, and how many results may wait for the reader.</param>
    /// <param name="cancellationToken">Cancels the call at the router and ends the enumeration with <see cref="OperationCanceledException"/>.</param>
    /// <returns>The results; the call is made when they are enumerated. A <see cref="WampException"/> ends them if the call fails.</returns>
    public static IAsyncEnumerable<T> CallProgressivelyAsync<T>(
        this WampClient client, string procedure, WampPayload? arguments = null, WampCallOptions? options = null, CancellationToken cancellationToken = default) =>
        FirstArguments.ReadAsync<T>(client.CallProgressivelyAsync(procedure, arguments, options, cancellationToken), cancellationToken);
}
