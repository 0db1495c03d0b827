using WampRouter.Client;

namespace WampRouter.Tests.Clients;

/// <summary>What the client's types are as text, where somebody logs them.</summary>
internal sealed class LoggedTextTests
{
    private static IEnumerable<TestCaseData> Payloads()
    {
        yield return new TestCaseData(new WampPayload(), "[[]]").SetArgDisplayNames("none");
        yield return new TestCaseData(WampPayload.Create([1, "two \"quoted\"\n", null, true, 2.5, 1.5m]), """[[1,"two \"quoted\"\n",null,true,2.5,1.5]]""").SetArgDisplayNames("positional");
        yield return new TestCaseData(new WampPayload { 1, { "currency", "EUR" }, { "count", 2 } }, """[[1],{"currency":"EUR","count":2}]""").SetArgDisplayNames("named");
        yield return new TestCaseData(WampPayload.Create([TimeSpan.FromMinutes(90), new Uri("ws://a/b"), DayOfWeek.Friday]), """[["01:30:00","ws://a/b","Friday"]]""").SetArgDisplayNames("written as text");
        yield return new TestCaseData(WampPayload.Create([new byte[3], new Account("anna", "s3cret"), new[] { 1 }]), "[[<3 bytes>,<Account>,<Int32[]>]]").SetArgDisplayNames("objects");
        yield return new TestCaseData(WampPayload.FromArguments(WampModelFactory.Arguments([1, "two"])), """[[1,"two"]]""").SetArgDisplayNames("received");
        yield return new TestCaseData(WampPayload.Create(["cut \ud800"]), """[["cut \uFFFD"]]""").SetArgDisplayNames("half a character");
    }

    [TestCaseSource(nameof(Payloads))]
    public void ToString_Payload_ShowsTheArguments(WampPayload payload, string expected) => Assert.That(payload.ToString(), Is.EqualTo(expected));

    [Test]
    public void ToString_MuchOfIt_ShowsTheBeginning()
    {
        WampPayload many = [.. Enumerable.Repeat<object?>("\U0001F600 long", 5000)];
        WampPayload large = [new string('x', 100_000)];

        Assert.That(many.ToString(), Has.Length.LessThan(1100).And.EndsWith(" characters)"));
        Assert.That(large.ToString(), Has.Length.LessThan(250).And.EndsWith("x…\"]]"));
        Assert.That(WampModelFactory.Arguments(large).ToString(), Has.Length.LessThan(1100).And.EndsWith("… (100006 characters)"));
    }

    [Test]
    public void ToString_AnswerToAChallenge_KeepsTheTicketSecret() =>
        Assert.That($"{new WampChallengeResponse("s3cret") { Extra = new Dictionary<string, object?> { ["key"] = "s3cret" } }}", Does.Not.Contain("s3cret"));

    [Test]
    public void ToString_EventArguments_AreOneLine()
    {
        var failure = new WampException("com.example.error", "it broke", new InvalidOperationException("inside"));

        Assert.That(new WampBackgroundErrorEventArgs(WampBackgroundErrorKind.EventHandlerFailed, "com.example.t", failure).ToString(), Is.EqualTo("EventHandlerFailed at com.example.t: it broke"));
        Assert.That(new WampStateChangedEventArgs(WampClientState.Connected, WampClientState.Reconnecting, failure).ToString(), Is.EqualTo("Connected → Reconnecting: it broke"));
        Assert.That(new WampStateChangedEventArgs(WampClientState.Connecting, WampClientState.Connected, null).ToString(), Is.EqualTo("Connecting → Connected"));
    }

    [Test]
    public void ToString_EventAndKeys_SayWhatTheyAre()
    {
        Assert.That(WampModelFactory.Event("com.example.t", [21.5]).ToString(), Is.EqualTo("com.example.t [[21.5]]"));
        Assert.That(WampModelFactory.Invocation("com.example.add", [2, 3]).ToString(), Is.EqualTo("com.example.add [[2,3]]"));
        Assert.That($"{WampShardKey.FromString("anna")} {WampShardKey.FromInt64(7)}", Is.EqualTo("anna 7"));
    }

    private sealed record Account(string Name, string Password);
}
