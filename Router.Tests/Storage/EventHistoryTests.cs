using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using WampRouter.Realms.Events;
using WampRouter.Realms.History;
using WampRouter.Realms.Peers;
using WampRouter.Realms.Settings;
using WampRouter.Sqlite;
using WampRouter.Storage;
using WampRouter.Tests.Conformance;
using WampRouter.Tests.Doubles;
using WampRouter.Wire;

namespace WampRouter.Tests.Storage;

/// <summary>rfc/text/advanced/pubsub_event_history.md: what every store must do, tried on each.</summary>
[TestFixture(nameof(HistoryStore.Memory))]
[TestFixture(nameof(HistoryStore.Sqlite))]
public sealed class EventHistoryTests(string store)
{
    private ManualTime _time = null!;
    private DataDirectory _directory = null!;
    private SqliteHistories _file = null!;
    private EventHistories _histories = null!;

    [SetUp]
    public void SetUp()
    {
        _time = new ManualTime();
        _directory = new DataDirectory();
        _file = new SqliteHistories(_directory.Path, _time, NullLogger<SqliteHistories>.Instance);
        _histories = new EventHistories(_time, _file);
    }

    [TearDown]
    public void TearDown()
    {
        _file.Dispose();
        _directory.Dispose();
    }

    [Test]
    public async Task ReadAsync_AnEvent_ComesBackAsItWas()
    {
        var history = Open();
        var stored = Event(1UL << 53) with { Arguments = "[1.0,\"é\"],{\"a\":1}"u8.ToArray(), Elements = 2, Receivers = Filter("""{"eligible_authid":["joe"],"exclude_authrole":[]}""") };
        _time.Advance(TimeSpan.FromTicks(1_234_567));
        await AppendAsync(history, stored.ToEvent(_time.GetUtcNow()));

        var read = (await ReadAllAsync(history, new EventHistoryQuery())).Single();

        Assert.Multiple(() =>
        {
            Assert.That(read.Publication, Is.EqualTo(1UL << 53));
            Assert.That(read.Time, Is.EqualTo(_time.GetUtcNow()));
            Assert.That(Encoding.UTF8.GetString(read.Topic), Is.EqualTo("com.topic"));
            Assert.That(read.Details, Is.EqualTo(new byte[] { 0x80 }));
            Assert.That(read.Format, Is.EqualTo(WireFormat.Json));
            Assert.That(Encoding.UTF8.GetString(read.Arguments), Is.EqualTo("[1.0,\"é\"],{\"a\":1}"));
            Assert.That(read.Elements, Is.EqualTo(2));
            Assert.That(read.Receivers!.AdmitsPrincipal(Somebody("joe")), Is.True);
            Assert.That(read.Receivers!.AdmitsPrincipal(Somebody("jim")), Is.False);
        });
    }

    // Events 1 to 6 are published one second apart, the first at second 1; odd ones to com.odd, even ones to com.even.
    [TestCase("{}", "123456")]
    [TestCase("""{"reverse":true}""", "654321")]
    [TestCase("""{"limit":2}""", "12")]
    [TestCase("""{"limit":2,"reverse":true}""", "65")]
    [TestCase("""{"limit":100}""", "123456")]
    [TestCase("""{"from_time":"1970-01-01T00:00:03Z"}""", "3456")]
    [TestCase("""{"from_time":"1970-01-01T02:00:03.000+02:00"}""", "3456")]
    [TestCase("""{"from_time":"1970-01-01t00:00:03.5z"}""", "456")]
    [TestCase("""{"from_time":"1970-01-01T00:00:03.000000000Z"}""", "3456", Description = "nanoseconds, as some clients have them")]
    [TestCase("""{"after_time":"1970-01-01T00:00:03.123456789+00:00"}""", "456")]
    [TestCase("""{"after_time":"1970-01-01T00:00:03Z"}""", "456")]
    [TestCase("""{"before_time":"1970-01-01T00:00:03Z"}""", "12")]
    [TestCase("""{"until_time":"1970-01-01T00:00:03Z"}""", "123")]
    [TestCase("""{"after_time":"1970-01-01T00:00:02Z","until_time":"1970-01-01T00:00:04Z"}""", "34")]
    [TestCase("""{"topic":"com.even"}""", "246")]
    [TestCase("""{"topic":"com"}""", "")]
    [TestCase("""{"from_publication":1003}""", "3456")]
    [TestCase("""{"after_publication":1003}""", "456")]
    [TestCase("""{"before_publication":1003}""", "12")]
    [TestCase("""{"until_publication":1003}""", "123")]
    [TestCase("""{"from_publication":1002,"before_publication":1005,"reverse":true}""", "432")]
    [TestCase("""{"after_publication":1005,"until_publication":1002}""", "")]
    [TestCase("""{"from_publication":4711}""", "", Description = "what is not in the history has no place in it")]
    [TestCase("""{"until_publication":4711}""", "")]
    [TestCase("""{"before_publication":4711}""", "")]
    [TestCase("""{"topic":"com.odd","after_publication":1001,"limit":1}""", "3")]
    [TestCase("""{"reverse":true,"before_publication":1006,"topic":"com.odd","limit":2}""", "53")]
    [TestCase("""{"limit":null,"unknown":7}""", "123456")]
    [Shows("history.reverse", "history.limit", "history.times", "history.topic", "history.publications", "history.all-hold", "history.nanoseconds")]
    public async Task ReadAsync_Conditions_AllHold(string conditions, string expected)
    {
        var history = Open();
        for (var i = 1; i <= 6; i++)
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            await AppendAsync(history, Event((ulong)(1000 + i)) with { Topic = i % 2 == 0 ? "com.even" : "com.odd" });
        }

        Assert.That(EventHistoryQuery.TryRead(new DictionaryReader(WireFormat.Json, Encoding.UTF8.GetBytes(conditions)), out var query, out var problem), Is.True, problem);

        Assert.That(string.Concat((await ReadAllAsync(history, query)).Select(stored => stored.Publication - 1000)), Is.EqualTo(expected));
    }

    [TestCase("from_publication")]
    [TestCase("after_publication")]
    [TestCase("before_publication")]
    [TestCase("until_publication")]
    [Shows("history.gone-publication")]
    public async Task ReadAsync_PublicationHasMadeRoomForNewerOnes_SaysWhichConditionNamesIt(string condition)
    {
        var history = Open(limit: 2);
        foreach (var publication in new ulong[] { 1, 2, 3 })
        {
            await AppendAsync(history, Event(publication));
        }

        EventHistoryQuery.TryRead(new DictionaryReader(WireFormat.Json, Encoding.UTF8.GetBytes($"{{\"{condition}\":1}}")), out var query, out _);
        var (reading, events) = await history.ReadAllAsync(query);

        Assert.That(reading.Unknown, Is.EqualTo(condition));
        Assert.That(events, Is.Empty);
    }

    [Test]
    public async Task Append_NamesOfReceivers_CountAsWhatTheyTake()
    {
        var history = Open(maxBytes: 20_000);
        var names = string.Join(',', Enumerable.Range(0, 3_000).Select(i => $"\"{i:D6}\""));
        await AppendAsync(history, new EventDraft(1) { Receivers = Filter($"{{\"eligible_authid\":[{names}]}}") });
        await AppendAsync(history, Event(2));

        Assert.That(await IdsAsync(history), Is.EqualTo(new ulong[] { 2 }), "the one with the long list had to go");
    }

    [Test]
    [Shows("history.publications")]
    public async Task ReadAsync_PublicationIdsInNoOrder_GoByTheOrderOfArrival()
    {
        var history = Open();
        foreach (var publication in new ulong[] { 900, 7, 500, 3 })
        {
            await AppendAsync(history, Event(publication));
        }

        Assert.That(await IdsAsync(history, new EventHistoryQuery { AfterPublication = 7 }), Is.EqualTo(new ulong[] { 500, 3 }));
    }

    [Test]
    public async Task ReadAsync_SomeAreNotForTheRequester_TheLimitCountsTheOthers()
    {
        var history = Open();
        for (var i = 1UL; i <= 6; i++)
        {
            await AppendAsync(history, Event(i) with { Topic = $"com.topic{i % 2}" });
        }

        Assert.That(await IdsAsync(history, new EventHistoryQuery { Limit = 2, Admits = (topic, _) => topic[^1] == (byte)'0' }), Is.EqualTo(new ulong[] { 2, 4 }));
    }

    // Each counts 269 bytes.
    [TestCase(false, 3 * 269, new ulong[] { 1, 2, 3 })]
    [TestCase(true, 3 * 269, new ulong[] { 6, 5, 4 })]
    [TestCase(false, (3 * 269) - 1, new ulong[] { 1, 2 })]
    [TestCase(false, 1, new ulong[] { 1 }, Description = "one is always given")]
    public async Task ReadAsync_MoreThanThePageHolds_EndsThereAndSaysSo(bool reverse, long maxBytes, ulong[] expected)
    {
        var history = Open();
        for (var i = 1UL; i <= 6; i++)
        {
            await AppendAsync(history, Event(i));
        }

        var (reading, events) = await history.ReadAllAsync(new EventHistoryQuery { Reverse = reverse }, new ListedPage(maxBytes));

        Assert.That(events.Select(stored => stored.Publication), Is.EqualTo(expected));
        Assert.That(reading.HasMore, Is.True);
    }

    [Test]
    public async Task ReadAsync_ThePageHoldsAllOrAllThatIsAskedFor_DoesNotSayThatThereIsMore()
    {
        var history = Open();
        for (var i = 1UL; i <= 6; i++)
        {
            await AppendAsync(history, Event(i));
        }

        Assert.That((await history.ReadAllAsync(new EventHistoryQuery(), new ListedPage(6 * 269))).Reading.HasMore, Is.False);
        Assert.That((await history.ReadAllAsync(new EventHistoryQuery { Limit = 3 }, new ListedPage(3 * 269))).Reading.HasMore, Is.False);
        Assert.That((await history.ReadAllAsync(new EventHistoryQuery { UntilPublication = 3 }, new ListedPage(3 * 269))).Reading.HasMore, Is.False);
    }

    [TestCase(false)]
    [TestCase(true)]
    public async Task ReadAsync_NothingIsWanted_LooksAtNoMoreThanATurnHasAndGoesOnThere(bool reverse)
    {
        const int Turns = 3;
        var history = Open(limit: 100_000, maxBytes: 100_000_000);
        for (var i = 1; i <= (Turns * HistoryReading.EventsPerTurn) - 1; i++)
        {
            history.TryAppend(Event((ulong)i).ToEvent(_time.GetUtcNow()), receipt: null);
        }

        await AppendAsync(history, Event(1_000_000) with { Topic = "com.last" });
        var page = new ListedPage();
        var reading = new HistoryReading(new EventHistoryQuery { Topic = reverse ? "com.none" : "com.last", Reverse = reverse }, page);
        for (var turn = 1; turn <= Turns; turn++)
        {
            Assert.That((reading.IsOver, page.Count), Is.EqualTo((false, 0)), $"turn {turn}");
            reading.BeginTurn();
            await history.ReadAsync(reading).Soon();
        }

        Assert.That((reading.IsOver, page.Count), Is.EqualTo((true, reverse ? 0 : 1)));
    }

    [Test]
    public async Task ReadAsync_EventsComeAndGoBetweenTurns_FindsWhatIsLeftOfThoseThatWereThere()
    {
        var history = Open(limit: HistoryReading.EventsPerTurn + 2);
        for (var i = 1; i <= HistoryReading.EventsPerTurn + 1; i++)
        {
            history.TryAppend(Event((ulong)i).ToEvent(_time.GetUtcNow()), receipt: null);
        }

        await AppendAsync(history, Event(1_000_000) with { Topic = "com.last" });
        var page = new ListedPage();
        var reading = new HistoryReading(new EventHistoryQuery { Topic = "com.last" }, page);
        await history.ReadAsync(reading).Soon();
        await AppendAsync(history, Event(1_000_001) with { Topic = "com.last" });
        reading.BeginTurn();
        await history.ReadAsync(reading).Soon();

        Assert.That((reading.IsOver, page.Events.Single().Publication), Is.EqualTo((true, 1_000_000UL)), "what came later is another reading's");
    }

    [Test]
    public async Task ReadAsync_NobodyWaitsForItAnyMore_LooksAtNothing()
    {
        var history = Open();
        await AppendAsync(history, Event(1));
        var page = new ListedPage();
        var reading = new HistoryReading(new EventHistoryQuery(), page);
        reading.Stop();

        await history.ReadAsync(reading).Soon();

        Assert.That(page.Count, Is.Zero);
    }

    [Test]
    [Shows("history.bounded")]
    public async Task TryAppend_MoreThanTheLimit_PushesOutTheOldest()
    {
        var history = Open(limit: 3);
        for (var i = 1UL; i <= 10; i++)
        {
            await AppendAsync(history, Event(i));
        }

        Assert.That(await IdsAsync(history), Is.EqualTo(new ulong[] { 8, 9, 10 }));
    }

    // An event of these counts 256 + 9 for its topic + 1 for its details + 3 for its arguments: 269 bytes.
    [TestCase(3 * 269, new ulong[] { 8, 9, 10 })]
    [TestCase((3 * 269) - 1, new ulong[] { 9, 10 })]
    [TestCase(1, new ulong[] { 10 }, Description = "the newest stays")]
    public async Task TryAppend_MoreBytesThanTheBound_PushesOutTheOldest(long maxBytes, ulong[] expected)
    {
        var history = Open(maxBytes: maxBytes);
        for (var i = 1UL; i <= 10; i++)
        {
            await AppendAsync(history, Event(i));
        }

        Assert.That(await IdsAsync(history), Is.EqualTo(expected));
    }

    [Test]
    public async Task TryAppend_AnEventLargerThanTheBound_LeavesNoneButItself()
    {
        var history = Open(maxBytes: 1_000);
        await AppendAsync(history, Event(1));
        await AppendAsync(history, Event(2) with { Arguments = new byte[5_000] });
        Assert.That(await IdsAsync(history), Is.EqualTo(new ulong[] { 2 }));

        await AppendAsync(history, Event(3));
        Assert.That(await IdsAsync(history), Is.EqualTo(new ulong[] { 3 }), "and it does not count any more");
        await AppendAsync(history, Event(4));
        await AppendAsync(history, Event(5));
        Assert.That(await IdsAsync(history), Is.EqualTo(new ulong[] { 3, 4, 5 }));
    }

    [Test]
    public async Task TryAppend_EventsTooOld_DoNotCountAsBytesAnyMore()
    {
        var history = Open(maxAge: TimeSpan.FromMinutes(1), maxBytes: 2 * 269);
        await AppendAsync(history, Event(1));
        await AppendAsync(history, Event(2));
        _time.Advance(TimeSpan.FromMinutes(2));
        await AppendAsync(history, Event(3));
        await AppendAsync(history, Event(4));

        Assert.That(await IdsAsync(history), Is.EqualTo(new ulong[] { 3, 4 }));
    }

    [Test]
    [Shows("history.bounded")]
    public async Task TryAppend_EventsTooOld_AreGone()
    {
        var history = Open(maxAge: TimeSpan.FromMinutes(1));
        await AppendAsync(history, Event(1));
        _time.Advance(TimeSpan.FromSeconds(40));
        await AppendAsync(history, Event(2));
        _time.Advance(TimeSpan.FromSeconds(40));

        Assert.That(await IdsAsync(history), Is.EqualTo(new ulong[] { 2 }), "even before the next event comes");
        await AppendAsync(history, Event(3));
        Assert.That(await IdsAsync(history), Is.EqualTo(new ulong[] { 2, 3 }));
    }

    [Test]
    public async Task Open_SeveralRealmsAndPatterns_KeepTheirEventsApart()
    {
        IEventHistory[] histories = [Open(), Open("other"), Open(uri: "com.other"), Open(match: WampRouter.Realms.Patterns.MatchPolicy.Prefix)];
        for (var i = 0; i < histories.Length; i++)
        {
            await AppendAsync(histories[i], Event((ulong)i + 1));
        }

        for (var i = 0; i < histories.Length; i++)
        {
            Assert.That(await IdsAsync(histories[i]), Is.EqualTo(new[] { (ulong)i + 1 }));
        }
    }

    [TestCase("""{"reverse":1}""")]
    [TestCase("""{"limit":0}""")]
    [TestCase("""{"limit":-1}""")]
    [TestCase("""{"limit":1.5}""")]
    [TestCase("""{"topic":1}""")]
    [TestCase("""{"topic":"*"}""", Description = "longer than any topic")]
    [TestCase("""{"from_time":"yesterday"}""")]
    [TestCase("""{"until_time":5}""")]
    [TestCase("""{"from_publication":0}""")]
    [TestCase("""{"after_publication":"1"}""")]
    [Shows("history.wrong-arguments")]
    public void TryRead_WrongCondition_SaysWhatIsWrong(string conditions)
    {
        conditions = conditions.Replace("*", new string('x', 1_025), StringComparison.Ordinal);
        var isRead = EventHistoryQuery.TryRead(new DictionaryReader(WireFormat.Json, Encoding.UTF8.GetBytes(conditions)), out _, out var problem);

        Assert.That(isRead, Is.False);
        Assert.That(problem, Does.Contain("must be"));
    }

    private IEventHistory Open(
        string realm = "realm1", string uri = "com.topic", WampRouter.Realms.Patterns.MatchPolicy match = default, int limit = 100, TimeSpan? maxAge = null, long maxBytes = 1_000_000) =>
        _histories.Open(realm, new HistorySettings { Uri = uri, Match = match, Limit = limit, MaxAge = maxAge, MaxBytes = maxBytes, Store = Enum.Parse<HistoryStore>(store) });

    private Task AppendAsync(IEventHistory history, EventDraft draft) => AppendAsync(history, draft.ToEvent(_time.GetUtcNow()));

    private static async Task AppendAsync(IEventHistory history, StoredEvent stored)
    {
        var receipt = new TestReceipt();
        Assert.That(history.TryAppend(stored, receipt), Is.True);
        Assert.That(await receipt.Task, Is.True);
    }

    private static async Task<IReadOnlyList<StoredEvent>> ReadAllAsync(IEventHistory history, EventHistoryQuery query) =>
        (await history.ReadAllAsync(query)).Events;

    private static async Task<IEnumerable<ulong>> IdsAsync(IEventHistory history, EventHistoryQuery? query = null) =>
        (await ReadAllAsync(history, query ?? new EventHistoryQuery())).Select(stored => stored.Publication);

    private static EventDraft Event(ulong publication) => new(publication);

    private static ReceiverFilter Filter(string options)
    {
        var filter = new ReceiverFilter();
        var reader = new DictionaryReader(WireFormat.Json, Encoding.UTF8.GetBytes(options));
        while (reader.TryReadNext(out var key, out var value))
        {
            Assert.That(filter.Take(key, value), Is.Null);
        }

        return filter;
    }

    private static MemberIdentity Somebody(string authId) => new(1, authId, "role", "test", "test");
}
