using WampRouter.Wire.Cbor;
using WampRouter.Wire.Json;
using WampRouter.Wire.MessagePack;

namespace WampRouter.Wire;

/// <summary>
/// Finds the end of a value whose content was refused, for what stands behind it: looks at what it consists of, and judges neither texts nor keys nor depth. Without
/// recursion; off the common path.
/// </summary>
internal static class ValueEnd
{
    /// <summary>Containers of CBOR, open at once, that are remembered: those of indefinite length and what is directly in them. More are not found through.</summary>
    private const int MostOpen = 16 * 1024;

    /// <summary>The position behind the value, or a fault (<see cref="WireFaults"/>): it does not end.</summary>
    public static int Find(WireFormat format, ReadOnlySpan<byte> bytes, int position) => format switch
    {
        WireFormat.Json => JsonUnfitValue.Skip(bytes, position),
        WireFormat.MessagePack => FindInMessagePack(bytes, position),
        _ => FindInCbor(bytes, position),
    };

    private static int FindInMessagePack(ReadOnlySpan<byte> bytes, int position)
    {
        for (var left = 1L; left > 0; left--)
        {
            MessagePackSyntax.ReadHead(bytes, position, out var head);
            if (head.Content < 0)
            {
                return head.Content;
            }

            position = head.Content;
            switch (head.Kind)
            {
                case WireKind.List:
                    left += head.Length;
                    break;
                case WireKind.Dictionary:
                    left += 2L * head.Length;
                    break;
                default:
                    position += head.Length;
                    break;
            }
        }

        return position;
    }

    private static int FindInCbor(ReadOnlySpan<byte> bytes, int position)
    {
        const long untilBreak = -1, inBytes = -2, inText = -3;
        var around = new Stack<long>();     // what is left of the containers around those whose items are counted in `left`
        var left = 1L;
        while (true)
        {
            if (left == 0)
            {
                if (!around.TryPop(out left))
                {
                    return position;
                }

                continue;
            }

            if (left < 0 && position < bytes.Length && bytes[position] == CborHead.Break)
            {
                position++;
                left = around.Pop();
                continue;
            }

            CborHead.Read(bytes, position, out var head);
            if (head.Content < 0 || around.Count >= MostOpen)
            {
                return head.Content < 0 ? head.Content : WireFaults.TooDeep;
            }

            if (left < untilBreak && (head.IsIndefinite || head.Major != (left == inText ? CborHead.Text : CborHead.Bytes)))
            {
                return WireFaults.CborChunk;
            }

            if (CborSyntax.IsMalformedSimple(head))
            {
                return WireFaults.CborSimple;
            }

            position = head.Content;
            left -= left < 0 ? 0 : 1;
            if (head.IsIndefinite)
            {
                around.Push(left);
                left = head.Major switch { CborHead.Text => inText, CborHead.Bytes => inBytes, _ => untilBreak };
                continue;
            }

            if (head.Major is CborHead.Bytes or CborHead.Text)
            {
                position += (int)head.Argument;
                continue;
            }

            var items = ItemsOf(head);
            if (items > 0 && left < 0)
            {
                around.Push(left);
                left = 0;
            }

            left += items;
        }
    }

    private static long ItemsOf(scoped in CborHead head) => head.Major switch
    {
        CborHead.Tag => 1,
        CborHead.List => (long)head.Argument,
        CborHead.Dictionary => 2 * (long)head.Argument,
        _ => 0,
    };
}
