using System.Buffers;
using System.Buffers.Binary;
using System.IO.Pipelines;
using System.Text;
using WampRouter.Tests.Doubles;
using WampRouter.Transports.WebSockets;

namespace WampRouter.Tests.Transports.WebSockets;

/// <summary>A frame as the server sent it.</summary>
internal sealed record ServerFrameSeen(bool Fin, WebSocketOpcode Opcode, byte[] Payload, bool IsCompressed = false)
{
    public string Text => Encoding.UTF8.GetString(Payload);

    public int CloseCode => Payload.Length < 2 ? 0 : BinaryPrimitives.ReadUInt16BigEndian(Payload);
}

/// <summary>A WebSocket client that writes whatever a test wants, right or wrong, and reads frames one by one.</summary>
internal sealed class FrameClient(IDuplexPipe pipe, IDisposable? owner = null) : IAsyncDisposable
{
    private static readonly byte[] Key = [0x37, 0xFA, 0x21, 0x3D];

    public IDuplexPipe Pipe { get; } = pipe;

    /// <summary>The extensions that the server has agreed on; null: none, and then no frame may use one.</summary>
    public string? Extensions { get; init; }

    public static byte[] Frame(WebSocketOpcode opcode, ReadOnlySpan<byte> payload, bool fin = true, int rsv = 0, bool masked = true, int lengthBytes = -1)
    {
        if (lengthBytes < 0)
        {
            lengthBytes = payload.Length <= 125 ? 0 : payload.Length <= ushort.MaxValue ? 2 : 8;
        }

        var frame = new ArrayBufferWriter<byte>();
        frame.Write([(byte)((fin ? 0x80 : 0) | (rsv << 4) | (int)opcode), (byte)((masked ? 0x80 : 0) | (lengthBytes switch { 0 => payload.Length, 2 => 126, _ => 127 }))]);
        var length = new byte[8];
        BinaryPrimitives.WriteUInt64BigEndian(length, (ulong)payload.Length);
        frame.Write(length.AsSpan(8 - lengthBytes));
        if (masked)
        {
            frame.Write(Key);
        }

        var body = payload.ToArray();
        for (var i = 0; masked && i < body.Length; i++)
        {
            body[i] ^= Key[i % 4];
        }

        frame.Write(body);
        return frame.WrittenSpan.ToArray();
    }

    public static byte[] CloseBody(int code, string reason = "") => [(byte)(code >> 8), (byte)code, .. Encoding.UTF8.GetBytes(reason)];

    public Task SendAsync(WebSocketOpcode opcode, ReadOnlySpan<byte> payload, bool fin = true) => SendRawAsync(Frame(opcode, payload, fin));

    public Task SendTextAsync(string text, bool fin = true) => SendAsync(WebSocketOpcode.Text, Encoding.UTF8.GetBytes(text), fin);

    public Task SendCloseAsync(int code = 1000) => SendAsync(WebSocketOpcode.Close, CloseBody(code));

    /// <summary>Sends bytes; a peer that has gone does not matter, what it answered does.</summary>
    public async Task SendRawAsync(byte[] bytes)
    {
        try
        {
            await Pipe.Output.WriteAsync(bytes).Soon();
        }
        catch (IOException)
        {
            // The server closed while we were still sending; the test looks at its last frames.
        }
    }

    /// <summary>Sends bytes in pieces, each flushed by itself.</summary>
    public async Task SendChoppedAsync(byte[] bytes, int piece)
    {
        foreach (var chunk in bytes.Chunk(piece))
        {
            await SendRawAsync(chunk);
        }
    }

    /// <summary>The next frame, or null where the server closed the transport.</summary>
    public async Task<ServerFrameSeen?> ReceiveAsync()
    {
        try
        {
            while (true)
            {
                var read = await Pipe.Input.ReadAsync().Soon();
                if (TryParse(read.Buffer, out var frame, out var end, mayBeCompressed: Extensions is not null))
                {
                    Pipe.Input.AdvanceTo(end);
                    return frame;
                }

                Pipe.Input.AdvanceTo(read.Buffer.Start, read.Buffer.End);
                if (read.IsCompleted)
                {
                    return null;
                }
            }
        }
        catch (Exception e) when (e is IOException or HttpProtocolException)
        {
            return null;
        }
    }

    /// <summary>The end of what the server sends, and no frame before it. A reset is an exception.</summary>
    public async Task ExpectEndAsync()
    {
        while (true)
        {
            var read = await Pipe.Input.ReadAsync().Soon();
            Assert.That(read.Buffer.IsEmpty, Is.True, "bytes after Close");
            if (read.IsCompleted)
            {
                return;
            }

            Pipe.Input.AdvanceTo(read.Buffer.Start, read.Buffer.End);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Pipe.Output.CompleteAsync();
        await Pipe.Input.CompleteAsync();
        owner?.Dispose();
    }

    /// <summary>Reads one frame off the front of what the server sent.</summary>
    public static bool TryParse(in ReadOnlySequence<byte> buffer, out ServerFrameSeen? frame, out SequencePosition end, bool mayBeCompressed = false)
    {
        (frame, end) = (null, buffer.Start);
        var reader = new SequenceReader<byte>(buffer);
        if (!reader.TryRead(out var first) || !reader.TryRead(out var second))
        {
            return false;
        }

        Assert.That(second & 0x80, Is.Zero, "a server must not mask");
        Assert.That(first & (mayBeCompressed ? 0x30 : 0x70), Is.Zero, "reserved bits");
        long length = second;
        if (second == 126)
        {
            if (!reader.TryReadBigEndian(out short value))
            {
                return false;
            }

            length = (ushort)value;
        }
        else if (second == 127 && !reader.TryReadBigEndian(out length))
        {
            return false;
        }

        if (!reader.TryReadExact((int)length, out var payload))
        {
            return false;
        }

        frame = new ServerFrameSeen((first & 0x80) != 0, (WebSocketOpcode)(first & 0x0F), payload.ToArray(), (first & 0x40) != 0);
        end = reader.Position;
        return true;
    }
}
