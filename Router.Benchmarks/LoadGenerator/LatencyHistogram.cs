using System.Numerics;

namespace WampRouter.Benchmarks.LoadGenerator;

/// <summary>
/// Counts of latencies in nanoseconds, in buckets that are at most 1.6 % wide, up to 17 seconds. Recording is two shifts and an increment;
/// not for several threads.
/// </summary>
internal sealed class LatencyHistogram
{
    private const int StepBits = 6;                     // 64 buckets per power of two
    private const int Steps = 1 << StepBits;
    private const long Longest = (1L << 34) - 1;

    private readonly long[] _counts = new long[(34 - StepBits + 1) * Steps];

    /// <summary>How many were recorded.</summary>
    public long Count { get; private set; }

    /// <summary>Adds one latency.</summary>
    public void Record(long nanoseconds)
    {
        _counts[BucketOf(Math.Clamp(nanoseconds, 0, Longest))]++;
        Count++;
    }

    /// <summary>Forgets everything.</summary>
    public void Clear()
    {
        Array.Clear(_counts);
        Count = 0;
    }

    /// <summary>The latency in microseconds that the given share (0 to 1) of all recorded ones did not exceed; 0 if there are none.</summary>
    public double PercentileMicroseconds(double share)
    {
        var left = (long)Math.Ceiling(Count * share);
        for (var bucket = 0; bucket < _counts.Length; bucket++)
        {
            left -= _counts[bucket];
            if (left <= 0 && Count > 0)
            {
                return MiddleOf(bucket) / 1000.0;
            }
        }

        return 0;
    }

    private static int BucketOf(long value)
    {
        if (value < Steps)
        {
            return (int)value;
        }

        var shift = BitOperations.Log2((ulong)value) - StepBits;
        return ((shift + 1) << StepBits) + (int)((value >> shift) - Steps);
    }

    private static double MiddleOf(int bucket)
    {
        if (bucket < Steps)
        {
            return bucket;
        }

        var shift = (bucket >> StepBits) - 1;
        return (Steps + (bucket & (Steps - 1)) + 0.5) * (1L << shift);
    }
}
