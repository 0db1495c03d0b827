using System.Globalization;
using Microsoft.Data.Sqlite;
using WampRouter.Realms.History;
using WampRouter.Realms.Patterns;
using WampRouter.Realms.Settings;
using WampRouter.Sqlite;
using WampRouter.Storage;
using WampRouter.Tests.Doubles;
using WampRouter.Tests.Storage;

namespace WampRouter.Tests.Sqlite;

/// <summary>A disk that is full, a file that is damaged: said in words, told the publishers, and over when it is over.</summary>
public sealed class DiskTroubleTests
{
    private const int PageSize = 4096;

    private static readonly HistorySettings Settings = new() { Uri = "com.", Match = MatchPolicy.Prefix, Limit = 10_000, Store = HistoryStore.Sqlite };

    private readonly ManualTime _time = new();
    private DataDirectory _directory = null!;
    private LogRecorder<SqliteHistories> _log = null!;
    private SqliteConnection _connection = null!;

    private string FilePath => Path.Combine(_directory.Path, HistoryFile.Name);

    [SetUp]
    public void SetUp() => (_directory, _log) = (new DataDirectory(), new LogRecorder<SqliteHistories>());

    [TearDown]
    public void TearDown() => _directory.Dispose();

    [Test]
    public async Task Write_DiskIsFull_SaysItOnceAndWritesAgainWhenThereIsRoom()
    {
        using var store = new SqliteEventStore(FilePath, _time, _log, connection => _connection = connection);
        var history = store.Open("realm1", Settings);
        Assert.That(await AppendAsync(history, 1), Is.True);

        LimitPages(1);      // SQLite takes that for as many as there are
        var stored = new List<bool>();
        for (var i = 2UL; i < 40; i++)
        {
            stored.Add(await AppendAsync(history, i, bytes: PageSize));
        }

        LimitPages(1_000_000);
        Assert.That(stored, Has.All.False);
        Assert.That(store.Trouble, Is.EqualTo("the disk is full: make room there, and events are written again"));
        Assert.That(await AppendAsync(history, 40, bytes: PageSize), Is.True);

        Assert.That(_log.Entries.Select(entry => entry.Event.Id), Is.EqualTo(new[] { 1501, 1502 }));
        Assert.That(_log.Lines[0], Does.Contain("history.db takes no events: the disk is full: make room there, and events are written again. 1 are lost"));
        Assert.That(_log.Lines[1], Does.EndWith("takes events again; 38 were lost to it"));
        Assert.That(store.Trouble, Is.Null);
    }

    [Test]
    public async Task Write_DiskStaysFull_SaysItEveryMinute()
    {
        using var store = new SqliteEventStore(FilePath, _time, _log, connection => _connection = connection);
        var history = store.Open("realm1", Settings);
        LimitPages(1);

        for (var second = 0; second < 180; second += 10)
        {
            await AppendAsync(history, (ulong)second + 1, bytes: PageSize * 8);
            _time.Advance(TimeSpan.FromSeconds(10));
        }

        Assert.That(_log.Lines, Has.Count.EqualTo(3));
        Assert.That(_log.Lines[^1], Does.Contain("13 are lost"));
        Assert.That(store.Trouble, Is.Not.Null);
        _time.Advance(TimeSpan.FromMinutes(1));
        Assert.That(store.Trouble, Is.Null, "nobody knows whether it lasts, because nobody has tried");
    }

    [Test]
    public async Task Write_FileIsCutShortMeanwhile_TellsThePublisherAndGoesOn()
    {
        using var store = new SqliteEventStore(FilePath, _time, _log);
        var history = store.Open("realm1", Settings);
        await FillAsync(history);
        CheckpointAndCut(to: 2 * PageSize);

        Assert.That(await AppendAsync(history, 1_001), Is.False);
        Assert.That(_log.Lines.Single(), Does.Contain("takes no events: it is damaged: with the router stopped, put a copy back"));
        Assert.That(async () => await history.ReadAsync(new HistoryReading(new EventHistoryQuery(), new ListedPage())).Soon(), Throws.TypeOf<SqliteException>());
    }

    [Test]
    public async Task Write_FileIsTakenAway_TellsThePublisherUntilItIsBack()
    {
        using var store = new SqliteEventStore(FilePath, _time, _log);
        var history = store.Open("realm1", Settings);
        Assert.That(await AppendAsync(history, 1), Is.True);

        File.Move(FilePath, FilePath + ".away");
        Assert.That(await AppendAsync(history, 2), Is.False);
        Assert.That(await AppendAsync(history, 3), Is.False);
        Assert.That(File.Exists(FilePath), Is.False, "nothing is made in its place");

        File.WriteAllText(FilePath, "another");
        Assert.That(await AppendAsync(history, 4), Is.False, "another file");

        File.Move(FilePath + ".away", FilePath, overwrite: true);
        Assert.That(await AppendAsync(history, 5), Is.True);

        var page = new ListedPage();
        await history.ReadAsync(new HistoryReading(new EventHistoryQuery(), page)).Soon();
        Assert.That(page.Events.Select(stored => stored.Publication), Is.EqualTo(new ulong[] { 1, 5 }));
        Assert.That(_log.Entries.Select(entry => entry.Event.Id), Is.EqualTo(new[] { 1501, 1502 }));
        Assert.That(_log.Lines[0], Does.Contain("history.db takes no events: it was removed, moved or replaced while the router runs: put it back, or restart the router"));
        Assert.That(_log.Lines[1], Does.EndWith("takes events again; 3 were lost to it"));
    }

    [TestCase(150_000)]
    [TestCase(PageSize)]
    public async Task FindProblem_FileIsCutShort_SaysWhatToDo(int length)
    {
        await MakeFileAsync();
        using (var file = File.OpenWrite(FilePath))
        {
            file.SetLength(length);
        }

        Assert.That(HistoryFile.FindProblem(_directory.Path, [("realm1", Settings)])?.Problem, Does.EndWith($"history.db is shorter than it says of itself, {length} bytes; {DiskTrouble.Damaged}"));
    }

    [Test]
    public async Task FindProblem_FileIsWhole_FindsNone()
    {
        await MakeFileAsync();

        Assert.That(HistoryFile.FindProblem(_directory.Path, [("realm1", Settings)]), Is.Null);
    }

    [Test]
    public async Task Open_PagesAreDamaged_SaysWhatToDo()
    {
        await MakeFileAsync();
        var bytes = File.ReadAllBytes(FilePath);
        for (var page = 1; page < bytes.Length / PageSize; page++)
        {
            bytes.AsSpan(page * PageSize, 200).Fill(0xEE);
        }

        File.WriteAllBytes(FilePath, bytes);
        using var histories = new SqliteHistories(_directory.Path, _time, _log);

        Assert.That(() => histories.Open("realm1", Settings), Throws.TypeOf<EventHistoryException>().With.Message.Contains($"history.db' cannot be opened: {DiskTrouble.Damaged}"));
    }

    [Test]
    public async Task FindProblem_EventsAreInTheLogStill_FindsNoneAndLeavesTheLogAsItIs()
    {
        using var killed = new SqliteHistories(_directory.Path, _time, _log);
        await FillAsync(killed.Open("realm1", Settings));
        using var left = new DataDirectory();
        foreach (var name in new[] { HistoryFile.Name, $"{HistoryFile.Name}-wal" })
        {
            File.Copy(Path.Combine(_directory.Path, name), Path.Combine(left.Path, name));
        }

        var before = Directory.GetFiles(left.Path).Order().Select(file => (file, Convert.ToHexString(File.ReadAllBytes(file)))).ToArray();

        Assert.That(HistoryFile.FindProblem(left.Path, [("realm1", Settings)]), Is.Null);
        Assert.That(Directory.GetFiles(left.Path).Order().Select(file => (file, Convert.ToHexString(File.ReadAllBytes(file)))), Is.EqualTo(before));
    }

    [Test]
    public async Task Open_FileWasLookedAtAMomentAgo_IsNotCountedAgain()
    {
        await MakeFileAsync();
        var found = new InspectedHistories();
        Assert.That(HistoryFile.FindProblem(_directory.Path, [("realm1", Settings)], found), Is.Null);
        var (id, volume) = found.Find("realm1", Settings)!.Value;
        Assert.That(volume.Events, Is.EqualTo(100));

        // Something else than there is, to see which of the two counts.
        found.Add("realm1", Settings, id, new HistoryVolume(1, 1));
        using var histories = new SqliteHistories(_directory.Path, _time, _log, found);

        Assert.That(((SqliteEventHistory)histories.Open("realm1", Settings)).Volume, Is.EqualTo(new HistoryVolume(1, 1)));
        Assert.That(((SqliteEventHistory)histories.Open("realm2", Settings)).Volume, Is.EqualTo(new HistoryVolume(0, 0)), "one that was not there");
    }

    [Test]
    public async Task Open_FileHasChangedSinceItWasLookedAt_IsCounted()
    {
        await MakeFileAsync();
        var found = new InspectedHistories();
        Assert.That(HistoryFile.FindProblem(_directory.Path, [("realm1", Settings)], found), Is.Null);
        using (var others = new SqliteHistories(_directory.Path, _time, _log))
        {
            await AppendAsync(others.Open("realm1", Settings), 1_001);
        }

        using var histories = new SqliteHistories(_directory.Path, _time, _log, found);

        Assert.That(((SqliteEventHistory)histories.Open("realm1", Settings)).Volume.Events, Is.EqualTo(101));
    }

    [Test]
    public async Task Open_EventsAreInTheLogStill_TheyWereCountedAtTheLook()
    {
        using var killed = new SqliteHistories(_directory.Path, _time, _log);
        await FillAsync(killed.Open("realm1", Settings));
        using var left = new DataDirectory();
        foreach (var name in new[] { HistoryFile.Name, $"{HistoryFile.Name}-wal" })
        {
            File.Copy(Path.Combine(_directory.Path, name), Path.Combine(left.Path, name));
        }

        var found = new InspectedHistories();
        Assert.That(HistoryFile.FindProblem(left.Path, [("realm1", Settings)], found), Is.Null);
        using var histories = new SqliteHistories(left.Path, _time, _log, found);

        var history = histories.Open("realm1", Settings);
        Assert.That(found.Find("realm1", Settings)!.Value.Volume, Is.EqualTo(((SqliteEventHistory)history).Volume));
        var page = new ListedPage();
        await history.ReadAsync(new HistoryReading(new EventHistoryQuery(), page)).Soon();
        Assert.That(page.Events, Has.Count.EqualTo(100));
    }

    private static async Task<bool> AppendAsync(IEventHistory history, ulong publication, int bytes = 10)
    {
        var receipt = new TestReceipt();
        var draft = new EventDraft(publication) { Arguments = new byte[bytes] };
        Assert.That(history.TryAppend(draft.ToEvent(DateTimeOffset.UnixEpoch), receipt), Is.True);
        return await receipt.Task;
    }

    private static async Task FillAsync(IEventHistory history)
    {
        for (var i = 1UL; i <= 100; i++)
        {
            await AppendAsync(history, i, bytes: PageSize);
        }
    }

    private async Task MakeFileAsync()
    {
        using var histories = new SqliteHistories(_directory.Path, _time, _log);
        await FillAsync(histories.Open("realm1", Settings));
    }

    private void CheckpointAndCut(int to)
    {
        using var connection = new SqliteConnection($"Data Source={FilePath};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "PRAGMA wal_checkpoint(TRUNCATE)";
        command.ExecuteNonQuery();
        using var file = new FileStream(FilePath, FileMode.Open, FileAccess.Write, FileShare.ReadWrite);
        file.SetLength(to);
    }

    /// <summary>While the writing thread has nothing to do.</summary>
    private void LimitPages(int pages)
    {
        using var command = _connection.CreateCommand();
        command.CommandText = string.Create(CultureInfo.InvariantCulture, $"PRAGMA max_page_count = {pages}");
        command.ExecuteNonQuery();
    }
}
