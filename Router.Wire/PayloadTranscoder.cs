using System.Buffers;
using System.Globalization;
using System.Text;
using WampRouter.Wire.Cbor;
using WampRouter.Wire.Json;
using WampRouter.Wire.MessagePack;

namespace WampRouter.Wire;

/// <summary>
/// Rewrites values of one format in another, streaming, without building objects. Values survive the way there and back; what a
/// format cannot say is either given a documented form or refused, never changed in silence.
/// </summary>
/// <remarks>
/// <para>Integers stay integers. Beyond 64 bits: a JSON literal, a CBOR bignum; in MessagePack a float64 if that is exact, else refused.
/// JSON numbers with fraction or exponent become the nearest double, as every JSON reader takes them; beyond its range they are refused.
/// Floats keep their value; a whole one gets <c>.0</c> in JSON. NaN and infinities become null in JSON.</para>
/// <para>Binary becomes a JSON string by <see cref="JsonBinary"/> and back. <c>undefined</c> becomes null.</para>
/// <para>Keys: integer keys of MessagePack and CBOR become decimal text in JSON, other keys that are not text are refused there.</para>
/// <para>CBOR tags are dropped, their content stays; a MessagePack timestamp becomes RFC 3339 text, in CBOR with tag 0; other extensions become
/// the binary of their data; unassigned CBOR simple values are refused. Indefinite CBOR lengths become definite.</para>
/// </remarks>
internal static class PayloadTranscoder
{
    /// <summary>Transcodes validated bytes.</summary>
    /// <param name="format">How they are encoded.</param>
    /// <param name="encoded">The values, one after the other; in JSON with commas between them.</param>
    /// <param name="count">How many values.</param>
    /// <param name="target">Where they go. After a fault it holds half a value.</param>
    /// <param name="fault">What has no form in the target's format.</param>
    public static bool TryTranscode(WireFormat format, ReadOnlySpan<byte> encoded, int count, TokenWriter target, out string? fault)
    {
        var source = new TokenReader(format, encoded);
        fault = null;
        for (var i = 0; i < count; i++)
        {
            if (i > 0 && format is WireFormat.Json && !JsonTokenReader.TrySkipComma(ref source))
            {
                source.TryMoveTo(WireFaults.Truncated);
            }

            if (source.Fault is not null || !TryCopy(ref source, target, depth: 0))
            {
                fault = source.Fault ?? "a value has no form in the receiver's serializer";
                return false;
            }
        }

        return true;
    }

    private static bool TryCopy(scoped ref TokenReader source, TokenWriter target, int depth)
    {
        if (depth >= WireLimits.MaxDepth)
        {
            return source.TryMoveTo(WireFaults.TooDeep);
        }

        var kind = source.PeekKind();
        switch (kind)
        {
            case WireKind.Text:
                return source.TryReadText(out var text) && WriteText(text, target, isKey: false);
            case WireKind.Binary:
                return TryCopyBinary(ref source, target);
            case WireKind.Integer:
                return NumberTranscoder.TryCopyInteger(ref source, target);
            case WireKind.Float:
                return NumberTranscoder.TryCopyFloat(ref source, target);
            case WireKind.List:
                return TryCopyList(ref source, target, depth + 1);
            case WireKind.Dictionary:
                return TryCopyDictionary(ref source, target, depth + 1);
            case WireKind.Boolean:
                var isBoolean = source.TryReadBoolean(out var value);
                target.WriteBoolean(value);
                return isBoolean;
            case WireKind.Extension:
                return TryCopyExtension(ref source, target);
            default:
                target.WriteNull();
                return source.TrySkip(depth: 0);
        }
    }

    private static bool TryCopyList(scoped ref TokenReader source, TokenWriter target, int depth)
    {
        if (!source.TryEnterList(out var items))
        {
            return false;
        }

        var list = CountedContainer.Begin(target, WireKind.List, items.Left);
        while (source.TryMoveNext(ref items))
        {
            if (!TryCopy(ref source, target, depth))
            {
                return false;
            }

            list.Count++;
        }

        list.End(target);
        return source.Fault is null;
    }

    private static bool TryCopyDictionary(scoped ref TokenReader source, TokenWriter target, int depth)
    {
        if (!source.TryEnterDictionary(out var items))
        {
            return false;
        }

        var dictionary = CountedContainer.Begin(target, WireKind.Dictionary, items.Left);
        while (source.TryMoveNext(ref items))
        {
            if (!TryCopyKey(ref source, target, depth) || !TryCopy(ref source, target, depth))
            {
                return false;
            }

            dictionary.Count++;
        }

        dictionary.End(target);
        return source.Fault is null;
    }

    private static bool TryCopyKey(scoped ref TokenReader source, TokenWriter target, int depth)
    {
        if (source.TryReadKey(out var key))
        {
            return WriteText(key, target, isKey: true);
        }

        if (target.Format is not WireFormat.Json)
        {
            return TryCopy(ref source, target, depth);
        }

        if (source.PeekKind() is not WireKind.Integer || !NumberTranscoder.TryReadWhole(ref source, out var whole))
        {
            return source.Fail("a dictionary key is neither text nor an integer: JSON has no form for it");
        }

        target.WriteKey(Encoding.ASCII.GetBytes(whole.ToString(CultureInfo.InvariantCulture)));
        return true;
    }

    private static bool WriteText(in EncodedString text, TokenWriter target, bool isKey)
    {
        var scratch = text.IsPlain ? null : ArrayPool<byte>.Shared.Rent(text.Raw.Length);
        var content = scratch is null ? text.Raw : scratch.AsSpan(0, text.Decode(scratch));
        if (isKey)
        {
            target.WriteKey(content);
        }
        else
        {
            target.WriteText(content);
        }

        if (scratch is not null)
        {
            ArrayPool<byte>.Shared.Return(scratch);
        }

        return true;
    }

    private static bool TryCopyBinary(scoped ref TokenReader source, TokenWriter target)
    {
        if (source.Format is WireFormat.MessagePack)
        {
            var isBinary = MessagePackTokenReader.TryReadBytes(ref source, WireKind.Binary, out var bytes);
            target.WriteBinary(bytes);
            return isBinary;
        }

        var isRead = source.Format is WireFormat.Json
            ? source.TryReadText(out var encoded)
            : CborTokenReader.TryReadString(ref source, CborHead.Bytes, out encoded);
        if (encoded.IsPlain)
        {
            target.WriteBinary(encoded.Raw);
            return isRead;
        }

        var scratch = ArrayPool<byte>.Shared.Rent(encoded.Raw.Length);
        var content = scratch.AsSpan(0, encoded.Decode(scratch));
        target.WriteBinary(source.Format is WireFormat.Json ? JsonBinary.DecodeInPlace(content) : content);
        ArrayPool<byte>.Shared.Return(scratch);
        return isRead;
    }

    private static bool TryCopyExtension(scoped ref TokenReader source, TokenWriter target)
    {
        if (source.Format is not WireFormat.MessagePack || !MessagePackTokenReader.TryReadBytes(ref source, WireKind.Extension, out var extension))
        {
            return source.Fail("a CBOR simple value has no form in the receiver's serializer");
        }

        Span<byte> text = stackalloc byte[MessagePackTimestamp.MaxTextBytes];
        if (!MessagePackTimestamp.TryFormat(extension, text, out var length))
        {
            target.WriteBinary(extension[1..]);
            return true;
        }

        if (target.Format is WireFormat.Cbor)
        {
            target.Separate();
            CborTokenWriter.WriteTag(target.Output, 0);
        }

        target.WriteText(text[..length]);
        return true;
    }
}
