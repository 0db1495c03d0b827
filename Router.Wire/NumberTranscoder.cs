using System.Globalization;
using System.Numerics;
using System.Text;
using WampRouter.Wire.Cbor;
using WampRouter.Wire.Json;
using WampRouter.Wire.MessagePack;

namespace WampRouter.Wire;

/// <summary>The numbers of <see cref="PayloadTranscoder"/>, by the rules that stand there.</summary>
internal static class NumberTranscoder
{
    private const string TooLarge = "a number is too large for the receiver's serializer";

    /// <summary>Copies an integer of any size.</summary>
    public static bool TryCopyInteger(scoped ref TokenReader source, TokenWriter target)
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
        return TryReadWhole(ref source, out var whole) ? TryWriteWhole(whole, ref source, target) : source.Fail(TooLarge);
    }

    /// <summary>Reads an integer beyond 64 bits; there are few, so it may allocate.</summary>
    public static bool TryReadWhole(scoped ref TokenReader source, out BigInteger whole)
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
                return source.Fail(TooLarge);
            }

            target.WriteDouble(nearest);
            return true;
        }

        target.Separate();
        if (target.Format is WireFormat.Json)
        {
            target.Output.Write(Encoding.ASCII.GetBytes(whole.ToString(CultureInfo.InvariantCulture)));
        }
        else
        {
            CborTokenWriter.WriteBigInteger(target.Output, whole);
        }

        return true;
    }

    /// <summary>Copies a float, or a JSON number with fraction or exponent.</summary>
    public static bool TryCopyFloat(scoped ref TokenReader source, TokenWriter target)
    {
        if (!source.TryReadDouble(out var value))
        {
            return source.Fail(TooLarge);
        }

        target.WriteDouble(value);
        return true;
    }
}
