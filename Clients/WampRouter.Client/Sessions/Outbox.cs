using WampRouter.Wire;

namespace WampRouter.Client.Sessions;

/// <summary>
/// A session's way out: gives requests their ids, encodes messages in the order of those ids and sends them in batches. Whoever
/// adds a message to an idle outbox sends it; what others add meanwhile goes out as one batch after it. Any thread.
/// </summary>
/// <param name="connection">Where batches go.</param>
/// <param name="format">How messages are encoded.</param>
/// <param name="terms">What the router takes.</param>
/// <param name="capacity">Bytes that may wait; beyond them <see cref="SendAsync"/> waits.</param>
/// <param name="sent">Keeps what was sent for another connection; null: the first connection is the only one.</param>
/// <param name="failed">Told once for each connection that can no longer send.</param>
internal sealed class Outbox(IWampConnection connection, WireFormat format, RouterTerms terms, int capacity, SentMessages? sent, Action<Exception> failed)
{
    private const ulong MaxRequest = 1UL << 53;

    /// <summary>What an upload may keep waiting: whatever else is sent meanwhile comes behind it.</summary>
    private const int BulkBytes = 64 * 1024;

    private readonly Lock _order = new();       // innermost: nothing else is locked, awaited or called back under it
    private readonly MessageWriter _writer = new(new WireEncoding(format, Framing.WebSocket));
    private IWampConnection? _connection = connection;      // null: suspended
    private RouterTerms _terms = terms;
    private OutgoingBatch _filling = new();
    private OutgoingBatch _sending = new();
    private ulong _lastRequest;
    private int _fillingUnanswered;
    private int _sendingUnanswered;
    private bool _isDraining;
    private WampConnectionException? _closed;
    private TaskCompletionSource? _room;
    private TaskCompletionSource? _drained;

    /// <summary>Adds a message, waiting for room if too much is unsent.</summary>
    /// <param name="message">The message.</param>
    /// <param name="pending">What waits for the reply; knows its request id before the reply can come.</param>
    /// <param name="cancellationToken">Ends the wait; the message is then not sent.</param>
    /// <param name="isBulk">Whether there are many more like it, so that it waits for room earlier than others.</param>
    /// <exception cref="WampConnectionException">The session has ended.</exception>
    /// <exception cref="WampException">The message is larger than the router takes.</exception>
    /// <exception cref="NotSupportedException">The router does not have what the message asks for.</exception>
    /// <exception cref="WampSerializationException">The connection's format cannot say the message's arguments.</exception>
    public async ValueTask SendAsync<TMessage>(TMessage message, PendingRequest? pending, CancellationToken cancellationToken, bool isBulk = false)
        where TMessage : struct, IOutbound
    {
        var room = isBulk ? Math.Min(BulkBytes, capacity) : capacity;
        while (true)
        {
            Task hasRoom;
            lock (_order)
            {
                if (_closed is not null)
                {
                    throw _closed.Again();
                }

                if (_filling.Length < room)
                {
                    Append(message, pending);
                    break;
                }

                hasRoom = RoomLocked();
            }

            await hasRoom.WaitAsync(cancellationToken).ConfigureAwait(false);
        }

        Drain();
    }

    /// <summary>How many requests that nobody waits for an answer to, so events that were published, are not known to have left.</summary>
    public int UnsentUnanswered
    {
        get
        {
            lock (_order)
            {
                return _fillingUnanswered + _sendingUnanswered;
            }
        }
    }

    /// <summary>Whether a request with this id was made.</summary>
    public bool HasSent(ulong request)
    {
        lock (_order)
        {
            return request != 0 && request <= _lastRequest;
        }
    }

    /// <summary>Whether the router announced a feature.</summary>
    public bool Knows(RouterFeatures feature)
    {
        lock (_order)
        {
            return (_terms.Features & feature) == feature;
        }
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
            return _closed is not null || _filling.Length < capacity ? Task.CompletedTask : RoomLocked();
        }
    }

    /// <summary>Takes no more messages, and completes when those it has are sent or cannot be.</summary>
    public Task CompleteAsync(WampConnectionException cause)
    {
        lock (_order)
        {
            _closed ??= cause;
            _room?.TrySetResult();
            return DrainedLocked();
        }
    }

    /// <summary>The connection is lost: messages wait for another one. Completes when nothing is sent on it any more.</summary>
    public Task SuspendAsync()
    {
        lock (_order)
        {
            _connection = null;
            return DrainedLocked();
        }
    }

    /// <summary>
    /// Takes another connection, to send what the router has not got and then what waits; the caller <see cref="Drain"/>s. Returns false when that is not kept
    /// any more.
    /// </summary>
    /// <param name="next">The connection, on which nothing else is sent.</param>
    /// <param name="taken">How many messages of this session the router has got.</param>
    /// <param name="present">What the router takes now.</param>
    public bool TryResume(IWampConnection next, long taken, RouterTerms present)
    {
        lock (_order)
        {
            if (_closed is not null || sent is null)
            {
                return false;
            }

            // What waits is among what is kept, and the batch that was under way may have arrived in part.
            _sending.Clear();
            _filling.Clear();
            if (!sent.TryCopy(taken, _filling))
            {
                return false;
            }

            (_fillingUnanswered, _sendingUnanswered) = (_fillingUnanswered + _sendingUnanswered, 0);
            (_connection, _terms) = (next, present);
            return true;
        }
    }

    /// <summary>Sends what waits, unless somebody does so already.</summary>
    public void Drain()
    {
        lock (_order)
        {
            if (_isDraining || _connection is null)
            {
                return;
            }

            _isDraining = true;
        }

        _ = DrainAsync();
    }

    private Task RoomLocked() => (_room ??= new(TaskCreationOptions.RunContinuationsAsynchronously)).Task;

    private Task DrainedLocked() => _isDraining ? (_drained ??= new(TaskCreationOptions.RunContinuationsAsynchronously)).Task : Task.CompletedTask;

    private void Append<TMessage>(TMessage message, PendingRequest? pending)
        where TMessage : struct, IOutbound
    {
        _terms.ThrowIfNotUnderstood(message);
        var request = TMessage.TakesRequestId ? (_lastRequest % MaxRequest) + 1 : _lastRequest;
        message.Write(_writer, request);
        _terms.ThrowIfTooLarge(message, _writer.Body.Length);
        _lastRequest = request;
        pending?.Assign(request);
        _fillingUnanswered += TMessage.TakesRequestId && pending is null ? 1 : 0;
        _filling.Add(_writer.Body);
        sent?.Add(_writer.Body);
    }

    private async Task DrainAsync()
    {
        try
        {
            while (TryTakeBatch(out var connection) is { } batch)
            {
                await batch.SendAsync(connection!).ConfigureAwait(false);
            }
        }
        catch (Exception e)
        {
            // Whatever a transport throws means the same: nothing can be sent on this connection any more.
            _ = sent is null ? CompleteAsync(WampConnectionException.NetworkFailure($"The connection failed while sending: {e.Message}", e)) : SuspendAsync();
            failed(e);
            Finish();
        }
    }

    private OutgoingBatch? TryTakeBatch(out IWampConnection? connection)
    {
        lock (_order)
        {
            connection = _connection;
            _sendingUnanswered = 0;
            if (_filling.Length == 0 || connection is null)
            {
                Finish();
                return null;
            }

            (_filling, _sending) = (_sending, _filling);
            (_fillingUnanswered, _sendingUnanswered) = (0, _fillingUnanswered);
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
            _drained = null;
        }
    }
}
