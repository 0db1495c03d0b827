using WampRouter.Transports.Compression;
using WampRouter.Wire;

namespace WampRouter.Transports.WebSockets;

/// <summary>Makes compressed frames (RFC 7692 section 6), in a buffer that is used again. One thread at a time.</summary>
internal sealed class CompressedFrame
{
    private const byte CompressedBit = 0x40;

    private readonly OutputBuffer _output = new();
    private int _start;

    /// <summary>The last frame; valid until the next one is made.</summary>
    public ReadOnlySpan<byte> Bytes => _output.Written[_start..];

    /// <summary>Makes the frame of a whole message.</summary>
    /// <param name="opcode">Text or binary.</param>
    /// <param name="message">What it carries; not empty.</param>
    /// <param name="deflater">Compresses it.</param>
    public void Make(WebSocketOpcode opcode, ReadOnlySpan<byte> message, MessageDeflater deflater)
    {
        _output.Reset(ServerFrame.MaxHeaderSize);
        deflater.Compress(message, _output);
        Span<byte> header = stackalloc byte[ServerFrame.MaxHeaderSize];
        header = header[..ServerFrame.WriteHeader(header, opcode, _output.Length - ServerFrame.MaxHeaderSize)];
        header[0] |= CompressedBit;
        _start = ServerFrame.MaxHeaderSize - header.Length;
        header.CopyTo(_output.Written[_start..]);
    }
}
