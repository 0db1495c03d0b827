using System.Buffers;
using System.Numerics;

namespace WampRouter.Transports;

/// <summary>
/// Buffers for messages that do not lie whole in one read. Small ones are those of the shared pool; of large ones a few are kept, bounded in bytes. The shared pool keeps up to 32 for each size
/// and processor, and gives them back to the system more than a minute after the peak.
/// </summary>
/// <remarks>Any thread. The lock is taken for messages that are large, where the time for their bytes hides it; nothing is done under it.</remarks>
internal static class MessageBuffers
{
    /// <summary>What is kept of large buffers, in bytes.</summary>
    internal const long MostKeptBytes = 8 * 1024 * 1024;

    private const int LargestShared = 64 * 1024;

    private static readonly Lock Gate = new();
    private static readonly Stack<byte[]>?[] Kept = new Stack<byte[]>?[32];    // by the power of two that is their length
    private static long _keptBytes;

    /// <summary>What is kept now, in bytes.</summary>
    public static long KeptBytes => Volatile.Read(ref _keptBytes);

    /// <summary>A buffer of so many bytes or more, of any content.</summary>
    public static byte[] Rent(int atLeast)
    {
        if (atLeast <= LargestShared)
        {
            return ArrayPool<byte>.Shared.Rent(atLeast);
        }

        var power = BitOperations.Log2((uint)atLeast - 1) + 1;
        lock (Gate)
        {
            if (Kept[power]?.TryPop(out var buffer) == true)
            {
                _keptBytes -= buffer.Length;
                return buffer;
            }
        }

        return GC.AllocateUninitializedArray<byte>(power < 31 ? 1 << power : Array.MaxLength);
    }

    /// <summary>Takes back a buffer that came from here, once.</summary>
    public static void Return(byte[] buffer)
    {
        if (buffer.Length <= LargestShared)
        {
            ArrayPool<byte>.Shared.Return(buffer);
            return;
        }

        lock (Gate)
        {
            if (_keptBytes + buffer.Length <= MostKeptBytes)
            {
                (Kept[BitOperations.Log2((uint)buffer.Length)] ??= new Stack<byte[]>()).Push(buffer);
                _keptBytes += buffer.Length;
            }
        }
    }
}
