using System.Buffers.Binary;

namespace WampRouter.Wire.Cbor;

/// <summary>The head of a CBOR data item (RFC 8949, section 3): major type, additional information, argument.</summary>
internal readonly struct CborHead
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

    private const int OneByte = 24;
    private const int Indefinite = 31;

    private CborHead(byte initial, ulong argument)
    {
        Major = initial >> 5;
        Info = initial & 0x1F;
        Argument = argument;
    }

    /// <summary>The major type, 0 to 7.</summary>
    public int Major { get; }

    /// <summary>The low five bits of the first byte.</summary>
    public int Info { get; }

    /// <summary>The number that follows: a value, a length, a count, a tag or the bits of a float.</summary>
    public ulong Argument { get; }

    /// <summary>Whether the item goes on until a break.</summary>
    public bool IsIndefinite => Info == Indefinite;

    /// <summary>Reads a head. Lengths and counts are checked against the bytes that are left, so they can be used.</summary>
    public static bool TryRead(scoped ref TokenReader reader, out CborHead head)
    {
        head = default;
        if (reader.Remaining == 0)
        {
            return reader.Fail(WireFaults.Truncated);
        }

        var initial = reader.Bytes[reader.Position++];
        var info = initial & 0x1F;
        var argument = (ulong)info;
        if (info >= OneByte && !TryReadArgument(ref reader, initial, out argument))
        {
            return false;
        }

        head = new CborHead(initial, argument);
        var leastBytes = head.Major switch
        {
            _ when info == Indefinite => 0UL,
            Bytes or Text or List => argument,
            Dictionary => argument > int.MaxValue ? argument : 2 * argument,
            _ => 0UL,
        };
        return leastBytes <= (ulong)reader.Remaining || reader.Fail(WireFaults.Truncated);
    }

    private static bool TryReadArgument(scoped ref TokenReader reader, byte initial, out ulong argument)
    {
        argument = 0;
        var info = initial & 0x1F;
        if (info == Indefinite)
        {
            return initial >> 5 is >= Bytes and <= Dictionary || reader.Fail("the CBOR holds a break or an indefinite length where none may be");
        }

        if (info > 27)
        {
            return reader.Fail("the CBOR holds a reserved length");
        }

        var size = 1 << (info - OneByte);
        if (reader.Remaining < size)
        {
            return reader.Fail(WireFaults.Truncated);
        }

        var bytes = reader.Bytes.Slice(reader.Position, size);
        argument = size switch
        {
            1 => bytes[0],
            2 => BinaryPrimitives.ReadUInt16BigEndian(bytes),
            4 => BinaryPrimitives.ReadUInt32BigEndian(bytes),
            _ => BinaryPrimitives.ReadUInt64BigEndian(bytes),
        };
        reader.Position += size;
        return true;
    }
}
