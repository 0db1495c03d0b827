using System.Diagnostics;

namespace WampRouter.Wire;

/// <summary>
/// Encodes one message at a time, frame header included, into a buffer that is used again: in steady state nothing is allocated.
/// <c>Begin</c>, then exactly the announced elements, then <c>End</c>. Not thread-safe; <see cref="ForThread"/> gives every thread its own.
/// </summary>
/// <remarks>A writer can be left half-way at any time, for instance after a fault: the next <see cref="Begin"/> starts afresh.</remarks>
internal sealed class MessageWriter(WireEncoding encoding) : TokenWriter(encoding.Format)
{
    [ThreadStatic]
    private static MessageWriter?[]? _ofThread;

    private bool _ended;
    private int _headerBytes;

    /// <summary>The whole frame, header included; valid from <see cref="End"/> to the next <see cref="Begin"/>.</summary>
    public ReadOnlySpan<byte> Frame
    {
        get
        {
            Debug.Assert(_ended, "the message is not complete");
            return Output.Written[(FrameHeader.MaxSize - _headerBytes)..];
        }
    }

    /// <summary>The bytes after their frame header; valid from <see cref="End"/> to the next <see cref="Begin"/>.</summary>
    public ReadOnlySpan<byte> Body
    {
        get
        {
            Debug.Assert(_ended, "the message is not complete");
            return Output.Written[FrameHeader.MaxSize..];
        }
    }

    /// <summary>Bytes of scratch memory held now.</summary>
    public int CapacityBytes => Output.Capacity;

    /// <summary>The running thread's writer for an encoding. Its frame is valid until the next <see cref="Begin"/> on the same thread and encoding.</summary>
    public static MessageWriter ForThread(WireEncoding encoding)
    {
        var writers = _ofThread ??= new MessageWriter?[WireEncoding.Count];
        return writers[encoding.Index] ??= new MessageWriter(encoding);
    }

    /// <summary>Starts a message.</summary>
    /// <param name="code">Its type.</param>
    /// <param name="elements">How many elements it has: the type itself, and the payload's, included.</param>
    public void Begin(MessageCode code, int elements)
    {
        Reset(FrameHeader.MaxSize);
        _ended = false;
        BeginList(elements);
        WriteInteger((int)code);
    }

    /// <summary>Completes a message known to be short.</summary>
    /// <returns>The whole frame; valid until the next <see cref="Begin"/>.</returns>
    /// <exception cref="InvalidOperationException">The framing cannot carry so long a message: <see cref="TryEnd"/> would have said so.</exception>
    public ReadOnlySpan<byte> End() => TryEnd(out var frame) ? frame : throw new InvalidOperationException("a message that is always short is longer than its framing carries");

    /// <summary>Completes a message of any length. False where the framing cannot carry it, for instance because one format says in 20 MiB what another says in 16: there is no frame then.</summary>
    /// <param name="frame">The whole frame; valid until the next <see cref="Begin"/>.</param>
    public bool TryEnd(out ReadOnlySpan<byte> frame)
    {
        EndList();
        var written = Output.Written;
        _ended = FrameHeader.TryWrite(encoding, written.Length - FrameHeader.MaxSize, written[..FrameHeader.MaxSize], out _headerBytes);
        frame = _ended ? Frame : default;
        return _ended;
    }

    /// <summary>Copies one value, or transcodes it. False if the format has no way to say it: the message is then to be given up.</summary>
    public bool TryWriteValue(in WireValue value, out string? fault)
    {
        if (value.Format == Format)
        {
            Separate();
            Output.Write(value.Raw);
            fault = null;
            return true;
        }

        return PayloadTranscoder.TryTranscode(value.Format, value.Raw, 1, this, out fault);
    }

    /// <summary>As <see cref="TryWriteValue"/>, for values known to fit.</summary>
    /// <exception cref="InvalidOperationException">The value has no form in this format.</exception>
    public void WriteValue(in WireValue value)
    {
        if (!TryWriteValue(value, out var fault))
        {
            throw new InvalidOperationException(fault);
        }
    }

    /// <summary>
    /// Writes Arguments and ArgumentsKw: the very bytes for the same format, else transcoded. False if this format has no way to
    /// say them (see <see cref="PayloadTranscoder"/>): nothing may then be sent, tell the sender and <see cref="Begin"/> another message.
    /// </summary>
    public bool TryWritePayload(in Payload payload, out string? fault)
    {
        fault = null;
        if (payload.Count == 0)
        {
            return true;
        }

        var count = payload.Count;
        if (payload.LacksList)
        {
            BeginList(0);
            EndList();
            count--;
        }

        if (payload.Format != Format)
        {
            return PayloadTranscoder.TryTranscode(payload.Format, payload.Tail, count, this, out fault);
        }

        Separate();
        Output.Write(payload.Tail);
        return true;
    }

    /// <summary>As <see cref="TryWritePayload"/>, for payloads known to fit: those of the same format, and those the router made.</summary>
    /// <exception cref="InvalidOperationException">The payload has no form in this format.</exception>
    public void WritePayload(in Payload payload)
    {
        if (!TryWritePayload(payload, out var fault))
        {
            throw new InvalidOperationException(fault);
        }
    }
}
