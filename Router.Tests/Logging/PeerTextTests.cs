using WampRouter.Logging;
using WampRouter.Tests.Doubles;

namespace WampRouter.Tests.Logging;

/// <summary>What a peer wrote reaches the log as text, and as little of it as a glance takes.</summary>
public sealed class PeerTextTests
{
    [TestCase("plain")]
    [TestCase("Grüße, 世界 🙂")]
    [TestCase(@"C:\path 'quoted' {braces}")]
    public void Show_Text_IsTheSameInstance(string text) => Assert.That(PeerText.Show(text), Is.SameAs(text));

    [TestCase("a\u001b[2Jb", @"a\u001b[2Jb")]
    [TestCase("a\r\nb\tc", @"a\u000d\u000ab\u0009c")]
    [TestCase("a\u007fb\u009bc", @"a\u007fb\u009bc")]
    [TestCase("a\u202eb\u2066c\u200fd\u200be", @"a\u202eb\u2066c\u200fd\u200be")]
    [TestCase("a\u2028b\u2029c", @"a\u2028b\u2029c")]
    [TestCase("a\U000e0041b", @"a\ue0041b")]
    public void Show_WhatATerminalObeys_IsShownEscaped(string text, string shown) => Assert.That(PeerText.Show(text), Is.EqualTo(shown));

    [Test]
    public void Show_LoneSurrogate_BecomesTheReplacementCharacter() => Assert.That(PeerText.Show("a" + '\ud83d' + "\u0007"), Is.EqualTo("a\ufffd\\u0007"));

    [Test]
    public void Show_LongText_IsCutAndItsLengthTold() =>
        Assert.That(PeerText.Show(new string('x', 1_000_000)), Is.EqualTo($"{new string('x', 200)}… (1,000,000 characters)"));

    [Test]
    public void Show_TwoHundredCharacters_AreWholeAndOneMoreIsCut()
    {
        var whole = new string('x', 200);

        Assert.That(PeerText.Show(whole), Is.SameAs(whole));
        Assert.That(PeerText.Show(whole + "y"), Is.EqualTo(whole + "… (201 characters)"));
    }

    [Test]
    public void Show_LongTextThatATerminalObeys_IsCutAndEscaped() =>
        Assert.That(PeerText.Show("\u001b" + new string('x', 1_000)), Is.EqualTo($@"\u001b{new string('x', 199)}… (1,001 characters)"));

    [Test]
    public void Show_LongText_CostsNoMemoryForWhatIsLeftOut()
    {
        var text = new string('x', 1_000_000);

        Assert.That(AllocatedBytes.LeastOf(() => PeerText.Show(text)), Is.LessThan(2_000));
    }
}
