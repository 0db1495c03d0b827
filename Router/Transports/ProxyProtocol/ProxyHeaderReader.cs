using System.Buffers;

namespace WampRouter.Transports.ProxyProtocol;

/// <summary>
/// Reads the header of the PROXY protocol (HAProxy's <c>proxy-protocol.txt</c>, versions 1 and 2), by which a proxy that passes bytes on says for whom. Pure.
/// </summary>
internal static class ProxyHeaderReader
{
    /// <summary>The longest header that is read, in bytes: version 2 could say 64 KiB, of which addresses need 232 at most and what follows them is skipped.</summary>
    public const int MaxBytes = 4 * 1024;

    /// <summary>Looks at the beginning of a connection. Tells a wrong byte as soon as it has come.</summary>
    /// <param name="buffer">All that has come so far, at least one byte.</param>
    /// <param name="header">What it says, where it is whole.</param>
    /// <param name="length">How long it is then, in bytes.</param>
    /// <param name="problem">What is wrong with it, where it is broken: words that follow "its header".</param>
    public static HeaderVerdict Read(in ReadOnlySequence<byte> buffer, out ProxyHeader header, out int length, out string? problem)
    {
        Span<byte> start = stackalloc byte[(int)Math.Min(buffer.Length, TextHeader.MaxBytes)];
        buffer.Slice(0, start.Length).CopyTo(start);
        if (start[0] == TextHeader.Signature[0])
        {
            return TextHeader.Read(start, out header, out length, out problem);
        }

        if (!BinaryHeader.TryReadLength(start, out length, out problem))
        {
            header = default;
            return problem is null ? HeaderVerdict.NeedMore : HeaderVerdict.Broken;
        }

        return length > buffer.Length ? Unfinished(out header) : ReadBinary(buffer.Slice(0, length), out header, out problem);
    }

    private static HeaderVerdict ReadBinary(in ReadOnlySequence<byte> bytes, out ProxyHeader header, out string? problem)
    {
        Span<byte> whole = stackalloc byte[(int)bytes.Length];
        bytes.CopyTo(whole);
        return BinaryHeader.TryRead(whole, out header, out problem) ? HeaderVerdict.Whole : HeaderVerdict.Broken;
    }

    private static HeaderVerdict Unfinished(out ProxyHeader header)
    {
        header = default;
        return HeaderVerdict.NeedMore;
    }
}
