using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;

namespace WampRouter.Benchmarks.LoadGenerator;

/// <summary>The part of RFC 6455 a load generator needs: masked whole messages out, unmasked frames in.</summary>
internal static class ClientFrame
{
    /// <summary>The most that is added to a body: a 64-bit length and the key.</summary>
    public const int MaxHeader = 14;

    public const byte Continuation = 0x0;
    public const byte Text = 0x1;
    public const byte Close = 0x8;
    public const byte Ping = 0x9;
    public const byte Pong = 0xA;

    // RFC 6455 wants keys nobody can foresee, against confused proxies; a load generator talks to none. The server pays for
    // unmasking whatever the key is, so one key for all frames takes nothing away from it.
    private const uint Key = 0x9D3C_71E5;
    private const byte Final = 0x80;
    private const byte Masked = 0x80;
    private const int ShortLimit = 126;

    /// <summary>Writes one final frame and returns its length; <paramref name="target"/> has room for the body and <see cref="MaxHeader"/>.</summary>
    public static int Write(byte opcode, ReadOnlySpan<byte> body, Span<byte> target)
    {
        target[0] = (byte)(Final | opcode);
        int header;
        if (body.Length < ShortLimit)
        {
            target[1] = (byte)(Masked | body.Length);
            header = 2;
        }
        else if (body.Length <= ushort.MaxValue)
        {
            target[1] = Masked | ShortLimit;
            BinaryPrimitives.WriteUInt16BigEndian(target[2..], (ushort)body.Length);
            header = 4;
        }
        else
        {
            target[1] = Masked | (ShortLimit + 1);
            BinaryPrimitives.WriteUInt64BigEndian(target[2..], (ulong)body.Length);
            header = 10;
        }

        BinaryPrimitives.WriteUInt32LittleEndian(target[header..], Key);
        Mask(body, target[(header + 4)..]);
        return header + 4 + body.Length;
    }

    /// <summary>Finds the first whole frame of what was received. False: more bytes are needed.</summary>
    public static bool TryRead(ReadOnlySpan<byte> bytes, out ServerFrame frame)
    {
        frame = default;
        if (bytes.Length < 2)
        {
            return false;
        }

        long length = bytes[1] & ~Masked;
        var header = length switch { < ShortLimit => 2, ShortLimit => 4, _ => 10 };
        if (bytes.Length < header)
        {
            return false;
        }

        length = header switch
        {
            2 => length,
            4 => BinaryPrimitives.ReadUInt16BigEndian(bytes[2..]),
            _ => BinaryPrimitives.ReadInt64BigEndian(bytes[2..]),
        };
        if ((ulong)length > (ulong)(bytes.Length - header))
        {
            return false;
        }

        frame = new ServerFrame((byte)(bytes[0] & ~Final), (bytes[0] & Final) != 0, bytes.Slice(header, (int)length), header + (int)length);
        return true;
    }

    private static void Mask(ReadOnlySpan<byte> source, Span<byte> target)
    {
        var wide = Vector.AsVectorByte(new Vector<uint>(Key));
        var done = 0;
        for (; done <= source.Length - Vector<byte>.Count; done += Vector<byte>.Count)
        {
            (new Vector<byte>(source[done..]) ^ wide).CopyTo(target[done..]);
        }

        const ulong doubled = ((ulong)Key << 32) | Key;
        for (; done <= source.Length - sizeof(ulong); done += sizeof(ulong))
        {
            MemoryMarshal.Write(target[done..], MemoryMarshal.Read<ulong>(source[done..]) ^ doubled);
        }

        for (; done < source.Length; done++)
        {
            target[done] = (byte)(source[done] ^ (Key >> (8 * (done & 3))));
        }
    }
}

/// <summary>One frame from a server. Borrows the receive buffer.</summary>
internal readonly ref struct ServerFrame(byte opcode, bool isFinal, ReadOnlySpan<byte> body, int length)
{
    /// <summary>The opcode, with the reserved bits: extensions are never asked for, so any of them makes it an unknown one.</summary>
    public byte Opcode { get; } = opcode;

    /// <summary>False for all but the last fragment of a message.</summary>
    public bool IsFinal { get; } = isFinal;

    /// <summary>What the frame carries.</summary>
    public ReadOnlySpan<byte> Body { get; } = body;

    /// <summary>Header and body together.</summary>
    public int Length { get; } = length;
}
