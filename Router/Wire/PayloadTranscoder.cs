using System.Buffers;
using System.Numerics;
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
    private const string NumberTooLarge = "a number is too large for the receiver's serializer";

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
                return TryCopyInteger(ref source, target);
            case WireKind.Float:
                return TryCopyFloat(ref source, target);
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

        if (source.PeekKind() is not WireKind.Integer || !TryReadWhole(ref source, out var whole))
        {
            return source.Fail("a dictionary key is neither text nor an integer: JSON has no form for it");
        }

        target.WriteKey(System.Text.Encoding.ASCII.GetBytes(whole.ToString(System.Globalization.CultureInfo.InvariantCulture)));
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

    private static bool TryCopyInteger(scoped ref TokenReader source, TokenWriter target)
    {
        var start = source.Position;
        if (source.Format is WireFormat.Json && source.Bytes[start..].StartsWith("-0"u8))
        {
            // Only a float can be minus zero.
            target.WriteDouble(-0.0);
            return source.TrySkip(depth: 0);
        }

        if (source.TryReadInteger(out var value))
        {
            target.WriteInteger(value);
            return true;
        }

        source.Position = start;
        return TryReadWhole(ref source, out var whole) ? TryWriteWhole(whole, ref source, target) : source.Fail(NumberTooLarge);
    }

    private static bool TryReadWhole(scoped ref TokenReader source, out BigInteger whole)
    {
        switch (source.Format)
        {
            case WireFormat.Json:
                whole = default;
                return JsonTokenReader.TryReadNumber(ref source, out var literal) && JsonTokenReader.TryParseBigInteger(literal, out whole);
            case WireFormat.MessagePack:
                var isUnsigned = MessagePackTokenReader.TryReadUInt64(ref source, out var unsigned);
                whole = unsigned;
                if (!isUnsigned)
                {
                    isUnsigned = source.TryReadInteger(out var signed);
                    whole = signed;
                }

                return isUnsigned;
            default:
                return CborTokenReader.TryReadBigInteger(ref source, out whole);
        }
    }

    private static bool TryWriteWhole(BigInteger whole, scoped ref TokenReader source, TokenWriter target)
    {
        if (whole >= long.MinValue && whole <= ulong.MaxValue)
        {
            if (whole.Sign < 0)
            {
                target.WriteInteger((long)whole);
            }
            else
            {
                target.WriteUnsigned((ulong)whole);
            }

            return true;
        }

        if (target.Format is WireFormat.MessagePack)
        {
            var nearest = (double)whole;
            if (!double.IsFinite(nearest) || new BigInteger(nearest) != whole)
            {
                return source.Fail(NumberTooLarge);
            }

            target.WriteDouble(nearest);
            return true;
        }

        target.Separate();
        if (target.Format is WireFormat.Json)
        {
            target.Output.Write(System.Text.Encoding.ASCII.GetBytes(whole.ToString(System.Globalization.CultureInfo.InvariantCulture)));
        }
        else
        {
            CborTokenWriter.WriteBigInteger(target.Output, whole);
        }

        return true;
    }

    private static bool TryCopyFloat(scoped ref TokenReader source, TokenWriter target)
    {
        if (!source.TryReadDouble(out var value))
        {
            return source.Fail(NumberTooLarge);
        }

        target.WriteDouble(value);
        return true;
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
