using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace WampRouter.Transports.ProxyProtocol;

/// <summary>Version 1 of the PROXY protocol (section 2.1): one line, such as <c>PROXY TCP4 192.0.2.7 198.51.100.1 56324 443</c>. Pure.</summary>
internal static class TextHeader
{
    /// <summary>The longest line, in bytes, its CRLF included.</summary>
    public const int MaxBytes = 107;

    /// <summary>What it begins with.</summary>
    public static ReadOnlySpan<byte> Signature => "PROXY "u8;

    /// <summary>Reads it.</summary>
    /// <param name="start">The first bytes of a connection, as many of <see cref="MaxBytes"/> as have come.</param>
    /// <param name="header">What it says, where it is whole.</param>
    /// <param name="length">How long it is then.</param>
    /// <param name="problem">What is wrong, where it is broken.</param>
    public static HeaderVerdict Read(ReadOnlySpan<byte> start, out ProxyHeader header, out int length, out string? problem)
    {
        (header, length, problem) = (default, 0, null);
        if (!start.StartsWith(Signature[..Math.Min(start.Length, Signature.Length)]))
        {
            problem = "is none: the first bytes are something else";
            return HeaderVerdict.Broken;
        }

        var end = start.IndexOf("\r\n"u8);
        if (end < 0)
        {
            problem = start.Length == MaxBytes ? "is a line that does not end within 107 bytes" : null;
            return problem is null ? HeaderVerdict.NeedMore : HeaderVerdict.Broken;
        }

        length = end + 2;
        return TryRead(Encoding.Latin1.GetString(start[..end]), out header, out problem) ? HeaderVerdict.Whole : HeaderVerdict.Broken;
    }

    private static bool TryRead(string line, out ProxyHeader header, out string? problem)
    {
        (header, problem) = (default, null);
        var words = line.Split(' ');
        if (words[1] == "UNKNOWN")
        {
            return true;        // whatever follows is to be passed over
        }

        AddressFamily? family = words[1] switch { "TCP4" => AddressFamily.InterNetwork, "TCP6" => AddressFamily.InterNetworkV6, _ => null };
        if (family is { } known && words.Length == 6
            && TryParse(words[2], known, out var source) && TryParse(words[3], known, out _)
            && TryParse(words[4], out var port) && TryParse(words[5], out _))
        {
            header = new ProxyHeader(new IPEndPoint(source!, port));
            return true;
        }

        problem = family is null ? "names neither TCP4 nor TCP6 nor UNKNOWN" : "has no two addresses and two ports of its protocol";
        return false;
    }

    /// <summary>An address in the one form that the protocol has for it: the framework takes others as well, such as <c>0x7f.1</c>.</summary>
    private static bool TryParse(string word, AddressFamily family, out IPAddress? address) =>
        IPAddress.TryParse(word, out address)
        && address.AddressFamily == family
        && (family == AddressFamily.InterNetworkV6 ? !word.AsSpan().ContainsAny("[]%/") : address.ToString() == word);

    private static bool TryParse(string word, out ushort port) =>
        ushort.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out port) && (word.Length == 1 || word[0] != '0');
}
