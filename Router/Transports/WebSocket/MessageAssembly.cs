using System.Buffers;
using System.Text;
using System.Text.Unicode;

namespace WampRouter.Transports.WebSocket;

/// <summary>
/// A message that does not lie whole in one read, or comes in fragments: unmasked here piece by piece, text checked as it arrives. Holds
/// a pooled buffer only between the first piece and <see cref="Clear"/>, grown by what has arrived, never by what a header promises.
/// </summary>
/// <remarks>A mutable struct inside its connection, used by the read loop only; copying it would return the buffer twice.</remarks>
internal struct MessageAssembly
{
    private const int SmallestBuffer = 4096;

    private byte[]? _buffer;
    private int _validated;

    /// <summary>Whether a message has begun and not ended.</summary>
    public bool IsOpen { get; private set; }

    /// <summary>Whether it began as a text message.</summary>
    public bool IsText { get; private set; }

    /// <summary>Bytes gathered so far.</summary>
    public int Length { get; private set; }

    /// <summary>What was gathered; valid until the next call.</summary>
    public readonly ReadOnlySpan<byte> Message => _buffer.AsSpan(0, Length);

    /// <summary>Begins a message.</summary>
    public void Begin(bool isText) => (IsOpen, IsText) = (true, isText);

    /// <summary>Unmasks a piece to the end of the message. The caller has checked the size limit.</summary>
    public void Append(ReadOnlySpan<byte> masked, uint key)
    {
        if (_buffer is null || _buffer.Length - Length < masked.Length)
        {
            Grow(Length + masked.Length);
        }

        FrameMask.Apply(masked, _buffer.AsSpan(Length), key);
        Length += masked.Length;
    }

    /// <summary>Checks what has arrived since the last call. An unfinished character at the end is fine, unless the message is complete.</summary>
    public bool IsUtf8SoFar(bool complete)
    {
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
            ArrayPool<byte>.Shared.Return(_buffer);
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

    private void Grow(int atLeast)
    {
        var larger = ArrayPool<byte>.Shared.Rent(Math.Max(SmallestBuffer, atLeast > Length * 2 ? atLeast : Length * 2));
        if (_buffer is not null)
        {
            Message.CopyTo(larger);
            ArrayPool<byte>.Shared.Return(_buffer);
        }

        _buffer = larger;
    }
}
