using WampRouter.Wire;

namespace WampRouter.Transports.WebSockets;

/// <summary>What keeps the messages of a batch apart: a byte behind each JSON message, four bytes of length before all others.</summary>
internal static class BatchDelimiter
{
    /// <summary>ASCII's record separator, as the specification has it.</summary>
    public const byte RecordSeparator = 0x1E;

    /// <summary>
    /// What Autobahn and Crossbar write: the specification spells the separator <c>\30</c>, decimal, and they read it as octal. JSON text holds neither
    /// byte, so both can be taken.
    /// </summary>
    public const byte MisreadSeparator = 0x18;

    /// <summary>The size of a length, big-endian.</summary>
    public const int LengthPrefix = 4;

    /// <summary>Bytes a delimiter adds to a message.</summary>
    public static int SizeFor(WireFormat format) => format is WireFormat.Json ? 1 : LengthPrefix;
}
