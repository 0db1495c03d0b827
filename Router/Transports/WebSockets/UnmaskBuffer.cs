using System.Buffers;

namespace WampRouter.Transports.WebSockets;

/// <summary>Where a thread unmasks what lies whole in a read: one buffer for all connections, because nobody keeps anything in it from one frame to the next.</summary>
internal static class UnmaskBuffer
{
    /// <summary>Its size. What is larger is gathered in a pooled buffer, so that threads do not keep large ones forever.</summary>
    public const int Bytes = 64 * 1024;

    [ThreadStatic]
    private static byte[]? _ofThread;

    /// <summary>All of it.</summary>
    public static Span<byte> OfThread => _ofThread ??= GC.AllocateUninitializedArray<byte>(Bytes);

    /// <summary>Takes so many bytes, which are there, and unmasks them into the buffer of the thread.</summary>
    public static ReadOnlySpan<byte> Take(scoped ref SequenceReader<byte> input, int length, uint key)
    {
        var all = OfThread[..length];
        var rest = all;
        while (!rest.IsEmpty)
        {
            var piece = input.UnreadSpan;
            piece = piece[..Math.Min(piece.Length, rest.Length)];
            FrameMask.Apply(piece, rest, key);
            key = FrameMask.Turn(key, piece.Length);
            rest = rest[piece.Length..];
            input.Advance(piece.Length);
        }

        return all;
    }
}
