using System.Buffers;
using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using WampRouter.Delivery;
using WampRouter.Sessions.Outboxes;

namespace WampRouter.Sessions.Resumption;

/// <summary>
/// The last frames of one session, numbered from 0: bounded by <c>maxBytes</c>, and by the share of its principal. The
/// oldest are dropped first, so what is kept has no gap. Not thread-safe; <see cref="Release"/> gives the memory back.
/// </summary>
/// <remarks>Frames are kept in rented segments, so that in the long run nothing is allocated.</remarks>
internal sealed class SentFrames(int maxBytes, ResumptionShare budget)
{
    private const int LengthBytes = sizeof(int);
    private const int SmallestSegment = 1024;
    private const int LargestSegment = 16 * 1024;

    private readonly Queue<Segment> _segments = new();
    private Segment? _last;
    private int _bytes;

    /// <summary>How many frames were added so far, kept or not.</summary>
    public long Count { get; private set; }

    /// <summary>The number of the oldest frame kept; <see cref="Count"/> where none is.</summary>
    public long First { get; private set; }

    /// <summary>Adds a frame. Drops the oldest ones for it, but only frames with numbers below <paramref name="expendable"/>.</summary>
    /// <returns>False where there is still no room; the frame is then not counted.</returns>
    public bool TryAdd(ReadOnlySpan<byte> frame, long expendable)
    {
        var size = LengthBytes + frame.Length;
        Segment? segment;
        while (_bytes + (long)size > maxBytes || !TryFindRoom(size, out segment))
        {
            if (First == Count || First >= expendable)
            {
                return false;
            }

            DropOldest();
        }

        segment.Append(frame);
        _bytes += size;
        Count++;
        return true;
    }

    /// <summary>Adds a frame that the peer has already. Where there is no room for it, it is counted but not kept.</summary>
    public void Add(ReadOnlySpan<byte> frame)
    {
        if (!TryAdd(frame, expendable: Count))
        {
            Count++;
            First = Count;
        }
    }

    /// <summary>Drops the frames numbered below <paramref name="number"/>.</summary>
    public void DropBefore(long number)
    {
        while (First < number)
        {
            DropOldest();
        }
    }

    /// <summary>Offers all that is kept to an outbox, in order, until it takes no more.</summary>
    /// <param name="outbox">Where the frames go.</param>
    /// <param name="batch">Flushed by the caller.</param>
    /// <param name="next">The number of the first frame it did not take; <see cref="Count"/> if it took all.</param>
    public EnqueueResult Replay(Outbox outbox, FlushBatch batch, out long next)
    {
        next = First;
        foreach (var segment in _segments)
        {
            for (var at = segment.Start; at < segment.End; next++)
            {
                var frame = segment.FrameAt(at);
                var result = outbox.TryEnqueue(frame, batch);
                if (result != EnqueueResult.Accepted)
                {
                    return result;
                }

                at += LengthBytes + frame.Length;
            }
        }

        return EnqueueResult.Accepted;
    }

    /// <summary>Gives all memory back. Nothing may be added afterwards.</summary>
    public void Release()
    {
        while (_segments.TryDequeue(out var segment))
        {
            Return(segment);
        }

        _last = null;
        _bytes = 0;
        First = Count;
    }

    private bool TryFindRoom(int size, [NotNullWhen(true)] out Segment? segment)
    {
        if (_last is { } last && last.Room >= size)
        {
            segment = last;
            return true;
        }

        segment = null;
        var buffer = ArrayPool<byte>.Shared.Rent(Math.Max(size, Math.Clamp(_bytes, SmallestSegment, LargestSegment)));
        if (!budget.TryReserve(buffer.Length))
        {
            ArrayPool<byte>.Shared.Return(buffer);
            return false;
        }

        segment = _last = new Segment(buffer);
        _segments.Enqueue(segment);
        return true;
    }

    private void DropOldest()
    {
        var oldest = _segments.Peek();
        var size = LengthBytes + oldest.FrameAt(oldest.Start).Length;
        oldest.Start += size;
        _bytes -= size;
        First++;
        if (oldest.Start == oldest.End)
        {
            Return(_segments.Dequeue());
            _last = _segments.Count == 0 ? null : _last;
        }
    }

    private void Return(Segment segment)
    {
        budget.Release(segment.Capacity);
        segment.Return();
    }

    /// <summary>Frames one after the other, each behind its length.</summary>
    private sealed class Segment(byte[] buffer)
    {
        public int Start { get; set; }

        public int End { get; private set; }

        public int Capacity => buffer.Length;

        public int Room => buffer.Length - End;

        public ReadOnlySpan<byte> FrameAt(int at) =>
            buffer.AsSpan(at + LengthBytes, BinaryPrimitives.ReadInt32LittleEndian(buffer.AsSpan(at)));

        public void Append(ReadOnlySpan<byte> frame)
        {
            BinaryPrimitives.WriteInt32LittleEndian(buffer.AsSpan(End), frame.Length);
            frame.CopyTo(buffer.AsSpan(End + LengthBytes));
            End += LengthBytes + frame.Length;
        }

        public void Return() => ArrayPool<byte>.Shared.Return(buffer);
    }
}
