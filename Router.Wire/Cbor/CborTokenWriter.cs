using System.Buffers.Binary;
using System.Numerics;

namespace WampRouter.Wire.Cbor;

/// <summary>Writes single CBOR tokens in the preferred serialization of RFC 8949, 4.1; floats always as doubles.</summary>
internal static class CborTokenWriter
{
    /// <summary>The first byte of a list with a 32-bit count.</summary>
    public const byte List32 = (CborHead.List << 5) | 26;

    /// <summary>The first byte of a dictionary with a 32-bit count.</summary>
    public const byte Dictionary32 = (CborHead.Dictionary << 5) | 26;

    private const byte PositiveBignum = 2;
    private const byte NegativeBignum = 3;

    public static void WriteInteger(OutputBuffer output, long value) =>
        WriteHead(output, value < 0 ? CborHead.Negative : CborHead.Unsigned, (ulong)(value < 0 ? ~value : value));

    public static void WriteUnsigned(OutputBuffer output, ulong value) => WriteHead(output, CborHead.Unsigned, value);

    /// <summary>An integer beyond 64 bits.</summary>
    public static void WriteBigInteger(OutputBuffer output, BigInteger value)
    {
        var isNegative = value.Sign < 0;
        var magnitude = isNegative ? BigInteger.MinusOne - value : value;
        if (magnitude <= ulong.MaxValue)
        {
            WriteHead(output, isNegative ? CborHead.Negative : CborHead.Unsigned, (ulong)magnitude);
            return;
        }

        WriteHead(output, CborHead.Tag, isNegative ? NegativeBignum : PositiveBignum);
        WriteBinary(output, magnitude.ToByteArray(isUnsigned: true, isBigEndian: true));
    }

    public static void WriteDouble(OutputBuffer output, double value)
    {
        var free = output.Free(1 + sizeof(double));
        free[0] = (CborHead.Simple << 5) | CborSyntax.Double;
        BinaryPrimitives.WriteDoubleBigEndian(free[1..], value);
        output.Advance(1 + sizeof(double));
    }

    public static void WriteBoolean(OutputBuffer output, bool value) =>
        WriteHead(output, CborHead.Simple, (ulong)(value ? CborSyntax.True : CborSyntax.False));

    public static void WriteNull(OutputBuffer output) => WriteHead(output, CborHead.Simple, CborSyntax.Null);

    public static void WriteText(OutputBuffer output, ReadOnlySpan<byte> utf8)
    {
        WriteHead(output, CborHead.Text, (ulong)utf8.Length);
        output.Write(utf8);
    }

    public static void WriteBinary(OutputBuffer output, ReadOnlySpan<byte> bytes)
    {
        WriteHead(output, CborHead.Bytes, (ulong)bytes.Length);
        output.Write(bytes);
    }

    public static void WriteListHead(OutputBuffer output, int items) => WriteHead(output, CborHead.List, (ulong)items);

    public static void WriteDictionaryHead(OutputBuffer output, int entries) => WriteHead(output, CborHead.Dictionary, (ulong)entries);

    public static void WriteTag(OutputBuffer output, ulong tag) => WriteHead(output, CborHead.Tag, tag);

    private static void WriteHead(OutputBuffer output, int major, ulong argument)
    {
        var type = (byte)(major << 5);
        var free = output.Free(1 + sizeof(ulong));
        switch (argument)
        {
            case < 24:
                free[0] = (byte)(type | (int)argument);
                output.Advance(1);
                break;
            case <= byte.MaxValue:
                free[0] = (byte)(type | 24);
                free[1] = (byte)argument;
                output.Advance(2);
                break;
            case <= ushort.MaxValue:
                free[0] = (byte)(type | 25);
                BinaryPrimitives.WriteUInt16BigEndian(free[1..], (ushort)argument);
                output.Advance(3);
                break;
            case <= uint.MaxValue:
                free[0] = (byte)(type | 26);
                BinaryPrimitives.WriteUInt32BigEndian(free[1..], (uint)argument);
                output.Advance(5);
                break;
            default:
                free[0] = (byte)(type | 27);
                BinaryPrimitives.WriteUInt64BigEndian(free[1..], argument);
                output.Advance(9);
                break;
        }
    }
}
