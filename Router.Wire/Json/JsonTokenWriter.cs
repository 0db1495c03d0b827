using System.Buffers.Text;
using System.Globalization;

namespace WampRouter.Wire.Json;

/// <summary>Writes single JSON tokens. Commas are the caller's business (<see cref="MessageWriter"/>).</summary>
internal static class JsonTokenWriter
{
    private const int MaxNumberBytes = 32;
    private const int EscapeStepBytes = 64;

    public static void WriteInteger(OutputBuffer output, long value)
    {
        Utf8Formatter.TryFormat(value, output.Free(MaxNumberBytes), out var written);
        output.Advance(written);
    }

    public static void WriteUnsigned(OutputBuffer output, ulong value)
    {
        Utf8Formatter.TryFormat(value, output.Free(MaxNumberBytes), out var written);
        output.Advance(written);
    }

    /// <summary>The shortest digits that read back as the same double, recognisable as a float; JSON has no NaN and no infinity, they become null.</summary>
    public static void WriteDouble(OutputBuffer output, double value)
    {
        if (!double.IsFinite(value))
        {
            output.Write("null"u8);
            return;
        }

        var free = output.Free(MaxNumberBytes);
        value.TryFormat(free, out var written, "R", CultureInfo.InvariantCulture);
        if (!free[..written].ContainsAny((byte)'.', (byte)'E'))
        {
            ".0"u8.CopyTo(free[written..]);
            written += 2;
        }

        output.Advance(written);
    }

    public static void WriteText(OutputBuffer output, ReadOnlySpan<byte> utf8)
    {
        output.Write((byte)'"');
        while (!utf8.IsEmpty)
        {
            var plain = JsonText.IndexOfEscaped(utf8);
            if (plain < 0)
            {
                output.Write(utf8);
                break;
            }

            // In steps, because the worst case (everything escaped) is six times the text.
            output.Write(utf8[..plain]);
            var step = utf8.Slice(plain, Math.Min(EscapeStepBytes, utf8.Length - plain));
            output.Advance(JsonText.Escape(step, output.Free(step.Length * JsonText.MaxEscapedBytesPerByte)));
            utf8 = utf8[(plain + step.Length)..];
        }

        output.Write((byte)'"');
    }

    /// <summary>Bytes by the convention of <see cref="JsonBinary"/>.</summary>
    public static void WriteBinary(OutputBuffer output, ReadOnlySpan<byte> bytes)
    {
        output.Write((byte)'"');
        output.Write(JsonBinary.Prefix);
        Base64.EncodeToUtf8(bytes, output.Free(Base64.GetMaxEncodedToUtf8Length(bytes.Length)), out _, out var written);
        output.Advance(written);
        output.Write((byte)'"');
    }
}
