using System.Buffers;
using System.Buffers.Binary;
using System.IO.Pipelines;
using WampRouter.Sessions.Outboxes;
using WampRouter.Wire;

namespace WampRouter.Transports.WebSockets;

/// <summary>
/// Puts the messages of a flush into as few WebSocket frames as there are blocks in the transport's pipe
/// (<c>rfc/text/advanced/transport_batched_websocket.md</c>). A frame is gathered in the pipe's own memory, behind room for its header, and handed
/// over when it ends: nothing is copied twice, and a connection with nothing to send holds nothing.
/// </summary>
/// <remarks>Under the outbox's lock, but for <see cref="Separator"/> and <see cref="Delimit"/>.</remarks>
internal sealed class OutboundBatches(WireFormat format) : IOutboundFraming
{
    /// <summary>The header of a frame of 126 to 65,535 bytes.</summary>
    private const int HeaderRoom = 4;

    private const int ShortHeader = 2;
    private const int LongestShortFrame = 125;

    /// <summary>A longer message travels alone: beside it a header costs nothing, and most of the pipe's blocks have no room for a second.</summary>
    private const int LongestShared = 2048;

    private Memory<byte> _block;    // the pipe's, until its bytes are handed over
    private int _used;              // of the block; 0: no frame is open
    private byte _openSeparator;    // of the messages in the open frame
    private volatile byte _separator = BatchDelimiter.RecordSeparator;

    /// <summary>What follows each JSON message: what the peer used last. Set by the read loop.</summary>
    public byte Separator
    {
        get => _separator;
        set => _separator = value;
    }

    private WebSocketOpcode Opcode => format is WireFormat.Json ? WebSocketOpcode.Text : WebSocketOpcode.Binary;

    /// <inheritdoc />
    public int SizeOf(int messageBytes)
    {
        var size = BatchDelimiter.SizeFor(format) + messageBytes;
        return size > LongestShared ? size + ServerFrame.MaxHeaderSize
            : HasRoom(size) ? size
            : size + HeaderRoom;
    }

    /// <inheritdoc />
    public int Append(ReadOnlySpan<byte> message, int size, PipeWriter output)
    {
        var delimited = BatchDelimiter.SizeFor(format) + message.Length;
        if (delimited > LongestShared)
        {
            End(output);
            WriteAlone(message, delimited, output);
            return size;
        }

        if (!HasRoom(delimited))
        {
            End(output);
            Begin(delimited, output);
        }

        var free = _block.Span[_used..];
        if (format is WireFormat.Json)
        {
            message.CopyTo(free);
            free[message.Length] = _openSeparator;
        }
        else
        {
            BinaryPrimitives.WriteInt32BigEndian(free, message.Length);
            message.CopyTo(free[BatchDelimiter.LengthPrefix..]);
        }

        _used += delimited;
        return size;
    }

    /// <inheritdoc />
    public void End(PipeWriter output)
    {
        if (_used == 0)
        {
            return;
        }

        var frame = _block.Span;
        var length = _used - HeaderRoom;
        if (length <= LongestShortFrame)
        {
            frame.Slice(HeaderRoom, length).CopyTo(frame[ShortHeader..]); // RFC 6455 wants the shortest header
        }

        output.Advance(ServerFrame.WriteHeader(frame, Opcode, length) + length);
        (_block, _used) = (default, 0);
    }

    /// <summary>A frame has one kind of separator, whatever the peer does meanwhile.</summary>
    private bool HasRoom(int size) => _used != 0 && _block.Length - _used >= size && _openSeparator == _separator;

    private void Begin(int size, PipeWriter output)
    {
        var block = output.GetMemory(HeaderRoom + size);
        _block = block[..Math.Min(block.Length, HeaderRoom + ushort.MaxValue)];
        _used = HeaderRoom;
        _openSeparator = _separator;
    }

    /// <summary>Writes a message as the only one of a batch. Any thread.</summary>
    public void Delimit(ReadOnlySpan<byte> message, OutputBuffer output)
    {
        if (format is WireFormat.Json)
        {
            output.Write(message);
            output.Write(_separator);
            return;
        }

        BinaryPrimitives.WriteInt32BigEndian(output.Free(BatchDelimiter.LengthPrefix), message.Length);
        output.Advance(BatchDelimiter.LengthPrefix);
        output.Write(message);
    }

    private void WriteAlone(ReadOnlySpan<byte> message, int size, PipeWriter output)
    {
        output.Advance(ServerFrame.WriteHeader(output.GetSpan(ServerFrame.MaxHeaderSize), Opcode, size));
        if (format is WireFormat.Json)
        {
            output.Write(message);
            output.Write([_separator]);
            return;
        }

        Span<byte> prefix = stackalloc byte[BatchDelimiter.LengthPrefix];
        BinaryPrimitives.WriteInt32BigEndian(prefix, message.Length);
        output.Write(prefix);
        output.Write(message);
    }
}
