using System.Buffers.Binary;
using System.Net;
using System.Numerics;

namespace WampRouter.Transports.ProxyProtocol;

/// <summary>Version 2 of the PROXY protocol (section 2.2): a signature, a command, a family, a length, addresses, and further values (TLV), of which only the checksum is looked at. Pure.</summary>
internal static class BinaryHeader
{
    private const int PrefixBytes = 16;
    private const int VersionAndCommandAt = 12;
    private const int FamilyAt = 13;
    private const int LengthAt = 14;
    private const int UnixBytes = 216;          // two paths
    private const byte VersionTwo = 0x20;       // in the upper half of its byte
    private const byte LocalCommand = 0;
    private const byte ProxyCommand = 1;
    private const int TlvPrefixBytes = 3;
    private const byte ChecksumType = 0x03;     // PP2_TYPE_CRC32C

    private static ReadOnlySpan<byte> Signature => "\r\n\r\n\0\r\nQUIT\n"u8;

    /// <summary>How long the whole header is.</summary>
    /// <param name="start">The first bytes of a connection.</param>
    /// <param name="length">The length, in bytes; at most <see cref="ProxyHeaderReader.MaxBytes"/>.</param>
    /// <param name="problem">Why it is none that is read; null where it cannot be told yet.</param>
    public static bool TryReadLength(ReadOnlySpan<byte> start, out int length, out string? problem)
    {
        (length, problem) = (0, null);
        if (!start.StartsWith(Signature[..Math.Min(start.Length, Signature.Length)]))
        {
            problem = "is none: the first bytes are something else";
        }
        else if (start.Length > VersionAndCommandAt && start[VersionAndCommandAt] is not (VersionTwo | LocalCommand) and not (VersionTwo | ProxyCommand))
        {
            problem = "has a version or a command that is not known";
        }
        else if (start.Length >= PrefixBytes)
        {
            length = PrefixBytes + BinaryPrimitives.ReadUInt16BigEndian(start[LengthAt..]);
            problem = length > ProxyHeaderReader.MaxBytes ? $"is longer than {ProxyHeaderReader.MaxBytes} bytes" : null;
            return problem is null;
        }

        return false;
    }

    /// <summary>Reads a header that has come as a whole.</summary>
    /// <param name="whole">All of it, and nothing else.</param>
    /// <param name="header">What it says.</param>
    /// <param name="problem">What is wrong with it.</param>
    public static bool TryRead(ReadOnlySpan<byte> whole, out ProxyHeader header, out string? problem)
    {
        header = default;
        if (!TryFindAddresses(whole, out var addressBytes, out problem) || !HoldsTrueChecksum(whole, PrefixBytes + addressBytes, out problem))
        {
            return false;
        }

        // Of itself (LOCAL) the proxy may say what it likes: the connection is the proxy's own.
        var isProxied = (whole[VersionAndCommandAt] & 0x0F) == ProxyCommand;
        var addresses = whole[PrefixBytes..];
        header = whole[FamilyAt] switch
        {
            0x11 when isProxied => new(Read(addresses, 4)),     // TCP over IPv4
            0x21 when isProxied => new(Read(addresses, 16)),    // TCP over IPv6
            _ => default,                                       // a datagram, a Unix domain socket or nothing known has no address that means anything here
        };
        return true;
    }

    /// <summary>How many bytes the addresses of the family take; the rest of the header are values.</summary>
    private static bool TryFindAddresses(ReadOnlySpan<byte> whole, out int bytes, out string? problem)
    {
        var (family, transport) = (whole[FamilyAt] >> 4, whole[FamilyAt] & 0x0F);
        bytes = family switch { 1 => 12, 2 => 36, 3 => UnixBytes, _ => 0 };
        problem = family > 3 || transport > 2 ? "has an address family or a transport that is not known"
            : whole.Length < PrefixBytes + bytes ? "is shorter than the addresses of its family"
            : null;
        return problem is null;
    }

    private static IPEndPoint Read(ReadOnlySpan<byte> addresses, int size) =>
        new(new IPAddress(addresses[..size]), BinaryPrimitives.ReadUInt16BigEndian(addresses[(2 * size)..]));

    /// <summary>Walks the values. Where a checksum is among them, the whole header must have it, taken with zeros in its own place.</summary>
    private static bool HoldsTrueChecksum(ReadOnlySpan<byte> whole, int valuesAt, out string? problem)
    {
        problem = null;
        for (var at = valuesAt; at < whole.Length;)
        {
            var end = at + TlvPrefixBytes <= whole.Length ? at + TlvPrefixBytes + BinaryPrimitives.ReadUInt16BigEndian(whole[(at + 1)..]) : int.MaxValue;
            if (end > whole.Length)
            {
                // Some senders of families without addresses fill with zeros, which are no values; nothing rests on them.
                problem = whole[valuesAt..].ContainsAnyExcept((byte)0) ? "has a value that is longer than the header" : null;
                return problem is null;
            }

            if (whole[at] == ChecksumType && !IsTrue(whole, at + TlvPrefixBytes, end))
            {
                problem = "has another checksum than it says";
                return false;
            }

            at = end;
        }

        return true;
    }

    private static bool IsTrue(ReadOnlySpan<byte> whole, int from, int to)
    {
        if (to - from != sizeof(uint))
        {
            return false;
        }

        var checksum = uint.MaxValue;
        for (var i = 0; i < whole.Length; i++)
        {
            checksum = BitOperations.Crc32C(checksum, i >= from && i < to ? (byte)0 : whole[i]);
        }

        return ~checksum == BinaryPrimitives.ReadUInt32BigEndian(whole[from..to]);
    }
}
