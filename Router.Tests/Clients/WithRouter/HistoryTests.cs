using WampRouter.Client;
using WampRouter.Tests.Doubles;

namespace WampRouter.Tests.Clients.WithRouter;

[TestFixtureSource(typeof(RouterFixture), nameof(Everywhere))]
internal sealed class HistoryTests(Way way, WampSerializer serializer) : RouterFixture(way, serializer)
{
    private readonly List<long> _published = [];
    private WampClient _publisher = null!;
    private WampClient _reader = null!;

    [SetUp]
    public async Task PublishAsync()
    {
        (_publisher, _reader) = (await JoinAsync(), await JoinAsync());
        _published.Clear();
        for (var i = 0; i < 4; i++)
        {
            _published.Add(await _publisher.PublishAcknowledgedAsync(RunningRouter.HistoryTopic, [i]).Soon());
        }
    }

    [Test]
    public async Task GetEventsAsync_NoQuery_HasThemAllWithEverythingTheyCarry()
    {
        var passthru = new WampPassthru("x_mine") { KeyId = "k1" };
        await _publisher.PublishAcknowledgedAsync(RunningRouter.HistoryTopic, new WampPayload { "x", { "unit", "C" } }, new WampPublishOptions { DiscloseMe = true }).Soon();
        await _publisher.PublishAcknowledgedAsync(RunningRouter.HistoryTopic, new WampPayload { { "only", "named" } }).Soon();
        await _publisher.PublishAcknowledgedAsync(RunningRouter.HistoryTopic, new WampPayload { new byte[] { 1, 2 } }.WithPassthru(passthru)).Soon();
        await _publisher.PublishAcknowledgedAsync(RunningRouter.HistoryTopic).Soon();

        var events = await _reader.GetEventsAsync(RunningRouter.HistoryTopic).Soon();

        Assert.That(events, Has.Count.EqualTo(8));
        Assert.That(events.Take(4).Select(e => e.Event.PublicationId), Is.EqualTo(_published));
        Assert.That(events.Take(4).Select(e => e.Event.Arguments.Get<int>(0)), Is.EqualTo(Enumerable.Range(0, 4)));
        Assert.That(events[0].Time, Is.EqualTo(TimeProvider.System.GetUtcNow()).Within(TimeSpan.FromMinutes(1)));
        Assert.That(events[0].Event.Topic, Is.EqualTo(RunningRouter.HistoryTopic));
        Assert.That((events[4].Event.Arguments.Get<string>(0), events[4].Event.Arguments.Get<string>("unit")), Is.EqualTo(("x", "C")));
        Assert.That(events[4].Event.Publisher.SessionId, Is.EqualTo(_publisher.Session!.Id));
        Assert.That((events[5].Event.Arguments.Count, events[5].Event.Arguments.Get<string>("only")), Is.EqualTo((0, "named")));
        Assert.That(events[6].Event.Arguments.Passthru, Is.EqualTo(passthru));
        Assert.That(events[6].Event.Arguments.Get<byte[]>(0), Is.EqualTo(new byte[] { 1, 2 }));
        Assert.That(events[7].Event.Arguments.Count, Is.Zero);
    }

    [Test]
    public async Task GetEventsAsync_Conditions_AreMet()
    {
        var times = (await _reader.GetEventsAsync(RunningRouter.HistoryTopic).Soon()).Select(e => e.Time).ToArray();

        Assert.That(await ReadAsync(new() { Reverse = true, Limit = 2 }), Is.EqualTo(new[] { 3, 2 }));
        Assert.That(await ReadAsync(new() { FromPublication = _published[2] }), Is.EqualTo(new[] { 2, 3 }));
        Assert.That(await ReadAsync(new() { AfterPublication = _published[2] }), Is.EqualTo(new[] { 3 }));
        Assert.That(await ReadAsync(new() { BeforePublication = _published[1] }), Is.EqualTo(new[] { 0 }));
        Assert.That(await ReadAsync(new() { UntilPublication = _published[1] }), Is.EqualTo(new[] { 0, 1 }));
        Assert.That(await ReadAsync(new() { FromTime = times[0], UntilTime = times[3] }), Is.EqualTo(new[] { 0, 1, 2, 3 }));
        Assert.That(await ReadAsync(new() { AfterTime = times[3] }), Is.Empty);
        Assert.That(await ReadAsync(new() { BeforeTime = times[0] }), Is.Empty);
        Assert.That(await ReadAsync(new() { Topic = "com.example.other" }), Is.Empty);
    }

    [TestCase(false)]
    [TestCase(true)]
    public async Task GetEventsAsync_MoreThanOneResultHolds_HasThemAll(bool reverse)
    {
        for (var i = 4; i < 8; i++)
        {
            await _publisher.PublishAcknowledgedAsync(RunningRouter.HistoryTopic, [i, new string('x', 600_000)]).Soon();
        }

        Assert.That(await ReadAsync(new() { Reverse = reverse }), Is.EqualTo(reverse ? Enumerable.Range(0, 8).Reverse() : Enumerable.Range(0, 8)));
        Assert.That(await ReadAsync(new() { Reverse = reverse, Limit = 6 }), Is.EqualTo(reverse ? Enumerable.Range(2, 6).Reverse() : Enumerable.Range(0, 6)));
    }

    [Test]
    public async Task GetEventsAsync_Pattern_NamesTheTopics()
    {
        await _publisher.PublishAcknowledgedAsync(RunningRouter.HistoryPrefix + "a", [1]).Soon();
        await _publisher.PublishAcknowledgedAsync(RunningRouter.HistoryPrefix + "b", [2]).Soon();

        var events = await _reader.GetEventsAsync(RunningRouter.HistoryPrefix, new WampHistoryQuery { Match = WampMatch.Prefix }).Soon();
        var ofOne = await _reader.GetEventsAsync(RunningRouter.HistoryPrefix, new WampHistoryQuery { Match = WampMatch.Prefix, Topic = RunningRouter.HistoryPrefix + "b" }).Soon();

        Assert.That(events.Select(e => e.Event.Topic), Is.EqualTo(new[] { RunningRouter.HistoryPrefix + "a", RunningRouter.HistoryPrefix + "b" }));
        Assert.That(ofOne.Select(e => e.Event.Arguments.Get<int>(0)), Is.EqualTo(new[] { 2 }));
    }

    [Test]
    public async Task GetEventsAsync_TopicWithoutHistory_HasNone() =>
        Assert.That(await _reader.GetEventsAsync("com.example.forgotten").Soon(), Is.Empty);

    private async Task<IEnumerable<int>> ReadAsync(WampHistoryQuery query) =>
        (await _reader.GetEventsAsync(RunningRouter.HistoryTopic, query).Soon()).Select(e => e.Event.Arguments.Get<int>(0));
}
