using System.Buffers;
using System.IO.Pipelines;
using WampRouter.Transports.Compression;
using WampRouter.Wire;

namespace WampRouter.Transports.WebSockets;

/// <summary>
/// As <see cref="OutboundCompression"/>, where messages may refer to earlier ones: each is compressed for this connection alone, in the order in which they are sent, so under the outbox's lock.
/// </summary>
/// <param name="services">The settings, and what counts.</param>
/// <param name="encoding">How messages come here.</param>
/// <param name="batches">Where messages share a frame.</param>
internal sealed class OwnCompression(TransportServices services, WireEncoding encoding, OutboundBatches? batches) : OutboundCompression(services, encoding, batches), IDisposable
{
    [ThreadStatic]
    private static CompressedFrame? _frame;

    private readonly MessageDeflater _deflater = new(keepsContext: true);

    /// <inheritdoc />
    public override ReadOnlySpan<byte> Prepare(ReadOnlySpan<byte> message) => default;

    /// <inheritdoc />
    public override int SizeOf(int messageBytes) => Math.Max(base.SizeOf(messageBytes), ServerFrame.MaxHeaderSize + BatchDelimiter.LengthPrefix + MessageDeflater.MostBytes(messageBytes));

    /// <inheritdoc />
    public override int Append(ReadOnlySpan<byte> message, int size, PipeWriter output)
    {
        if (!TryGetContent(message, out var opcode, out var content))
        {
            return base.Append(message, base.SizeOf(message.Length), output);
        }

        // Whatever comes of it is sent: later messages may refer to it.
        End(output);
        var frame = _frame ??= new CompressedFrame();
        frame.Make(opcode, content, _deflater);
        output.Write(frame.Bytes);
        Metrics.Compressed();
        Metrics.Wrote(content.Length, frame.Bytes.Length);
        return frame.Bytes.Length;
    }

    /// <summary>After the outbox is closed.</summary>
    public void Dispose() => _deflater.Dispose();
}
