using System.Buffers;
using System.IO.Pipelines;
using WampRouter.Wire;

namespace WampRouter.Client.Transports;

/// <summary>WAMP messages over a pipe, framed as in RawSocket (<see cref="RawSocketPrefix"/>).</summary>
/// <param name="pipe">This end of it.</param>
/// <param name="subprotocol">What is spoken.</param>
/// <param name="maxReceiveBytes">The longest message to accept.</param>
/// <param name="maxSendBytes">The longest message that the peer accepts.</param>
internal sealed class PrefixedConnection(IDuplexPipe pipe, string subprotocol, int maxReceiveBytes = RawSocketPrefix.MaxLength, int maxSendBytes = RawSocketPrefix.MaxLength) : IWampConnection
{
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
        SendFrameAsync(RawSocketKind.Message, message, endOfBatch, cancellationToken);

    /// <summary>Asks whether the peer is there. Any thread.</summary>
    public ValueTask SendPingAsync(CancellationToken cancellationToken) => SendFrameAsync(RawSocketKind.Ping, ReadOnlyMemory<byte>.Empty, flush: true, cancellationToken);

    public async ValueTask<ReadOnlyMemory<byte>?> ReceiveAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            while (TryTakeFrame(out var kind, out var body))
            {
                switch (kind)
                {
                    case RawSocketKind.Message:
                        return body;
                    case RawSocketKind.Ping:
                        await SendFrameAsync(RawSocketKind.Pong, body, flush: true, cancellationToken).ConfigureAwait(false);
                        break;
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

    private bool TryTakeFrame(out RawSocketKind kind, out ReadOnlyMemory<byte> body)
    {
        (kind, body) = (default, default);
        if (_unread.Length < RawSocketPrefix.Size)
        {
            return false;
        }

        Span<byte> header = stackalloc byte[RawSocketPrefix.Size];
        _unread.Slice(0, RawSocketPrefix.Size).CopyTo(header);
        if (RawSocketPrefix.FindFault(header) is { } fault)
        {
            throw new IOException($"The peer broke the framing of RawSocket: {fault}.");
        }

        var length = RawSocketPrefix.LengthIn(header);
        if (length > maxReceiveBytes)
        {
            throw new IOException($"The peer sent a message of {length} bytes, and {maxReceiveBytes} are the most that this client has said it takes.");
        }

        if (_unread.Length < RawSocketPrefix.Size + length)
        {
            return false;
        }

        var frame = _unread.Slice(RawSocketPrefix.Size, length);
        kind = RawSocketPrefix.KindIn(header);
        body = frame.IsSingleSegment ? frame.First : frame.ToArray();
        _unread = _unread.Slice(RawSocketPrefix.Size + length);
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
        Volatile.Write(ref _reads, _reads + 1);
        _holdsRead = true;
        _unread = read.Buffer;
        _inputCompleted = read.IsCompleted;
        return true;
    }

    private async ValueTask SendFrameAsync(RawSocketKind kind, ReadOnlyMemory<byte> body, bool flush, CancellationToken cancellationToken)
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
            RawSocketPrefix.Write(pipe.Output.GetSpan(RawSocketPrefix.Size), kind, body.Length);
            pipe.Output.Advance(RawSocketPrefix.Size);
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
