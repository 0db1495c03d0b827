using System.Buffers.Binary;
using System.Net;
using System.Text;

namespace WampRouter.Tests.Transports.ProxyProtocol;

/// <summary>Headers as proxies write them, by the letter of HAProxy's <c>proxy-protocol.txt</c>.</summary>
internal static class ProxyHeaders
{
    /// <summary>TCP over IPv4, from 203.0.113.9 port 4711.</summary>
    public const string Line = "PROXY TCP4 203.0.113.9 198.51.100.1 4711 443\r\n";

    /// <summary>Version 2 begins so.</summary>
    public static readonly byte[] Signature = [0x0D, 0x0A, 0x0D, 0x0A, 0x00, 0x0D, 0x0A, 0x51, 0x55, 0x49, 0x54, 0x0A];

    public static byte[] Text(string line) => Encoding.Latin1.GetBytes(line);

    /// <summary>A header of version 2.</summary>
    /// <param name="command">0 LOCAL, 1 PROXY, with the version in the upper half.</param>
    /// <param name="family">Address family and transport.</param>
    /// <param name="rest">Addresses and values.</param>
    public static byte[] Binary(byte command, byte family, params byte[] rest) => [.. Signature, command, family, (byte)(rest.Length >> 8), (byte)rest.Length, .. rest];

    /// <summary>What a proxy says of a client: PROXY over TCP.</summary>
    public static byte[] Binary(string source, int port, params byte[] values) =>
        Binary(0x21, IPAddress.Parse(source).GetAddressBytes().Length == 4 ? (byte)0x11 : (byte)0x21, [.. Addresses(source, port), .. values]);

    /// <summary>Source, destination and the two ports.</summary>
    public static byte[] Addresses(string source, int port)
    {
        var client = IPAddress.Parse(source).GetAddressBytes();
        return [.. client, .. new byte[client.Length], (byte)(port >> 8), (byte)port, 0x01, 0xBB];
    }

    /// <summary>Type, length and value.</summary>
    public static byte[] Value(byte type, params byte[] value) => [type, (byte)(value.Length >> 8), (byte)value.Length, .. value];

    /// <summary>The same header with a checksum over all of it, as its last value.</summary>
    public static byte[] WithChecksum(string source, int port, params byte[] values)
    {
        var header = Binary(source, port, [.. values, .. Value(0x03, 0, 0, 0, 0)]);
        BinaryPrimitives.WriteUInt32BigEndian(header.AsSpan(header.Length - 4), Crc32C(header));
        return header;
    }

    /// <summary>Bit by bit, as RFC 3720 has it: the code uses an instruction of the processor.</summary>
    private static uint Crc32C(byte[] bytes)
    {
        var remainder = uint.MaxValue;
        foreach (var value in bytes)
        {
            remainder ^= value;
            for (var bit = 0; bit < 8; bit++)
            {
                remainder = (remainder & 1) == 0 ? remainder >> 1 : (remainder >> 1) ^ 0x82F6_3B78;
            }
        }

        return ~remainder;
    }
}
