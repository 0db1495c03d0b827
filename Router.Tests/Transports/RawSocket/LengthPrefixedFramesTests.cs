using System.Buffers;
using WampRouter.Transports.RawSocket;

namespace WampRouter.Tests.Transports.RawSocket;

/// <summary>rfc/text/advanced/transport_rawsocket.md, frames: whatever arrives of one so far, and however it is cut.</summary>
internal sealed class LengthPrefixedFramesTests
{
    private const int MaxBytes = 300;

    [Test]
    public void Read_NotAllOfAFrame_NeedsMoreAndTakesNothing([Values(0, 1, 5, 255, 256, 300)] int size)
    {
        var wire = Frame(0, size);
        var frames = new LengthPrefixedFrames(MaxBytes);
        for (var arrived = 0; arrived < wire.Length; arrived++)
        {
            var buffer = new ReadOnlySequence<byte>(wire, 0, arrived);

            Assert.That(frames.Read(ref buffer, out _, out _), Is.EqualTo(FrameRead.NeedMore), $"{arrived} bytes");
            Assert.That(buffer.Length, Is.EqualTo(arrived));
        }
    }

    [Test]
    public void Read_AWholeFrameInTwoPieces_IsThatFrameAndLeavesTheNext([Values(0, 1, 5, 255, 256, 300)] int size, [Values] bool isPing)
    {
        byte[] wire = [.. Frame(isPing ? 1 : 0, size), .. Frame(2, 1)];
        for (var cut = 0; cut <= wire.Length; cut++)
        {
            var frames = new LengthPrefixedFrames(MaxBytes);
            var buffer = Cut(wire, cut);

            Assert.That(frames.Read(ref buffer, out var kind, out var payload), Is.EqualTo(FrameRead.Whole));
            Assert.That((kind, payload.SequenceEqual(wire.AsSpan(4, size))), Is.EqualTo((isPing ? LengthPrefixedKind.Ping : LengthPrefixedKind.Message, true)), $"cut at {cut}");
            Assert.That((frames.Read(ref buffer, out kind, out payload), kind, payload.Length, buffer.Length), Is.EqualTo((FrameRead.Whole, LengthPrefixedKind.Pong, 1, 0L)));
            frames.Release();
        }
    }

    [TestCase(3, 0, FrameRead.Malformed)]
    [TestCase(8, 0, FrameRead.Malformed)]
    [TestCase(0x80, 0, FrameRead.Malformed)]
    [TestCase(2, MaxBytes, FrameRead.NeedMore)]
    [TestCase(0, MaxBytes + 1, FrameRead.TooLong)]
    [TestCase(0, 0xFF_FF_FF, FrameRead.TooLong)]
    public void Read_HeaderOnly_IsJudgedAtOnce(int type, int size, FrameRead expected)
    {
        var frames = new LengthPrefixedFrames(MaxBytes);
        var buffer = new ReadOnlySequence<byte>(Header(type, size));

        Assert.That(frames.Read(ref buffer, out _, out _), Is.EqualTo(expected));
    }

    private static byte[] Header(int type, int size) => [(byte)type, (byte)(size >> 16), (byte)(size >> 8), (byte)size];

    private static byte[] Frame(int type, int size) => [.. Header(type, size), .. Enumerable.Range(1, size).Select(i => (byte)i)];

    private static ReadOnlySequence<byte> Cut(byte[] bytes, int at)
    {
        var first = new Piece(bytes.AsMemory(0, at), 0);
        return new ReadOnlySequence<byte>(first, 0, first.Append(bytes.AsMemory(at)), bytes.Length - at);
    }

    private sealed class Piece : ReadOnlySequenceSegment<byte>
    {
        public Piece(ReadOnlyMemory<byte> memory, long start) => (Memory, RunningIndex) = (memory, start);

        public Piece Append(ReadOnlyMemory<byte> memory)
        {
            var next = new Piece(memory, RunningIndex + Memory.Length);
            Next = next;
            return next;
        }
    }
}
