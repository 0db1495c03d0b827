using WampRouter.Client;
using WampRouter.Tests.Doubles;

namespace WampRouter.Tests.Clients;

/// <summary>The answer of <c>wamp.subscription.get_events</c>, whatever of an event is left out.</summary>
[TestFixture(WampSerializer.Json)]
[TestFixture(WampSerializer.MessagePack)]
[TestFixture(WampSerializer.Cbor)]
internal sealed class StoredEventsTests(WampSerializer serializer)
{
    private const string Head = "\"timestamp\":\"2030-01-31T23:59:59.5Z\",\"publication\":7";

    private JoinedClient _joined = null!;

    [SetUp]
    public async Task JoinAsync() => _joined = await JoinedClient.JoinAsync(serializer);

    [TearDown]
    public async Task LeaveAsync() => await _joined.DisposeAsync();

    [TestCase("", 0, 0)]
    [TestCase(",\"args\":[1,2]", 2, 0)]
    [TestCase(",\"kwargs\":{\"a\":3}", 0, 1)]
    [TestCase(",\"args\":[1],\"kwargs\":{\"a\":3}", 1, 1)]
    [TestCase(",\"args\":[],\"kwargs\":{}", 0, 0)]
    public async Task GetEventsAsync_AnyArguments_AreThoseThatWerePublished(string arguments, int count, int named)
    {
        var stored = (await ReadAsync($"[{{{Head}{arguments}}}]")).Single();

        Assert.That((stored.Event.Topic, stored.Event.PublicationId, stored.Event.Arguments.Count), Is.EqualTo(("com.example.t", 7L, count)));
        Assert.That(stored.Time, Is.EqualTo(new DateTimeOffset(2030, 1, 31, 23, 59, 59, 500, TimeSpan.Zero)));
        Assert.That(Enumerable.Range(0, count).Select(stored.Event.Arguments.Get<int>), Is.EqualTo(Enumerable.Range(1, count)));
        Assert.That(stored.Event.Arguments.GetOr("a", 0), Is.EqualTo(named * 3));
    }

    [TestCase("2030-01-31T23:59:59.5", Description = "without a zone it is UTC, as everything a router says")]
    [TestCase("2030-02-01T00:59:59.5+01:00")]
    [TestCase("2030-01-31T23:59:59.500000Z")]
    public async Task GetEventsAsync_TimeWrittenInAnyWay_IsThatMoment(string time) =>
        Assert.That((await ReadAsync($$"""[{"timestamp":"{{time}}","publication":7}]""")).Single().Time, Is.EqualTo(new DateTimeOffset(2030, 1, 31, 23, 59, 59, 500, TimeSpan.Zero)));

    [TestCase("7", "it is no list")]
    [TestCase("""[{"publication":7}]""", "an event has no timestamp")]
    [TestCase("""[{"timestamp":"yesterday","publication":7}]""", "an event has no timestamp")]
    [TestCase("""[{"timestamp":7,"publication":7}]""", "an event has no timestamp")]
    [TestCase("""[{"timestamp":"2030-01-31T23:59:59Z"}]""", "an event has no publication")]
    [TestCase("""[{"timestamp":"2030-01-31T23:59:59Z","publication":"7"}]""", "an event has no publication")]
    public void GetEventsAsync_SomethingElse_SaysWhatIsWrong(string answer, string why)
    {
        var error = Assert.CatchAsync<WampException>(() => ReadAsync(answer))!;

        Assert.That((error.ErrorUri, error.Message), Is.EqualTo((WampErrorUri.InvalidArgument, $"The router's event history cannot be read: {why}.")));
    }

    private async Task<IReadOnlyList<WampStoredEvent>> ReadAsync(string answer)
    {
        var reading = _joined.Client.GetEventsAsync("com.example.t");
        await _joined.Peer.AnswerAsync("[50,$,{},[501]]");
        await _joined.Peer.AnswerAsync($"[50,$,{{}},[{answer}]]");
        return await reading.Soon();
    }
}
