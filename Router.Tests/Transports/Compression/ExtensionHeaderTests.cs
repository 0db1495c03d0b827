using WampRouter.Transports.Compression;

namespace WampRouter.Tests.Transports.Compression;

/// <summary>The grammar of RFC 6455 section 9.1.</summary>
internal sealed class ExtensionHeaderTests
{
    [TestCase(null, "")]
    [TestCase("", "")]
    [TestCase(" , ,", "")]
    [TestCase("a", "a")]
    [TestCase("a, b", "a|b")]
    [TestCase("a,,b ,", "a|b")]
    [TestCase("a;x", "a x")]
    [TestCase("a ; x ; y=1", "a x y=1")]
    [TestCase("a\t;\tx\t=\t10\t,b", "a x=10|b")]
    [TestCase("a;x=\"10\"", "a x=10")]
    [TestCase("a; x = \"1\\0\"", "a x=10")]
    [TestCase("a; x=1; x=2", "a x=1 x=2")]
    [TestCase("permessage-deflate; client_max_window_bits, permessage-deflate", "permessage-deflate client_max_window_bits|permessage-deflate")]
    public void Header_ByTheGrammar_IsRead(string? value, string expected)
    {
        Assert.That(ExtensionHeader.TryRead(value, out var offers), Is.True);
        Assert.That(string.Join('|', offers.Select(Describe)), Is.EqualTo(expected));
    }

    [TestCase(";")]
    [TestCase("a;")]
    [TestCase("a;;x")]
    [TestCase("a x")]
    [TestCase("a; x y")]
    [TestCase("a; x=")]
    [TestCase("a; =1")]
    [TestCase("a; x==1")]
    [TestCase("a; x=\"")]
    [TestCase("a; x=\"1")]
    [TestCase("a; x=\"1\\")]
    [TestCase("a; x=\"\"")]
    [TestCase("a; x=\"1 2\"")]
    [TestCase("a; x=\"1\"2")]
    [TestCase("\"a\"")]
    [TestCase("a=1")]
    [TestCase("a/b")]
    [TestCase("ä")]
    [TestCase("a, (b)")]
    public void Header_AgainstTheGrammar_IsNot(string value) => Assert.That(ExtensionHeader.TryRead(value, out _), Is.False);

    /// <summary>Nothing that somebody sends makes it loop or throw.</summary>
    [Test]
    public void Header_CutAndSpoiltAnywhere_IsReadOrNot()
    {
        const string Whole = "permessage-deflate; client_max_window_bits=\"1\\5\"; server_no_context_takeover, x-webkit; a=b";
        for (var at = 0; at < Whole.Length; at++)
        {
            Assert.That(() => ExtensionHeader.TryRead(Whole[..at], out _), Throws.Nothing);
            foreach (var other in ";=,\"\\ \0\u00FFa")
            {
                Assert.That(() => ExtensionHeader.TryRead(Whole[..at] + other + Whole[(at + 1)..], out _), Throws.Nothing);
            }
        }
    }

    private static string Describe(ExtensionOffer offer) =>
        string.Join(' ', [offer.Name, .. offer.Parameters.Select(parameter => parameter.Value is null ? parameter.Name : $"{parameter.Name}={parameter.Value}")]);
}
