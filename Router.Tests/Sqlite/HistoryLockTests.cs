using Microsoft.Extensions.Logging.Abstractions;
using WampRouter.Realms.Patterns;
using WampRouter.Realms.Settings;
using WampRouter.Sqlite;
using WampRouter.Storage;
using WampRouter.Tests.Storage;

namespace WampRouter.Tests.Sqlite;

/// <summary>One file of histories has one router.</summary>
public sealed class HistoryLockTests
{
    private static readonly HistorySettings Settings = new() { Uri = "com.", Match = MatchPolicy.Prefix, Limit = 100, Store = HistoryStore.Sqlite };

    private DataDirectory _directory = null!;

    [SetUp]
    public void SetUp() => _directory = new DataDirectory();

    [TearDown]
    public void TearDown() => _directory.Dispose();

    [Test]
    public void Open_FileOfAnotherRouter_IsRefusedAndNamesIt()
    {
        using var first = Histories();
        first.Open("realm1", Settings);
        using var second = Histories();

        Assert.That(() => second.Open("realm1", Settings), Throws.TypeOf<EventHistoryException>()
            .With.Message.Contains($"is in use by another router (process {Environment.ProcessId} on {Environment.MachineName} since 20"));
    }

    [Test]
    public void Open_AfterTheOtherHasEnded_Works()
    {
        using (var first = Histories())
        {
            first.Open("realm1", Settings);
        }

        using var second = Histories();

        Assert.That(() => second.Open("realm1", Settings), Throws.Nothing);
    }

    [Test]
    public void Open_TwoHistoriesOfOneRouter_ShareTheFile()
    {
        using var histories = Histories();
        histories.Open("realm1", Settings);

        Assert.That(() => histories.Open("realm2", Settings), Throws.Nothing);
    }

    [Test]
    public void FindProblem_DirectoryNeverUsed_MakesNoLock()
    {
        Assert.That(HistoryFile.FindProblem(_directory.Path, [("realm1", Settings)]), Is.Null);
        Assert.That(Directory.EnumerateFileSystemEntries(_directory.Path), Is.Empty);
    }

    [Test]
    public void FindProblem_FileInUse_SaysThatItIsTakenAndDoesNotTouchIt()
    {
        using var histories = Histories();
        histories.Open("realm1", Settings);

        Assert.That(HistoryFile.FindProblem(_directory.Path, [("realm1", Settings)])?.IsTaken, Is.True);
        Assert.That(() => histories.Open("realm2", Settings), Throws.Nothing);
    }

    [Test]
    public void FindProblem_FileThatWasClosed_IsRight()
    {
        using (var first = Histories())
        {
            first.Open("realm1", Settings);
        }

        Assert.That(HistoryFile.FindProblem(_directory.Path, [("realm1", Settings)]), Is.Null);
    }

    private SqliteHistories Histories() => new(_directory.Path, TimeProvider.System, NullLogger<SqliteHistories>.Instance);
}
