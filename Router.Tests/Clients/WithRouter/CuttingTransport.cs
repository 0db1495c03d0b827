using WampRouter.Client;

namespace WampRouter.Tests.Clients.WithRouter;

/// <summary>Connections that break after some messages, at any side of any of them; the choice is the seed's. Those after the first <c>cuts</c> stay whole.</summary>
internal sealed class CuttingTransport(IWampTransport inner, int seed, int cuts = int.MaxValue) : IWampTransport
{
    private readonly Random _random = new(seed);
    private int _connections;

    /// <summary>How many connections there were.</summary>
    public int Connections => Volatile.Read(ref _connections);

    /// <summary>No connection breaks from now on.</summary>
    public bool IsCalm { get; set; }

    public async ValueTask<IWampConnection> ConnectAsync(IReadOnlyList<string> subprotocols, CancellationToken cancellationToken)
    {
        var isWhole = Interlocked.Increment(ref _connections) > cuts;
        var connection = await inner.ConnectAsync(subprotocols, cancellationToken);
        if (isWhole)
        {
            return connection;
        }

        lock (_random)
        {
            return new Connection(this, connection, sends: _random.Next(1, 60), receives: _random.Next(1, 60), deliversLast: _random.Next(2) == 0);
        }
    }

    private sealed class Connection(CuttingTransport transport, IWampConnection inner, int sends, int receives, bool deliversLast) : IWampConnection
    {
        private int _sends = sends;
        private int _receives = receives;
        private volatile bool _isCut;

        public string Subprotocol => inner.Subprotocol;

        public async ValueTask SendAsync(ReadOnlyMemory<byte> message, bool endOfBatch, CancellationToken cancellationToken)
        {
            var isLast = IsLast(ref _sends);
            if (!isLast || deliversLast)
            {
                await inner.SendAsync(message, endOfBatch || isLast, cancellationToken);
            }

            ThrowIf(isLast);
        }

        public async ValueTask<ReadOnlyMemory<byte>?> ReceiveAsync(CancellationToken cancellationToken)
        {
            var message = await inner.ReceiveAsync(cancellationToken);
            ThrowIf(IsLast(ref _receives));
            return message;
        }

        public ValueTask DisposeAsync() => inner.DisposeAsync();

        private bool IsLast(ref int left) => !transport.IsCalm && (_isCut || Interlocked.Decrement(ref left) < 0);

        private void ThrowIf(bool isLast)
        {
            if (isLast)
            {
                _isCut = true;
                throw new IOException("cut");
            }
        }
    }
}
