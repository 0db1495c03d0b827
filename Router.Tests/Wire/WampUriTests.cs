using System.Text;
using System.Text.RegularExpressions;
using WampRouter.Tests.Conformance;
using WampRouter.Wire;

namespace WampRouter.Tests.Wire;

internal sealed partial class WampUriTests
{
    private static readonly string[] Parts =
        ["", "a", "com", "0", "_", "A", "-", "é", "😀", "wamp", " ", "\t", "\u0085", "\u00A0", "\u2003", "\u2028", "\u3000", "\u001C", "#", ".", "..", "\u200B"];

    [Test]
    [Shows("uri.components", "uri.strict", "uri.empty-components")]
    public void IsValid_EveryCombinationOfParts_IsWhatTheSpecificationsExpressionsSay()
    {
        foreach (var uri in from a in Parts from b in Parts from c in Parts select a + b + c)
        {
            var utf8 = Encoding.UTF8.GetBytes(uri);
            var hasSeparator = uri.Contains('\u001C', StringComparison.Ordinal);        // whitespace to Python's \s, not to .NET's

            Assert.That(WampUri.IsValid(utf8, strict: false), Is.EqualTo(Loose().IsMatch(uri) && !hasSeparator), uri);
            Assert.That(WampUri.IsValid(utf8, strict: true), Is.EqualTo(Strict().IsMatch(uri)), uri);
            Assert.That(WampUri.IsValidPattern(utf8, strict: false, allowEmptyComponents: true), Is.EqualTo(uri.Length > 0 && LooseEmpty().IsMatch(uri) && !hasSeparator), uri);
            Assert.That(WampUri.IsValidPattern(utf8, strict: true, allowEmptyComponents: true), Is.EqualTo(uri.Length > 0 && StrictEmpty().IsMatch(uri)), uri);
        }
    }

    [TestCase("com.myapp.", true)]
    [TestCase("com.myapp", true)]
    [TestCase("com..myapp", false)]
    [TestCase("com.myapp..", false)]
    [TestCase(".", false)]
    [TestCase(".com", false)]
    [Shows("uri.empty-components")]
    public void IsValidPattern_Prefix_OnlyTheLastComponentMayBeEmpty(string pattern, bool expected) =>
        Assert.That(WampUri.IsValidPattern(Encoding.UTF8.GetBytes(pattern), strict: false, allowEmptyComponents: false), Is.EqualTo(expected));

    [TestCase("wamp", true)]
    [TestCase("wamp.error.x", true)]
    [TestCase("wampx", false)]
    [TestCase("com.wamp", false)]
    [TestCase("wam", false)]
    [Shows("uri.reserved")]
    public void IsReserved_FirstComponent_Decides(string uri, bool expected) =>
        Assert.That(WampUri.IsReserved(Encoding.UTF8.GetBytes(uri)), Is.EqualTo(expected));

    [Test]
    public void IsValid_Length_IsBounded()
    {
        Assert.That(WampUri.IsValid(Encoding.UTF8.GetBytes(new string('a', WireLimits.MaxUriBytes)), strict: true), Is.True);
        Assert.That(WampUri.IsValid(Encoding.UTF8.GetBytes(new string('a', WireLimits.MaxUriBytes + 1)), strict: true), Is.False);
    }

    [Test]
    [Shows("uri.unicode")]
    public void IsValid_MalformedUtf8_IsRefused() => Assert.That(WampUri.IsValid([(byte)'a', 0xC3], strict: false), Is.False);

    [GeneratedRegex(@"\A([^\s\.#]+\.)*([^\s\.#]+)\z")]
    private static partial Regex Loose();

    [GeneratedRegex(@"\A([0-9a-z_]+\.)*([0-9a-z_]+)\z")]
    private static partial Regex Strict();

    [GeneratedRegex(@"\A(([^\s\.#]+\.)|\.)*([^\s\.#]+)?\z")]
    private static partial Regex LooseEmpty();

    [GeneratedRegex(@"\A(([0-9a-z_]+\.)|\.)*([0-9a-z_]+)?\z")]
    private static partial Regex StrictEmpty();
}
