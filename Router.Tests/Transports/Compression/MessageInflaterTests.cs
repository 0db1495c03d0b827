using System.IO.Compression;
using System.Text;
using WampRouter.Transports.Compression;
using WampRouter.Wire;

namespace WampRouter.Tests.Transports.Compression;

/// <summary>What the platform makes of messages, good and hostile ones.</summary>
internal sealed class MessageInflaterTests
{
    /// <summary>Four bytes are at most 32 codes, and a code stands for at most 258 bytes.</summary>
    private const int MostOfFourBytes = 32 * 258;

    /// <summary>The examples of RFC 7692 section 7.2.3.</summary>
    [TestCase("F248CDC9C90700", "Hello", TestName = "Message_OneCompressedBlock_IsRead")]
    [TestCase("000500FAFF48656C6C6F00", "Hello", TestName = "Message_BlockWithoutCompression_IsRead")]
    [TestCase("F348CDC9C9070000", "Hello", TestName = "Message_LastBlock_IsRead")]
    [TestCase("F348CDC9C90700", "Hello", TestName = "Message_LastBlockWithoutTheEmptyOneBehindIt_IsRead")]
    [TestCase("F248050000 00FFFFCAC9C90700", "Hello", TestName = "Message_TwoBlocks_IsRead")]
    [TestCase("00", "", TestName = "Message_Empty_IsRead")]
    [TestCase("0300", "", TestName = "Message_EmptyLastBlock_IsRead")]
    [TestCase("", "", TestName = "Message_OfNoBytes_IsEmpty")]
    public void Message_OfTheSpecification_IsRead(string hex, string text)
    {
        using var inflater = new MessageInflater(keepsContext: true);

        for (var again = 0; again < 3; again++)
        {
            Assert.That(Encoding.UTF8.GetString(Read(inflater, Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal)))), Is.EqualTo(text));
            Assert.That(inflater.Fault, Is.Null);
        }
    }

    [Test]
    public void Message_RefersToTheOneBefore_IsReadWhereThatIsKept()
    {
        using var inflater = new MessageInflater(keepsContext: true);
        var (first, second) = (Convert.FromHexString("F248CDC9C90700"), Convert.FromHexString("F200110000"));

        Assert.That(Encoding.UTF8.GetString(Read(inflater, first)), Is.EqualTo("Hello"));
        Assert.That(Encoding.UTF8.GetString(Read(inflater, second)), Is.EqualTo("Hello"));

        Read(MessageInflater.OfThread, first);
        Read(MessageInflater.OfThread, second);
        Assert.That(MessageInflater.OfThread.Fault, Does.Contain("not what deflate makes"));
    }

    [Test]
    public void Message_AfterAFaultyOne_IsReadAgain()
    {
        Read(MessageInflater.OfThread, [0xFF, 0xFF]);

        Assert.That(Encoding.UTF8.GetString(Read(MessageInflater.OfThread, Convert.FromHexString("F248CDC9C90700"))), Is.EqualTo("Hello"));
        Assert.That(MessageInflater.OfThread.Fault, Is.Null);
    }

    [TestCase("F348CDC9C90700 F248CDC9C90700", TestName = "LastBlock_OtherBlocksFollow_IsAFault")]
    [TestCase("0300 0300 0300 0300", TestName = "LastBlock_OtherLastBlocksFollow_IsAFault")]
    [TestCase("F348CDC9C90700 00000000", TestName = "LastBlock_BytesFollow_IsAFault")]
    public void LastBlock_SomethingFollows_IsAFault(string hex)
    {
        Read(MessageInflater.OfThread, Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal)));

        Assert.That(MessageInflater.OfThread.Fault, Is.EqualTo("a compressed message goes on after its last block"));
    }

    /// <summary>Cut anywhere, it is the beginning of what it was, with what the end of a flush may be taken for; or a fault.</summary>
    [Test]
    public void Message_CutAtEveryByte_IsShortOrAFault()
    {
        var plain = Text(3000);
        var whole = Deflate(plain);

        for (var length = 0; length < whole.Length; length++)
        {
            var read = Read(MessageInflater.OfThread, whole.AsSpan(0, length));
            Assert.That(read, Has.Length.LessThan(plain.Length + MostOfFourBytes), $"cut at {length}");
        }
    }

    [Test]
    public void Message_SpoiltAtEveryByte_IsReadOrAFault([Values(0x01, 0x80, 0xFF)] int change)
    {
        var whole = Deflate(Text(1000));
        for (var at = 0; at < whole.Length; at++)
        {
            var spoilt = whole.ToArray();
            spoilt[at] ^= (byte)change;
            Assert.That(() => Read(MessageInflater.OfThread, spoilt), Throws.Nothing, $"changed at {at}");
        }
    }

    [Test]
    public void Message_OfRandomBytes_IsReadOrAFault()
    {
        var random = new Random(7692);
        for (var round = 0; round < 2000; round++)
        {
            var garbage = new byte[random.Next(200)];
            random.NextBytes(garbage);
            Assert.That(() => Read(MessageInflater.OfThread, garbage), Throws.Nothing, Convert.ToHexString(garbage));
        }
    }

    [Test]
    public void Messages_OfAllSizes_AreReadAsTheyWereWritten([Values] bool keepsContext)
    {
        using var deflater = new MessageDeflater(keepsContext);
        using var inflater = new MessageInflater(keepsContext);
        var output = new OutputBuffer();
        foreach (var size in (int[])[1, 2, 15, 16, 63, 64, 125, 126, 255, 256, 1024, 8191, 8192, 8193, 32768, 65535, 65536, 131072, 1_000_003])
        {
            foreach (var message in (byte[][])[Text(size), Noise(size), new byte[size]])
            {
                output.Reset(headroom: 0);
                deflater.Compress(message, output);
                Assert.That(output.Length, Is.LessThanOrEqualTo(MessageDeflater.MostBytes(size)), $"{size} bytes");
                Assert.That(Read(inflater, output.Written).AsSpan().SequenceEqual(message), Is.True, $"{size} bytes");
            }
        }
    }

    [Test]
    public void Reading_StoppedInAMessage_TheNextOneIsReadFromItsBeginning()
    {
        MessageInflater.OfThread.Begin(Deflate(Text(100_000)));
        Assert.That(MessageInflater.OfThread.Read(new byte[100]), Is.EqualTo(100));
        MessageInflater.OfThread.End();

        Assert.That(Read(MessageInflater.OfThread, Deflate(Text(500))), Is.EqualTo(Text(500)));
    }

    internal static byte[] Text(int size) => Encoding.ASCII.GetBytes(string.Concat(Enumerable.Range(0, (size / 8) + 1).Select(i => $"{i * 7919 % 104729:D7},")))[..size];

    internal static byte[] Noise(int size)
    {
        var noise = new byte[size];
        new Random(size).NextBytes(noise);
        return noise;
    }

    /// <summary>By the platform, up to a flush, without its mark.</summary>
    internal static byte[] Deflate(byte[] message)
    {
        var output = new MemoryStream();
        using var stream = new DeflateStream(output, CompressionLevel.Optimal, leaveOpen: true);
        stream.Write(message);
        stream.Flush();
        return output.ToArray()[..^MessageDeflater.FlushMarkBytes];
    }

    private static byte[] Read(MessageInflater inflater, ReadOnlySpan<byte> message)
    {
        var output = new MemoryStream();
        var piece = new byte[1000];
        inflater.Begin(message);
        while (inflater.Read(piece) is > 0 and var read)
        {
            output.Write(piece, 0, read);
        }

        inflater.End();
        return output.ToArray();
    }
}
