using System.Buffers;
using System.IO.Pipelines;
using WampRouter.Sessions.Outboxes;
using WampRouter.Transports.Compression;
using WampRouter.Wire;

namespace WampRouter.Transports.WebSockets;

/// <summary>
/// Sends those messages of a connection compressed that are large enough (RFC 7692): each in a frame of its own, also where others share one. Here every message stands for itself, so the frame is the same
/// for all peers of an encoding: see <see cref="SharedFrame"/>.
/// </summary>
/// <param name="services">The settings, and what counts.</param>
/// <param name="encoding">How messages come here.</param>
/// <param name="batches">Where messages share a frame.</param>
internal class OutboundCompression(TransportServices services, WireEncoding encoding, OutboundBatches? batches) : IOutboundFraming
{
    [ThreadStatic]
    private static OutputBuffer? _delimited;

    /// <summary>What counts.</summary>
    protected CompressionMetrics Metrics { get; } = services.Metrics.Compression;

    /// <inheritdoc />
    public virtual ReadOnlySpan<byte> Prepare(ReadOnlySpan<byte> message)
    {
        if (!TryGetContent(message, out var opcode, out var content))
        {
            return default;
        }

        var frame = SharedFrame.ForThread(encoding).Get(opcode, content, Metrics);
        if (!frame.IsEmpty)
        {
            Metrics.Wrote(content.Length, frame.Length);
        }

        return frame;
    }

    /// <inheritdoc />
    public virtual int SizeOf(int messageBytes) => batches?.SizeOf(messageBytes) ?? messageBytes;

    /// <inheritdoc />
    public virtual int Append(ReadOnlySpan<byte> message, int size, PipeWriter output)
    {
        if (batches is not null)
        {
            return batches.Append(message, size, output);
        }

        output.Write(message);
        return size;
    }

    /// <inheritdoc />
    public void End(PipeWriter output) => batches?.End(output);

    /// <summary>Says what the frame of a message carries, where that is to be compressed now: the message without its header, or in a batch of one with its delimiter.</summary>
    /// <param name="message">As it was encoded.</param>
    /// <param name="opcode">Text or binary.</param>
    /// <param name="content">Valid until the thread asks again.</param>
    /// <returns>False where it is too small.</returns>
    protected bool TryGetContent(ReadOnlySpan<byte> message, out WebSocketOpcode opcode, out ReadOnlySpan<byte> content)
    {
        var settings = services.Options.Compression;
        opcode = default;
        content = message[FrameHeader.SizeOf(encoding, message.Length)..];
        if (!settings.Enabled || content.Length < Math.Max(1, settings.ThresholdBytes))
        {
            return false;
        }

        if (batches is null)
        {
            opcode = (WebSocketOpcode)(message[0] & 0x0F);
            return true;
        }

        var delimited = _delimited ??= new OutputBuffer();
        delimited.Reset(headroom: 0);
        batches.Delimit(message, delimited);
        opcode = encoding.Format is WireFormat.Json ? WebSocketOpcode.Text : WebSocketOpcode.Binary;
        content = delimited.Written;
        return true;
    }
}
