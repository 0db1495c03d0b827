using System.Buffers;
using WampRouter.Transports;
using WampRouter.Transports.RawSocket;

namespace WampRouter.Tests.Transports.RawSocket;

/// <summary>Of what is too large only a message is read past: a ping or pong of that size ends the connection, whatever there is room for.</summary>
internal sealed class LengthPrefixedKindsTests
{
    private const int MaxBytes = 300;
    private const int MaxReadBytes = 1000;

    [TestCase(0, MaxBytes, FrameRead.NeedMore)]
    [TestCase(1, MaxBytes, FrameRead.NeedMore)]
    [TestCase(2, MaxBytes, FrameRead.NeedMore)]
    [TestCase(0, MaxBytes + 1, FrameRead.NeedMore, Description = "read past")]
    [TestCase(1, MaxBytes + 1, FrameRead.TooLong)]
    [TestCase(2, MaxBytes + 1, FrameRead.TooLong)]
    [TestCase(0, MaxReadBytes, FrameRead.NeedMore, Description = "read past")]
    [TestCase(0, MaxReadBytes + 1, FrameRead.TooLong)]
    [TestCase(1, MaxReadBytes + 1, FrameRead.TooLong)]
    [TestCase(2, 0xFF_FF_FF, FrameRead.TooLong)]
    [TestCase(3, 1, FrameRead.Broken)]
    public void Read_HeaderOfAnyKind_IsJudgedAtOnce(int type, int size, FrameRead expected)
    {
        var frames = new LengthPrefixedFrames(new MessageLimits(MaxBytes), isSocket: true);
        var buffer = new ReadOnlySequence<byte>([(byte)type, (byte)(size >> 16), (byte)(size >> 8), (byte)size]);

        Assert.That(Read(frames, ref buffer, out _), Is.EqualTo(expected));
        frames.Release();
    }

    [TestCase(1)]
    [TestCase(2)]
    public void Read_PingOrPongWhereThereAreNone_IsAFault(byte type)
    {
        var frames = new LengthPrefixedFrames(new MessageLimits(MaxBytes), isSocket: false);
        var buffer = new ReadOnlySequence<byte>([type, 0, 0, 0]);

        Assert.That((Read(frames, ref buffer, out _), frames.Fault), Is.EqualTo((FrameRead.Broken, "a frame is no WAMP message")));
    }

    [Test]
    public void Release_AfterAFrameInPieces_GivesItsBufferBack()
    {
        var frames = new LengthPrefixedFrames(new MessageLimits(MaxBytes), isSocket: true);
        var buffer = InTwoPieces([0, 0, 1, 44, .. new byte[MaxBytes]]);
        Read(frames, ref buffer, out var payload);

        frames.Release();

        // The pool hands the same thread what it gave back last.
        var rented = ArrayPool<byte>.Shared.Rent(MaxBytes);
        Assert.That(rented.AsSpan().Overlaps(payload), Is.True);
        ArrayPool<byte>.Shared.Return(rented);
    }

    [Test]
    public void Release_Twice_GivesTheBufferBackOnce()
    {
        var frames = new LengthPrefixedFrames(new MessageLimits(MaxBytes), isSocket: true);
        var buffer = InTwoPieces([0, 0, 1, 44, .. new byte[MaxBytes]]);
        Assert.That(Read(frames, ref buffer, out _), Is.EqualTo(FrameRead.Message));

        frames.Release();
        frames.Release();

        var rented = Enumerable.Range(0, 4).Select(_ => ArrayPool<byte>.Shared.Rent(MaxBytes)).ToArray();
        Assert.That(rented.Distinct().Count(), Is.EqualTo(rented.Length), "two owners of one buffer");
        Array.ForEach(rented, bytes => ArrayPool<byte>.Shared.Return(bytes));
    }

    private static FrameRead Read(LengthPrefixedFrames frames, ref ReadOnlySequence<byte> buffer, out ReadOnlySpan<byte> payload)
    {
        var input = new SequenceReader<byte>(buffer);
        var read = frames.Next(ref input, MaxReadBytes, out payload);
        buffer = buffer.Slice(input.Position);
        return read;
    }

    private static ReadOnlySequence<byte> InTwoPieces(byte[] bytes)
    {
        var half = bytes.Length / 2;
        var first = new Piece(bytes.AsMemory(0, half), 0);
        return new ReadOnlySequence<byte>(first, 0, first.Append(bytes.AsMemory(half)), bytes.Length - half);
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
