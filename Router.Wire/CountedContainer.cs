using System.Buffers.Binary;
using WampRouter.Wire.Cbor;
using WampRouter.Wire.MessagePack;

namespace WampRouter.Wire;

/// <summary>
/// A list or dictionary being written whose size its source tells at the end only, while MessagePack and CBOR want it at the start.
/// Room for the longest head is left; small contents move up to the shortest one, so that no byte moves more than a few times
/// however deep the nesting; behind large ones the longest head stays, which is as valid and 4 bytes more.
/// </summary>
internal ref struct CountedContainer
{
    /// <summary>A tag and 32 bits.</summary>
    private const int LongestHead = 5;

    private const int MaxMovedBytes = 1024;

    private WireKind _kind;
    private int _start;
    private bool _isCounted;

    /// <summary>Items or entries written.</summary>
    public int Count;

    /// <param name="target">The writer.</param>
    /// <param name="kind">List or dictionary.</param>
    /// <param name="knownCount">The number to come, or <see cref="Items.UntilClosed"/>.</param>
    public static CountedContainer Begin(TokenWriter target, WireKind kind, int knownCount)
    {
        var container = new CountedContainer { _kind = kind, _isCounted = knownCount != Items.UntilClosed || target.Format is WireFormat.Json };
        if (!container._isCounted)
        {
            container._start = target.Output.Length;
            target.Output.Free(LongestHead);
            target.Output.Advance(LongestHead);
        }
        else if (kind is WireKind.List)
        {
            target.BeginList(knownCount);
        }
        else
        {
            target.BeginDictionary(knownCount);
        }

        return container;
    }

    /// <summary>Completes the container.</summary>
    public readonly void End(TokenWriter target)
    {
        if (!_isCounted)
        {
            WriteHead(target);
        }
        else if (_kind is WireKind.List)
        {
            target.EndList();
        }
        else
        {
            target.EndDictionary();
        }
    }

    private readonly void WriteHead(TokenWriter target)
    {
        var output = target.Output;
        var content = output.Length - _start - LongestHead;
        if (content > MaxMovedBytes)
        {
            WriteLongestHead(target.Format, output.Written[_start..]);
            return;
        }

        // The head is written behind the content, where there is room, and then takes its place in front of it.
        var end = output.Length;
        if (_kind is WireKind.List)
        {
            target.BeginList(Count);
        }
        else
        {
            target.BeginDictionary(Count);
        }

        var size = output.Length - end;
        output.Written[end..].CopyTo(output.Written[_start..]);
        output.Remove(end, size);
        output.Remove(_start + size, LongestHead - size);
    }

    private readonly void WriteLongestHead(WireFormat format, Span<byte> head)
    {
        head[0] = (format, _kind) switch
        {
            (WireFormat.MessagePack, WireKind.List) => MessagePackTokenWriter.List32,
            (WireFormat.MessagePack, _) => MessagePackTokenWriter.Dictionary32,
            (_, WireKind.List) => CborTokenWriter.List32,
            _ => CborTokenWriter.Dictionary32,
        };
        BinaryPrimitives.WriteInt32BigEndian(head[1..], Count);
    }
}
