using System.Buffers;
using System.Buffers.Binary;
using WampRouter.Client.Serialization;
using WampRouter.Client.Sessions;
using WampRouter.Wire;

namespace WampRouter.Client.Transports;

/// <summary>
/// Several WAMP messages in one WebSocket message (spec: "Message Batching"): what is sent without a pause travels together. A JSON message is followed by a
/// separator, every other one by its length preceded.
/// </summary>
/// <param name="frames">Carries the batches.</param>
/// <param name="maxMessageBytes">The largest message to accept.</param>
internal sealed class BatchedConnection(WebSocketConnection frames, int maxMessageBytes) : IWampConnection
{
    public const string Suffix = ".batched";

    private const byte RecordSeparator = 0x1E;
    private const int LengthPrefix = 4;

    /// <summary>A longer batch gains nothing, and a receiver bounds them.</summary>
    private const int FullBatch = 32 * 1024;
    private const int SmallestBatchLimit = 128 * 1024;

    // Autobahn and Crossbar write this one: the specification spells the separator \30, decimal, and they read it as octal.
    private const byte MisreadSeparator = 0x18;

    private readonly bool _isJson = Subprotocols.Format(frames.Subprotocol) is WireFormat.Json;
    private readonly PooledBuffer _batch = new();
    private volatile byte _separator = RecordSeparator;
    private ReadOnlyMemory<byte> _received;

    public string Subprotocol => frames.Subprotocol;

    /// <summary>The most bytes of a batch to accept: a message of any size, and others with it.</summary>
    public static int MaxBatchBytes(int maxMessageBytes) => (int)Math.Min(Math.Max(2L * maxMessageBytes, SmallestBatchLimit), Array.MaxLength);

    public async ValueTask SendAsync(ReadOnlyMemory<byte> message, bool endOfBatch, CancellationToken cancellationToken)
    {
        Append(message.Span);
        if (endOfBatch || _batch.Length >= FullBatch)
        {
            await frames.SendAsync(_batch.Written, endOfBatch, cancellationToken).ConfigureAwait(false);
            _batch.Clear();
        }
    }

    public async ValueTask<ReadOnlyMemory<byte>?> ReceiveAsync(CancellationToken cancellationToken)
    {
        if (_received.IsEmpty)
        {
            if (await frames.ReceiveAsync(cancellationToken).ConfigureAwait(false) is not { } batch)
            {
                return null;
            }

            _received = batch.IsEmpty ? throw Broken("The router sent an empty batch.") : batch;
        }

        var (start, length) = _isJson ? FindSeparated(_received.Span) : FindPrefixed(_received.Span);
        if (length == 0 || length > maxMessageBytes)
        {
            throw Broken(length == 0 ? "The router sent an empty message in a batch." : $"The router sent a message of more than {maxMessageBytes} bytes, which is what {nameof(WampWebSocketTransport)}.{nameof(WampWebSocketTransport.MaxMessageBytes)} allows.");
        }

        var message = _received.Slice(start, length);
        _received = _received[(length + (_isJson ? 1 : LengthPrefix))..];
        return message;
    }

    public ValueTask DisposeAsync() => frames.DisposeAsync();

    private IOException Broken(string what)
    {
        frames.Distrust();
        return new IOException(what);
    }

    private void Append(ReadOnlySpan<byte> message)
    {
        if (_isJson)
        {
            _batch.Write(message);
            _batch.Write([_separator]);
            return;
        }

        BinaryPrimitives.WriteInt32BigEndian(_batch.GetSpan(LengthPrefix), message.Length);
        _batch.Advance(LengthPrefix);
        _batch.Write(message);
    }

    private (int Start, int Length) FindSeparated(ReadOnlySpan<byte> batch)
    {
        var length = batch.IndexOfAny(RecordSeparator, MisreadSeparator);
        if (length < 0)
        {
            throw Broken("The router sent a batch whose last message does not end with the byte 0x1E.");
        }

        _separator = batch[length];     // answered in kind
        return (0, length);
    }

    private (int Start, int Length) FindPrefixed(ReadOnlySpan<byte> batch)
    {
        if (!BinaryPrimitives.TryReadUInt32BigEndian(batch, out var length) || length > (uint)(batch.Length - LengthPrefix))
        {
            throw Broken("The router sent a batch whose last message is cut off.");
        }

        return (LengthPrefix, (int)length);
    }
}
