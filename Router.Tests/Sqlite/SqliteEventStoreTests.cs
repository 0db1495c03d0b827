using Microsoft.Extensions.Logging.Abstractions;
using WampRouter.Realms;
using WampRouter.Realms.History;
using WampRouter.Realms.Patterns;
using WampRouter.Realms.Settings;
using WampRouter.Sqlite;
using WampRouter.Storage;
using WampRouter.Tests.Conformance;
using WampRouter.Tests.Doubles;
using WampRouter.Tests.Realms.Broker;
using WampRouter.Tests.Storage;

namespace WampRouter.Tests.Sqlite;

/// <summary>What only a store on disk must do.</summary>
public sealed class SqliteEventStoreTests
{
    private static readonly HistorySettings Settings = new() { Uri = "com.", Match = MatchPolicy.Prefix, Limit = 100, Store = HistoryStore.Sqlite };

    private DataDirectory _directory = null!;

    [SetUp]
    public void SetUp() => _directory = new DataDirectory();

    [TearDown]
    public void TearDown() => _directory.Dispose();

    [Test]
    [Shows("history.persistent")]
    public async Task Open_AfterAnOrderlyEnd_ContinuesWithWhatWasThere()
    {
        using (var first = Histories())
        {
            var history = first.Open("realm1", Settings with { Limit = 3 });
            for (var i = 1UL; i <= 3; i++)
            {
                // Not awaited: closing writes what waits.
                history.TryAppend(new EventDraft(i).ToEvent(DateTimeOffset.UnixEpoch), receipt: null);
            }
        }

        using var second = Histories();
        var continued = second.Open("realm1", Settings with { Limit = 3 });
        await AppendAsync(continued, 4);

        Assert.That(await IdsAsync(continued), Is.EqualTo(new ulong[] { 2, 3, 4 }));
    }

    [Test]
    public async Task Open_AfterARestart_StillCountsTheBytesThatWereThere()
    {
        const int SizeOfEvent = 269;
        var settings = Settings with { MaxBytes = 4 * SizeOfEvent };
        foreach (var first in new ulong[] { 1, 4, 7 })
        {
            using var run = Histories();
            var history = run.Open("realm1", settings);
            await AppendAsync(run.Open("other", settings), 1_000);      // another history's bytes are its own
            for (var i = first; i < first + 3; i++)
            {
                await AppendAsync(history, i);
            }

            Assert.That(await IdsAsync(history), Is.EqualTo(new[] { first - 1, first, first + 1, first + 2 }.Where(id => id > 0)));
        }

        using var smaller = Histories();
        var rest = smaller.Open("realm1", settings with { MaxBytes = 2 * SizeOfEvent });
        await AppendAsync(rest, 10);
        Assert.That(await IdsAsync(rest), Is.EqualTo(new ulong[] { 9, 10 }), "and a smaller bound holds from the next event on");
    }

    [Test]
    [Shows("history.persistent")]
    public async Task TryAppend_AcknowledgedAndThenTheProcessIsKilled_NothingIsLost()
    {
        using var killed = Histories();
        var history = killed.Open("realm1", Settings);
        for (var i = 1UL; i <= 20; i++)
        {
            await AppendAsync(history, i);
        }

        // What a killed process leaves behind: the files as they are at this moment, never closed. Its lock ends with it.
        using var left = new DataDirectory();
        foreach (var file in Directory.GetFiles(_directory.Path).Where(file => !file.EndsWith(".lock", StringComparison.Ordinal)))
        {
            File.Copy(file, Path.Combine(left.Path, Path.GetFileName(file)));
        }

        using var restarted = new SqliteHistories(left.Path, TimeProvider.System, NullLogger<SqliteHistories>.Instance);
        Assert.That(await IdsAsync(restarted.Open("realm1", Settings)), Is.EqualTo(Enumerable.Range(1, 20).Select(i => (ulong)i)));
    }

    [Test]
    public async Task TryAppend_FromManyThreads_KeepsTheOrderOfEach()
    {
        using var histories = Histories();
        var history = histories.Open("realm1", Settings with { Limit = 10_000 });
        await Task.WhenAll(Enumerable.Range(0, 4).Select(thread => Task.Run(() =>
        {
            for (var i = 1; i <= 500; i++)
            {
                Assert.That(history.TryAppend(new EventDraft((ulong)((thread * 1_000) + i)).ToEvent(DateTimeOffset.UnixEpoch), receipt: null), Is.True);
            }
        }))).Soon();
        await AppendAsync(history, 9_999);

        var byThread = (await IdsAsync(history)).Where(id => id != 9_999).ToLookup(id => id / 1_000, id => id % 1_000);
        Assert.That(byThread, Has.Count.EqualTo(4));
        Assert.That(byThread, Is.All.EqualTo(Enumerable.Range(1, 500).Select(i => (ulong)i)));
    }

    [Test]
    public async Task Publish_DurableTopic_IsAcknowledgedByTheStoreAndFoundAfterwards()
    {
        using var histories = Histories();
        var realm = new Realm(TestRouter.OpenRealm with { History = [Settings] }, histories: new EventHistories(TimeProvider.System, histories));
        var publisher = new BrokerMember(realm);
        var answered = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        publisher.Peer.BeforeNext = _ => answered.SetResult();

        publisher.Publish("com.a", "kept", """{"acknowledge":true}""");
        await answered.Task.Soon();

        var query = new EventHistoryQuery();
        Assert.That(realm.Broker.FindHistory(publisher.Member, realm.RoleOf(publisher.Member), 1, query, out var history), Is.Null);
        Assert.That((await history!.ReadAllAsync(query)).Events.Select(stored => System.Text.Encoding.UTF8.GetString(stored.Arguments)), Is.EqualTo(new[] { "[\"kept\"]" }));
    }

    [Test]
    public void Open_FileIsNoDatabase_SaysWhichFileAndWhy()
    {
        File.WriteAllText(Path.Combine(_directory.Path, "history.db"), "this is no database, and long enough not to be taken for an empty one");
        using var histories = Histories();

        Assert.That(() => histories.Open("realm1", Settings), Throws.TypeOf<EventHistoryException>().With.Message.Contains("history.db' cannot be opened").And.InnerException.Message.Contains("not a database"));
    }

    [Test]
    public void Open_DirectoryIsMissing_IsMade()
    {
        using var histories = new SqliteHistories(Path.Combine(_directory.Path, "new", "deep"), TimeProvider.System, NullLogger<SqliteHistories>.Instance);

        Assert.That(() => histories.Open("realm1", Settings), Throws.Nothing);
    }

    [Test]
    public async Task Dispose_TheLastHistory_ClosesTheFileForAnotherRouter()
    {
        using var histories = Histories();
        var (one, other) = (histories.Open("realm1", Settings), histories.Open("realm2", Settings));
        await AppendAsync(one, 1);
        one.Dispose();
        Assert.That(HistoryLock.FindOwner(_directory.Path), Is.Not.Null, "the other one needs it");

        other.Dispose();

        Assert.That(HistoryLock.FindOwner(_directory.Path), Is.Null);
        Assert.That(await IdsAsync(histories.Open("realm1", Settings)), Is.EqualTo(new ulong[] { 1 }));
    }

    [Test]
    public async Task Open_HistoryThatWentWhileTheFileIsOpen_GoesOnWithItsEventsAndItsCount()
    {
        using var histories = Histories();
        histories.Open("other", Settings);
        var settings = Settings with { Limit = 3 };
        var former = histories.Open("realm1", settings);
        await AppendAsync(former, 1);
        former.TryAppend(new EventDraft(2).ToEvent(DateTimeOffset.UnixEpoch), receipt: null);       // waits for the disk
        former.Dispose();

        var again = histories.Open("realm1", settings);
        await AppendAsync(again, 3);
        await AppendAsync(again, 4);

        Assert.That(await IdsAsync(again), Is.EqualTo(new ulong[] { 2, 3, 4 }));
    }

    [Test]
    public async Task Open_AgainAfterAnInspection_CountsWhatHasComeSince()
    {
        using (var first = Histories())
        {
            await AppendAsync(first.Open("realm1", Settings), 1);
        }

        var inspected = new InspectedHistories();
        HistoryFile.FindProblem(_directory.Path, [("realm1", Settings)], inspected);
        using var histories = new SqliteHistories(_directory.Path, TimeProvider.System, NullLogger<SqliteHistories>.Instance, inspected);
        var settings = Settings with { Limit = 2 };
        var former = histories.Open("realm1", settings);
        await AppendAsync(former, 2);
        former.Dispose();       // and the file with it

        var again = histories.Open("realm1", settings);
        await AppendAsync(again, 3);

        Assert.That(await IdsAsync(again), Is.EqualTo(new ulong[] { 2, 3 }));
    }

    [Test]
    public async Task Apply_OtherBounds_HoldFromTheNextEventOn()
    {
        using var histories = Histories();
        var history = histories.Open("realm1", Settings);
        for (var i = 1UL; i <= 5; i++)
        {
            await AppendAsync(history, i);
        }

        history.Apply(Settings with { Limit = 2 });
        await AppendAsync(history, 6);

        Assert.That(await IdsAsync(history), Is.EqualTo(new ulong[] { 5, 6 }));
    }

    private SqliteHistories Histories() => new(_directory.Path, TimeProvider.System, NullLogger<SqliteHistories>.Instance);

    private static async Task AppendAsync(IEventHistory history, ulong publication)
    {
        var receipt = new TestReceipt();
        Assert.That(history.TryAppend(new EventDraft(publication).ToEvent(DateTimeOffset.UnixEpoch), receipt), Is.True);
        Assert.That(await receipt.Task, Is.True);
    }

    private static async Task<IEnumerable<ulong>> IdsAsync(IEventHistory history) =>
        (await history.ReadAllAsync(new EventHistoryQuery())).Events.Select(stored => stored.Publication);
}
