using System.Buffers;
using System.Buffers.Binary;
using System.IO.Pipelines;

namespace WampRouter.Client.Transports;

/// <summary>WAMP messages over a pipe, framed as in RawSocket (spec: "RawSocket Transport", Framing).</summary>
internal sealed class PipeConnection(IDuplexPipe pipe, string subprotocol) : IWampConnection
{
    private const int HeaderSize = 4;
    private const int MaxLength = 0xFFFFFF;
    private const byte Regular = 0;
    private const byte Ping = 1;
    private const byte Pong = 2;

    // The receiver answers a PING while the sender may be writing.
    private readonly SemaphoreSlim _writing = new(1, 1);
    private ReadOnlySequence<byte> _unread;
    private bool _holdsRead;
    private bool _inputCompleted;
    private int _disposed;

    public string Subprotocol { get; } = subprotocol;

    public long? MaxMessageBytes => MaxLength;

    public ValueTask SendAsync(ReadOnlyMemory<byte> message, bool endOfBatch, CancellationToken cancellationToken) =>
        SendFrameAsync(Regular, message, endOfBatch, cancellationToken);

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

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 0)
        {
            await pipe.Output.CompleteAsync().ConfigureAwait(false);
            await pipe.Input.CompleteAsync().ConfigureAwait(false);
            _writing.Dispose();
        }
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
        var length = (int)(BinaryPrimitives.ReadUInt32BigEndian(header) & MaxLength);
        if (_unread.Length < HeaderSize + length)
        {
            return false;
        }

        var frame = _unread.Slice(HeaderSize, length);
        type = header[0];
        body = frame.IsSingleSegment ? frame.First : frame.ToArray();
        _unread = _unread.Slice(HeaderSize + length);
        return true;
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
        _holdsRead = true;
        _unread = read.Buffer;
        _inputCompleted = read.IsCompleted;
        return true;
    }

    private async ValueTask SendFrameAsync(byte type, ReadOnlyMemory<byte> body, bool flush, CancellationToken cancellationToken)
    {
        if (body.Length > MaxLength)
        {
            throw new IOException($"A message of {body.Length} bytes is longer than this transport carries ({MaxLength}).");
        }

        await _writing.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            BinaryPrimitives.WriteUInt32BigEndian(pipe.Output.GetSpan(HeaderSize), ((uint)type << 24) | (uint)body.Length);
            pipe.Output.Advance(HeaderSize);
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
}
