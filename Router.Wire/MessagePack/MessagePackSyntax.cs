using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Text.Unicode;

namespace WampRouter.Wire.MessagePack;

/// <summary>The first bytes of a MessagePack value: what it is and how much of it follows.</summary>
/// <param name="Kind">The kind of the value.</param>
/// <param name="Tag">The first byte, which for small values is the value.</param>
/// <param name="Length">Items of a list, pairs of a dictionary, else bytes of content. Never more than can be left.</param>
/// <param name="Content">Where the content begins; a negative fault if there is no value.</param>
/// <remarks>Handed out through memory: put together in registers, so small a struct costs a stalled load.</remarks>
internal readonly record struct MessagePackHead(WireKind Kind, byte Tag, int Length, int Content);

/// <summary>
/// The format of <c>github.com/msgpack/msgpack/blob/master/spec.md</c>. Lengths are compared with what is left before anything uses
/// them. Methods answer the position behind what they read, or a fault (<see cref="WireFaults"/>).
/// </summary>
internal static class MessagePackSyntax
{
    public const byte Nil = 0xC0;
    public const byte False = 0xC2;
    public const byte True = 0xC3;
    public const byte EmptyList = FixList;

    private const byte FixDictionary = 0x80;
    private const byte FixList = 0x90;
    private const byte FixText = 0xA0;
    private const byte FirstLong = 0xC0;
    private const byte NeverUsed = 0xC1;
    private const byte FixExt1 = 0xD4;
    private const byte NegativeInteger = 0xE0;

    /// <summary>What the tags from <see cref="FirstLong"/> to <see cref="NegativeInteger"/> stand for.</summary>
    private static ReadOnlySpan<WireKind> LongKinds =>
    [
        WireKind.Null, WireKind.Absent, WireKind.Boolean, WireKind.Boolean,
        WireKind.Binary, WireKind.Binary, WireKind.Binary, WireKind.Extension, WireKind.Extension, WireKind.Extension,
        WireKind.Float, WireKind.Float,
        WireKind.Integer, WireKind.Integer, WireKind.Integer, WireKind.Integer, WireKind.Integer, WireKind.Integer, WireKind.Integer, WireKind.Integer,
        WireKind.Extension, WireKind.Extension, WireKind.Extension, WireKind.Extension, WireKind.Extension,
        WireKind.Text, WireKind.Text, WireKind.Text, WireKind.List, WireKind.List, WireKind.Dictionary, WireKind.Dictionary,
    ];

    /// <summary>How many bytes of content these tags have; of a negative number of bytes the length must be read. The type of an extension is content.</summary>
    private static ReadOnlySpan<sbyte> LongSizes =>
        [0, 0, 0, 0, -1, -2, -4, -1, -2, -4, 4, 8, 1, 2, 4, 8, 1, 2, 4, 8, 2, 3, 5, 9, 17, -1, -2, -4, -2, -4, -2, -4];

    /// <summary>Validates the value at a position. Recursion is bounded by <see cref="WireLimits.MaxDepth"/>.</summary>
    /// <returns>The position behind it, or a fault.</returns>
    public static int Skip(ReadOnlySpan<byte> bytes, int position, int depth, bool textKeys)
    {
        if ((uint)position >= (uint)bytes.Length)
        {
            return WireFaults.Truncated;
        }

        var tag = bytes[position];
        if (tag is < FixDictionary or >= NegativeInteger or True or False or Nil)
        {
            return position + 1;
        }

        ReadHead(bytes, position, out var head);
        if (head.Content < 0)
        {
            return head.Content;
        }

        return head.Kind switch
        {
            WireKind.Text => SkipText(bytes, head),
            WireKind.List => SkipItems(bytes, head.Content, head.Length, depth + 1, textKeys),
            WireKind.Dictionary when textKeys => SkipTextPairs(bytes, head, depth + 1),
            WireKind.Dictionary => SkipItems(bytes, head.Content, 2L * head.Length, depth + 1, textKeys),
            _ => head.Content + head.Length,
        };
    }

    private static int SkipItems(ReadOnlySpan<byte> bytes, int position, long count, int depth, bool textKeys)
    {
        if (depth > WireLimits.MaxDepth)
        {
            return WireFaults.TooDeep;
        }

        for (; count > 0 && position >= 0; count--)
        {
            position = Skip(bytes, position, depth, textKeys);
        }

        return position;
    }

    private static int SkipTextPairs(ReadOnlySpan<byte> bytes, scoped in MessagePackHead dictionary, int depth)
    {
        if (depth > WireLimits.MaxDepth)
        {
            return WireFaults.TooDeep;
        }

        var position = dictionary.Content;
        for (var left = dictionary.Length; left > 0 && position >= 0; left--)
        {
            ReadHead(bytes, position, out var key);
            if (key.Content < 0 || key.Kind is not WireKind.Text)
            {
                return key.Content < 0 ? key.Content : WireFaults.KeyIsNotText;
            }

            position = SkipText(bytes, key);
            position = position < 0 ? position : Skip(bytes, position, depth, textKeys: true);
        }

        return position;
    }

    private static int SkipText(ReadOnlySpan<byte> bytes, scoped in MessagePackHead head) =>
        Utf8.IsValid(bytes.Slice(head.Content, head.Length)) ? head.Content + head.Length : WireFaults.NotUtf8;

    /// <summary>Reads the head at a position and checks that what it announces can be there.</summary>
    public static void ReadHead(ReadOnlySpan<byte> bytes, int position, out MessagePackHead head)
    {
        if ((uint)position >= (uint)bytes.Length)
        {
            head = new MessagePackHead(WireKind.Absent, 0, 0, WireFaults.Truncated);
            return;
        }

        var tag = bytes[position++];
        switch (tag)
        {
            case < FixDictionary or >= NegativeInteger:
                head = new MessagePackHead(WireKind.Integer, tag, 0, position);
                break;
            case < FixList:
                Check(bytes, WireKind.Dictionary, tag, tag & 0x0F, position, out head);
                break;
            case < FixText:
                Check(bytes, WireKind.List, tag, tag & 0x0F, position, out head);
                break;
            case < FirstLong:
                Check(bytes, WireKind.Text, tag, tag & 0x1F, position, out head);
                break;
            default:
                ReadLongHead(bytes, tag, position, out head);
                break;
        }
    }

    private static void ReadLongHead(ReadOnlySpan<byte> bytes, byte tag, int position, out MessagePackHead head)
    {
        var kind = LongKinds[tag - FirstLong];
        var size = LongSizes[tag - FirstLong];
        if (size < 0)
        {
            ReadLength(bytes, kind, tag, -size, position, out head);
            return;
        }

        if (tag is FixExt1 && position < bytes.Length && bytes[position] == 0)
        {
            kind = WireKind.Absent;
        }

        Check(bytes, kind, tag, size, tag is NeverUsed ? WireFaults.MessagePackNeverUsed : position, out head);
    }

    private static void ReadLength(ReadOnlySpan<byte> bytes, WireKind kind, byte tag, int size, int position, out MessagePackHead head)
    {
        if (bytes.Length - position < size)
        {
            head = new MessagePackHead(kind, tag, 0, WireFaults.Truncated);
            return;
        }

        var encoded = bytes.Slice(position, size);
        var length = size switch
        {
            1 => encoded[0],
            2 => BinaryPrimitives.ReadUInt16BigEndian(encoded),
            _ => (long)BinaryPrimitives.ReadUInt32BigEndian(encoded),
        };
        Check(bytes, kind, tag, length + (kind is WireKind.Extension ? 1 : 0), position + size, out head);
    }

    /// <summary>Every item takes at least a byte, every entry of a dictionary two.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Check(ReadOnlySpan<byte> bytes, WireKind kind, byte tag, long length, int position, out MessagePackHead head)
    {
        var leastBytes = kind is WireKind.Dictionary ? 2 * length : length;
        head = leastBytes <= bytes.Length - position
            ? new MessagePackHead(kind, tag, (int)length, position)
            : new MessagePackHead(kind, tag, 0, WireFaults.Truncated);
    }
}
