using System.Buffers.Binary;
using System.Text.Unicode;

namespace WampRouter.Transports.WebSockets;

/// <summary>Why a WebSocket ends (RFC 6455 section 7.4.1).</summary>
internal enum CloseCode : ushort
{
    /// <summary>Not a code: a Close frame without a body.</summary>
    None = 0,

    Normal = 1000,
    GoingAway = 1001,
    ProtocolError = 1002,
    UnsupportedData = 1003,
    InvalidPayload = 1007,
    PolicyViolation = 1008,
    MessageTooBig = 1009,
    InternalError = 1011,

    /// <summary>Of IANA's registry: come back.</summary>
    ServiceRestart = 1012,

    /// <summary>Of IANA's registry: the server has no room at the moment.</summary>
    TryAgainLater = 1013,
}

/// <summary>The body of a Close frame.</summary>
internal static class ClosePayload
{
    /// <summary>Checks what a peer sent: empty, or a code that may appear on the wire followed by a UTF-8 reason.</summary>
    /// <param name="payload">At most 125 bytes.</param>
    /// <param name="code">The peer's code, <see cref="CloseCode.None"/> where the body is empty; where the answer is false, the code to fail the connection with.</param>
    /// <param name="fault">What is wrong, null where nothing is.</param>
    public static bool TryRead(ReadOnlySpan<byte> payload, out CloseCode code, out string? fault)
    {
        (code, fault) = (CloseCode.None, null);
        if (payload.IsEmpty)
        {
            return true;
        }

        if (payload.Length == 1)
        {
            (code, fault) = (CloseCode.ProtocolError, "a Close frame has no body, or at least a two-byte code");
            return false;
        }

        var value = BinaryPrimitives.ReadUInt16BigEndian(payload);
        if (!MayBeSent(value))
        {
            (code, fault) = (CloseCode.ProtocolError, "that close code may not be sent");
            return false;
        }

        if (!Utf8.IsValid(payload[2..]))
        {
            (code, fault) = (CloseCode.InvalidPayload, "the reason of a Close frame must be UTF-8");
            return false;
        }

        code = (CloseCode)value;
        return true;
    }

    /// <summary>1004–1006 and 1015 are never on the wire, 1016–2999 are unassigned, 3000–4999 belong to libraries and applications.</summary>
    private static bool MayBeSent(ushort code) => code is (>= 1000 and <= 1003) or (>= 1007 and <= 1014) or (>= 3000 and <= 4999);
}
