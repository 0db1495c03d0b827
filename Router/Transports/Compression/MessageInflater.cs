using System.IO.Compression;

namespace WampRouter.Transports.Compression;

/// <summary>
/// Decompresses messages as RFC 7692 section 7.2.2 has it, piece by piece, so that whoever asks can stop where a message gets too large. <see cref="Begin"/>, then <see cref="Read"/> as
/// often as it gives something, then <see cref="End"/>. One thread at a time.
/// </summary>
/// <remarks>
/// A compressed block may say that it is the last one (RFC 7692 section 7.2.3.4). What follows it in the same message may only be the empty block that this section puts there: the platform's inflate does not tell
/// where in its input a last block has ended, unless it is given the bytes one by one. What was sent before a last block is forgotten.
/// </remarks>
/// <param name="keepsContext">Whether messages may refer to earlier ones. What they may refer to is held until <see cref="Dispose"/>.</param>
internal sealed class MessageInflater(bool keepsContext) : IDisposable
{
    /// <summary>What is held for a connection whose messages refer to earlier ones, in bytes: a window of 32 KiB, a buffer of 8 KiB, and the state.</summary>
    public const int ContextBytes = 56 * 1024;

    [ThreadStatic]
    private static MessageInflater? _ofThread;

    private readonly InputStream _input = new();
    private DeflateStream? _stream;

    /// <summary>For messages that stand for themselves: the running thread's. Nothing is held between messages.</summary>
    public static MessageInflater OfThread => _ofThread ??= new MessageInflater(keepsContext: false);

    /// <summary>What is wrong with a message, in words for the peer; null where nothing is.</summary>
    public string? Fault { get; private set; }

    /// <summary>Begins a message.</summary>
    /// <param name="compressed">Its payload, or the beginning of it. Copied.</param>
    public void Begin(ReadOnlySpan<byte> compressed)
    {
        Fault = null;
        _input.Fill(compressed);
        _stream ??= new DeflateStream(_input, CompressionMode.Decompress, leaveOpen: true);
    }

    /// <summary>Decompresses what comes next of the message.</summary>
    /// <param name="output">Not empty.</param>
    /// <returns>How many bytes; 0: there are no more, or <see cref="Fault"/> says why not.</returns>
    public int Read(Span<byte> output)
    {
        try
        {
            var read = _stream!.Read(output);
            if (read == 0 && !_input.WasAskedInVain)
            {
                EndAtLastBlock();
            }

            return read;
        }
        catch (Exception e) when (e is InvalidDataException or IOException)
        {
            // Whatever it does not like, the bytes are the peer's. What it would refer to is lost with it.
            Fault = "a compressed message is not what deflate makes";
            Dispose();
            return 0;
        }
    }

    /// <summary>Ends a message, also one that was not read to its end: it is then no longer possible to refer to it.</summary>
    public void End()
    {
        if (!keepsContext || !_input.WasAskedInVain)
        {
            Dispose();
        }

        _input.Clear();
    }

    /// <summary>Gives back what is held. Idempotent.</summary>
    public void Dispose()
    {
        _stream?.Dispose();
        _stream = null;
    }

    private void EndAtLastBlock()
    {
        if (!_input.IsAtItsEnd)
        {
            Fault = "a compressed message goes on after its last block";
        }
    }

    /// <summary>A message, and behind it the end of a flush, which its sender has left out.</summary>
    private sealed class InputStream : OneWayStream
    {
        /// <summary>The last byte of a message that ends with a last block, and the byte behind it: the empty block's.</summary>
        private const int GivenOneByOne = 2;

        private byte[]? _bytes;
        private int _at;
        private int _length;
        private int _whole;     // how many may be given in one piece

        private static ReadOnlySpan<byte> FlushMark => [0x00, 0x00, 0xFF, 0xFF];

        public override bool CanRead => true;

        /// <summary>Whether more was wanted than there is: the message has been taken as a whole.</summary>
        public bool WasAskedInVain { get; private set; }

        /// <summary>Whether nothing has been left but what may follow a last block.</summary>
        public bool IsAtItsEnd => _at > _whole;

        public void Fill(ReadOnlySpan<byte> message)
        {
            Clear();
            _length = message.IsEmpty ? 0 : message.Length + FlushMark.Length;     // nothing is no block, so it has no end
            _bytes = MessageBuffers.Rent(_length);
            message.CopyTo(_bytes);
            FlushMark[..(_length - message.Length)].CopyTo(_bytes.AsSpan(message.Length));
            (_at, _whole, WasAskedInVain) = (0, Math.Max(0, message.Length - GivenOneByOne), false);
        }

        public void Clear()
        {
            if (_bytes is { } bytes)
            {
                _bytes = null;
                MessageBuffers.Return(bytes);
            }
        }

        public override int Read(Span<byte> buffer)
        {
            var count = Math.Min(buffer.Length, _at < _whole ? _whole - _at : Math.Min(1, _length - _at));
            _bytes.AsSpan(_at, count).CopyTo(buffer);
            _at += count;
            WasAskedInVain |= count == 0;
            return count;
        }
    }
}
