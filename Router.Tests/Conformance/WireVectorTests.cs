using System.Runtime.CompilerServices;
using System.Text;
using Newtonsoft.Json.Linq;
using WampRouter.Tests.Wire;
using WampRouter.Wire;

namespace WampRouter.Tests.Conformance;

/// <summary>
/// Our own vectors, written from the specification, and the official ones of wamp-proto where they are at hand (beside the
/// repository, or where <c>WAMP_VECTORS</c> points). Every encoding of every sample is decoded and written again, in every format.
/// </summary>
internal sealed class WireVectorTests
{
    private static readonly WireFormat[] Formats = Enum.GetValues<WireFormat>();

    private static string Folder([CallerFilePath] string here = "") => Path.GetDirectoryName(here)!;

    private static string OwnVectors => Path.Combine(Folder(), "Vectors");

    private static string? OfficialVectors =>
        new[] { Environment.GetEnvironmentVariable("WAMP_VECTORS"), Path.Combine(Folder(), "..", "..", "..", "shared", "wamp-vectors") }
            .FirstOrDefault(Directory.Exists);

    private static IEnumerable<VectorSample> OwnSamples() => VectorSample.In(OwnVectors);

    [TestCaseSource(nameof(OwnSamples))]
    [Shows("message.codes")]
    public void OwnSample_EveryEncoding_DecodesAndIsWrittenAgain(VectorSample sample) => CheckSample(sample, new Tally());

    [Test]
    public void OwnVectors_AllTogether_CountsAreKnown()
    {
        var tally = new Tally();
        foreach (var sample in OwnSamples())
        {
            CheckSample(sample, tally);
        }

        // Written from a spaced JSON text, the JSON is as spaced: these alone differ from the listed compact form, in options and payload.
        Assert.That(tally.Decoded, Is.EqualTo(new Dictionary<WireFormat, int> { [WireFormat.Json] = 90, [WireFormat.MessagePack] = 45, [WireFormat.Cbor] = 45 }));
        Assert.That(tally.Written, Is.EqualTo(180 * Formats.Length));
        Assert.That(tally.WrittenByteForByte, Is.EqualTo(tally.Written - tally.WrittenFromSpacedJson));
    }

    [Test]
    [Shows("message.codes")]
    public void OwnVectors_MessageTypes_AreAllThere()
    {
        var types = OwnSamples().Select(s => (MessageCode)s.MessageType).Distinct();

        Assert.That(types, Is.EquivalentTo(Enum.GetValues<MessageCode>().Except([MessageCode.None])));
    }

    [Test]
    public void OfficialVectors_EveryEncoding_DecodesAndIsWrittenAgain()
    {
        var tally = new Tally();
        foreach (var sample in VectorSample.In(OfficialVectors))
        {
            CheckSample(sample, tally);
        }

        var listed = VectorSample.Files(OfficialVectors)
            .SelectMany(f => f.Document["samples"]!.SelectMany(s => s["serializers"]?.Cast<JProperty>() ?? []))
            .Where(p => p.Name is "json" or "msgpack" or "cbor").Sum(p => p.Value.Count());
        TestContext.Out.WriteLine(OfficialVectors is null
            ? "The official vectors are not here: nothing was checked."
            : $"Decoded {string.Join(", ", tally.Decoded)}; written {tally.Written}, of these {tally.WrittenByteForByte} byte for byte as listed.");
        Assert.That(tally.Decoded.Values.Sum(), Is.EqualTo(listed));
        Assert.That(tally.Written, Is.EqualTo(listed * Formats.Length));
        Assert.That(tally.WrittenByteForByte, Is.EqualTo(tally.Written - tally.WrittenFromSpacedJson));
    }

    [Test]
    public void OfficialVectors_EveryValidationSample_IsAcceptedOrRefusedInEveryFormat()
    {
        var samples = VectorSample.Files(OfficialVectors).SelectMany(f => f.Document["samples"]!).Where(s => s["wmsg"] is not null).ToArray();
        var refused = 0;
        foreach (var sample in samples)
        {
            var elements = ReferenceCodec.Decode(WireFormat.Json, Encoding.UTF8.GetBytes(sample["wmsg"]!.ToString()));
            foreach (var format in Formats)
            {
                var isValid = MessageReader.TryRead(format, ReferenceCodec.Encode(format, elements), out var message, out var fault)
                    && OptionRules.TryCheck(format, message, out fault);
                var contained = sample["expected_error"]?.Value<string>("contains");
                Assert.That(fault, contained is null ? Is.Null : Does.Contain(contained), sample.Value<string>("description"));
                Assert.That(isValid, Is.EqualTo(contained is null));
                refused += isValid ? 0 : 1;
            }
        }

        TestContext.Out.WriteLine($"{samples.Length} validation samples in {Formats.Length} formats, {refused} refused as they must be.");
        Assert.That(refused, Is.EqualTo(samples.Count(s => s["expected_error"] is not null) * Formats.Length));
    }

    private static void CheckSample(VectorSample sample, Tally tally)
    {
        foreach (var (format, encodings) in sample.Encodings)
        {
            foreach (var bytes in encodings)
            {
                CheckDecoding(sample, format, bytes);
                tally.Decoded[format] = tally.Decoded.GetValueOrDefault(format) + 1;
                foreach (var target in Formats)
                {
                    CheckWriting(sample, format, bytes, target, tally);
                }
            }
        }
    }

    private static void CheckDecoding(VectorSample sample, WireFormat format, byte[] bytes)
    {
        MessageReader.TryRead(format, bytes, out var message, out var fault);

        Assert.That(fault, Is.Null, $"{sample} as {format}");
        Assert.That(MessageAttributes.Differences(format, message, sample.Expected), Is.Empty, $"{sample} as {format}");
        Assert.That(OptionRules.TryCheck(format, message, out fault), Is.True, fault);
    }

    private static void CheckWriting(VectorSample sample, WireFormat format, byte[] bytes, WireFormat target, Tally tally)
    {
        MessageReader.TryRead(format, bytes, out var message, out _);
        var written = MessageRewriter.Write(format, message, (MessageCode)sample.MessageType, target);

        CheckDecoding(sample, target, written);
        var isSpaced = format is WireFormat.Json && target is WireFormat.Json
            && !bytes.AsSpan().SequenceEqual(sample.Encodings[format].MinBy(e => e.Length));
        tally.Written++;
        tally.WrittenFromSpacedJson += isSpaced ? 1 : 0;
        tally.WrittenByteForByte += !isSpaced && sample.Encodings[target].Any(e => e.AsSpan().SequenceEqual(written)) ? 1 : 0;
    }

    private sealed class Tally
    {
        public Dictionary<WireFormat, int> Decoded { get; } = [];

        public int Written { get; set; }

        public int WrittenByteForByte { get; set; }

        public int WrittenFromSpacedJson { get; set; }
    }
}
