using System.Collections.Concurrent;
using WampRouter.Client;

namespace WampRouter.Tests.Doubles;

/// <summary>A transport with places where a test can step in: before a message is sent, behind one that came, and when the connection is lost.</summary>
internal sealed class SeamTransport(IWampTransport inner) : IWampTransport
{
    private readonly ConcurrentQueue<Connection> _connections = new();

    /// <summary>All connections, the first one first.</summary>
    public IReadOnlyList<Connection> Connections => [.. _connections];

    /// <summary>What to offer instead of what the client offers.</summary>
    public Func<IReadOnlyList<string>, IReadOnlyList<string>> Offer { get; set; } = offered => offered;

    /// <summary>Runs before each message is sent.</summary>
    public Func<Task> Sending { get; set; } = () => Task.CompletedTask;

    /// <summary>Runs when a message has come, before the client has it.</summary>
    public Func<Task> Received { get; set; } = () => Task.CompletedTask;

    public async ValueTask<IWampConnection> ConnectAsync(IReadOnlyList<string> subprotocols, CancellationToken cancellationToken)
    {
        var connection = new Connection(this, await inner.ConnectAsync(Offer(subprotocols), cancellationToken));
        _connections.Enqueue(connection);
        return connection;
    }

    internal sealed class Connection(SeamTransport transport, IWampConnection inner) : IWampConnection
    {
        private readonly TaskCompletionSource _lost = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private int _sent;

        public string Subprotocol => inner.Subprotocol;

        public bool IsDisposed { get; private set; }

        /// <summary>How many messages the client sent on it.</summary>
        public int Sent => Volatile.Read(ref _sent);

        /// <summary>The router closes it, but what the client sends is still taken.</summary>
        public void Lose() => _lost.TrySetResult();

        public async ValueTask SendAsync(ReadOnlyMemory<byte> message, bool endOfBatch, CancellationToken cancellationToken)
        {
            Interlocked.Increment(ref _sent);
            await transport.Sending();
            if (!_lost.Task.IsCompleted)
            {
                await inner.SendAsync(message, endOfBatch, cancellationToken);
            }
        }

        public async ValueTask<ReadOnlyMemory<byte>?> ReceiveAsync(CancellationToken cancellationToken)
        {
            var receiving = inner.ReceiveAsync(cancellationToken).AsTask();
            await Task.WhenAny(receiving, _lost.Task);
            if (_lost.Task.IsCompleted)
            {
                return null;
            }

            var message = await receiving;
            await transport.Received();
            return message;
        }

        public async ValueTask DisposeAsync()
        {
            IsDisposed = true;
            await inner.DisposeAsync();
        }
    }
}
