using System.IO.Pipelines;
using WampRouter.Delivery;
using WampRouter.Sessions.Connections;
using WampRouter.Sessions.Outboxes;
using WampRouter.Wire;

namespace WampRouter.Benchmarks.Micro;

/// <summary>The connection of a session without transport: what the router sends is counted and forgotten.</summary>
internal sealed class DiscardingConnection : IConnection
{
    private readonly DiscardingWriter _writer = new();
    private readonly IMessageReceiver _session;

    public DiscardingConnection(IReceiverFactory sessions)
    {
        Outbox = new Outbox(_writer, new ByteBudget(long.MaxValue), capacityBytes: int.MaxValue);
        _session = sessions.Create(this);
    }

    /// <inheritdoc />
    public Outbox Outbox { get; }

    /// <inheritdoc />
    public ConnectionDetails Info { get; } = new()
    {
        Transport = "memory",
        ConnectionId = "micro",
        Encoding = new WireEncoding(WireFormat.Json, Framing.WebSocket),
    };

    /// <inheritdoc />
    public int MaxMessageBytes => int.MaxValue;

    /// <summary>Bytes the router sent so far.</summary>
    public long SentBytes => _writer.WrittenBytes;

    /// <summary>Delivers one message and flushes all that it caused, as a transport does.</summary>
    public void Deliver(ReadOnlySpan<byte> message)
    {
        var batch = FlushBatch.OfThread;
        if (_session.Receive(message, batch) != ReceiveStatus.Continue)
        {
            throw new InvalidOperationException("the session did not take a message of the benchmark");
        }

        batch.Flush();
    }

    /// <inheritdoc />
    public void RequestClose() => throw new InvalidOperationException("the router closes a session of the benchmark");

    /// <inheritdoc />
    public void Abort() => RequestClose();

    private sealed class DiscardingWriter : PipeWriter
    {
        private byte[] _buffer = new byte[64 * 1024];

        public long WrittenBytes { get; private set; }

        public override void Advance(int bytes) => WrittenBytes += bytes;

        public override Memory<byte> GetMemory(int sizeHint = 0)
        {
            if (_buffer.Length < sizeHint)
            {
                _buffer = new byte[sizeHint];
            }

            return _buffer;
        }

        public override Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;

        public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default) => default;

        public override void CancelPendingFlush()
        {
            // No flush ever waits.
        }

        public override void Complete(Exception? exception = null)
        {
            // Nothing is held.
        }
    }
}
