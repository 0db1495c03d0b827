using WampRouter.Wire;

namespace WampRouter.Tests.Wire;

/// <summary>The type of a written message is found in its bytes, whatever the encoding.</summary>
public sealed class WrittenCodeTests
{
    private static IEnumerable<WireEncoding> Encodings =>
        from framing in Enum.GetValues<Framing>()
        from format in Enum.GetValues<WireFormat>()
        select new WireEncoding(format, framing);

    private static IEnumerable<MessageCode> Codes => Enum.GetValues<MessageCode>().Where(code => code != MessageCode.None);

    [TestCaseSource(nameof(Encodings))]
    public void Of_EveryTypeOfMessageOfAnyLength_IsWhatWasWritten(object encoding)
    {
        var wanted = (WireEncoding)encoding;
        foreach (var code in Codes)
        {
            foreach (var length in (int[])[0, 130, 70_000])     // one for each length that a WebSocket header has
            {
                var writer = new MessageWriter(wanted);
                writer.Begin(code, elements: 3);
                writer.WriteId(7);
                writer.WriteText(new string('x', length));

                Assert.That(WrittenCode.Of(wanted, writer.End()), Is.EqualTo(code), $"{code}, {length}");
            }
        }
    }

    [TestCaseSource(nameof(Encodings))]
    public void Of_BytesThatAreNoMessage_IsNoneOrAnyAndNeverThrows(object encoding)
    {
        for (var length = 0; length < 16; length++)
        {
            var bytes = new byte[length];
            Array.Fill(bytes, (byte)0x7E);

            Assert.That(() => WrittenCode.Of((WireEncoding)encoding, bytes), Throws.Nothing);
        }
    }
}
