using System.Text;

namespace WampRouter.Tests.Hostile;

/// <summary>The same over RawSocket, in JSON: frames are written as an attack wants them, and nothing is read unless it asks.</summary>
/// <remarks>One thread at a time for sending and one for receiving.</remarks>
internal sealed class HostileRawSocket : IDisposable
{
    public const byte Message = 0;
    public const byte Ping = 1;

    /// <summary>The longest frame there is.</summary>
    public const int LongestBytes = 1 << 24;

    private const int HeadBytes = 4;
    private const byte LongestBit = 8;

    private readonly HostileSocket _socket;

    private HostileRawSocket(HostileSocket socket) => _socket = socket;

    /// <summary>What a client of JSON that takes everything says first.</summary>
    public static ReadOnlyMemory<byte> Handshake { get; } = new byte[] { 0x7F, 0xF1, 0, 0 };

    /// <summary>A connection whose handshake is through.</summary>
    /// <exception cref="HostileRefusedException">The router does not let it in.</exception>
    public static async Task<HostileRawSocket> ConnectAsync(Uri router, int receiveBuffer = 0)
    {
        var socket = await HostileSocket.ConnectAsync(router, receiveBuffer: receiveBuffer);
        try
        {
            await socket.SendRawAsync(Handshake);
            var reply = await socket.ReceiveRawAsync(HeadBytes);
            return (reply[1] & 0x0F) != 0 ? new HostileRawSocket(socket) : throw new HostileRefusedException($"error {reply[1] >> 4}");
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>A session without a login.</summary>
    /// <exception cref="HostileRefusedException">The router does not let it in.</exception>
    public static async Task<HostileRawSocket> JoinAsync(Uri router, int receiveBuffer = 0)
    {
        var socket = await ConnectAsync(router, receiveBuffer);
        try
        {
            await socket.SendAsync(Frame(HostileSocket.Hello(HostileRealm.Name)));
            return (await socket.ReceiveAsync()).StartsWith("[2,", StringComparison.Ordinal) ? socket : throw new HostileRefusedException("no WELCOME");
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>The frame of a message.</summary>
    public static byte[] Frame(string message) => [.. Head(Message, Encoding.UTF8.GetByteCount(message)), .. Encoding.UTF8.GetBytes(message)];

    /// <summary>The frame of a ping.</summary>
    public static byte[] PingFrame(int payloadBytes) => [.. Head(Ping, payloadBytes), .. new byte[payloadBytes]];

    /// <summary>The head of a frame that promises so many bytes.</summary>
    public static byte[] Head(byte kind, int payloadBytes) =>
        payloadBytes == LongestBytes ? [(byte)(kind | LongestBit), 0, 0, 0] : [kind, (byte)(payloadBytes >> 16), (byte)(payloadBytes >> 8), (byte)payloadBytes];

    /// <summary>Sends frames, or parts of them.</summary>
    public Task SendAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken = default) => _socket.SendRawAsync(bytes, cancellationToken);

    /// <summary>As <see cref="HostileSocket.FloodAsync"/>.</summary>
    public Task<bool> FloodAsync(ReadOnlyMemory<byte> bytes, long times, CancellationToken over) => _socket.FloodAsync(bytes, times, over);

    /// <summary>Reads and forgets until the connection ends.</summary>
    public Task AwaitEndAsync(CancellationToken cancellationToken) => _socket.AwaitEndAsync(cancellationToken);

    /// <inheritdoc />
    public void Dispose() => _socket.Dispose();

    /// <summary>The next message, of a router that does not ping yet.</summary>
    private async Task<string> ReceiveAsync()
    {
        var head = await _socket.ReceiveRawAsync(HeadBytes);
        return Encoding.UTF8.GetString(await _socket.ReceiveRawAsync((head[1] << 16) | (head[2] << 8) | head[3]));
    }
}
