using System.Buffers.Binary;

namespace WampRouter.Wire.MessagePack;

/// <summary>Writes single MessagePack tokens, each in its shortest form.</summary>
internal static class MessagePackTokenWriter
{
    /// <summary>The first byte of a list with a 32-bit count.</summary>
    public const byte List32 = 0xDD;

    /// <summary>The first byte of a dictionary with a 32-bit count.</summary>
    public const byte Dictionary32 = 0xDF;

    private const byte FixText = 0xA0;
    private const byte FixList = 0x90;
    private const byte FixDictionary = 0x80;

    public static void WriteInteger(OutputBuffer output, long value)
    {
        switch (value)
        {
            case >= 0:
                WriteUnsigned(output, (ulong)value);
                break;
            case >= -32:
                output.Write((byte)value);
                break;
            case >= sbyte.MinValue:
                WriteHead(output, 0xD0, (byte)value, 1);
                break;
            case >= short.MinValue:
                WriteHead(output, 0xD1, (ushort)value, 2);
                break;
            case >= int.MinValue:
                WriteHead(output, 0xD2, (uint)value, 4);
                break;
            default:
                WriteHead(output, 0xD3, (ulong)value, 8);
                break;
        }
    }

    public static void WriteUnsigned(OutputBuffer output, ulong value)
    {
        switch (value)
        {
            case <= 0x7F:
                output.Write((byte)value);
                break;
            case <= byte.MaxValue:
                WriteHead(output, 0xCC, value, 1);
                break;
            case <= ushort.MaxValue:
                WriteHead(output, 0xCD, value, 2);
                break;
            case <= uint.MaxValue:
                WriteHead(output, 0xCE, value, 4);
                break;
            default:
                WriteHead(output, 0xCF, value, 8);
                break;
        }
    }

    public static void WriteDouble(OutputBuffer output, double value) => WriteHead(output, 0xCB, BitConverter.DoubleToUInt64Bits(value), 8);

    public static void WriteBoolean(OutputBuffer output, bool value) => output.Write(value ? MessagePackSyntax.True : MessagePackSyntax.False);

    public static void WriteText(OutputBuffer output, ReadOnlySpan<byte> utf8)
    {
        switch (utf8.Length)
        {
            case < 32:
                output.Write((byte)(FixText | utf8.Length));
                break;
            case <= byte.MaxValue:
                WriteHead(output, 0xD9, (ulong)utf8.Length, 1);
                break;
            case <= ushort.MaxValue:
                WriteHead(output, 0xDA, (ulong)utf8.Length, 2);
                break;
            default:
                WriteHead(output, 0xDB, (ulong)utf8.Length, 4);
                break;
        }

        output.Write(utf8);
    }

    public static void WriteBinary(OutputBuffer output, ReadOnlySpan<byte> bytes)
    {
        var sizeLog2 = bytes.Length switch { <= byte.MaxValue => 0, <= ushort.MaxValue => 1, _ => 2 };
        WriteHead(output, (byte)(0xC4 + sizeLog2), (ulong)bytes.Length, 1 << sizeLog2);
        output.Write(bytes);
    }

    public static void WriteListHead(OutputBuffer output, int items) => WriteContainerHead(output, FixList, 0xDC, items);

    public static void WriteDictionaryHead(OutputBuffer output, int entries) => WriteContainerHead(output, FixDictionary, 0xDE, entries);

    private static void WriteContainerHead(OutputBuffer output, byte fix, byte tag16, int count)
    {
        switch (count)
        {
            case < 16:
                output.Write((byte)(fix | count));
                break;
            case <= ushort.MaxValue:
                WriteHead(output, tag16, (ulong)count, 2);
                break;
            default:
                WriteHead(output, (byte)(tag16 + 1), (ulong)count, 4);
                break;
        }
    }

    /// <summary>A tag and a big-endian number of 1, 2, 4 or 8 bytes.</summary>
    private static void WriteHead(OutputBuffer output, byte tag, ulong number, int size)
    {
        var free = output.Free(1 + sizeof(ulong));
        free[0] = tag;
        BinaryPrimitives.WriteUInt64BigEndian(free[1..], number << (8 * (sizeof(ulong) - size)));
        output.Advance(1 + size);
    }
}
