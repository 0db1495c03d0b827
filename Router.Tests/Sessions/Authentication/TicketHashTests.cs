using System.Text;
using WampRouter.Sessions.Authentication;

namespace WampRouter.Tests.Sessions.Authentication;

public sealed class TicketHashTests
{
    // From an independent implementation: Python's hashlib.
    private const string Sha256OfLetMeIn = "sha256:HIv+j4AdeXRcRjHQn/82yCqjf8TM5PyUZoPXsza2MDI=";
    private const string Pbkdf2OfPassword = "pbkdf2-sha256:600000:c2FsdHNhbHRzYWx0c2FsdA==:MlfPduVqnMTjr6Vhw/1NqmlSth6RxONllVEhBCz7lKI=";

    private static readonly string Zero32 = Convert.ToBase64String(new byte[32]);
    private static readonly string Zero16 = Convert.ToBase64String(new byte[16]);

    [TestCase("letmein", true)]
    [TestCase("letmeIn", false)]
    [TestCase("", false)]
    public void Matches_Sha256_OnlyItsTicket(string ticket, bool expected) =>
        Assert.That(Parse(Sha256OfLetMeIn).Matches(Encoding.UTF8.GetBytes(ticket)), Is.EqualTo(expected));

    [TestCase("password", true)]
    [TestCase("passwore", false)]
    public void Matches_Pbkdf2_OnlyItsTicket(string ticket, bool expected) =>
        Assert.That(Parse(Pbkdf2OfPassword).Matches(Encoding.UTF8.GetBytes(ticket)), Is.EqualTo(expected));

    [Test]
    public void Iterations_TellStretchedHashesApart()
    {
        Assert.That(Parse(Sha256OfLetMeIn).Iterations, Is.Zero);
        Assert.That(Parse(Pbkdf2OfPassword).Iterations, Is.GreaterThanOrEqualTo(TicketHash.MinimumIterations));
    }

    [Test]
    public void Generate_TicketAndHash_BelongTogetherAfterARoundTrip()
    {
        var (ticket, hash) = TicketHash.Generate();

        Assert.That(ticket, Has.Length.EqualTo(64));
        Assert.That(hash.Iterations, Is.Zero);
        Assert.That(Parse(hash.ToString()).Matches(Encoding.UTF8.GetBytes(ticket)), Is.True);
    }

    [Test]
    public void Generate_Twice_IsNeverTheSame()
    {
        string[] tickets = [TicketHash.Generate().Ticket, TicketHash.Generate().Ticket];

        Assert.That(tickets, Is.Unique);
    }

    [Test]
    public void Equals_TheSameText_AndNoOther()
    {
        string[] texts = [Sha256OfLetMeIn, $"sha256:{Zero32}", Pbkdf2OfPassword, Pbkdf2OfPassword.Replace("600000", "600001"), Pbkdf2OfPassword.Replace("c2Fsd", "c2Fse"), $"pbkdf2-sha256:600000:c2FsdHNhbHRzYWx0c2FsdA==:{Sha256OfLetMeIn[7..]}"];

        Assert.That(texts.SelectMany(one => texts.Where(other => Parse(one).Equals(Parse(other)) != (one == other))), Is.Empty);
        Assert.That(texts.Select(Parse).ToHashSet().SetEquals(texts.Select(Parse)), Is.True, "equal ones have the same hash code");
        Assert.That(Parse(Sha256OfLetMeIn), Is.EqualTo(TicketHash.OfGenerated("letmein")));
    }

    [Test]
    public void OfChosen_RoundTrip_MatchesItsTicketAlone()
    {
        var hash = Parse(TicketHash.OfChosen("pässword€").ToString());

        Assert.That(hash.Matches("pässword€"u8), Is.True);
        Assert.That(hash.Matches("passwort"u8), Is.False);
    }

    [Test]
    public void OfChosen_SameTicketTwice_IsSaltedApart()
    {
        string[] entries = [TicketHash.OfChosen("a", 1).ToString(), TicketHash.OfChosen("a", 1).ToString()];

        Assert.That(entries, Is.Unique);
    }

    [TestCase(Sha256OfLetMeIn)]
    [TestCase(Pbkdf2OfPassword)]
    public void ToString_WhatWasParsed_IsTheSameText(string text) => Assert.That(Parse(text).ToString(), Is.EqualTo(text));

    private static IEnumerable<TestCaseData> Refused()
    {
        const string Iterations = "iterations must be between 600000 and 10000000";
        const string ClearText = "not a ticket hash; make one with 'hash-ticket' (a ticket in clear text is refused on purpose)";
        const string Sha256 = "must be sha256:HASH, with a hash of 32 bytes in Base64; was it cut when copied?";
        const string Pbkdf2 = "must be pbkdf2-sha256:ITERATIONS:SALT:HASH, with a salt of at least 16 bytes and a hash of 32 bytes in Base64; was it cut when copied?";
        yield return Case("ClearText", "letmein", ClearText);
        yield return Case("Empty", "", ClearText);
        yield return Case("OtherAlgorithm", $"md5:{Zero16}", ClearText);
        yield return Case("UpperCase", $"SHA256:{Zero32}", ClearText);
        yield return Case("Sha256_Cut", $"sha256:{Zero32[..40]}", Sha256);
        yield return Case("Sha256_NoBase64", "sha256:letmein!", Sha256);
        yield return Case("Sha256_Space", $"sha256: {Zero32}", Sha256);
        yield return Case("Sha256_StrayBits", $"sha256:{Zero32[..42]}B=", Sha256);
        yield return Case("Sha256_OnePartTooMany", $"sha256:{Zero32}:", Sha256);
        yield return Case("Pbkdf2_NoSalt", $"pbkdf2-sha256:600000:{Zero32}", Pbkdf2);
        yield return Case("Pbkdf2_ShortSalt", $"pbkdf2-sha256:600000:AAAA:{Zero32}", Pbkdf2);
        yield return Case("Pbkdf2_CutHash", $"pbkdf2-sha256:600000:{Zero16}:AAAA", Pbkdf2);
        yield return Case("Pbkdf2_NegativeIterations", $"pbkdf2-sha256:-600000:{Zero16}:{Zero32}", Pbkdf2);
        yield return Case("Pbkdf2_TooFewIterations", $"pbkdf2-sha256:599999:{Zero16}:{Zero32}", Iterations);
        yield return Case("Pbkdf2_TooManyIterations", $"pbkdf2-sha256:10000001:{Zero16}:{Zero32}", Iterations);

        static TestCaseData Case(string name, string text, string problem) => new TestCaseData(text, problem).SetName("{m}_" + name);
    }

    [TestCaseSource(nameof(Refused))]
    public void TryParse_NoTicketHash_SaysWhatWouldBeRight(string text, string expected)
    {
        Assert.That(TicketHash.TryParse(text, out var hash, out var problem), Is.False);
        Assert.That(hash, Is.Null);
        Assert.That(problem, Is.EqualTo(expected));
    }

    private static TicketHash Parse(string text) =>
        TicketHash.TryParse(text, out var hash, out var problem) ? hash : throw new AssertionException(problem);
}
