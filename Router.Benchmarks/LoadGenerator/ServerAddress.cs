using System.Net;
using System.Net.Sockets;
using System.Text;

namespace WampRouter.Benchmarks.LoadGenerator;

/// <summary>Where sessions connect to, with what every one of them sends first. Immutable.</summary>
internal sealed class ServerAddress
{
    // The example of RFC 6455, section 1.3: with a fixed key the server's answer is known beforehand, too.
    private const string Key = "dGhlIHNhbXBsZSBub25jZQ==";

    /// <param name="url">A <c>ws://</c> or <c>tcp://</c> URL; the host must have an IPv4 address.</param>
    /// <param name="subprotocol">Empty for none.</param>
    public ServerAddress(Uri url, string subprotocol)
    {
        var address = Dns.GetHostAddresses(url.Host, AddressFamily.InterNetwork)[0];
        Address = BitConverter.ToUInt32(address.GetAddressBytes());
        Port = url.Port;
        IsRawSocket = url.Scheme == "tcp";
        var protocolLine = subprotocol.Length == 0 ? "" : $"Sec-WebSocket-Protocol: {subprotocol}\r\n";
        FirstBytes = IsRawSocket ? RawSocketFrame.Request : Encoding.ASCII.GetBytes(
            $"GET {url.PathAndQuery} HTTP/1.1\r\nHost: {url.Authority}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
            + $"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {Key}\r\n{protocolLine}\r\n");
    }

    /// <summary>The value of <c>Sec-WebSocket-Accept</c> that answers our key.</summary>
    public static ReadOnlySpan<byte> ExpectedAccept => "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="u8;

    /// <summary>IPv4, in network order.</summary>
    public uint Address { get; }

    /// <summary>The TCP port.</summary>
    public int Port { get; }

    /// <summary>Whether RawSocket is spoken there, and not WebSocket.</summary>
    public bool IsRawSocket { get; }

    /// <summary>What every session sends first: the HTTP request, or the handshake of a RawSocket.</summary>
    public ReadOnlyMemory<byte> FirstBytes { get; }
}
