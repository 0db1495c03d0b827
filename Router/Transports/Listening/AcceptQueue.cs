using System.Net;
using System.Threading.Channels;
using Microsoft.AspNetCore.Connections;

namespace WampRouter.Transports.Listening;

/// <summary>
/// What the server takes for one address to listen at, for as long as it runs: connections that were accepted elsewhere, by listeners that come and go meanwhile. The server itself ends the connections
/// of an address that it no longer listens at; so it is never asked to.
/// </summary>
/// <param name="name">What the server calls it.</param>
internal sealed class AcceptQueue(string name) : EndPoint, IConnectionListener
{
    /// <summary>The server takes them faster than they come; beyond it the system's backlog keeps them.</summary>
    private const int MostWaiting = 16;

    private readonly Channel<ConnectionContext> _accepted = Channel.CreateBounded<ConnectionContext>(new BoundedChannelOptions(MostWaiting) { SingleReader = true });

    EndPoint IConnectionListener.EndPoint => this;

    /// <summary>Hands an accepted connection to the server, and waits while that has too many. Once the server is going down the connection is dropped. Any thread.</summary>
    public async ValueTask PassOnAsync(ConnectionContext connection)
    {
        try
        {
            await _accepted.Writer.WriteAsync(connection).ConfigureAwait(false);
        }
        catch (ChannelClosedException)
        {
            await DropAsync(connection).ConfigureAwait(false);
        }
    }

    /// <inheritdoc />
    public async ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken = default)
    {
        try
        {
            return await _accepted.Reader.ReadAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (ChannelClosedException)
        {
            return null;
        }
    }

    /// <inheritdoc />
    public ValueTask UnbindAsync(CancellationToken cancellationToken = default)
    {
        _accepted.Writer.TryComplete();
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        _accepted.Writer.TryComplete();
        while (_accepted.Reader.TryRead(out var connection))
        {
            await DropAsync(connection).ConfigureAwait(false);
        }
    }

    /// <inheritdoc />
    public override string ToString() => name;

    private static ValueTask DropAsync(ConnectionContext connection)
    {
        connection.Abort();
        return connection.DisposeAsync();
    }
}

/// <summary>Has the server listen at <see cref="AcceptQueue"/>s.</summary>
internal sealed class AcceptQueueFactory : IConnectionListenerFactory, IConnectionListenerFactorySelector
{
    /// <inheritdoc />
    public bool CanBind(EndPoint endpoint) => endpoint is AcceptQueue;

    /// <inheritdoc />
    public ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default) => ValueTask.FromResult<IConnectionListener>((AcceptQueue)endpoint);
}
