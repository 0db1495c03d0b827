using System.Diagnostics.CodeAnalysis;
using WampRouter.Client.Serialization;
using WampRouter.Wire;

namespace WampRouter.Client.Sessions;

/// <summary>
/// A session's way out: gives requests their ids, encodes messages in the order of those ids and sends them in batches. Whoever
/// adds a message to an idle outbox sends it; what others add meanwhile goes out as one batch after it. Any thread.
/// </summary>
/// <param name="connection">Where batches go.</param>
/// <param name="format">How messages are encoded.</param>
/// <param name="capacity">Bytes that may wait; beyond them <see cref="SendAsync"/> waits.</param>
/// <param name="failed">Told once when the connection can no longer send.</param>
internal sealed class Outbox(IWampConnection connection, WireFormat format, int capacity, Action<Exception> failed)
{
    private const ulong MaxRequest = 1UL << 53;

    private readonly Lock _order = new();       // innermost: nothing else is locked, awaited or called back under it
    private readonly MessageWriter _writer = new(new WireEncoding(format, Framing.WebSocket));
    private Batch _filling = new();
    private Batch _sending = new();
    private ulong _lastRequest;
    private bool _isDraining;
    private WampConnectionException? _closed;
    private TaskCompletionSource? _room;
    private TaskCompletionSource? _drained;

    /// <summary>Adds a message, waiting for room if too much is unsent.</summary>
    /// <param name="message">The message.</param>
    /// <param name="pending">What waits for the reply; knows its request id before the reply can come.</param>
    /// <param name="cancellationToken">Ends the wait; the message is then not sent.</param>
    /// <exception cref="WampConnectionException">The session has ended.</exception>
    public async ValueTask SendAsync<TMessage>(TMessage message, PendingRequest? pending, CancellationToken cancellationToken)
        where TMessage : struct, IOutbound
    {
        while (true)
        {
            Task room;
            lock (_order)
            {
                if (_closed is not null)
                {
                    throw _closed.Again();
                }

                if (_filling.Length < capacity)
                {
                    Append(message, pending);
                    break;
                }

                room = (_room ??= new(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
            }

            await room.WaitAsync(cancellationToken).ConfigureAwait(false);
        }

        Drain();
    }

    /// <summary>Adds a message that must not wait: an answer of the read loop, a CANCEL. Returns false when the session has ended.</summary>
    public bool TryPost<TMessage>(TMessage message)
        where TMessage : struct, IOutbound
    {
        lock (_order)
        {
            if (_closed is not null)
            {
                return false;
            }

            Append(message, pending: null);
        }

        Drain();
        return true;
    }

    /// <summary>Completes at once unless too much is unsent: how the read loop keeps a router that does not read from filling the memory with answers.</summary>
    public Task RoomAsync()
    {
        lock (_order)
        {
            return _closed is not null || _filling.Length < capacity
                ? Task.CompletedTask
                : (_room ??= new(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
        }
    }

    /// <summary>Takes no more messages, and completes when those it has are sent or cannot be.</summary>
    public Task CompleteAsync(WampConnectionException cause)
    {
        lock (_order)
        {
            _closed ??= cause;
            _room?.TrySetResult();
            return _isDraining ? (_drained ??= new(TaskCreationOptions.RunContinuationsAsynchronously)).Task : Task.CompletedTask;
        }
    }

    private void Append<TMessage>(TMessage message, PendingRequest? pending)
        where TMessage : struct, IOutbound
    {
        var request = TMessage.TakesRequestId ? (_lastRequest % MaxRequest) + 1 : _lastRequest;
        message.Write(_writer, request);
        _lastRequest = request;
        pending?.Assign(request);
        _filling.Add(_writer.Body);
    }

    private void Drain()
    {
        lock (_order)
        {
            if (_isDraining)
            {
                return;
            }

            _isDraining = true;
        }

        _ = DrainAsync();
    }

    private async Task DrainAsync()
    {
        try
        {
            while (TryTakeBatch() is { } batch)
            {
                await batch.SendAsync(connection).ConfigureAwait(false);
            }
        }
        catch (Exception e)
        {
            // Whatever a transport throws means the same: nothing can be sent any more.
            _ = CompleteAsync(WampConnectionException.NetworkFailure("The connection failed while sending.", e));
            Finish();
            failed(e);
        }
    }

    private Batch? TryTakeBatch()
    {
        lock (_order)
        {
            if (_filling.Length == 0)
            {
                Finish();
                return null;
            }

            (_filling, _sending) = (_sending, _filling);
            _room?.TrySetResult();
            _room = null;
            return _sending;
        }
    }

    private void Finish()
    {
        lock (_order)
        {
            _isDraining = false;
            _drained?.TrySetResult();
        }
    }

    /// <summary>Messages one after the other, and where each one ends.</summary>
    [SuppressMessage("Reliability", "CA1001", Justification = "Lives as long as the session; what a late sender may still hold must not go back to the pool.")]
    private sealed class Batch
    {
        private readonly PooledBuffer _bytes = new();
        private readonly List<int> _ends = [];

        public int Length => _bytes.Length;

        public void Add(ReadOnlySpan<byte> message)
        {
            message.CopyTo(_bytes.GetSpan(message.Length));
            _bytes.Advance(message.Length);
            _ends.Add(_bytes.Length);
        }

        public async ValueTask SendAsync(IWampConnection connection)
        {
            var start = 0;
            for (var i = 0; i < _ends.Count; i++)
            {
                await connection.SendAsync(_bytes.Written[start.._ends[i]], i == _ends.Count - 1, CancellationToken.None).ConfigureAwait(false);
                start = _ends[i];
            }

            _bytes.Clear();
            _ends.Clear();
        }
    }
}
