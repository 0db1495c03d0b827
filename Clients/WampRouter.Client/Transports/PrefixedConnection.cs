using System.Buffers;
using System.Buffers.Binary;
using System.IO.Pipelines;

namespace WampRouter.Client.Transports;

/// <summary>WAMP messages over a pipe, framed as in RawSocket (spec: "RawSocket Transport", Framing): one byte of kind and a length of three, most significant byte first.</summary>
/// <param name="pipe">This end of it.</param>
/// <param name="subprotocol">What is spoken.</param>
/// <param name="maxReceiveBytes">The longest message to accept.</param>
/// <param name="maxSendBytes">The longest message that the peer accepts.</param>
internal sealed class PrefixedConnection(IDuplexPipe pipe, string subprotocol, int maxReceiveBytes = PrefixedConnection.MaxLength, int maxSendBytes = PrefixedConnection.MaxLength) : IWampConnection
{
    /// <summary>The longest message that a frame can hold. Its length has a 25th bit, for this value alone.</summary>
    public const int MaxLength = 1 << 24;

    private const int HeaderSize = 4;
    private const byte LongestBit = 8;
    private const byte Regular = 0;
    private const byte Ping = 1;
    private const byte Pong = 2;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    // The receiver answers a PING while the sender may be writing.
    private readonly SemaphoreSlim _writing = new(1, 1);
    private ReadOnlySequence<byte> _unread;
    private bool _holdsRead;
    private bool _inputCompleted;
    private int _disposed;
    private int _reads;

    public string Subprotocol { get; } = subprotocol;

    public long? MaxMessageBytes => maxSendBytes;

    /// <summary>How often something has come. Any thread.</summary>
    public int Reads => Volatile.Read(in _reads);

    public ValueTask SendAsync(ReadOnlyMemory<byte> message, bool endOfBatch, CancellationToken cancellationToken) =>
        SendFrameAsync(Regular, message, endOfBatch, cancellationToken);

    /// <summary>Asks whether the peer is there. Any thread.</summary>
    public ValueTask SendPingAsync(CancellationToken cancellationToken) => SendFrameAsync(Ping, ReadOnlyMemory<byte>.Empty, flush: true, cancellationToken);

    public async ValueTask<ReadOnlyMemory<byte>?> ReceiveAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            while (TryTakeFrame(out var type, out var body))
            {
                switch (type)
                {
                    case Regular:
                        return body;
                    case Ping:
                        await SendFrameAsync(Pong, body, flush: true, cancellationToken).ConfigureAwait(false);
                        break;
                    case Pong:
                        break;
                    default:
                        throw new IOException("The peer sent a frame of an unknown type.");
                }
            }

            if (!await ReadMoreAsync(cancellationToken).ConfigureAwait(false))
            {
                return _unread.IsEmpty ? null : throw new EndOfStreamException("The peer closed in the middle of a message.");
            }
        }
    }

    /// <summary>Ends both directions, once nobody is in the middle of a frame any more: what would follow it would not be understood. Where the peer takes no more, what waits for it is not sent.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
        {
            return;
        }

        if (await _writing.WaitAsync(Patience).ConfigureAwait(false))
        {
            await pipe.Output.CompleteAsync().ConfigureAwait(false);
            _writing.Release();
        }

        await pipe.Input.CompleteAsync().ConfigureAwait(false);
    }

    private bool TryTakeFrame(out byte type, out ReadOnlyMemory<byte> body)
    {
        (type, body) = (0, default);
        if (_unread.Length < HeaderSize)
        {
            return false;
        }

        Span<byte> header = stackalloc byte[HeaderSize];
        _unread.Slice(0, HeaderSize).CopyTo(header);
        var length = LengthIn(header);
        if (length > maxReceiveBytes)
        {
            throw new IOException($"The peer sent a message of {length} bytes, and {maxReceiveBytes} are the most that this client has said it takes.");
        }

        if (_unread.Length < HeaderSize + length)
        {
            return false;
        }

        var frame = _unread.Slice(HeaderSize, length);
        type = (byte)(header[0] & ~LongestBit);
        body = frame.IsSingleSegment ? frame.First : frame.ToArray();
        _unread = _unread.Slice(HeaderSize + length);
        return true;
    }

    private static int LengthIn(ReadOnlySpan<byte> header)
    {
        var length = (int)(BinaryPrimitives.ReadUInt32BigEndian(header) & (MaxLength - 1));
        return (header[0] & LongestBit) == 0 ? length : length == 0 ? MaxLength : throw new IOException("The peer sent a frame whose length is not to be understood.");
    }

    private async ValueTask<bool> ReadMoreAsync(CancellationToken cancellationToken)
    {
        if (_inputCompleted)
        {
            return false;
        }

        if (_holdsRead)
        {
            _holdsRead = false;
            pipe.Input.AdvanceTo(_unread.Start, _unread.End);
        }

        var read = await pipe.Input.ReadAsync(cancellationToken).ConfigureAwait(false);
        Volatile.Write(ref _reads, _reads + 1);
        _holdsRead = true;
        _unread = read.Buffer;
        _inputCompleted = read.IsCompleted;
        return true;
    }

    private async ValueTask SendFrameAsync(byte type, ReadOnlyMemory<byte> body, bool flush, CancellationToken cancellationToken)
    {
        if (body.Length > maxSendBytes)
        {
            throw new IOException($"A message of {body.Length} bytes is longer than this transport carries ({maxSendBytes}).");
        }

        await _writing.WaitAsync(cancellationToken).ConfigureAwait(false);
        if (Volatile.Read(in _disposed) != 0)
        {
            _writing.Release();
            throw new IOException("The connection is closed.");
        }

        try
        {
            WriteHeader(type, body.Length);
            pipe.Output.Write(body.Span);
            if (flush && (await pipe.Output.FlushAsync(cancellationToken).ConfigureAwait(false)).IsCompleted)
            {
                throw new IOException("The peer no longer reads.");
            }
        }
        finally
        {
            _writing.Release();
        }
    }

    private void WriteHeader(byte type, int length)
    {
        var (kind, bits) = length == MaxLength ? (type | LongestBit, 0) : (type, length);
        BinaryPrimitives.WriteUInt32BigEndian(pipe.Output.GetSpan(HeaderSize), ((uint)kind << 24) | (uint)bits);
        pipe.Output.Advance(HeaderSize);
    }
}
