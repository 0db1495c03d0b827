using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace WampRouter.Wire.Cbor;

/// <summary>The head of a CBOR data item (RFC 8949, section 3): major type, additional information, argument.</summary>
/// <param name="Major">The major type, 0 to 7.</param>
/// <param name="Info">The low five bits of the first byte.</param>
/// <param name="Content">Where the content begins; a negative fault if there is no item.</param>
/// <param name="Argument">The number that follows: a value, a length, a count, a tag or the bits of a float. Lengths and counts are never more than can be left.</param>
/// <remarks>Handed out through memory: put together in registers, so small a struct costs a stalled load.</remarks>
internal readonly record struct CborHead(byte Major, byte Info, int Content, ulong Argument)
{
    public const int Unsigned = 0;
    public const int Negative = 1;
    public const int Bytes = 2;
    public const int Text = 3;
    public const int List = 4;
    public const int Dictionary = 5;
    public const int Tag = 6;
    public const int Simple = 7;

    /// <summary>Ends an item of indefinite length.</summary>
    public const byte Break = 0xFF;

    /// <summary>From here on the argument is in the bytes that follow.</summary>
    private const int OneByte = 24;

    private const int EightBytes = 27;
    private const int Indefinite = 31;

    /// <summary>Whether the item goes on until a break.</summary>
    public bool IsIndefinite => Info == Indefinite;

    /// <summary>Reads the head at a position.</summary>
    public static void Read(ReadOnlySpan<byte> bytes, int position, out CborHead head)
    {
        if ((uint)position >= (uint)bytes.Length)
        {
            head = new CborHead(0, 0, WireFaults.Truncated, 0);
            return;
        }

        var initial = bytes[position++];
        var major = (byte)(initial >> 5);
        var info = (byte)(initial & 0x1F);
        if (info < OneByte)
        {
            Check(bytes, major, info, position, info, out head);
        }
        else
        {
            ReadArgument(bytes, major, info, position, out head);
        }
    }

    private static void ReadArgument(ReadOnlySpan<byte> bytes, byte major, byte info, int position, out CborHead head)
    {
        if (info > EightBytes)
        {
            var isIndefinite = info == Indefinite && major is >= Bytes and <= Dictionary;
            head = new CborHead(major, info, isIndefinite ? position : info == Indefinite ? WireFaults.CborBreak : WireFaults.CborReserved, 0);
            return;
        }

        var size = 1 << (info - OneByte);
        if (bytes.Length - position < size)
        {
            head = new CborHead(major, info, WireFaults.Truncated, 0);
            return;
        }

        var encoded = bytes.Slice(position, size);
        var argument = size switch
        {
            1 => encoded[0],
            2 => BinaryPrimitives.ReadUInt16BigEndian(encoded),
            4 => BinaryPrimitives.ReadUInt32BigEndian(encoded),
            _ => BinaryPrimitives.ReadUInt64BigEndian(encoded),
        };
        Check(bytes, major, info, position + size, argument, out head);
    }

    /// <summary>Every item of a list takes at least a byte, every entry of a dictionary two.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Check(ReadOnlySpan<byte> bytes, byte major, byte info, int position, ulong argument, out CborHead head)
    {
        var left = (ulong)(bytes.Length - position);
        var hasRoom = major switch
        {
            Bytes or Text or List => argument <= left,
            Dictionary => argument <= left / 2,
            _ => true,
        };
        head = new CborHead(major, info, hasRoom ? position : WireFaults.Truncated, argument);
    }
}
