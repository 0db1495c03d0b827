using System.Buffers;
using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.RegularExpressions;

namespace WampRouter.Tests.Hostile;

/// <summary>
/// A client that keeps to no rule it is not told to: a bare socket, on which it writes what it likes, and from which nothing is read unless it asks. Frames are masked
/// with the key 0, so that a flood costs the flooder as little as possible.
/// </summary>
/// <remarks>One thread at a time for sending and one for receiving.</remarks>
internal sealed partial class HostileSocket : IDisposable
{
    private const byte Text = 1;
    private const byte Ping = 9;
    private const byte CloseOpcode = 8;
    private const int LargestHead = 14;

    private static readonly byte[] EndOfHead = "\r\n\r\n"u8.ToArray();

    private readonly Socket _socket;
    private readonly ArrayBufferWriter<byte> _received = new(1024);

    private HostileSocket(Socket socket) => _socket = socket;

    /// <summary>Opens the connection, and says nothing on it.</summary>
    /// <param name="router">Where WAMP is spoken; its host must be a loopback address.</param>
    /// <param name="from">The loopback address it comes from; null: the system chooses.</param>
    /// <param name="receiveBuffer">The size of the socket's receive buffer in bytes, small for a peer that does not read; 0: the system's.</param>
    public static async Task<HostileSocket> ConnectAsync(Uri router, IPAddress? from = null, int receiveBuffer = 0)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            if (receiveBuffer > 0)
            {
                socket.ReceiveBufferSize = receiveBuffer;
            }

            if (from is not null)
            {
                socket.Bind(new IPEndPoint(from, 0));
            }

            await socket.ConnectAsync(IPAddress.Loopback, router.Port);
            return new HostileSocket(socket);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>A connection whose WebSocket handshake is through.</summary>
    /// <exception cref="HostileRefusedException">The router does not let it in.</exception>
    public static async Task<HostileSocket> UpgradeAsync(Uri router, string subprotocol = "wamp.2.json", IPAddress? from = null, int receiveBuffer = 0)
    {
        var socket = await ConnectAsync(router, from, receiveBuffer);
        try
        {
            await socket.UpgradeAsync(router, subprotocol);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>A session without a login.</summary>
    /// <exception cref="HostileRefusedException">The router does not let it in.</exception>
    public static async Task<HostileSocket> JoinAsync(Uri router, string details = "", int receiveBuffer = 0)
    {
        var socket = await UpgradeAsync(router, receiveBuffer: receiveBuffer);
        try
        {
            await socket.JoinAsync(details);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Sends HELLO to the hostile realm and reads the answer to it.</summary>
    /// <param name="details">What HELLO.Details says beside the roles, such as <c>"authid":"x"</c>.</param>
    /// <returns>WELCOME as it came.</returns>
    /// <exception cref="HostileRefusedException">The router does not let it in.</exception>
    public async Task<string> JoinAsync(string details = "")
    {
        await SendAsync(Hello(HostileRealm.Name, details));
        return await ReceiveAsync() is { } answer && answer.StartsWith("[2,", StringComparison.Ordinal) ? answer : throw new HostileRefusedException("no WELCOME");
    }

    /// <summary>A HELLO.</summary>
    public static string Hello(string realm, string details = "")
    {
        const string Roles = """ "roles":{"caller":{},"callee":{},"publisher":{},"subscriber":{}} """;
        return $"[1,\"{realm}\",{{{(details.Length == 0 ? Roles : $"{Roles},{details}")}}}]";
    }

    /// <summary>The frame of a text message.</summary>
    public static byte[] Frame(string message) => [.. Head(Text, isLast: true, Encoding.UTF8.GetByteCount(message)), .. Encoding.UTF8.GetBytes(message)];

    /// <summary>The frame of a ping.</summary>
    public static byte[] PingFrame(int payloadBytes = 125) => [.. Head(Ping, isLast: true, payloadBytes), .. new byte[payloadBytes]];

    /// <summary>The head of a frame that promises so many bytes.</summary>
    public static byte[] Head(byte opcode, bool isLast, long payloadBytes)
    {
        Span<byte> head = stackalloc byte[LargestHead];
        head[0] = (byte)((isLast ? 0x80 : 0) | opcode);
        var length = 2;
        switch (payloadBytes)
        {
            case <= 125:
                head[1] = (byte)(0x80 | payloadBytes);
                break;
            case <= ushort.MaxValue:
                head[1] = 0x80 | 126;
                BinaryPrimitives.WriteUInt16BigEndian(head[2..], (ushort)payloadBytes);
                length = 4;
                break;
            default:
                head[1] = 0x80 | 127;
                BinaryPrimitives.WriteInt64BigEndian(head[2..], payloadBytes);
                length = 10;
                break;
        }

        head.Slice(length, 4).Clear();      // the mask
        return head[..(length + 4)].ToArray();
    }

    /// <summary>Sends a text message.</summary>
    public Task SendAsync(string message) => SendRawAsync(Frame(message), CancellationToken.None);

    /// <summary>Sends bytes as they are.</summary>
    public async Task SendRawAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken = default)
    {
        while (!bytes.IsEmpty)
        {
            bytes = bytes[await _socket.SendAsync(bytes, SocketFlags.None, cancellationToken)..];
        }
    }

    /// <summary>Sends bytes again and again, as fast as they are taken, until the router ends the connection or the time is up.</summary>
    /// <returns>Whether the connection is still there.</returns>
    public async Task<bool> FloodAsync(ReadOnlyMemory<byte> bytes, long times, CancellationToken over)
    {
        try
        {
            for (var i = 0L; i < times && !over.IsCancellationRequested; i++)
            {
                await SendRawAsync(bytes, over);
            }

            return true;
        }
        catch (OperationCanceledException)
        {
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    /// <summary>The next text message; null at the end of the connection, be it by a Close frame.</summary>
    public async Task<string?> ReceiveAsync(CancellationToken cancellationToken = default)
    {
        while (true)
        {
            if (TryTakeFrame(out var opcode, out var payload))
            {
                switch (opcode)
                {
                    case Text:
                        return payload;
                    case CloseOpcode:
                        return null;
                }
            }
            else if (!await ReadMoreAsync(cancellationToken))
            {
                return null;
            }
        }
    }

    /// <summary>The next bytes as they are, so many.</summary>
    /// <exception cref="HostileRefusedException">The router has ended the connection.</exception>
    public async Task<byte[]> ReceiveRawAsync(int count, CancellationToken cancellationToken = default)
    {
        while (_received.WrittenCount < count)
        {
            if (!await ReadMoreAsync(cancellationToken))
            {
                throw new HostileRefusedException("the connection has ended");
            }
        }

        var bytes = _received.WrittenSpan[..count].ToArray();
        Skip(count);
        return bytes;
    }

    /// <summary>The head of the next HTTP answer.</summary>
    /// <exception cref="HostileRefusedException">The router has ended the connection.</exception>
    public async Task<string> ReceiveHeadAsync(CancellationToken cancellationToken = default)
    {
        int end;
        while ((end = _received.WrittenSpan.IndexOf(EndOfHead)) < 0)
        {
            if (!await ReadMoreAsync(cancellationToken))
            {
                throw new HostileRefusedException("no answer");
            }
        }

        return Encoding.ASCII.GetString(await ReceiveRawAsync(end + EndOfHead.Length, cancellationToken));
    }

    /// <summary>The status that the head of an answer tells.</summary>
    public static string StatusOf(string head) => StatusLine().Match(head).Groups[1].Value;

    /// <summary>Reads and forgets until the connection ends.</summary>
    public async Task AwaitEndAsync(CancellationToken cancellationToken = default)
    {
        do
        {
            _received.Clear();
        }
        while (await ReadMoreAsync(cancellationToken));
    }

    /// <inheritdoc />
    public void Dispose() => _socket.Dispose();

    private async Task UpgradeAsync(Uri router, string subprotocol)
    {
        await SendRawAsync(Encoding.ASCII.GetBytes(
            $"GET {router.AbsolutePath} HTTP/1.1\r\nHost: {router.Authority}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n" +
            $"Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Protocol: {subprotocol}\r\n\r\n"));
        var status = StatusOf(await ReceiveHeadAsync());
        if (status != "101")
        {
            throw new HostileRefusedException(status);
        }
    }

    private async Task<bool> ReadMoreAsync(CancellationToken cancellationToken)
    {
        try
        {
            var count = await _socket.ReceiveAsync(_received.GetMemory(64 * 1024), SocketFlags.None, cancellationToken);
            _received.Advance(count);
            return count > 0;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private bool TryTakeFrame(out byte opcode, out string payload)
    {
        (opcode, payload) = (0, string.Empty);
        var bytes = _received.WrittenSpan;
        if (bytes.Length < 2)
        {
            return false;
        }

        var (head, length) = bytes[1] switch
        {
            126 when bytes.Length >= 4 => (4, (long)BinaryPrimitives.ReadUInt16BigEndian(bytes[2..])),
            127 when bytes.Length >= 10 => (10, BinaryPrimitives.ReadInt64BigEndian(bytes[2..])),
            < 126 => (2, bytes[1]),
            _ => (0, long.MaxValue),
        };
        if (bytes.Length - head < length)
        {
            return false;
        }

        opcode = (byte)(bytes[0] & 0xF);
        payload = Encoding.UTF8.GetString(bytes.Slice(head, (int)length));
        Skip(head + (int)length);
        return true;
    }

    private void Skip(int bytes)
    {
        var rest = _received.WrittenSpan[bytes..].ToArray();
        _received.Clear();
        _received.Write(rest);
    }

    [GeneratedRegex(@"^HTTP/1\.1 (\d{3})")]
    private static partial Regex StatusLine();
}

/// <summary>The router does not let a client in.</summary>
/// <param name="answer">The HTTP status, or what else came of it.</param>
internal sealed class HostileRefusedException(string answer) : Exception(string.Create(CultureInfo.InvariantCulture, $"refused: {answer}"))
{
    /// <summary>The HTTP status, or what else came of it.</summary>
    public string Answer { get; } = answer;
}
