using System.Net;
using System.Net.Sockets;

namespace WampRouter.Sessions.Connections;

/// <summary>
/// The addresses that count as one client for limits by address: one IPv4 address, or all IPv6 addresses with the same first 64 bits, because one host can have all of those. An IPv4
/// address mapped into IPv6 counts as the IPv4 address.
/// </summary>
internal readonly record struct AddressBlock
{
    /// <summary>How many leading bits the addresses of one IPv6 subscriber have in common.</summary>
    public const int PrefixBits = 64;

    // The prefix, in bits, that one provider gives to a customer who asks for many addresses.
    private const int NetworkBitsV6 = 48;
    private const int NetworkBitsV4 = 24;

    private readonly UInt128 _bits;
    private readonly bool _isV6;

    private AddressBlock(UInt128 bits, bool isV6)
    {
        _bits = bits;
        _isV6 = isV6;
    }

    /// <summary>Whether the block belongs to this machine: 127.0.0.0/8, and the block of <c>::1</c>.</summary>
    public bool IsLoopback => _isV6 ? _bits == UInt128.Zero : _bits >> 24 == 127;

    /// <summary>The network around the block; all its addresses may belong to one customer. IPv4: the first 24 bits; IPv6: the first 48.</summary>
    public AddressBlock Network => _isV6 ? new(_bits >> (128 - NetworkBitsV6) << (128 - NetworkBitsV6), isV6: true) : new(_bits >> (32 - NetworkBitsV4) << (32 - NetworkBitsV4), isV6: false);

    /// <summary>The block of an address.</summary>
    public static AddressBlock Of(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6)
        {
            address = address.MapToIPv4();
        }

        Span<byte> bytes = stackalloc byte[16];
        address.TryWriteBytes(bytes, out var length);
        var bits = UInt128.Zero;
        foreach (var value in bytes[..length])
        {
            bits = (bits << 8) | value;
        }

        var isV6 = address.AddressFamily == AddressFamily.InterNetworkV6;
        return new AddressBlock(isV6 ? bits >> (128 - PrefixBits) << (128 - PrefixBits) : bits, isV6);
    }

    /// <summary>As operators write it: <c>192.0.2.7</c>, <c>2001:db8:1:2::/64</c>.</summary>
    public override string ToString()
    {
        Span<byte> bytes = stackalloc byte[_isV6 ? 16 : 4];
        var bits = _bits;
        for (var i = bytes.Length - 1; i >= 0; i--, bits >>= 8)
        {
            bytes[i] = (byte)bits;
        }

        var address = new IPAddress(bytes);
        return _isV6 ? $"{address}/{PrefixBits}" : address.ToString();
    }
}
