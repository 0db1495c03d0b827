using System.Text;
using System.Text.Json;
using WampRouter.Server.Commands;
using WampRouter.Server.Configuration;
using WampRouter.Sessions.Authentication;
using WampRouter.Tests.Configuration;
using WampRouter.Tests.Doubles;

namespace WampRouter.Tests.Server.Commands;

public sealed class RouterCommandsTests
{
    private readonly Queue<string> _typed = new();
    private RealmDirectory _directory = null!;
    private StringWriter _out = null!;
    private StringWriter _error = null!;
    private StartArguments? _arguments;

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

    [TestCase]
    [TestCase("--WampRouter:RealmsDirectory=x", "WampRouter:RealmsDirectory", "x")]
    [TestCase("--WampRouter:RealmsDirectory", "x", "WampRouter:RealmsDirectory", "x")]
    [TestCase("/WampRouter:RealmsDirectory", "x", "WampRouter:RealmsDirectory", "x")]
    [TestCase("WampRouter:RealmsDirectory=x", "WampRouter:RealmsDirectory", "x")]
    [TestCase("--wamprouter:realmsdirectory=", "wamprouter:realmsdirectory", "")]
    [TestCase("--Logging:LogLevel:Default=a=b", "Logging:LogLevel:Default", "a=b")]
    public void TryRun_NothingOrSettings_Serves(params string[] argsAndSetting)
    {
        var args = argsAndSetting.Length == 0 ? [] : argsAndSetting[..^2];

        Assert.That(Run("", args), Is.Null);
        Assert.That(_arguments!.Settings.SelectMany(setting => new[] { setting.Key, setting.Value }), Is.EqualTo(argsAndSetting.Length == 0 ? [] : argsAndSetting[^2..]));
        Assert.That(_out.ToString() + _error, Is.Empty);
    }

    [TestCase("There is no command 'hash-tickets'. Did you mean 'hash-ticket'?", "hash-tickets")]
    [TestCase("There is no command 'sevre'. Did you mean 'serve'?", "sevre", "--port", "1")]
    [TestCase("There is no command 'start'. Did you mean the command 'serve'?", "start")]
    [TestCase("There is no command 'y'.", "serve", "y")]
    [TestCase("--port takes a number from 0 to 65535", "--port", "65536")]
    [TestCase("--port takes a number from 0 to 65535", "serve", "--port=s3cret")]
    [TestCase("--port takes a number from 0 to 65535", "--port", "-1")]
    [TestCase("--settings takes the name of a file.", "--settings=")]
    [TestCase("The switch '--settings' needs a value: --settings=value", "--settings")]
    [TestCase("The switch '--settings' needs a value: --settings=value", "--settings", "--port", "1")]
    [TestCase("There is no switch '--prot'. Did you mean --port?", "--prot", "1")]
    [TestCase("There is no switch '--config'. Settings are read from a file that --settings FILE names", "--config", "x")]
    [TestCase("There is no switch '-p'. Where the router listens is said by --port 9000, or --WampRouter:Listeners:0:Url http://127.0.0.1:9000", "-p", "1")]
    [TestCase("There is no switch '--versoin'. Did you mean --version?", "--versoin")]
    [TestCase("There is no switch '--verbose'. What is logged is said by --Logging:LogLevel:WampRouter Debug", "--verbose")]
    [TestCase("There is no switch '--OutboxBytes'. Did you mean --WampRouter:Transports:OutboxBytes?", "--OutboxBytes=s3cret")]
    [TestCase("There is no switch '--Listeners:0:Url'. Did you mean --WampRouter:Listeners:0:Url?", "--Listeners:0:Url=x")]
    [TestCase("There is no switch '--WampRoutr:Transports:OutboxBytes'. Did you mean --WampRouter:Transports:OutboxBytes?", "--WampRoutr:Transports:OutboxBytes", "5")]
    [TestCase("There is no switch '--WampRouter__Transports__OutboxBytes'. Did you mean --WampRouter:Transports:OutboxBytes?", "--WampRouter__Transports__OutboxBytes", "5")]
    [TestCase("There is no switch '-WampRouter:DataDirectory'. Did you mean --WampRouter:DataDirectory?", "-WampRouter:DataDirectory", "x")]
    [TestCase("There is no switch '--xyzzy'.", "--WampRouter:DataDirectory", "x", "--xyzzy")]
    [TestCase("There is no command 'y'.", "--WampRouter:DataDirectory", "x", "y")]
    [TestCase("The setting '--WampRouter:DataDirectory' needs a value: --WampRouter:DataDirectory=value", "--WampRouter:DataDirectory")]
    [TestCase("The setting '--WampRouter:DataDirectory' needs a value: --WampRouter:DataDirectory=value", "--WampRouter:DataDirectory", "--WampRouter:RealmsDirectory=x")]
    public void TryRun_NotUnderstood_StartsNothingAndSaysWhatWasMeant(string problem, params string[] args)
    {
        Assert.That(Run("", args), Is.EqualTo(2));
        Assert.That(_error.ToString(), Does.StartWith(problem).And.Contain("\nusage: wamprouter").And.Contain("check-config"));
        Assert.That(_out.ToString() + _error, Does.Not.Contain("s3cret"));
    }

    [TestCase]
    [TestCase("check-config")]
    public void TryRun_ArgumentWithoutAName_IsOneForNobody(params string[] command)
    {
        Assert.That(Run("", [.. command, "=5"]), Is.EqualTo(2));
        Assert.That(_error.ToString(), Does.StartWith("There is an argument without a name before '='.\nusage: wamprouter"));
    }

    [TestCase("There is no command 'x'.", "--version", "x")]
    [TestCase("There is no command 'x'.", "version", "x")]
    [TestCase("--version takes no value.", "--version=1")]
    [TestCase("--help takes no value.", "check-config", "--help=1")]
    public void TryRun_MoreThanAVersion_IsNotUnderstood(string problem, params string[] args)
    {
        Assert.That(Run("", args), Is.EqualTo(2));
        Assert.That(_error.ToString(), Does.StartWith(problem));
        Assert.That(_out.ToString(), Is.Empty);
    }

    [TestCase]
    [TestCase("serve")]
    public void TryRun_SwitchesOfAStart_AreTaken(params string[] command)
    {
        Assert.That(Run("", [.. command, "--settings", "a.json", "--port=9000", "--WampRouter:DataDirectory", "x"]), Is.Null);

        Assert.That((_arguments!.SettingsFile, _arguments.Port), Is.EqualTo(("a.json", 9000)));
        Assert.That(_arguments.Settings.Single(), Is.EqualTo(KeyValuePair.Create("WampRouter:DataDirectory", "x")));
    }

    [Test]
    public void CheckConfig_SwitchesOfAStart_AreTaken()
    {
        _directory.With("mine.json", """{ "WampRouter": { "RealmsDirectory": "." } }""");

        Assert.That(Run("", "check-config", "--settings", "mine.json", "--port", "70000"), Is.EqualTo(2));
        Assert.That(Run("", "check-config", "--settings", "mine.json", "--port", "0"), Is.EqualTo(1), "a settings file is no realm");
        Assert.That(_error.ToString(), Does.Contain($"Settings are read from {_directory.Path}/mine.json"));
    }

    private static IEnumerable<string> Commands() => RouterCommands.Names.Except(["serve", "help", "version"]);

    [TestCaseSource(nameof(Commands))]
    public void TryRun_EveryCommand_IsInTheUsageHasHelpAndIsSuggested(string command)
    {
        Assert.That(Run("", "--help"), Is.Zero);
        Assert.That(_out.ToString(), Does.Match($@"(?m)^ +wamprouter {command}( \[\S.*)?  +\S"));

        Assert.That(Run("", command, "--help"), Is.Zero);
        Assert.That(_out.ToString(), Does.Contain($"usage: wamprouter {command}"));

        Assert.That(Run("", command + "s"), Is.EqualTo(2));
        Assert.That(_error.ToString(), Does.StartWith($"There is no command '{command}s'. Did you mean '{command}'?\nusage: wamprouter [serve]"));
    }

    [TestCase("hash-ticket --generate", "--help")]
    [TestCase("hash-ticket --generate", "serve", "--help")]
    [TestCase("hash-ticket --generate", "help", "serve")]
    [TestCase("--settings FILE", "--port", "1", "--help")]
    [TestCase("hash-ticket --generate", "-h")]
    [TestCase("hash-ticket --generate", "help")]
    [TestCase("Exit codes", "--WampRouter:DataDirectory", "x", "--help")]
    [TestCase("Nothing is started or changed", "check-config", "--help")]
    [TestCase("Nothing is started or changed", "check-config", ".", "--help")]
    [TestCase("Nothing is started or changed", "help", "check-config")]
    [TestCase("from standard input", "hash-ticket", "--help")]
    [TestCase("from standard input", "hash-ticket", "--generate", "-h")]
    public void TryRun_Help_IsEverywhere(string part, params string[] args)
    {
        Assert.That(Run("", args), Is.Zero);
        Assert.That(_out.ToString(), Does.Contain(part.Replace("hash-ticket --generate", "hash-ticket [--generate", StringComparison.Ordinal)));
        Assert.That(_error.ToString(), Is.Empty);
    }

    [TestCase("--version")]
    [TestCase("-V")]
    [TestCase("version")]
    [TestCase("serve", "--version")]
    [TestCase("--port", "1", "--version")]
    [TestCase("check-config", "--version")]
    [TestCase("check-config", ".", "-V")]
    [TestCase("hash-ticket", "--version")]
    [TestCase("derive-secret", "--version")]
    public void TryRun_Version_PrintsIt(params string[] args)
    {
        Assert.That(Run("", args), Is.Zero);
        Assert.That(_out.ToString(), Does.Match(@"^WampRouter \d+\.\d+\.\d+\n$"));
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

    [TestCase(1_024, 0)]
    [TestCase(1_025, 1)]
    [TestCase(100_000, 1)]
    public void HashTicket_Stdin_TakesWhatTheRouterTakes(int bytes, int exitCode)
    {
        // The last character would be cut in two by a bound in bytes.
        var ticket = new string('x', bytes - 2) + "é";

        Assert.That(Run($"{ticket}\r\n", "hash-ticket", "--stdin"), Is.EqualTo(exitCode));
        _typed.Enqueue(ticket);
        _typed.Enqueue(ticket);
        Assert.That(Run("", "hash-ticket"), Is.EqualTo(exitCode), "typed");
        Assert.That(_error.ToString(), exitCode == 0 ? Does.Not.Contain("1024") : Does.StartWith("A ticket has 1024 bytes in UTF-8 at most: the router takes no longer one.\n"));
    }

    [TestCase(0xFF, 0xFE, 0x0A)]
    [TestCase(0x61, 0xC3)]
    [TestCase(0xED, 0xA0, 0x80)]
    public void HashTicket_StdinThatIsNoText_Fails(params int[] bytes)
    {
        Assert.That(Run([.. bytes.Select(value => (byte)value)], "hash-ticket", "--stdin"), Is.EqualTo(1));
        Assert.That(_error.ToString(), Is.EqualTo("A ticket is a text, and this one is not valid UTF-8: no client could send it.\n"));
        Assert.That(_out.ToString(), Is.Empty);
    }

    [TestCase("letmein letmein \uFFFD")]
    [TestCase("letmein letmein \uD83D")]
    public void HashTicket_TypedThatIsNoText_Fails(string ticket)
    {
        _typed.Enqueue(ticket);
        _typed.Enqueue(ticket);

        Assert.That(Run("", "hash-ticket"), Is.EqualTo(1));
        Assert.That(_error.ToString(), Does.Contain("is not valid UTF-8"));
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
        Assert.That(_error.ToString(), Does.StartWith("hash-ticket takes no ticket as an argument").And.EndWith("usage: wamprouter hash-ticket [--generate | --stdin]\n").And.Not.Contain("letmein"));
    }

    [TestCase("correct horse battery\n", "correct horse battery")]
    public void DeriveSecret_Stdin_PrintsWhatARealmFileTakes(string input, string password)
    {
        Assert.That(Run(input, "derive-secret", "--stdin"), Is.Zero);

        var salting = Newtonsoft.Json.Linq.JObject.Parse($"{{{_out}}}");
        var derived = System.Security.Cryptography.Rfc2898DeriveBytes.Pbkdf2(password, Encoding.UTF8.GetBytes((string)salting["salt"]!), (int)salting["iterations"]!, System.Security.Cryptography.HashAlgorithmName.SHA256, (int)salting["keylen"]!);
        Assert.That((string?)salting["secrets"]![0], Is.EqualTo(Convert.ToBase64String(derived)));
        Assert.That(_error.ToString(), Does.Not.Contain(password));
    }

    [TestCase("--iterations", "20000", "--stdin")]
    [TestCase("--stdin", "--iterations", "20000")]
    public void DeriveSecret_Iterations_AreThoseOfTheEntry(params string[] switches)
    {
        Assert.That(Run("correct horse battery\n", ["derive-secret", .. switches]), Is.Zero);

        var salting = Newtonsoft.Json.Linq.JObject.Parse($"{{{_out}}}");
        var derived = System.Security.Cryptography.Rfc2898DeriveBytes.Pbkdf2("correct horse battery", Encoding.UTF8.GetBytes((string)salting["salt"]!), 20_000, System.Security.Cryptography.HashAlgorithmName.SHA256, 32);
        Assert.That(((int)salting["iterations"]!, (string?)salting["secrets"]![0]), Is.EqualTo((20_000, Convert.ToBase64String(derived))));
    }

    [TestCase("--iterations takes a number from 1000 to 10000000.", "--iterations", "999")]
    [TestCase("--iterations takes a number from 1000 to 10000000.", "--iterations", "10000001", "--stdin")]
    [TestCase("--iterations takes a number from 1000 to 10000000.", "--stdin", "--iterations", "many")]
    [TestCase("--iterations takes a number, and goes alone or with --stdin", "--iterations")]
    [TestCase("--iterations takes a number, and goes alone or with --stdin", "--generate", "--iterations", "20000")]
    public void DeriveSecret_IterationsThatAreNone_AreRefused(string problem, params string[] switches)
    {
        Assert.That(Run("correct horse battery\n", ["derive-secret", .. switches]), Is.EqualTo(2));
        Assert.That(_error.ToString(), Does.StartWith(problem).And.Contain("usage: wamprouter derive-secret"));
        Assert.That(_out.ToString(), Is.Empty);
    }

    [Test]
    public void DeriveSecret_Generate_PrintsASecretAndItsEntry()
    {
        Assert.That(Run("", "derive-secret", "--generate"), Is.Zero);

        var lines = _out.ToString().Split('\n');
        Assert.That(lines[0], Has.Length.EqualTo(64));
        Assert.That(lines[1..], Is.EqualTo(new[] { $"\"secrets\": [\"{lines[0]}\"]", "" }));
    }

    [Test]
    public void MakeToken_PrintsATokenAndItsEntry()
    {
        Assert.That(Run("", "make-token"), Is.Zero);

        var lines = _out.ToString().Split('\n');
        Assert.That(BearerToken.HasForm(Encoding.UTF8.GetBytes(lines[0])), Is.True, lines[0]);
        Assert.That(lines[1..], Is.EqualTo(new[] { $"{{ \"hash\": \"{TicketHash.OfGenerated(lines[0])}\" }}", "" }));
        Assert.That(_error.ToString(), Does.Not.Contain(lines[0]));
    }

    [Test]
    public void MakeToken_TokenAsArgument_IsRefusedAndNotRepeated()
    {
        Assert.That(Run("", "make-token", "letmein"), Is.EqualTo(2));
        Assert.That(_error.ToString(), Does.StartWith("make-token takes no argument").And.EndWith("usage: wamprouter make-token\n").And.Not.Contain("letmein"));
    }

    [Test]
    public void DeriveSecret_PasswordAsArgument_IsRefusedAndNotRepeated()
    {
        Assert.That(Run("", "derive-secret", "letmein"), Is.EqualTo(2));
        Assert.That(_error.ToString(), Does.StartWith("derive-secret takes no password as an argument").And.Not.Contain("letmein"));
    }

    [Test]
    public void CheckConfig_GoodDirectory_NamesItsRealms()
    {
        _directory.With("a.json", RealmDirectory.MinimalRealm);

        Assert.That(Run("", "check-config", _directory.Path), Is.Zero);
        Assert.That(_out.ToString(), Is.EqualTo("a.json: realm 'a' is right\n"));
    }

    [TestCase("realms/good.json", 0, "realms/good.json: realm 'a' is right\n", "")]
    [TestCase("realms/bad.json", 1, "", "realms/bad.json:1:1: $: not valid JSON: the file is empty\n1 mistake in the configuration.\n")]
    [TestCase("appsettings.json", 1, "", "appsettings.json: is a file of settings and no realm, as it has a section 'WampRouter'; it is checked by check-config --settings FILE\n1 mistake in the configuration.\n")]
    [TestCase("realms/none.json", 1, "", "realms/none.json: there is no such file or directory\n1 mistake in the configuration.\n")]
    public void CheckConfig_File_ChecksItAloneAndNamesItAsAMistakeWould(string path, int exitCode, string output, string errors)
    {
        Directory.CreateDirectory(Path.Combine(_directory.Path, "realms"));
        _directory.With("realms/good.json", RealmDirectory.MinimalRealm).With("realms/bad.json", "").With("appsettings.json", """{ "WampRouter": {} }""");

        Assert.That(Run("", "check-config", path), Is.EqualTo(exitCode));
        Assert.That((_out.ToString(), _error.ToString()), Is.EqualTo((output, errors)));
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
            appsettings.json:1:63: WampRouter:Sessions:HelloTimeout: must be a time such as 00:00:10 (hours:minutes:seconds), not 'x'
            nowhere: there is no such directory; it must hold one *.json file for each realm
            2 mistakes in the configuration.

            """));
    }

    [Test]
    public void CheckConfig_NoSettingsFile_SaysThatTheDefaultsCount()
    {
        _directory.With("a.json", RealmDirectory.MinimalRealm);

        Assert.That(Run("", "check-config", "--port", "0", "--WampRouter:RealmsDirectory", _directory.Path), Is.Zero, _error.ToString());
        Assert.That(_error.ToString(), Does.StartWith($"There is no settings file of the router ({_directory.Path}/appsettings.json does not exist), so the defaults count; realms are read from {_directory.Path}\n"));
    }

    [Test]
    public void CheckConfig_FileOfTheEnvironment_IsNamedToo()
    {
        _directory.With("a.json", RealmDirectory.MinimalRealm).With("appsettings.Production.json", """{ "WampRouter": { "DataDirectory": "x" } }""");

        Assert.That(Run("", "check-config", "--port", "0", "--WampRouter:RealmsDirectory", Path.Combine(_directory.Path, "nowhere")), Is.EqualTo(1));
        Assert.That(_error.ToString(), Does.StartWith($"Settings are read from {_directory.Path}/appsettings.Production.json, realms from "));
    }

    [Test]
    [Platform(Exclude = "Win")]
    public async Task CheckConfig_Pipe_IsAMistakeAtOnce()
    {
        NamedPipe.Make(Path.Combine(_directory.Path, "a.json"));

        Assert.That(await Task.Run(() => Run("", "check-config", "a.json")).Soon(), Is.EqualTo(1));
        Assert.That(_error.ToString(), Does.StartWith("a.json: is no file, but a pipe"));
    }

    [Test]
    public void CheckConfig_HostSettingsThatDoNotParse_AreAMistake()
    {
        _directory.With("appsettings.json", "{");

        Assert.That(Run("", "check-config"), Is.EqualTo(1));
        Assert.That(_error.ToString(), Does.EndWith("\nappsettings.json:1:2: $: not valid JSON: the file ends inside the object that starts at 1:1\n1 mistake in the configuration.\n"));
    }

    [Test]
    public void CheckConfig_UnknownOption_SaysWhatThereIs() => Assert.That(Run("", "check-config", "--all"), Is.EqualTo(2));

    private int? Run(string input, params string[] args) => Run(Encoding.UTF8.GetBytes(input), args);

    private int? Run(byte[] input, params string[] args)
    {
        var console = new CommandConsole(() => new MemoryStream(input), _out, _error, _typed.Count > 0 ? _typed.Dequeue : null, []);
        return new RouterCommands(console, _directory.Path, _directory.Path).TryRun(args, out _arguments, out var exitCode) ? exitCode : null;
    }

    private static TicketHash Entry(string json) =>
        TicketHash.TryParse(JsonSerializer.Deserialize<string>(json)!, out var hash, out var problem) ? hash : throw new AssertionException(problem);
}
