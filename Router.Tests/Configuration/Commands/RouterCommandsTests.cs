using System.Text;
using System.Text.Json;
using WampRouter.Configuration.Commands;
using WampRouter.Sessions.Authentication;

namespace WampRouter.Tests.Configuration.Commands;

public sealed class RouterCommandsTests
{
    private readonly Queue<string> _typed = new();
    private RealmDirectory _directory = null!;
    private StringWriter _out = null!;
    private StringWriter _error = null!;

    [SetUp]
    public void CreateConsole()
    {
        _typed.Clear();
        _directory = new RealmDirectory();
        _out = new StringWriter { NewLine = "\n" };
        _error = new StringWriter { NewLine = "\n" };
    }

    [TearDown]
    public void Dispose()
    {
        _directory.Dispose();
        _out.Dispose();
        _error.Dispose();
    }

    [Test]
    public void TryRunCommand_NothingOrSettings_IsNoCommand()
    {
        Assert.That(Run(""), Is.Null);
        Assert.That(Run("", "--WampRouter:RealmsDirectory=x"), Is.Null);
        Assert.That(Run("", "--WampRouter:RealmsDirectory", "x"), Is.Null);
        Assert.That(Run("", "/WampRouter:RealmsDirectory", "x"), Is.Null);
        Assert.That(Run("", "WampRouter:RealmsDirectory=x"), Is.Null);
        Assert.That(_out.ToString() + _error, Is.Empty);
    }

    [Test]
    public void TryRunCommand_UnknownWord_IsRefusedWithTheCommands()
    {
        Assert.That(Run("", "hash-tickets"), Is.EqualTo(2));
        Assert.That(_error.ToString(), Does.StartWith("There is no command 'hash-tickets'.\n").And.Contain("check-config"));
    }

    [Test]
    public void TryRunCommand_Help_ListsTheCommands()
    {
        Assert.That(Run("", "--help"), Is.Zero);
        Assert.That(_out.ToString(), Does.Contain("hash-ticket --generate"));
    }

    [Test]
    public void HashTicket_Generate_PrintsATicketAndItsFastEntry()
    {
        Assert.That(Run("", "hash-ticket", "--generate"), Is.Zero);

        var lines = _out.ToString().Split('\n');
        Assert.That(lines[0], Has.Length.EqualTo(64));
        Assert.That(Entry(lines[1]).Matches(Encoding.UTF8.GetBytes(lines[0])), Is.True);
        Assert.That(Entry(lines[1]).Iterations, Is.Zero);
        Assert.That(lines[2..], Is.EqualTo(new[] { "" }));
    }

    [TestCase("correct horse battery", "correct horse battery")]
    [TestCase("correct horse battery\n", "correct horse battery")]
    [TestCase(" spaces are kept \r\n", " spaces are kept ")]
    public void HashTicket_Stdin_PrintsTheSlowEntryOfTheLine(string input, string ticket)
    {
        Assert.That(Run(input, "hash-ticket", "--stdin"), Is.Zero);

        var entry = Entry(_out.ToString());
        Assert.That(entry.Iterations, Is.Positive);
        Assert.That(entry.Matches(Encoding.UTF8.GetBytes(ticket)), Is.True);
        Assert.That(_error.ToString(), Does.Not.Contain(ticket));
    }

    [TestCase("", "A ticket cannot be empty.\n")]
    [TestCase("\n", "A ticket cannot be empty.\n")]
    [TestCase("one\ntwo\n", "A ticket is a single line.\n")]
    public void HashTicket_StdinWithoutATicket_Fails(string input, string message)
    {
        Assert.That(Run(input, "hash-ticket", "--stdin"), Is.EqualTo(1));
        Assert.That(_error.ToString(), Is.EqualTo(message));
        Assert.That(_out.ToString(), Is.Empty);
    }

    [Test]
    public void HashTicket_TypedTwice_PrintsItsEntryAndWarnsThatItIsShort()
    {
        _typed.Enqueue("letmein");
        _typed.Enqueue("letmein");

        Assert.That(Run("", "hash-ticket"), Is.Zero);
        Assert.That(Entry(_out.ToString()).Matches("letmein"u8), Is.True);
        Assert.That(_error.ToString(), Does.Contain("Fewer than 12 characters").And.Not.Contain("letmein"));
    }

    [Test]
    public void HashTicket_TypedDifferently_Fails()
    {
        _typed.Enqueue("letmein");
        _typed.Enqueue("letmeout");

        Assert.That(Run("", "hash-ticket"), Is.EqualTo(1));
        Assert.That(_out.ToString(), Is.Empty);
    }

    [Test]
    public void HashTicket_NoKeyboard_SaysWhatToUse()
    {
        Assert.That(Run("letmein", "hash-ticket"), Is.EqualTo(2));
        Assert.That(_error.ToString(), Does.Contain("--stdin"));
    }

    [Test]
    public void HashTicket_UnknownOption_SaysWhatThereIs()
    {
        Assert.That(Run("", "hash-ticket", "letmein"), Is.EqualTo(2));
        Assert.That(_error.ToString(), Is.EqualTo("usage: hash-ticket [--generate | --stdin]\n"));
    }

    [Test]
    public void CheckConfig_GoodDirectory_NamesItsRealms()
    {
        _directory.With("a.json", RealmDirectory.MinimalRealm);

        Assert.That(Run("", "check-config", _directory.Path), Is.Zero);
        Assert.That(_out.ToString(), Is.EqualTo("a.json: realm 'a' is right\n"));
    }

    [Test]
    public void CheckConfig_BadDirectory_PrintsTheReport()
    {
        _directory.With("a.json", "{");

        Assert.That(Run("", "check-config", "."), Is.EqualTo(1));
        Assert.That(_error.ToString(), Is.EqualTo("a.json:1:2: $: not valid JSON: the file ends inside the object that starts at 1:1\n1 mistake in the configuration.\n"));
        Assert.That(_out.ToString(), Is.Empty);
    }

    [Test]
    public void CheckConfig_NoDirectory_ChecksTheHostSettingsToo()
    {
        _directory.With("appsettings.json", """{ "WampRouter": { "RealmsDirectory": "nowhere", "Sessions": { "HelloTimeout": "x" } } }""");

        Assert.That(Run("", "check-config"), Is.EqualTo(1));
        Assert.That(_error.ToString(), Is.EqualTo($"""
            Settings are read from {_directory.Path}/appsettings.json, realms from {_directory.Path}/nowhere
            WampRouter:Sessions:HelloTimeout: String 'x' was not recognized as a valid TimeSpan.
            nowhere: there is no such directory; it must hold one *.json file for each realm
            2 mistakes in the configuration.

            """));
    }

    [Test]
    public void CheckConfig_HostSettingsThatDoNotParse_AreAMistake()
    {
        _directory.With("appsettings.json", "{");

        Assert.That(Run("", "check-config"), Is.EqualTo(1));
        Assert.That(_error.ToString(), Does.StartWith("host settings: ").And.Contain("appsettings.json"));
    }

    [Test]
    public void CheckConfig_UnknownOption_SaysWhatThereIs() => Assert.That(Run("", "check-config", "--all"), Is.EqualTo(2));

    private int? Run(string input, params string[] args)
    {
        using var reader = new StringReader(input);
        var console = new CommandConsole(reader, _out, _error, _typed.Count > 0 ? _typed.Dequeue : null);
        return RouterCommands.TryRunCommand(args, console, _directory.Path, _directory.Path);
    }

    private static TicketHash Entry(string json) =>
        TicketHash.TryParse(JsonSerializer.Deserialize<string>(json)!, out var hash, out var problem) ? hash : throw new AssertionException(problem);
}
