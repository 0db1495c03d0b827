using System.Buffers;
using System.Buffers.Binary;
using WampRouter.Transports.WebSockets;
using WampRouter.Wire;

namespace WampRouter.Tests.Transports.WebSockets.Batched;

/// <summary>Batches put together and taken apart by the letter of the specification, sharing no code with the router.</summary>
internal static class BatchedBytes
{
    public const byte RecordSeparator = 0x1E;

    public static byte[] Join(WireFormat format, IEnumerable<byte[]> messages, byte separator = RecordSeparator) =>
        [.. messages.SelectMany(m => format is WireFormat.Json ? [.. m, separator] : (byte[])[.. LengthOf(m), .. m])];

    public static List<byte[]> Split(WireFormat format, byte[] batch, byte separator = RecordSeparator)
    {
        Assert.That(batch, Is.Not.Empty, "a batch of no messages");
        var messages = new List<byte[]>();
        for (var at = 0; at < batch.Length;)
        {
            if (format is WireFormat.Json)
            {
                var end = Array.IndexOf(batch, separator, at);
                Assert.That(end, Is.Not.Negative, "the last message lacks its separator");
                messages.Add(batch[at..end]);
                at = end + 1;
            }
            else
            {
                var length = BinaryPrimitives.ReadInt32BigEndian(batch.AsSpan(at));
                messages.Add(batch[(at + 4)..(at + 4 + length)]);
                at += 4 + length;
            }
        }

        return messages;
    }

    /// <summary>All frames in what the server wrote: final, with the shortest header each.</summary>
    public static List<ServerFrameSeen> Frames(byte[] written)
    {
        var frames = new List<ServerFrameSeen>();
        var rest = new ReadOnlySequence<byte>(written);
        while (FrameClient.TryParse(rest, out var frame, out var end))
        {
            var header = rest.Slice(0, end).Length - frame!.Payload.Length;
            Assert.That(frame.Fin, Is.True);
            Assert.That(header, Is.EqualTo(frame.Payload.Length switch { < 126 => 2, <= ushort.MaxValue => 4, _ => 10 }), "header");
            frames.Add(frame);
            rest = rest.Slice(end);
        }

        Assert.That(rest.Length, Is.Zero, "bytes that are no whole frame");
        return frames;
    }

    public static WebSocketOpcode OpcodeOf(WireFormat format) => format is WireFormat.Json ? WebSocketOpcode.Text : WebSocketOpcode.Binary;

    private static byte[] LengthOf(byte[] message)
    {
        var length = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(length, message.Length);
        return length;
    }
}
