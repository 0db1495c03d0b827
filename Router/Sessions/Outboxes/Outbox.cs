using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using WampRouter.Delivery;
using WampRouter.Wire;

namespace WampRouter.Sessions.Outboxes;

/// <summary>
/// The frames on their way to one peer, in order, written straight into its transport's pipe. Any thread may enqueue; no thread ever
/// waits for the peer. While the transport is behind (its flush has not completed) frames pile up in the pipe, up to
/// <c>capacityBytes</c> for this peer, and within the <see cref="ByteBudget"/> that all outboxes share.
/// Where the transport takes several messages in one frame, or compresses them, <see cref="IOutboundFraming"/> does so in the same pipe.
/// </summary>
/// <remarks>Lock order: this lock is the last one, nothing else is ever taken under it.</remarks>
internal sealed class Outbox : IFlushable
{
    /// <summary>A batch that produces more than this for one peer is flushed before its end, so the socket starts early.</summary>
    private const int EarlyFlushBytes = 64 * 1024;

    private readonly Lock _gate = new();
    private readonly PipeWriter _output;
    private readonly Action _onFlushed;
    private readonly IOutboundFraming? _framing;
    private readonly MessageTraffic? _traffic;
    private readonly WireEncoding _encoding;

    private OutboxRoom _room;       // counts only while the transport is behind
    private ValueTaskAwaiter<FlushResult> _flush;
    private bool _flushing;         // a FlushAsync is under way: the transport is behind
    private bool _touched;          // a FlushBatch has noted us
    private bool _sealed;           // GOODBYE or ABORT was the last WAMP message; control frames still pass
    private bool _ended;            // the transport's last frame is written: no frame follows, but what waits is still sent
    private bool _closed;
    private long _unflushedBytes;
    private long _messages;         // WAMP messages accepted so far, and their bytes
    private long _messageBytes;
    private long _flushNumber;      // the number of the flush that is under way
    private long _flushingBytes;    // and the bytes it hands over
    private TaskCompletionSource? _drained;

    /// <param name="output">The transport's pipe; the outbox is its only writer, the transport completes it.</param>
    /// <param name="budget">Shared by all outboxes of the process.</param>
    /// <param name="capacityBytes">The bound on what waits for this peer.</param>
    /// <param name="framing">How messages are put into frames; null where each is the frame that was encoded. Used only by this outbox.</param>
    /// <param name="traffic">Counts the messages by type; null: nobody does.</param>
    /// <param name="encoding">How the messages are written, for whom counts them.</param>
    public Outbox(PipeWriter output, ByteBudget budget, int capacityBytes, IOutboundFraming? framing = null, MessageTraffic? traffic = null, WireEncoding encoding = default)
    {
        (_framing, _traffic, _encoding) = (framing, traffic, encoding);
        _output = output;
        _room = new OutboxRoom(budget, capacityBytes);
        _onFlushed = OnFlushed;
    }

    /// <summary>Bytes written and not yet handed to the transport.</summary>
    public long BacklogBytes
    {
        get
        {
            lock (_gate)
            {
                return _unflushedBytes;
            }
        }
    }

    /// <summary>What waits while the transport is behind; null where it is not behind, and then no lock is taken.</summary>
    public OutboxBacklog? Backlog
    {
        get
        {
            if (!Volatile.Read(ref _flushing))
            {
                return null;
            }

            lock (_gate)
            {
                return _flushing ? new OutboxBacklog(_flushNumber, _flushingBytes, _room.HeldBytes) : null;
            }
        }
    }

    /// <summary>The WAMP messages accepted so far, and their bytes.</summary>
    public (long Count, long Bytes) Messages
    {
        get
        {
            lock (_gate)
            {
                return (_messages, _messageBytes);
            }
        }
    }

    /// <summary>Appends the frame of a WAMP message, unless <paramref name="gate"/> is shut.</summary>
    public EnqueueResult TryEnqueue(ReadOnlySpan<byte> frame, FlushBatch batch, IDeliveryGate? gate = null)
    {
        var prepared = _framing is null ? default : _framing.Prepare(frame);
        lock (_gate)
        {
            return _sealed || gate is { IsOpen: false } ? EnqueueResult.Closed : AppendMessage(frame, prepared, _room.CapacityBytes, batch);
        }
    }

    /// <summary>Appends the last message of a session, GOODBYE or ABORT, and refuses messages from then on.</summary>
    public EnqueueResult TryEnqueueFinal(ReadOnlySpan<byte> frame, FlushBatch batch)
    {
        var prepared = _framing is null ? default : _framing.Prepare(frame);
        lock (_gate)
        {
            if (_sealed)
            {
                return EnqueueResult.Closed;
            }

            _sealed = true;
            return AppendMessage(frame, prepared, _room.CapacityBytes, batch);
        }
    }

    /// <summary>Appends a frame of the transport itself (ping, pong, close); allowed even after the last WAMP message.</summary>
    public EnqueueResult TryEnqueueControl(ReadOnlySpan<byte> frame, FlushBatch batch)
    {
        lock (_gate)
        {
            return Append(frame, _room.CapacityBytes, batch);
        }
    }

    /// <summary>
    /// Appends the very last frame of the connection (a WebSocket Close) and refuses everything from then on; what waits is still sent.
    /// </summary>
    public EnqueueResult TryEnqueueLast(ReadOnlySpan<byte> frame, FlushBatch batch)
    {
        lock (_gate)
        {
            var result = Append(frame, _room.CapacityBytes, batch);
            _ended = true;
            return result;
        }
    }

    /// <summary>
    /// Appends a message that may be dropped, or whose sender can be refused, such as an EVENT: it leaves room for messages that must not be lost. Refuses if
    /// <paramref name="gate"/> is shut: no EVENT follows UNSUBSCRIBED.
    /// </summary>
    public EnqueueResult TryEnqueueExpendable(ReadOnlySpan<byte> frame, IDeliveryGate? gate, FlushBatch batch)
    {
        var prepared = _framing is null ? default : _framing.Prepare(frame);
        lock (_gate)
        {
            return _sealed || gate is { IsOpen: false } ? EnqueueResult.Closed : AppendMessage(frame, prepared, _room.ExpendableBytes, batch);
        }
    }

    /// <summary>Whether a session has said its last word, GOODBYE or ABORT, and none has begun since.</summary>
    public bool IsSealed
    {
        get
        {
            lock (_gate)
            {
                return _sealed;
            }
        }
    }

    /// <summary>Lets a new session begin on the same transport, after GOODBYE was exchanged.</summary>
    public void Unseal()
    {
        lock (_gate)
        {
            _sealed = false;
        }
    }

    /// <inheritdoc />
    public void Flush()
    {
        lock (_gate)
        {
            _touched = false;
            StartFlush();
        }
    }

    /// <summary>Completes when the transport has taken everything enqueued so far, or the outbox is closed.</summary>
    public Task DrainAsync()
    {
        lock (_gate)
        {
            StartFlush();
            if (_closed || !_flushing)
            {
                return Task.CompletedTask;
            }

            _drained ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return _drained.Task;
        }
    }

    /// <summary>
    /// Refuses everything from now on. Idempotent. After it returns no thread writes to the pipe, so the transport may complete it.
    /// </summary>
    public void Close()
    {
        lock (_gate)
        {
            if (!_closed)
            {
                EndFrame(); // a transport may still send what was accepted, so the frame must be whole
            }

            _closed = true;
            if (!_flushing)
            {
                _room.Release();
            }

            _drained?.TrySetResult();
        }
    }

    /// <summary>Like <see cref="Close"/>, and also gives up what waits: the transport is dropped, so the room held for the peer is free at once.</summary>
    public void Drop()
    {
        Close();
        _output.CancelPendingFlush();
    }

    private EnqueueResult AppendMessage(ReadOnlySpan<byte> frame, ReadOnlySpan<byte> prepared, int capacity, FlushBatch batch)
    {
        var isPrepared = !prepared.IsEmpty;
        var size = isPrepared ? prepared.Length : _framing?.SizeOf(frame.Length) ?? frame.Length;
        var result = Admit(size, capacity);
        if (result != EnqueueResult.Accepted)
        {
            return result;
        }

        size = Write(isPrepared ? prepared : frame, isFrame: isPrepared, size, batch);
        if (size == 0)
        {
            return EnqueueResult.Closed;
        }

        _messages++;
        _messageBytes += size;
        _traffic?.Sent(WrittenCode.Of(_encoding, frame), size, batch);
        return EnqueueResult.Accepted;
    }

    private EnqueueResult Append(ReadOnlySpan<byte> frame, int capacity, FlushBatch batch)
    {
        var result = Admit(frame.Length, capacity);
        return result != EnqueueResult.Accepted ? result
            : Write(frame, isFrame: true, frame.Length, batch) > 0 ? EnqueueResult.Accepted
            : EnqueueResult.Closed;
    }

    /// <summary>
    /// Writes an admitted frame. The server completes the pipe when the connection is gone. The outbox is then closed; the thread that enqueues must not get an exception for
    /// that.
    /// </summary>
    /// <param name="frame">The frame, or a message that is to be put into one.</param>
    /// <param name="isFrame">Which of them.</param>
    /// <param name="size">For how many bytes it was admitted.</param>
    /// <param name="batch">Flushed by the caller.</param>
    /// <returns>For how many it counts; 0 where the pipe is gone.</returns>
    private int Write(ReadOnlySpan<byte> frame, bool isFrame, int size, FlushBatch batch)
    {
        try
        {
            if (_framing is null)
            {
                _output.Write(frame);
            }
            else if (isFrame)
            {
                _framing.End(_output);
                _output.Write(frame);
            }
            else
            {
                size = _framing.Append(frame, size, _output);
            }
        }
        catch (InvalidOperationException)
        {
            _closed = true;     // Close, or the flush under way, gives back what was reserved
            return 0;
        }

        Count(size, batch);
        return size;
    }

    private void EndFrame()
    {
        try
        {
            _framing?.End(_output);
        }
        catch (InvalidOperationException)
        {
            _closed = true;     // as in Write
        }
    }

    private EnqueueResult Admit(int size, int capacity)
    {
        if (_closed || _ended)
        {
            return EnqueueResult.Closed;
        }

        return _flushing && !_room.TryTake(size, _unflushedBytes + size, capacity) ? EnqueueResult.Full : EnqueueResult.Accepted;
    }

    private void Count(int size, FlushBatch batch)
    {
        _unflushedBytes += size;
        if (_unflushedBytes >= EarlyFlushBytes)
        {
            StartFlush();
        }
        else if (!_touched)
        {
            _touched = true;
            batch.Add(this);
        }
    }

    private void StartFlush()
    {
        while (!_flushing && !_closed && _unflushedBytes > 0)
        {
            var handedOver = _unflushedBytes;
            _unflushedBytes = 0;
            EndFrame();
#pragma warning disable CA2012 // consumed exactly once: here, or by the one continuation below; await would allocate
            var awaiter = _output.FlushAsync().GetAwaiter();
#pragma warning restore CA2012
            if (!awaiter.IsCompleted)
            {
                _room.Charge(handedOver);
                (_flushNumber, _flushingBytes) = (_flushNumber + 1, handedOver);
                _flushing = true;
                _flush = awaiter;
                awaiter.UnsafeOnCompleted(_onFlushed);
                return;
            }

            EndFlush(awaiter);
        }
    }

    private void OnFlushed()
    {
        lock (_gate)
        {
            _flushing = false;
            _room.Release();
            EndFlush(_flush);
            _flush = default;

            // What piled up meanwhile goes out at once, and is charged again if the transport is still behind.
            StartFlush();
            if (!_flushing)
            {
                _drained?.TrySetResult();
                _drained = null;
            }
        }
    }

    private void EndFlush(ValueTaskAwaiter<FlushResult> flush)
    {
        try
        {
            _closed |= flush.GetResult().IsCompleted;
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or InvalidOperationException or ObjectDisposedException)
        {
            // The connection is gone; its read loop finds out by itself and ends the session.
            _closed = true;
        }
    }
}
