using System.Text;
using WampRouter.Wire;

namespace WampRouter.Tests.Wire;

internal sealed class UriTextTests
{
    [TestCase("", false, "'' is no URI: it is empty")]
    [TestCase(" com.x", false, "' com.x' is no URI: it begins with a space")]
    [TestCase("com.x ", false, "'com.x ' is no URI: it ends with a space")]
    [TestCase("com.a b", false, "'com.a b' is no URI: it has a space")]
    [TestCase("com.a#b", false, "'com.a#b' is no URI: it has '#'")]
    [TestCase("com.a\nb", false, "'com.aU+000Ab' is no URI: it has a line break")]
    [TestCase("com.a\u00A0b", false, "'com.aU+00A0b' is no URI: it has whitespace (U+00A0)")]
    [TestCase(".com", false, "'.com' is no URI: it begins with a dot")]
    [TestCase("com.", false, "'com.' is no URI: it ends with a dot")]
    [TestCase("com..x", false, "'com..x' is no URI: it has an empty component: two dots in a row")]
    [TestCase("com.Shop", true, "'com.Shop' is no URI: it has an upper-case letter ('S')")]
    [TestCase("com.my-shop", true, "'com.my-shop' is no URI: it has '-'")]
    [TestCase("żółw", true, "'żółw' is no URI: it begins with 'ż'")]
    public void Explain_UriThatIsNone_SaysWhatIsWrong(string uri, bool strict, string text)
    {
        var utf8 = Encoding.UTF8.GetBytes(uri);

        Assert.That(WampUri.IsValid(utf8, strict), Is.False);
        Assert.That(UriText.Explain(utf8, strict), Is.EqualTo(text + (strict
            ? "; this realm's strict rule wants components of a-z, 0-9 and _, separated by single dots"
            : "; the loose rule wants components without whitespace and '#', separated by single dots")));
    }

    [TestCase("com..x", "'com..x' is no prefix of URIs: it has an empty component", false)]
    [TestCase("com.a b.", "'com.a b.' is no wildcard pattern: it has a space", true)]
    public void Explain_PatternThatIsNone_SaysWhatIsWrong(string pattern, string text, bool isWildcard) =>
        Assert.That(UriText.Explain(Encoding.UTF8.GetBytes(pattern), strict: false, isWildcard ? UriShape.Wildcard : UriShape.Prefix), Does.StartWith(text));

    [Test]
    public void Explain_UriThatIsTooLong_SaysHowLongItMayBeAndCutsIt()
    {
        var text = UriText.Explain(Encoding.UTF8.GetBytes(new string('x', 5_000)), strict: false);

        Assert.That(text, Does.StartWith($"'{new string('x', 80)}…' is no URI: it has 5000 bytes in UTF-8, and 1024 are the most"));
    }

    [Test]
    public void Explain_MalformedUtf8_SaysSo() => Assert.That(UriText.Explain([(byte)'a', 0xC3], strict: false), Does.Contain("it is not valid UTF-8"));

    [TestCase("com.example.*", "com.example.", UriShape.Prefix)]
    [TestCase("com.sensor*", "com.sensor", UriShape.Prefix)]
    [TestCase("*", "", UriShape.Prefix)]
    [TestCase("com.*.create", "com..create", UriShape.Wildcard)]
    [TestCase("com.*.*", "com..", UriShape.Wildcard)]
    public void WithoutAsterisk_SomebodyElsesWildcard_IsThePatternThatSaysIt(string uri, string pattern, UriShape shape) =>
        Assert.That(UriText.WithoutAsterisk(uri), Is.EqualTo((pattern, shape)));

    [TestCase("com.a*b.c")]
    [TestCase("com.example")]
    [TestCase("")]
    public void WithoutAsterisk_NothingThatIsClear_IsNothing(string uri) => Assert.That(UriText.WithoutAsterisk(uri), Is.Null);
}
