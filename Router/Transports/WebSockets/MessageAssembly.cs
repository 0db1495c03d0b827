using System.Buffers;
using System.Text;
using System.Text.Unicode;

namespace WampRouter.Transports.WebSockets;

/// <summary>
/// A message that does not lie whole in one read, or comes in fragments: unmasked here piece by piece, text checked as it arrives. Holds
/// a pooled buffer only between the first piece and <see cref="Clear"/>, grown by what has arrived, never by what a header promises. Of a message that is
/// too large it keeps the beginning and counts the rest.
/// </summary>
/// <remarks>A mutable struct inside its connection, used by the read loop only; copying it would return the buffer twice.</remarks>
internal struct MessageAssembly
{
    private const int SmallestBuffer = 4096;

    private byte[]? _buffer;
    private int _validated;

    /// <summary>Bytes that have arrived.</summary>
    public long Size { get; private set; }

    /// <summary>Bytes kept of them: all, unless there are too many.</summary>
    public int Length { get; private set; }

    /// <summary>Bytes of memory it takes.</summary>
    public readonly int HeldBytes => _buffer?.Length ?? 0;

    /// <summary>Whether only the head is kept, because the message is too large.</summary>
    public bool IsTooLarge { get; private set; }

    /// <summary>What was kept; valid until the next call.</summary>
    public readonly ReadOnlySpan<byte> Message => _buffer.AsSpan(0, Length);

    /// <summary>Says how many bytes will come, where that is known: if they are too many, no more than the head is kept from the start.</summary>
    public void Expect(long bytes, MessageLimits limits)
    {
        if (!IsTooLarge && Size + bytes > limits.MessageBytes)
        {
            IsTooLarge = true;
            Shrink(limits);
        }
    }

    /// <summary>Takes a piece to the end of the message, unmasked.</summary>
    public void Append(ReadOnlySpan<byte> masked, uint key, MessageLimits limits)
    {
        Expect(masked.Length, limits);
        Size += masked.Length;
        if (IsTooLarge && Length == 0)
        {
            var blanks = CountBlanks(masked, key);
            masked = masked[blanks..];
            key = FrameMask.Turn(key, blanks);
        }

        var kept = IsTooLarge ? masked[..Math.Min(masked.Length, limits.HeadBytes - Length)] : masked;
        if (_buffer is null || _buffer.Length - Length < kept.Length)
        {
            Grow(Length + kept.Length);
        }

        FrameMask.Apply(kept, _buffer.AsSpan(Length), key);
        Length += kept.Length;
    }

    /// <summary>
    /// Checks what has arrived since the last call. An unfinished character at the end is fine, unless the message is complete. One that is too large is
    /// not looked at: nobody gets to see it.
    /// </summary>
    public bool IsUtf8SoFar(bool complete)
    {
        if (IsTooLarge)
        {
            return true;
        }

        var fresh = Message[_validated..];
        var whole = complete ? fresh.Length : WholeCharacters(fresh);
        _validated += whole;
        return Utf8.IsValid(fresh[..whole]);
    }

    /// <summary>Ends the message and gives its buffer back. Harmless where there is none.</summary>
    public void Clear()
    {
        if (_buffer is not null)
        {
            MessageBuffers.Return(_buffer);
        }

        this = default;
    }

    /// <summary>The length without a last character that may still become valid; invalid bytes stay in, for the check to find at once.</summary>
    private static int WholeCharacters(ReadOnlySpan<byte> text)
    {
        for (var back = 1; back <= Math.Min(3, text.Length); back++)
        {
            var isContinuation = (text[^back] & 0xC0) == 0x80;
            if (!isContinuation)
            {
                var unfinished = Rune.DecodeFromUtf8(text[^back..], out _, out _) == OperationStatus.NeedMoreData;
                return unfinished ? text.Length - back : text.Length;
            }
        }

        return text.Length;
    }

    private static int CountBlanks(ReadOnlySpan<byte> masked, uint key)
    {
        var blanks = 0;
        while (blanks < masked.Length && MessageLimits.Blanks.Contains((byte)(masked[blanks] ^ FrameMask.KeyByte(key, blanks))))
        {
            blanks++;
        }

        return blanks;
    }

    /// <summary>Keeps no more than the beginning, in a buffer of that size.</summary>
    private void Shrink(MessageLimits limits)
    {
        if (_buffer is not { } large)
        {
            return;
        }

        var head = limits.HeadOf(Message);
        Length = head.Length;
        _buffer = MessageBuffers.Rent(Math.Max(SmallestBuffer, limits.HeadBytes));
        head.CopyTo(_buffer);
        MessageBuffers.Return(large);
    }

    private void Grow(int atLeast)
    {
        var larger = MessageBuffers.Rent(Math.Max(SmallestBuffer, atLeast > Length * 2 ? atLeast : Length * 2));
        if (_buffer is not null)
        {
            Message.CopyTo(larger);
            MessageBuffers.Return(_buffer);
        }

        _buffer = larger;
    }
}
