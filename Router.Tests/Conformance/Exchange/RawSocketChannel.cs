using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using WampRouter.Tests.Doubles;
using WampRouter.Wire;

namespace WampRouter.Tests.Conformance.Exchange;

/// <summary>A RawSocket that takes messages of any length. It sends no pings, and gets none in the time of a test.</summary>
internal sealed class RawSocketChannel(Stream stream) : IMessageChannel
{
    private const int HeaderBytes = 4;

    public static async Task<RawSocketChannel> ConnectAsync(int port, WireFormat format)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(IPAddress.Loopback, port).Soon();
        var stream = new NetworkStream(socket, ownsSocket: true);
        byte[] request = [0x7F, (byte)(0xF0 | (format switch { WireFormat.Json => 1, WireFormat.MessagePack => 2, _ => 3 })), 0, 0];
        await stream.WriteAsync(request);
        var reply = new byte[HeaderBytes];
        await stream.ReadExactlyAsync(reply).AsTask().Soon();
        Assert.That((reply[0], reply[1] & 0x0F), Is.EqualTo((request[0], request[1] & 0x0F)));
        return new RawSocketChannel(stream);
    }

    public async Task SendAsync(byte[] message)
    {
        var frame = new byte[HeaderBytes + message.Length];
        BinaryPrimitives.WriteInt32BigEndian(frame, message.Length);
        message.CopyTo(frame, HeaderBytes);
        await stream.WriteAsync(frame).AsTask().Soon();
    }

    public async Task<byte[]?> ReceiveAsync()
    {
        var header = new byte[HeaderBytes];
        if (await stream.ReadAtLeastAsync(header, HeaderBytes, throwOnEndOfStream: false).AsTask().Soon() < HeaderBytes)
        {
            return null;
        }

        var message = new byte[BinaryPrimitives.ReadInt32BigEndian(header)];
        await stream.ReadExactlyAsync(message).AsTask().Soon();
        return message;
    }

    public ValueTask DisposeAsync() => stream.DisposeAsync();
}
