using System.Buffers;
using WampRouter.Transports.Compression;

namespace WampRouter.Transports.WebSockets;

/// <summary>
/// Decompresses the messages that <see cref="InboundFrames"/> hands out (RFC 7692): each one when it has come as a whole, so that one that has not holds no more than what has come of it, and no further than a message may
/// have bytes. The part that is too large is not even decompressed.
/// </summary>
/// <param name="frames">Reads the frames, and takes batches apart that are not compressed.</param>
/// <param name="batches">Takes those apart that are; the same as in <paramref name="frames"/>.</param>
/// <param name="own">Where messages may refer to earlier ones; null where each stands for itself. Disposed of with this.</param>
/// <param name="metrics">Counts.</param>
internal sealed class InflatingFrames(InboundFrames frames, InboundBatches? batches, MessageInflater? own, CompressionMetrics metrics) : FrameReader(frames.Limits), IDisposable
{
    /// <summary>What is decompressed in one step.</summary>
    private const int StepBytes = 16 * 1024;

    [ThreadStatic]
    private static byte[]? _step;

    private MessageAssembly _inflated;      // a message, or a batch
    private bool _isBatch;                  // a batch, of which there may be something left
    private int _taken;                     // of it
    private long _inflatedBytes;            // beyond those that came, since somebody asked

    /// <inheritdoc />
    public override long MessageBytes => _isBatch ? batches!.MessageBytes : frames.IsCompressed ? Math.Max(_inflated.Size, frames.MessageBytes) : frames.MessageBytes;

    /// <inheritdoc />
    public override long HeldBytes => frames.HeldBytes + _inflated.HeldBytes;

    /// <inheritdoc />
    public override bool IsInsideMessage => frames.IsInsideMessage;

    /// <inheritdoc />
    public override bool IsInsideFrame => frames.IsInsideFrame;

    /// <inheritdoc />
    public override bool IsText => frames.IsText;

    /// <inheritdoc />
    public override FrameRead Next(scoped ref SequenceReader<byte> input, int maxReadBytes, out ReadOnlySpan<byte> payload)
    {
        payload = default;
        if (_isBatch && _taken < _inflated.Length)
        {
            return TakeOfBatch(batches!, maxReadBytes, out payload);
        }

        if (_isBatch && batches!.FindFaultAtEnd() is { } fault)
        {
            return Break(CloseCode.ProtocolError, fault);
        }

        Clear();
        var read = frames.Next(ref input, maxReadBytes, out payload);
        if (frames.IsCompressed && read is FrameRead.Message or FrameRead.ReadPast)
        {
            return Inflate(payload, isWhole: read == FrameRead.Message, maxReadBytes, out payload);
        }

        Fault = frames.Fault;
        return read;
    }

    /// <inheritdoc />
    public override bool SkipToGoodbye(scoped ref SequenceReader<byte> input) => frames.SkipToGoodbye(ref input);

    /// <inheritdoc />
    public override void Skip(long bytes) => frames.Skip(bytes);

    /// <inheritdoc />
    public override long TakeInflatedBytes()
    {
        var bytes = _inflatedBytes;
        _inflatedBytes = 0;
        return bytes;
    }

    /// <inheritdoc />
    public override void Release()
    {
        frames.Release();
        if (!_isBatch)      // its bytes have been taken from the input, so what is left of it is kept
        {
            _inflated.Clear();
        }
    }

    /// <summary>After the last call of anything else.</summary>
    public void Dispose()
    {
        Clear();
        own?.Dispose();
    }

    private void Clear()
    {
        _inflated.Clear();
        (_isBatch, _taken) = (false, 0);
    }

    private FrameRead Inflate(ReadOnlySpan<byte> compressed, bool isWhole, int maxReadBytes, out ReadOnlySpan<byte> message)
    {
        message = default;
        var most = Math.Min(maxReadBytes, Limits.MessageBytes);
        var kept = batches is null ? Limits : new MessageLimits((int)InboundBatches.MaxBatchBytes(most));
        most = batches is null ? most : kept.MessageBytes;
        var fault = Inflate(compressed, most, kept);
        metrics.Received(compressed.Length, _inflated.Size);
        _inflatedBytes += Math.Max(0, _inflated.Size - compressed.Length);
        if (fault is not null && isWhole)
        {
            metrics.Refused(CompressionMetrics.Broken);
            return Break(CloseCode.InvalidPayload, fault);
        }

        var isTooLarge = !isWhole || _inflated.Size > most;
        if (isTooLarge)
        {
            metrics.Refused(CompressionMetrics.TooLarge);
        }

        return batches is not null ? BeginBatch(isTooLarge, most) : HandOut(isTooLarge, maxReadBytes, out message);
    }

    /// <summary>Decompresses up to a size, and one step more at most.</summary>
    /// <returns>What is wrong, or null.</returns>
    private string? Inflate(ReadOnlySpan<byte> compressed, long most, MessageLimits kept)
    {
        var inflater = own ?? MessageInflater.OfThread;
        Span<byte> step = _step ??= GC.AllocateUninitializedArray<byte>(StepBytes);
        inflater.Begin(compressed);
        while (_inflated.Size <= most && inflater.Read(step) is > 0 and var bytes)
        {
            _inflated.Append(step[..bytes], key: 0, kept);
        }

        inflater.End();
        return inflater.Fault;
    }

    private FrameRead HandOut(bool isTooLarge, int maxReadBytes, out ReadOnlySpan<byte> message)
    {
        message = _inflated.Message;
        return isTooLarge ? own is null && _inflated.Size <= maxReadBytes ? FrameRead.ReadPast : frames.TooLong()   // where messages refer to each other, the next one could not be understood
            : frames.IsText && !_inflated.IsUtf8SoFar(complete: true) ? Break(CloseCode.InvalidPayload, "a text message must be UTF-8")
            : FrameRead.Message;
    }

    /// <summary>What a batch holds is counted before the first of its messages is handed out.</summary>
    private FrameRead BeginBatch(bool isTooLarge, long most)
    {
        if (isTooLarge)
        {
            return Break(CloseCode.MessageTooBig, FormattableString.Invariant($"a batch has at most {most} bytes here before it is compressed"));
        }

        (_isBatch, _taken) = (true, 0);
        return FrameRead.Part;
    }

    private FrameRead TakeOfBatch(InboundBatches batches, int maxReadBytes, out ReadOnlySpan<byte> message)
    {
        var rest = _inflated.Message[_taken..];
        var read = batches.Next(rest, rest.Length, maxReadBytes, out var taken, out message);
        _taken += taken;
        return read switch
        {
            FrameRead.TooLong => frames.TooLong(),
            FrameRead.Broken => Break(batches.Fault.Code, batches.Fault.Text),
            _ => read,
        };
    }

    private FrameRead Break(CloseCode code, string fault)
    {
        Fault = fault;
        return frames.Break(code, fault);
    }
}
