using WampRouter.Wire;

namespace WampRouter.Sessions.Hello;

/// <summary>
/// A dictionary that a login sends or gets beside its proof (HELLO.Details.authextra, CHALLENGE.Extra, AUTHENTICATE.Extra, WELCOME.Details.authextra), still encoded. Immutable, and owns its
/// bytes. Any thread.
/// </summary>
/// <param name="format">How it is encoded.</param>
/// <param name="bytes">A validated dictionary of that format.</param>
internal sealed class EncodedExtra(WireFormat format, byte[] bytes)
{
    /// <summary>The most bytes of one, whichever side says it and however it is encoded.</summary>
    public const int MaxBytes = 16 * 1024;

    // A message of this type is only the envelope to transcode in.
    private const MessageCode Envelope = MessageCode.Authenticate;
    private const int EnvelopeBytes = 3;        // JSON's "[5,", and in the other formats the head of a short list and a small number
    private const int EnvelopeBytesOfOthers = 2;

    /// <summary>The dictionary as a value to be written.</summary>
    public WireValue Value => new(format, bytes);

    /// <summary>A copy of what stands in a message; null where that is no more than an empty dictionary.</summary>
    public static EncodedExtra? CopyOf(WireFormat format, ReadOnlySpan<byte> dictionary) =>
        new DictionaryReader(format, dictionary).TryReadNext(out _, out _) ? new EncodedExtra(format, dictionary.ToArray()) : null;

    /// <summary>The same dictionary in another format.</summary>
    /// <param name="other">The format.</param>
    /// <param name="extra">The dictionary; this one where it is in that format already.</param>
    /// <param name="fault">What the format has no way to say.</param>
    public bool TryConvert(WireFormat other, out EncodedExtra? extra, out string? fault)
    {
        (extra, fault) = (this, null);
        if (other == format)
        {
            return true;
        }

        var writer = MessageWriter.ForThread(new WireEncoding(other, Framing.WebSocket));
        writer.Begin(Envelope, 2);
        if (!writer.TryWriteValue(Value, out fault))
        {
            extra = null;
            return false;
        }

        writer.End();
        extra = new EncodedExtra(other, other is WireFormat.Json ? writer.Body[EnvelopeBytes..^1].ToArray() : writer.Body[EnvelopeBytesOfOthers..].ToArray());
        return true;
    }

    /// <summary>The encoded dictionary, in an array of its own.</summary>
    public byte[] ToArray() => [.. bytes];
}
