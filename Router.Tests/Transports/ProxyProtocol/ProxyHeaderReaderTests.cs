using System.Buffers;
using WampRouter.Transports.ProxyProtocol;

namespace WampRouter.Tests.Transports.ProxyProtocol;

/// <summary>HAProxy's <c>proxy-protocol.txt</c>, sections 2.1 and 2.2: whatever arrives of a header, and however it is cut.</summary>
internal sealed class ProxyHeaderReaderTests
{
    private static readonly byte[] Unix = new byte[216];

    private static IEnumerable<TestCaseData> Whole =>
    [
        Case("v1 IPv4", ProxyHeaders.Text(ProxyHeaders.Line), "203.0.113.9:4711"),
        Case("v1 IPv4, least and greatest port", ProxyHeaders.Text("PROXY TCP4 255.255.255.255 0.0.0.0 65535 0\r\n"), "255.255.255.255:65535"),
        Case("v1 IPv6", ProxyHeaders.Text("PROXY TCP6 2001:db8::9 ::1 4711 443\r\n"), "[2001:db8::9]:4711"),
        Case("v1 longest", ProxyHeaders.Text("PROXY UNKNOWN ffff:f...f:ffff ffff:f...f:ffff 65535 65535".PadRight(105, 'f') + "\r\n"), null),
        Case("v1 unknown", ProxyHeaders.Text("PROXY UNKNOWN\r\n"), null),
        Case("v2 IPv4", ProxyHeaders.Binary("203.0.113.9", 4711), "203.0.113.9:4711"),
        Case("v2 IPv6", ProxyHeaders.Binary("2001:db8::9", 65535), "[2001:db8::9]:65535"),
        Case("v2 with values", ProxyHeaders.Binary("203.0.113.9", 4711, [.. ProxyHeaders.Value(0x02, "router"u8.ToArray()), .. ProxyHeaders.Value(0x04, new byte[300])]), "203.0.113.9:4711"),
        Case("v2 with a checksum", ProxyHeaders.WithChecksum("203.0.113.9", 4711, ProxyHeaders.Value(0x04)), "203.0.113.9:4711"),
        Case("v2 local", ProxyHeaders.Binary(0x20, 0x00), null),
        Case("v2 local with addresses", ProxyHeaders.Binary(0x20, 0x11, ProxyHeaders.Addresses("203.0.113.9", 4711)), null),
        Case("v2 unspecified", ProxyHeaders.Binary(0x21, 0x00), null),
        Case("v2 unspecified, filled with zeros", ProxyHeaders.Binary(0x21, 0x00, new byte[2]), null),
        Case("v2 Unix domain socket", ProxyHeaders.Binary(0x21, 0x31, Unix), null),
        Case("v2 datagram", ProxyHeaders.Binary(0x21, 0x12, ProxyHeaders.Addresses("203.0.113.9", 4711)), null),
        Case("v2 as long as may be", ProxyHeaders.Binary("203.0.113.9", 4711, ProxyHeaders.Value(0x04, new byte[4096 - 16 - 12 - 3])), "203.0.113.9:4711"),
    ];

    [TestCaseSource(nameof(Whole))]
    public void Read_WholeHeader_IsUnderstoodHoweverItIsCutAndLeavesTheRest(byte[] bytes, string? source)
    {
        byte[] wire = [.. bytes, .. "GET /"u8];
        foreach (var cut in Cuts(bytes.Length))
        {
            Assert.That(Read(new ReadOnlySequence<byte>(wire, 0, cut), out _, out _), Is.EqualTo(cut < bytes.Length ? HeaderVerdict.NeedMore : HeaderVerdict.Whole), $"{cut} bytes");
            Assert.That(Read(CutAt(wire, cut), out var header, out var length), Is.EqualTo(HeaderVerdict.Whole), $"cut at {cut}");
            Assert.That((header.Source?.ToString(), length), Is.EqualTo((source, bytes.Length)));
        }
    }

    private static IEnumerable<TestCaseData> Broken =>
    [
        Case("v1 another word", "PROXX TCP4 "u8.ToArray(), "is none: the first bytes are something else"),
        Case("v1 small letters", "PROXY tcp4 203.0.113.9 198.51.100.1 4711 443\r\n"u8.ToArray(), "names neither TCP4 nor TCP6 nor UNKNOWN"),
        Case("v1 no words", "PROXY \r\n"u8.ToArray(), "names neither"),
        Case("v1 one blank too many", "PROXY  TCP4 203.0.113.9 198.51.100.1 4711 443\r\n"u8.ToArray(), "names neither"),
        Case("v1 a word too many", "PROXY TCP4 203.0.113.9 198.51.100.1 4711 443 x\r\n"u8.ToArray(), "has no two addresses and two ports of its protocol"),
        Case("v1 a word too few", "PROXY TCP4 203.0.113.9 198.51.100.1 4711\r\n"u8.ToArray(), "has no two addresses"),
        Case("v1 IPv6 for IPv4", "PROXY TCP4 2001:db8::9 ::1 4711 443\r\n"u8.ToArray(), "has no two addresses"),
        Case("v1 IPv4 for IPv6", "PROXY TCP6 203.0.113.9 198.51.100.1 4711 443\r\n"u8.ToArray(), "has no two addresses"),
        Case("v1 address in another form", "PROXY TCP4 0x7f.1 198.51.100.1 4711 443\r\n"u8.ToArray(), "has no two addresses"),
        Case("v1 address with leading zeros", "PROXY TCP4 203.0.113.009 198.51.100.1 4711 443\r\n"u8.ToArray(), "has no two addresses"),
        Case("v1 wrong destination", "PROXY TCP4 203.0.113.9 nowhere 4711 443\r\n"u8.ToArray(), "has no two addresses"),
        Case("v1 zone", "PROXY TCP6 fe80::1%1 ::1 4711 443\r\n"u8.ToArray(), "has no two addresses"),
        Case("v1 brackets", "PROXY TCP6 [::1] ::1 4711 443\r\n"u8.ToArray(), "has no two addresses"),
        Case("v1 port beyond the last", "PROXY TCP4 203.0.113.9 198.51.100.1 65536 443\r\n"u8.ToArray(), "has no two addresses"),
        Case("v1 port with a zero before it", "PROXY TCP4 203.0.113.9 198.51.100.1 04711 443\r\n"u8.ToArray(), "has no two addresses"),
        Case("v1 port with a sign", "PROXY TCP4 203.0.113.9 198.51.100.1 +4711 443\r\n"u8.ToArray(), "has no two addresses"),
        Case("v1 line without an end", ProxyHeaders.Text("PROXY UNKNOWN ".PadRight(107, 'f')), "does not end within 107 bytes"),
        Case("v1 line that ends one byte late", ProxyHeaders.Text("PROXY UNKNOWN ".PadRight(106, 'f') + "\r\n"), "does not end within 107 bytes"),
        Case("an HTTP request", "GET / HTTP/1.1\r\n"u8.ToArray(), "is none"),
        Case("TLS", [0x16, 0x03, 0x01, 0x02, 0x00], "is none"),
        Case("v2 another signature", [0x0D, 0x0A, 0x0D, 0x0A, 0x01], "is none"),
        Case("v2 version 1", [.. ProxyHeaders.Signature, 0x11], "has a version or a command that is not known"),
        Case("v2 version 3", [.. ProxyHeaders.Signature, 0x31], "has a version or a command"),
        Case("v2 command 2", [.. ProxyHeaders.Signature, 0x22], "has a version or a command"),
        Case("v2 family 4", ProxyHeaders.Binary(0x21, 0x41), "has an address family or a transport that is not known"),
        Case("v2 transport 3", ProxyHeaders.Binary(0x21, 0x13, new byte[12]), "has an address family or a transport"),
        Case("v2 no room for IPv4", ProxyHeaders.Binary(0x21, 0x11, new byte[11]), "is shorter than the addresses of its family"),
        Case("v2 no room for IPv6", ProxyHeaders.Binary(0x21, 0x21, new byte[35]), "is shorter than the addresses"),
        Case("v2 no room for paths", ProxyHeaders.Binary(0x21, 0x31, new byte[215]), "is shorter than the addresses"),
        Case("v2 too long", [.. ProxyHeaders.Signature, 0x21, 0x11, 0x0F, 0xF1], "is longer than 4096 bytes"),
        Case("v2 longest there is", [.. ProxyHeaders.Signature, 0x21, 0x11, 0xFF, 0xFF], "is longer than 4096 bytes"),
        Case("v2 value that is too long", ProxyHeaders.Binary("203.0.113.9", 4711, 0x04, 0x00, 0x05, 0x01), "has a value that is longer than the header"),
        Case("v2 value without its length", ProxyHeaders.Binary("203.0.113.9", 4711, 0x04, 0x00), "has a value that is longer"),
        Case("v2 wrong checksum", [.. ProxyHeaders.WithChecksum("203.0.113.9", 4711)[..^1], 0xFF], "has another checksum than it says"),
        Case("v2 checksum of another length", ProxyHeaders.Binary("203.0.113.9", 4711, ProxyHeaders.Value(0x03, 0, 0, 0)), "has another checksum"),
    ];

    [TestCaseSource(nameof(Broken))]
    public void Read_BrokenHeader_IsToldAsSoonAsItShows(byte[] bytes, string problem)
    {
        Assert.That(ProxyHeaderReader.Read(new ReadOnlySequence<byte>(bytes), out var header, out _, out var told), Is.EqualTo(HeaderVerdict.Broken));
        Assert.That(header.Source, Is.Null);
        Assert.That(told, Does.Contain(problem));
    }

    [Test]
    public void Read_SpoiltByte_NeverThrowsAndNeverTakesMoreThanThereIs()
    {
        foreach (var header in (byte[][])[ProxyHeaders.Text(ProxyHeaders.Line), ProxyHeaders.WithChecksum("2001:db8::9", 4711, ProxyHeaders.Value(0x04, 1, 2, 3)), ProxyHeaders.Binary(0x21, 0x31, Unix)])
        {
            for (var at = 0; at < header.Length; at++)
            {
                for (var value = 0; value <= byte.MaxValue; value++)
                {
                    var spoilt = header.ToArray();
                    spoilt[at] = (byte)value;

                    var verdict = ProxyHeaderReader.Read(new ReadOnlySequence<byte>(spoilt), out _, out var length, out var problem);

                    Assert.That(verdict == HeaderVerdict.Broken, Is.EqualTo(problem is not null));
                    Assert.That(verdict != HeaderVerdict.Whole || length <= spoilt.Length);
                }
            }
        }
    }

    private static TestCaseData Case(string name, byte[] bytes, string? expected) => new TestCaseData(bytes, expected).SetArgDisplayNames(name);

    private static IEnumerable<int> Cuts(int length) => length <= 400 ? Enumerable.Range(1, length) : [1, 12, 13, 14, 15, 16, 17, length - 1, length];

    private static HeaderVerdict Read(in ReadOnlySequence<byte> buffer, out ProxyHeader header, out int length)
    {
        var verdict = ProxyHeaderReader.Read(buffer, out header, out length, out var problem);
        Assert.That(problem, Is.Null);
        return verdict;
    }

    private static ReadOnlySequence<byte> CutAt(byte[] wire, int cut)
    {
        var first = new Piece(wire.AsMemory(0, cut), null);
        var second = new Piece(wire.AsMemory(cut), first);
        return new ReadOnlySequence<byte>(first, 0, second, second.Memory.Length);
    }

    private sealed class Piece : ReadOnlySequenceSegment<byte>
    {
        public Piece(ReadOnlyMemory<byte> memory, Piece? before)
        {
            Memory = memory;
            if (before is not null)
            {
                (before.Next, RunningIndex) = (this, before.RunningIndex + before.Memory.Length);
            }
        }
    }
}
