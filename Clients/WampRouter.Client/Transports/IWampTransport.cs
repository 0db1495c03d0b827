namespace WampRouter.Client;

/// <summary>A way to reach a router. One instance makes every connection of a client, the first and those after a loss.</summary>
public interface IWampTransport
{
    /// <summary>Opens a connection.</summary>
    /// <param name="subprotocols">What the client speaks, such as <c>wamp.2.json</c>, the preferred one first.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <returns>The open connection; the caller disposes it.</returns>
    ValueTask<IWampConnection> ConnectAsync(IReadOnlyList<string> subprotocols, CancellationToken cancellationToken);
}

/// <summary>
/// One open connection that carries whole WAMP messages. There is one sender and one receiver at a time, each on any thread;
/// sending and receiving overlap.
/// </summary>
public interface IWampConnection : IAsyncDisposable
{
    /// <summary>The subprotocol both sides agreed on: one of those offered.</summary>
    string Subprotocol { get; }

    /// <summary>The most bytes of a message it carries; <see langword="null"/>: any number.</summary>
    long? MaxMessageBytes => null;

    /// <summary>Sends one message.</summary>
    /// <param name="message">The message; borrowed until the task completes.</param>
    /// <param name="endOfBatch"><see langword="false"/> when another message follows at once, so that flushing can wait for it.</param>
    /// <param name="cancellationToken">Ends the wait for a stalled peer; the connection is then of no more use.</param>
    /// <returns>A task that completes when the connection can take the next message.</returns>
    ValueTask SendAsync(ReadOnlyMemory<byte> message, bool endOfBatch, CancellationToken cancellationToken);

    /// <summary>Receives the next message.</summary>
    /// <param name="cancellationToken">Ends the wait; the connection is then of no more use.</param>
    /// <returns>The message, valid until the next call; <see langword="null"/> when the peer closed the connection.</returns>
    ValueTask<ReadOnlyMemory<byte>?> ReceiveAsync(CancellationToken cancellationToken);
}
