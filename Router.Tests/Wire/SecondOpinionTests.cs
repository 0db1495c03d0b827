using System.Formats.Cbor;
using System.Text;
using System.Text.Json;
using WampRouter.Tests.Conformance;
using WampRouter.Wire.Cbor;
using WampRouter.Wire.Json;

namespace WampRouter.Tests.Wire;

/// <summary>Our grammars against the platform's parsers, on texts that are nearly right.</summary>
internal sealed class SecondOpinionTests
{
    private const int Rounds = 60_000;

    private static readonly string[] JsonParts =
    [
        "[", "]", "{", "}", ",", ":", "\"", "\"a\"", "\"a\":1", "\\", "\\u", "\\u00e9", "\\ud83d\\ude00", "\\n", "\\x", "0", "1", "-", "-0", "01", ".5", "1.5", "e", "E+1",
        "true", "false", "null", "tru", " ", "\t", "\n", "\r", "\u000B", "\u0001", "é", "😀", "[1,2]", "{\"k\":[]}", "\"0123456789abcdef\"",
    ];

    [Test]
    [Shows("serializer.json")]
    public void JsonSyntax_RandomTexts_AgreesWithUtf8JsonReader()
    {
        var random = new Random(31);
        var accepted = 0;
        for (var i = 0; i < Rounds; i++)
        {
#pragma warning disable CA5394 // repeatable on purpose, and no secret
            var text = string.Concat(Enumerable.Range(0, random.Next(1, 9)).Select(_ => JsonParts[random.Next(JsonParts.Length)]));
            text = random.Next(2) == 0 ? text : "[" + text + "]";
            text = random.Next(4) == 0 ? "{\"padding to more than sixteen bytes\":" + text + "}" : text;
#pragma warning restore CA5394
            var utf8 = Encoding.UTF8.GetBytes(text);
            var end = JsonSyntax.Skip(utf8, 0, depth: 0);
            var isValid = end >= 0 && JsonSyntax.SkipWhitespace(utf8, end) == utf8.Length;

            Assert.That(isValid, Is.EqualTo(IsJson(utf8)), text);
            accepted += isValid ? 1 : 0;
        }

        Assert.That(accepted, Is.GreaterThan(Rounds / 100));
    }

    [Test]
    [Shows("serializer.cbor")]
    public void CborSyntax_RandomBytes_AcceptsOnlyWhatCborReaderAccepts()
    {
        var random = new Random(32);
        var accepted = 0;
        for (var i = 0; i < Rounds; i++)
        {
#pragma warning disable CA5394 // repeatable on purpose, and no secret
            var bytes = new byte[random.Next(1, 12)];
            random.NextBytes(bytes);
#pragma warning restore CA5394
            var end = CborSyntax.Skip(bytes, 0, depth: 0, textKeys: false);
            var (isValid, length) = SkipCbor(bytes, CborConformanceMode.Lax);

            // CborReader wants known tags to hold what they say; we leave that to who uses the value. Only the strict mode looks into texts.
            if (end >= 0 && !bytes.AsSpan(0, end).ContainsAnyInRange((byte)0xC0, (byte)0xDB))
            {
                Assert.That(isValid, Is.True, Convert.ToHexString(bytes));
                Assert.That(end, Is.EqualTo(length), Convert.ToHexString(bytes));
                accepted++;
            }
            else if (end < 0 && isValid)
            {
                Assert.That(SkipCbor(bytes, CborConformanceMode.Strict).IsValid, Is.False, $"refused, and not for its texts: {Convert.ToHexString(bytes)}");
            }
        }

        Assert.That(accepted, Is.GreaterThan(Rounds / 100));
    }

    private static bool IsJson(byte[] utf8)
    {
        var reader = new Utf8JsonReader(utf8);
        try
        {
            while (reader.Read())
            {
                if (reader.TokenType is JsonTokenType.String or JsonTokenType.PropertyName)
                {
                    _ = reader.GetString();     // throws for half a surrogate pair
                }
            }

            return true;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return false;
        }
    }

    private static (bool IsValid, int Length) SkipCbor(byte[] bytes, CborConformanceMode mode)
    {
        var reader = new CborReader(bytes, mode, allowMultipleRootLevelValues: true);
        try
        {
            reader.SkipValue();
            return (true, bytes.Length - reader.BytesRemaining);
        }
        catch (Exception e) when (e is CborContentException or InvalidOperationException or OverflowException)
        {
            return (false, 0);
        }
    }
}
