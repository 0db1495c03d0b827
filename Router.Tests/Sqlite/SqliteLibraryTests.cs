using WampRouter.Sqlite;

namespace WampRouter.Tests.Sqlite;

public sealed class SqliteLibraryTests
{
    [Test]
    public void FindProblem_AsBuilt_IsNone() => Assert.That(SqliteLibrary.FindProblem(), Is.Null);

    [Test]
    public void FindProblem_LibraryIsMissing_SaysWhatMustLieWhere() =>
        Assert.That(
            SqliteLibrary.FindProblem(static () => throw new TypeInitializationException("SQLitePCL.raw", new DllNotFoundException("Unable to load shared library 'e_sqlite3'\nsee strace"))),
            Is.EqualTo($"SQLite's library {SqliteLibrary.FileName} is missing or of no use on this system: put the one that came with the program into {AppContext.BaseDirectory}, or keep the history in memory (\"store\": \"memory\")"));

    [Test]
    public void FindProblem_LibraryIsOfAnotherSystem_SaysSoToo() =>
        Assert.That(SqliteLibrary.FindProblem(static () => throw new BadImageFormatException()), Does.StartWith($"SQLite's library {SqliteLibrary.FileName} is missing or of no use"));
}
