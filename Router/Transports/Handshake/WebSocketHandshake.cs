using System.Security.Cryptography;
using System.Text;
using WampRouter.Transports.Admission;
using WampRouter.Transports.Compression;

namespace WampRouter.Transports.Handshake;

/// <summary>The rules of RFC 6455 section 4.2 and RFC 8441, shared by every way in. Who may come in is not their business: <see cref="Entrance"/>.</summary>
internal static class WebSocketHandshake
{
    private const int KeyBytes = 16;

    /// <summary>Judges a request.</summary>
    /// <param name="request">What the client said.</param>
    /// <returns>Why it is no WebSocket handshake; null: it is one.</returns>
    public static HandshakeRefusal? Check(UpgradeRequest request) => CheckMethod(request) ?? CheckHead(request);

    /// <summary>The value of <c>Sec-WebSocket-Accept</c>: proof to the client that a WebSocket server read its request.</summary>
    public static string AcceptValue(string key)
    {
        Span<byte> hash = stackalloc byte[SHA1.HashSizeInBytes];
#pragma warning disable CA5350 // RFC 6455 section 4.2.2 prescribes SHA-1; nothing rests on its strength
        SHA1.HashData(Encoding.ASCII.GetBytes(key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"), hash);
#pragma warning restore CA5350
        return Convert.ToBase64String(hash);
    }

    private static HandshakeRefusal? CheckMethod(UpgradeRequest request)
    {
        if (request.IsExtendedConnect)
        {
            return Is(request.Upgrade, "websocket") ? null : new(400, "Extended CONNECT is answered for the :protocol websocket only.");
        }

        if (request.Method != "GET")
        {
            return new(405, "A WebSocket is asked for with GET.", "Allow", "GET");
        }

        if (!request.IsHttp11)
        {
            return new(400, "A WebSocket needs HTTP/1.1, or HTTP/2 with extended CONNECT.");
        }

        return HasToken(request.Upgrade, "websocket") && HasToken(request.Connection, "Upgrade")
            ? null
            : new(426, "This address speaks WAMP over WebSocket: send 'Connection: Upgrade' and 'Upgrade: websocket'.", "Upgrade", "websocket");
    }

    private static HandshakeRefusal? CheckHead(UpgradeRequest request)
    {
        if (request.HasBody)
        {
            return new(400, "A WebSocket request has no body.");
        }

        if (string.IsNullOrWhiteSpace(request.Host) || request.Host.Contains(','))
        {
            return new(400, "Exactly one Host header is needed.");
        }

        if (!Is(request.Version, "13"))
        {
            return new(426, "Only version 13 of the WebSocket protocol is spoken here: send 'Sec-WebSocket-Version: 13'.", "Sec-WebSocket-Version", "13");
        }

        if (!ExtensionHeader.TryRead(request.Extensions, out _))
        {
            return new(400, "Sec-WebSocket-Extensions is not a list of extensions as RFC 6455 section 9.1 has it.");
        }

        return request.IsExtendedConnect || IsKey(request.Key)
            ? null
            : new(400, "Sec-WebSocket-Key must be 16 bytes in base64, once.");
    }

    private static bool IsKey(string? key)
    {
        Span<byte> bytes = stackalloc byte[KeyBytes];
        return key is { Length: 24 } && Convert.TryFromBase64String(key, bytes, out var written) && written == KeyBytes;
    }

    private static bool Is(string? value, string expected) => string.Equals(value?.Trim(), expected, StringComparison.OrdinalIgnoreCase);

    private static bool HasToken(string? list, string token)
    {
        foreach (var range in list.AsSpan().Split(','))
        {
            if (list.AsSpan()[range].Trim().Equals(token, StringComparison.OrdinalIgnoreCase))
            {
                return true;
            }
        }

        return false;
    }
}
