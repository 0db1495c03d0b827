using System.IO.Compression;
using WampRouter.Wire;

namespace WampRouter.Transports.Compression;

/// <summary>
/// Compresses messages as RFC 7692 section 7.2.1 has it: what deflate makes of each up to a flush, without the four bytes in which every flush ends. One thread at a time.
/// </summary>
/// <remarks>
/// The platform's deflate can be neither reset nor told its window, so a message that stands for itself gets a stream of its own: that costs less than two microseconds, and nothing is held between messages.
/// docs/performance.md has what else was tried.
/// </remarks>
/// <param name="keepsContext">Whether later messages refer to earlier ones. What they refer to is held until <see cref="Dispose"/>.</param>
internal sealed class MessageDeflater(bool keepsContext) : IDisposable
{
    /// <summary>What is held for a connection whose messages refer to earlier ones, in bytes: measured, see docs/performance.md.</summary>
    public const int ContextBytes = 320 * 1024;

    /// <summary>What every flush ends in.</summary>
    public const int FlushMarkBytes = 4;

    /// <summary>Nearly all that the highest level saves, at about half its price (docs/performance.md).</summary>
    private const int Level = 2;

    private static readonly ZLibCompressionOptions Options = new() { CompressionLevel = Level };

    [ThreadStatic]
    private static MessageDeflater? _ofThread;

    private readonly OutputStream _output = new();
    private DeflateStream? _stream;

    /// <summary>For messages that stand for themselves: the running thread's. Nothing is held between messages.</summary>
    public static MessageDeflater OfThread => _ofThread ??= new MessageDeflater(keepsContext: false);

    /// <summary>The most bytes that a message can have when it is compressed: five for each block that deflate leaves as it is, a flush, and some for an unfinished byte.</summary>
    public static int MostBytes(int messageBytes) => messageBytes + (messageBytes / 1024) + 64;

    /// <summary>Compresses a message to the end of a buffer.</summary>
    /// <param name="message">Not empty.</param>
    /// <param name="output">Gets it.</param>
    public void Compress(ReadOnlySpan<byte> message, OutputBuffer output)
    {
        _output.Target = output;
        _stream ??= new DeflateStream(_output, Options, leaveOpen: true);
        _stream.Write(message);
        _stream.Flush();
        _output.Target = null;      // what ends a stream is no part of a message
        output.Remove(output.Length - FlushMarkBytes, FlushMarkBytes);
        if (!keepsContext)
        {
            Dispose();
        }
    }

    /// <summary>Gives back what is held. Idempotent; the next message starts anew.</summary>
    public void Dispose()
    {
        _stream?.Dispose();
        _stream = null;
    }

    /// <summary>Leads what deflate writes into a buffer.</summary>
    private sealed class OutputStream : OneWayStream
    {
        public OutputBuffer? Target { get; set; }

        public override bool CanWrite => true;

        public override void Write(ReadOnlySpan<byte> buffer) => Target?.Write(buffer);
    }
}
