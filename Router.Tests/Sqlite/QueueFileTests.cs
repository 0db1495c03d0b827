using System.Globalization;
using Microsoft.Data.Sqlite;
using WampRouter.Sqlite;
using WampRouter.Storage;
using WampRouter.Tests.Doubles;
using WampRouter.Tests.Storage;

namespace WampRouter.Tests.Sqlite;

/// <summary>The file of the queues: who may have it, what is in it after an end of any kind, and what happens when the disk takes nothing.</summary>
public sealed class QueueFileTests
{
    private const int NotWritten = 1503;
    private const int WrittenAgain = 1504;
    private const int Lost = 1505;

    private static readonly QueueBounds Bounds = new(MaxEvents: 100_000, MaxBytes: 1L << 40, MaxDeadLetters: 10);

    private readonly ManualTime _time = new();
    private DataDirectory _directory = null!;
    private LogRecorder<SqliteDeliveryQueues> _log = null!;
    private SqliteConnection _connection = null!;

    private string FilePath => Path.Combine(_directory.Path, "webhooks.db");

    [SetUp]
    public void SetUp() => (_directory, _log) = (new DataDirectory(), new LogRecorder<SqliteDeliveryQueues>());

    [TearDown]
    public void TearDown() => _directory.Dispose();

    [Test]
    public async Task Open_AfterAnOrderlyEnd_HasWhatWaitedAndDeadLetters()
    {
        using (var first = Queues())
        {
            var queue = first.Open("shop", "sales", Bounds);
            await AddAsync(queue, "a", "b", "c");
            queue.Bury(queue.Read(0)[0], _time.GetUtcNow(), 3, "why");
        }

        using var second = Queues();
        var again = second.Open("shop", "sales", Bounds);

        Assert.That(again.Read(0).Select(delivery => delivery.Id), Is.EqualTo(new[] { "b", "c" }));
        Assert.That(again.ReadDeadLetters(10).Single(), Is.EqualTo(new DeadLetter("a", _time.GetUtcNow(), _time.GetUtcNow(), 3, "why", 3)));
        Assert.That(again.Volume, Is.EqualTo(new QueueVolume(2, 2 * (3 + QueueBounds.OverheadBytes), 1)));
        Assert.That(second.Open("other", "sales", Bounds).Volume, Is.EqualTo(default(QueueVolume)), "another realm's");
    }

    [Test]
    public void Open_FileOfAnotherRouter_IsRefusedAndNamesIt()
    {
        using var first = Queues();
        first.Open("shop", "sales", Bounds);
        using var second = Queues();

        Assert.That(() => second.Open("shop", "sales", Bounds), Throws.TypeOf<EventHistoryException>().With.Message.Contains("webhooks.db' cannot be opened: it is in use by another router"));
    }

    [Test]
    public void Open_BesideHistories_DisturbsNobody()
    {
        using var histories = new SqliteHistories(_directory.Path, _time, Microsoft.Extensions.Logging.Abstractions.NullLogger<SqliteHistories>.Instance);
        histories.Open("shop", new WampRouter.Realms.Settings.HistorySettings { Uri = "com.a" });
        using var queues = Queues();

        Assert.That(() => queues.Open("shop", "sales", Bounds), Throws.Nothing);
    }

    [Test]
    public void Open_FileOfAnotherVersionOrKind_IsRefusedAndLeftAsItIs()
    {
        File.WriteAllText(FilePath, new string('x', 5_000));
        using var queues = Queues();

        Assert.That(() => queues.Open("shop", "sales", Bounds), Throws.TypeOf<EventHistoryException>());
        Assert.That(File.ReadAllText(FilePath), Is.EqualTo(new string('x', 5_000)));
    }

    [Test]
    public async Task Write_DiskIsFull_EventsWaitAndAreWrittenWhenThereIsRoom()
    {
        using var store = new SqliteQueueStore(FilePath, _time, _log, connection => _connection = connection);
        var queue = store.Open("shop", "sales");
        queue.Apply(Bounds);
        await AddAsync(queue, "a");
        LimitPages(1);      // SQLite takes that for as many as there are

        for (var i = 0; i < 20; i++)
        {
            Assert.That(queue.TryAdd($"e{i}", _time.GetUtcNow(), new byte[4096]), Is.True);
        }

        await _log.WhenLoggedAsync(NotWritten).Soon();
        Assert.That(store.Trouble, Is.EqualTo("the disk is full: make room there, and events are written again"));
        Assert.That(queue.Read(0), Has.Count.EqualTo(1), "what is not on the disk is not delivered");
        Assert.That(async () => await queue.RetryAsync(null).Soon(), Throws.TypeOf<IOException>(), "nobody is kept waiting");

        LimitPages(1_000_000);
        Assert.That(queue.TryAdd("last", _time.GetUtcNow(), [1]), Is.True);
        await _log.WhenLoggedAsync(WrittenAgain).Soon();

        Assert.That(queue.Read(0).Select(delivery => delivery.Id), Is.EqualTo(Enumerable.Range(0, 20).Select(i => $"e{i}").Prepend("a").Append("last")));
        Assert.That(store.Trouble, Is.Null);
        Assert.That(_log.Of(NotWritten), Has.Count.EqualTo(1), "once a minute");
        Assert.That(queue.Volume.Events, Is.EqualTo(22));
    }

    [Test]
    public async Task Write_DiskStaysFull_BeyondTheBoundEventsAreRefused()
    {
        using (var store = new SqliteQueueStore(FilePath, _time, _log, connection => _connection = connection))
        {
            var queue = store.Open("shop", "sales");
            queue.Apply(Bounds);
            LimitPages(1);
            var body = new byte[8 * 1024 * 1024];
            var taken = 0;
            while (queue.TryAdd($"e{taken}", _time.GetUtcNow(), body))
            {
                taken++;
            }

            Assert.That(taken, Is.EqualTo(7));
            await _log.WhenLoggedAsync(NotWritten).Soon();
        }

        Assert.That(_log.Of(Lost).Single(), Does.EndWith("events that are lost: 7"));
    }

    [Test]
    public async Task Write_FileIsTakenAway_NothingIsMadeInItsPlace()
    {
        using var store = new SqliteQueueStore(FilePath, _time, _log);
        var queue = store.Open("shop", "sales");
        queue.Apply(Bounds);
        await AddAsync(queue, "a");

        File.Move(FilePath, FilePath + ".away");
        queue.TryAdd("b", _time.GetUtcNow(), [1]);
        await _log.WhenLoggedAsync(NotWritten).Soon();
        Assert.That(File.Exists(FilePath), Is.False);

        File.Move(FilePath + ".away", FilePath);
        queue.TryAdd("c", _time.GetUtcNow(), [1]);
        await _log.WhenLoggedAsync(WrittenAgain).Soon();

        Assert.That(queue.Read(0).Select(delivery => delivery.Id), Is.EqualTo(new[] { "a", "b", "c" }));
    }

    private static async Task AddAsync(IDeliveryQueue queue, params string[] ids)
    {
        foreach (var id in ids)
        {
            Assert.That(queue.TryAdd(id, DateTimeOffset.UnixEpoch, [1, 2, 3]), Is.True);
        }

        await queue.FlushAsync().Soon();
    }

    private SqliteDeliveryQueues Queues() => new(_directory.Path, _time, _log);

    private void LimitPages(int pages)
    {
        using var command = _connection.CreateCommand();
        command.CommandText = string.Create(CultureInfo.InvariantCulture, $"PRAGMA max_page_count = {pages}");
        command.ExecuteNonQuery();
    }
}
