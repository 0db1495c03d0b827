using WampRouter.Transports.Compression;
using WampRouter.Wire;

namespace WampRouter.Transports.WebSockets;

/// <summary>
/// The compressed frame of the message that the running thread has sent last in an encoding. A message to many comes to their outboxes one after the other, on one thread: it is compressed for the first of them, and
/// the others get a copy. Whether it is the same message is seen by its bytes, which costs little beside what it saves, and can never be wrong.
/// </summary>
/// <remarks>Of the running thread. Kept between messages: twice the last message, but no more than <see cref="OutputBuffer.MaxKeptBytes"/> each once another has come.</remarks>
internal sealed class SharedFrame
{
    [ThreadStatic]
    private static SharedFrame?[]? _ofThread;

    private readonly OutputBuffer _message = new();
    private readonly CompressedFrame _frame = new();
    private WebSocketOpcode _opcode;
    private bool _isSmaller;

    /// <summary>The running thread's for an encoding.</summary>
    public static SharedFrame ForThread(WireEncoding encoding)
    {
        var frames = _ofThread ??= new SharedFrame?[WireEncoding.Count];
        return frames[encoding.Index] ??= new SharedFrame();
    }

    /// <summary>The frame of a message.</summary>
    /// <param name="opcode">Text or binary.</param>
    /// <param name="message">What it carries; not empty.</param>
    /// <param name="metrics">Told where it had to be compressed.</param>
    /// <returns>Valid until the next call; empty where compression makes it no smaller.</returns>
    public ReadOnlySpan<byte> Get(WebSocketOpcode opcode, ReadOnlySpan<byte> message, CompressionMetrics metrics)
    {
        if (_opcode != opcode || !message.SequenceEqual(_message.Written))
        {
            _message.Reset(headroom: 0);
            _message.Write(message);
            _frame.Make(opcode, message, MessageDeflater.OfThread);
            (_opcode, _isSmaller) = (opcode, _frame.Bytes.Length < message.Length);
            metrics.Compressed();
        }

        return _isSmaller ? _frame.Bytes : default;
    }
}
