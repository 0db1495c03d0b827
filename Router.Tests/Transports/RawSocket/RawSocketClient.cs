using System.Net.Sockets;
using WampRouter.Tests.Doubles;

namespace WampRouter.Tests.Transports.RawSocket;

/// <summary>A client that writes whatever a test wants, right or wrong, and reads frames one by one.</summary>
internal sealed class RawSocketClient(Stream stream, Socket socket) : IAsyncDisposable
{
    /// <summary>The bytes of a frame.</summary>
    public static byte[] Frame(int type, ReadOnlySpan<byte> payload) => [(byte)type, (byte)(payload.Length >> 16), (byte)(payload.Length >> 8), (byte)payload.Length, .. payload];

    public Socket Socket { get; } = socket;

    public Stream Stream { get; } = stream;

    public Task SendAsync(byte[] bytes) => Stream.WriteAsync(bytes).AsTask().Soon();

    public Task SendAsync(int type, byte[] payload) => SendAsync(Frame(type, payload));

    /// <summary>Exactly so many bytes.</summary>
    public async Task<byte[]> ReadAsync(int count)
    {
        var bytes = new byte[count];
        await Stream.ReadExactlyAsync(bytes).AsTask().Soon();
        return bytes;
    }

    /// <summary>The next frame; null at the end of the stream.</summary>
    public async Task<(int Type, byte[] Payload)?> ReceiveAsync()
    {
        var header = new byte[4];
        if (await Stream.ReadAtLeastAsync(header, 4, throwOnEndOfStream: false).AsTask().Soon() < 4)
        {
            return null;
        }

        var length = (header[0] & 8) != 0 ? 1 << 24 : (header[1] << 16) | (header[2] << 8) | header[3];
        return (header[0] & ~8, await ReadAsync(length));
    }

    /// <summary>All that comes to the end of the stream, which must be an orderly one.</summary>
    public async Task<byte[]> ReadToEndAsync()
    {
        var all = new MemoryStream();
        await Stream.CopyToAsync(all).Soon();
        return all.ToArray();
    }

    public ValueTask DisposeAsync() => Stream.DisposeAsync();
}
