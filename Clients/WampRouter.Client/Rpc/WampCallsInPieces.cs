using WampRouter.Client.Rpc;

namespace WampRouter.Client;

/// <summary>
/// Calls whose arguments come in pieces, such as an upload or a stream (spec: "Progressive Call Invocations"): every piece is sent as soon as it is there. With
/// <c>CallProgressivelyAsync</c> results come back meanwhile. The procedure reads the pieces with <see cref="WampInvocation.ReadPiecesAsync"/>.
/// </summary>
public static class WampCallsInPieces
{
    /// <summary>Calls a procedure with arguments in pieces.</summary>
    /// <param name="client">The client that calls.</param>
    /// <param name="procedure">Its URI.</param>
    /// <param name="pieces">The pieces. Its token is canceled when the call ends; what it throws cancels the call and ends it.</param>
    /// <param name="options">How to call, and how long to wait from the first piece on.</param>
    /// <param name="cancellationToken">Cancels the call at the router and ends it with <see cref="OperationCanceledException"/>.</param>
    /// <returns>All arguments of the result.</returns>
    /// <exception cref="WampException">The procedure failed, or the router refused.</exception>
    public static Task<WampArguments> CallAsync(
        this WampClient client, string procedure, IAsyncEnumerable<WampPayload> pieces, WampCallOptions? options = null, CancellationToken cancellationToken = default)
    {
        ThrowIfIncomplete(client, procedure, pieces);
        return client.Caller.CallInPiecesAsync(procedure, pieces, options, cancellationToken);
    }

    /// <summary>Calls a procedure with arguments in pieces and reads the first argument of its result.</summary>
    /// <typeparam name="T">What to read the result as; a result without arguments is the default of a type that has null, and an error otherwise.</typeparam>
    /// <param name="client">The client that calls.</param>
    /// <param name="procedure">Its URI.</param>
    /// <param name="pieces">The pieces. Its token is canceled when the call ends; what it throws cancels the call and ends it.</param>
    /// <param name="options">How to call, and how long to wait from the first piece on.</param>
    /// <param name="cancellationToken">Cancels the call at the router and ends it with <see cref="OperationCanceledException"/>.</param>
    /// <returns>The result.</returns>
    /// <exception cref="WampException">The procedure failed, the router refused, or the result is not a <typeparamref name="T"/>.</exception>
    public static async Task<T> CallAsync<T>(
        this WampClient client, string procedure, IAsyncEnumerable<WampPayload> pieces, WampCallOptions? options = null, CancellationToken cancellationToken = default) =>
        (await client.CallAsync(procedure, pieces, options, cancellationToken).ConfigureAwait(false)).AsResult<T>();

    /// <summary>Calls a procedure with arguments in pieces and yields its results as they come: a stream both ways. Ending the enumeration early cancels the call.</summary>
    /// <param name="client">The client that calls.</param>
    /// <param name="procedure">Its URI.</param>
    /// <param name="pieces">The pieces. Its token is canceled when the call ends; what it throws cancels the call and ends the results.</param>
    /// <param name="options">How to call, how long to wait for the end, and how many results may wait for the reader.</param>
    /// <param name="cancellationToken">Cancels the call at the router and ends the enumeration with <see cref="OperationCanceledException"/>.</param>
    /// <returns>The results; the call is made when they are enumerated. A <see cref="WampException"/> ends them if the call fails.</returns>
    public static IAsyncEnumerable<WampArguments> CallProgressivelyAsync(
        this WampClient client, string procedure, IAsyncEnumerable<WampPayload> pieces, WampCallOptions? options = null, CancellationToken cancellationToken = default)
    {
        ThrowIfIncomplete(client, procedure, pieces);
        return client.Caller.CallProgressivelyAsync(procedure, CallArguments.InPieces(pieces), options, cancellationToken);
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
        this WampClient client, string procedure, IAsyncEnumerable<WampPayload> pieces, WampCallOptions? options = null, CancellationToken cancellationToken = default) =>
        FirstArguments.ReadAsync<T>(client.CallProgressivelyAsync(procedure, pieces, options, cancellationToken), cancellationToken);

    private static void ThrowIfIncomplete(WampClient client, string procedure, IAsyncEnumerable<WampPayload> pieces)
    {
        ArgumentNullException.ThrowIfNull(client);
        Uris.ThrowIfInvalid(procedure);
        ArgumentNullException.ThrowIfNull(pieces);
    }
}
