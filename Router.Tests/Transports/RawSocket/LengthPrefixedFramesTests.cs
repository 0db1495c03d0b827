using System.Buffers;
using WampRouter.Transports;
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
        var frames = new LengthPrefixedFrames(new MessageLimits(MaxBytes), isSocket: true);
        for (var arrived = 0; arrived < wire.Length; arrived++)
        {
            var buffer = new ReadOnlySequence<byte>(wire, 0, arrived);

            Assert.That(Read(frames, ref buffer, MaxBytes, out _), Is.EqualTo(FrameRead.NeedMore), $"{arrived} bytes");
            Assert.That(buffer.Length, Is.EqualTo(arrived));
        }
    }

    [Test]
    public void Read_AWholeFrameInTwoPieces_IsThatFrameAndLeavesTheNext([Values(0, 1, 5, 255, 256, 300)] int size, [Values] bool isPing)
    {
        byte[] wire = [.. Frame(isPing ? 1 : 0, size), .. Frame(2, 1)];
        for (var cut = 0; cut <= wire.Length; cut++)
        {
            var frames = new LengthPrefixedFrames(new MessageLimits(MaxBytes), isSocket: true);
            var buffer = Cut(wire, cut);

            var read = Read(frames, ref buffer, MaxBytes, out var payload);
            Assert.That((read, payload.SequenceEqual(wire.AsSpan(4, size))), Is.EqualTo((isPing ? FrameRead.Ping : FrameRead.Message, true)), $"cut at {cut}");
            Assert.That((Read(frames, ref buffer, MaxBytes, out payload), payload.Length, buffer.Length), Is.EqualTo((FrameRead.Pong, 1, 0L)));
            frames.Release();
        }
    }

    [TestCase(3, 0, FrameRead.Broken)]
    [TestCase(8, 1, FrameRead.Broken)]
    [TestCase(8, 0, FrameRead.TooLong)]
    [TestCase(0x80, 0, FrameRead.Broken)]
    [TestCase(2, MaxBytes, FrameRead.NeedMore)]
    [TestCase(0, MaxBytes + 1, FrameRead.TooLong)]
    [TestCase(0, 0xFF_FF_FF, FrameRead.TooLong)]
    public void Read_HeaderOnly_IsJudgedAtOnce(int type, int size, FrameRead expected)
    {
        var frames = new LengthPrefixedFrames(new MessageLimits(MaxBytes), isSocket: true);
        var buffer = new ReadOnlySequence<byte>(Header(type, size));

        Assert.That(Read(frames, ref buffer, MaxBytes, out _), Is.EqualTo(expected));
    }

    [Test]
    public void Read_LongerThanALimitButReadPast_IsTheHeadAndLeavesTheNext([Values(301, 599, 1000)] int size)
    {
        byte[] wire = [.. Frame(0, size), .. Frame(0, 1)];
        for (var cut = 0; cut <= wire.Length; cut++)
        {
            var frames = new LengthPrefixedFrames(new MessageLimits(MaxBytes), isSocket: true);
            var buffer = new ReadOnlySequence<byte>(wire, 0, cut);
            var read = Read(frames, ref buffer, 1000, out var head);
            Assert.That(buffer.Length, Is.EqualTo(cut < 4 ? cut : Math.Max(0, cut - 4 - size)), $"cut at {cut}: what is read past is not kept in the pipe");
            if (read == FrameRead.NeedMore)
            {
                buffer = new ReadOnlySequence<byte>(wire, cut - (int)buffer.Length, wire.Length - cut + (int)buffer.Length);
                read = Read(frames, ref buffer, 1000, out head);
            }
            else
            {
                buffer = new ReadOnlySequence<byte>(wire, 4 + size, 5);
            }

            Assert.That((read, frames.MessageBytes, head.SequenceEqual(wire.AsSpan(4, MaxBytes))), Is.EqualTo((FrameRead.ReadPast, (long)size, true)), $"cut at {cut}");
            Assert.That((Read(frames, ref buffer, 1000, out var next), next.Length, buffer.Length), Is.EqualTo((FrameRead.Message, 1, 0L)));
            frames.Release();
        }
    }

    [Test]
    public void Read_BlanksBeforeOneThatIsReadPast_TakeNoRoomInItsHead()
    {
        byte[] message = [.. Enumerable.Repeat((byte)' ', 200), (byte)'\n', .. Enumerable.Repeat((byte)'z', 400)];
        byte[] wire = [.. Header(0, message.Length), .. message];
        for (var cut = 4; cut < wire.Length; cut++)
        {
            var frames = new LengthPrefixedFrames(new MessageLimits(MaxBytes), isSocket: true);
            var buffer = new ReadOnlySequence<byte>(wire, 0, cut);
            Read(frames, ref buffer, 1000, out _);
            buffer = Cut(wire[cut..], (wire.Length - cut) / 2);

            Assert.That(Read(frames, ref buffer, 1000, out var head), Is.EqualTo(FrameRead.ReadPast));
            Assert.That((head.Length, head.IndexOfAnyExcept((byte)'z')), Is.EqualTo((MaxBytes, -1)), $"cut at {cut}");
            frames.Release();
        }
    }

    private static FrameRead Read(LengthPrefixedFrames frames, ref ReadOnlySequence<byte> buffer, int maxReadBytes, out ReadOnlySpan<byte> payload)
    {
        var input = new SequenceReader<byte>(buffer);
        var read = frames.Next(ref input, maxReadBytes, out payload);
        buffer = buffer.Slice(input.Position);
        return read;
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
