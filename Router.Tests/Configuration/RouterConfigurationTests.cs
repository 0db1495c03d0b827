using Microsoft.Extensions.Configuration;
using WampRouter.Configuration;
using WampRouter.Server.Configuration;
using WampRouter.Sessions;

namespace WampRouter.Tests.Configuration;

public sealed class RouterConfigurationTests
{
    private RealmDirectory _realms = null!;

    [SetUp]
    public void CreateRealms() => _realms = new RealmDirectory().With("a.json", RealmDirectory.MinimalRealm);

    [TearDown]
    public void DeleteRealms() => _realms.Dispose();

    [Test]
    public void Load_ShippedSettings_AreRight()
    {
        var settings = new ConfigurationBuilder().AddJsonFile(Path.Combine(ShippedFiles.Root, "appsettings.json")).Build();

        var configuration = StandAloneSettings.Load(settings, ShippedFiles.Root, _realms.Path);

        Assert.That(configuration.Mistakes, Is.Empty);
        Assert.That(configuration.RealmsDirectory, Is.EqualTo(ShippedFiles.Realms));
        Assert.That(StandAloneSettings.Of(configuration).Listeners.Single().Url, Is.EqualTo(ListenerOptions.Default.Url));
        Assert.That(StandAloneSettings.Of(configuration).Listeners.Single().Path, Is.EqualTo(ListenerOptions.Default.Path));
    }

    [Test]
    public void Load_EverySettingGiven_EachIsBound()
    {
        var configuration = Load(
            ("Sessions:HelloTimeout", "00:00:03"),
            ("Transports:OutboxBytes", "100000"),
            ("Listeners:0:Url", "http://*:0"),
            ("Listeners:0:Path", "/a"),
            ("Listeners:1:Url", "http://[::1]:81"),
            ("Listeners:1:BehindProxy", "true"),
            ("Sessions:Shutdown", "goodbye"),
            ("WelcomePage", "false"));
        var options = StandAloneSettings.Of(configuration);

        Assert.Multiple(() =>
        {
            Assert.That(options.Sessions.HelloTimeout, Is.EqualTo(TimeSpan.FromSeconds(3)));
            Assert.That(options.Transports.OutboxBytes, Is.EqualTo(100_000));
            Assert.That((options.Sessions.Shutdown, options.WelcomePage), Is.EqualTo((WampShutdownNotice.Goodbye, false)));
            Assert.That(options.Listeners.Select(listener => listener.BehindProxy), Is.EqualTo(new[] { false, true }));
            Assert.That(options.Listeners.Select(listener => (listener.Url, listener.Path)), Is.EqualTo(new[] { ("http://*:0", "/a"), ("http://[::1]:81", "/ws") }));
        });
    }

    [Test]
    public void Load_LimitsOfAListener_AreThatListenersAlone()
    {
        var configuration = Load(
            ("Listeners:0:Url", "http://127.0.0.1:0"),
            ("Listeners:1:Url", "http://127.0.0.1:0"),
            ("Listeners:1:MaxConnections", "1"),
            ("Listeners:1:MaxConnectionsPerAddress", "2"),
            ("Listeners:1:MaxHandshakes", "3"),
            ("Listeners:1:JoinsPerSecond", "4"),
            ("Listeners:1:JoinsPerSecondPerAddress", "5"),
            ("Listeners:1:MaxMessagesPerSecond", "6"),
            ("Listeners:1:MaxBytesPerSecond", "1024"),
            ("Listeners:1:MaxMessagesPerSecondPerAddress", "8"),
            ("Listeners:1:MaxBytesPerSecondPerAddress", "1025"),
            ("Listeners:1:IdleTimeout", "00:00:10"),
            ("Listeners:0:IdleTimeout", "30.00:00:00"));

        Assert.That(configuration.Mistakes, Is.Empty);
        var (free, limited) = (StandAloneSettings.Of(configuration).Listeners[0], StandAloneSettings.Of(configuration).Listeners[1]);
        Assert.That((free.MaxConnections, free.IdleTimeout, limited.AreSet, new ListenerOptions().AreSet), Is.EqualTo(((int?)null, TimeSpan.FromDays(30), true, false)));
        Assert.That((limited.MaxConnections, limited.MaxConnectionsPerAddress, limited.MaxHandshakes, limited.JoinsPerSecond, limited.JoinsPerSecondPerAddress), Is.EqualTo((1, 2, 3, 4, 5)));
        Assert.That(
            (limited.MaxMessagesPerSecond, limited.MaxBytesPerSecond, limited.MaxMessagesPerSecondPerAddress, limited.MaxBytesPerSecondPerAddress, limited.IdleTimeout),
            Is.EqualTo((6, 1_024, 8, 1_025, TimeSpan.FromSeconds(10))));
    }

    [TestCase("MaxConnections", "0", "must be at least 1")]
    [TestCase("MaxConnectionsPerAddress", "0", "must be at least 1")]
    [TestCase("MaxHandshakes", "0", "must be at least 1")]
    [TestCase("JoinsPerSecond", "0", "must be at least 1")]
    [TestCase("JoinsPerSecondPerAddress", "-1", "must be at least 1")]
    [TestCase("MaxMessagesPerSecond", "0", "must be at least 1")]
    [TestCase("MaxMessagesPerSecondPerAddress", "0", "must be at least 1")]
    [TestCase("MaxBytesPerSecond", "1023", "must be at least 1024")]
    [TestCase("MaxBytesPerSecondPerAddress", "1023", "must be at least 1024")]
    [TestCase("IdleTimeout", "00:00:09", "must be 00:00:10 to 30.00:00:00")]
    [TestCase("IdleTimeout", "31.00:00:00", "must be 00:00:10 to 30.00:00:00")]
    public void Load_LimitOfAListenerThatIsWrong_IsAMistake(string setting, string value, string rule) => Assert.That(
        Load(("Listeners:0:Url", "http://127.0.0.1:0"), ($"Listeners:0:{setting}", value)).Mistakes.Single().ToString(), Does.StartWith($"WampRouter:Listeners:0:{setting}: {rule}"));

    [Test]
    public void Load_TrustedProxies_AreCheckedAndOfNoUseWithoutAProxy()
    {
        var mistakes = Load(
            ("Listeners:0:Url", "http://127.0.0.1:0"),
            ("Listeners:0:TrustedProxies:0", "10.0.0.1"),
            ("Listeners:1:Url", "http://127.0.0.1:0"),
            ("Listeners:1:ProxyProtocol", "true"),
            ("Listeners:1:TrustedProxies:0", "unix"),
            ("Listeners:1:TrustedProxies:1", "10.0.0.1/8"),
            ("Listeners:2:Url", "http://127.0.0.1:0"),
            ("Listeners:2:BehindProxy", "true"),
            ("Listeners:2:TrustedProxies", "10.0.0.1")).Mistakes;

        Assert.That(mistakes.Select(mistake => mistake.ToString()), Is.EqualTo(new[]
        {
            "WampRouter:Listeners:2:TrustedProxies: must be a list: write [ … ], also for a single one",
            "WampRouter:Listeners:0:TrustedProxies: is of no use without 'BehindProxy' or 'ProxyProtocol': no proxy stands before this listener",
            "WampRouter:Listeners:1:TrustedProxies:1: has bits after the first 8: write '10.0.0.0/8', or '10.0.0.1' for the one address",
        }));
    }

    [Test]
    public void Load_ManyMistakes_AllAreFoundAtOnce()
    {
        _realms.With("b.json", "{");

        var mistakes = Load(
            ("Listners:0:Url", "http://127.0.0.1:80"),
            ("Sessions:HelloTimeout", "soon"),
            ("Sessions:DrainTimeout", "1.00:00:00"),
            ("Listeners:0:Url", "ws://127.0.0.1:80"),
            ("Listeners:0:Port", "80"),
            ("Listeners:1:Url", "https://127.0.0.1:80"),
            ("Listeners:1:Path", "ws"),
            ("Listeners:2:Url", "http://127.0.0.1:80"),
            ("Listeners:2:Certificate:Path", "missing.pem")).Mistakes;

        Assert.That(mistakes.Select(mistake => mistake.ToString().Replace(_realms.Path + "/", "", StringComparison.Ordinal)), Is.EqualTo(new[]
        {
            "WampRouter:Listeners:0:Port: there is no such setting; the settings here are 'Url', 'Path', 'LongPollPath', 'HttpPath', 'BehindProxy', 'SocketMode', 'ProxyProtocol', 'Certificate', 'Certificates', 'Tls', 'MaxConnections', 'MaxConnectionsPerAddress', 'MaxHandshakes', 'JoinsPerSecond', 'JoinsPerSecondPerAddress', 'MaxMessagesPerSecond', 'MaxBytesPerSecond', 'MaxMessagesPerSecondPerAddress', 'MaxBytesPerSecondPerAddress', 'IdleTimeout', 'Serves', 'TrustedProxies'",
            "WampRouter:Listners:0:Url: there is no such setting; did you mean 'Listeners'?",
            "WampRouter:Sessions:HelloTimeout: must be a time such as 00:00:10 (hours:minutes:seconds), not 'soon'",
            "WampRouter:Listeners:0:Url: begins with 'http' here: 'http://…' for clients that use 'ws://…', 'https://…' for 'wss://…'",
            "WampRouter:Listeners:1:Path: must begin with '/' and hold only letters, digits and '-', '.', '_', '~', '/', but no '//'",
            "WampRouter:Listeners:1:Certificate: is missing: the URL is 'https', which needs one",
            "WampRouter:Listeners:2:Url: is the address of another listener",
            "WampRouter:Listeners:2:Certificate: is of no use to an 'http' listener; make the URL 'https'",
            "WampRouter:Sessions:DrainTimeout: must be from 00:00:00 to 00:10:00, not 1.00:00:00",
            "b.json:1:2: $: not valid JSON: the file ends inside the object that starts at 1:1",
        }));
    }

    [Test]
    public void Load_NoSettings_RestartsTellSoAndThePageIsServed()
    {
        var options = StandAloneSettings.Of(Load());

        Assert.That((options.Sessions.Shutdown, options.WelcomePage), Is.EqualTo((WampShutdownNotice.Restart, true)));
    }

    [TestCase("Sessions:Shutdown", "reboot", "must be 'restart' or 'goodbye', not 'reboot'")]
    [TestCase("Listeners", "x", "must be a list: write [ … ], also for a single one")]
    [TestCase("Listeners:Url", "http://127.0.0.1:1", "'Listeners' is a list: write [ … ], also for a single one")]
    [TestCase("Listeners:0", "http://127.0.0.1:1", "has settings of its own: write { … }")]
    [TestCase("Listeners:0:Certificate", "a.pem", "has settings of its own: write { … }")]
    [TestCase("Transports:AllowedOrigins", "*", "must be a list: write [ … ], also for a single one")]
    [TestCase("Sessions", "x", "has settings of its own: write { … }")]
    public void Load_ValueWhereAListOrAnObjectBelongs_IsAMistake(string key, string value, string problem) =>
        Assert.That(Load((key, value)).Mistakes.Single().ToString(), Is.EqualTo($"WampRouter:{key}: {problem}"));

    [Test]
    public void Load_SectionIsMisspelt_IsAMistake()
    {
        var settings = new ConfigurationBuilder().AddInMemoryCollection(
        [
            new("WampRouter:RealmsDirectory", _realms.Path), new("WampRoutr:Sessions:HelloTimeout", "00:00:01"), new("Logging:LogLevel:Default", "Warning"),
        ]);

        var mistakes = StandAloneSettings.Load(settings.Build(), _realms.Path, _realms.Path).Mistakes;

        Assert.That(mistakes.Single().ToString(), Is.EqualTo("WampRoutr: there is no such section; did you mean 'WampRouter'?"));
    }

    [Test]
    public void Load_CertificateMissing_IsAMistake()
    {
        var mistake = Load(("Listeners:0:Url", "https://127.0.0.1:443"), ("Listeners:0:Certificate:Path", "missing.pem")).Mistakes.Single();

        Assert.That(mistake.Source, Is.EqualTo("WampRouter:Listeners:0:Certificate:Path"));
        Assert.That(mistake.Message, Does.StartWith($"there is no file 'missing.pem' in {_realms.Path}, nor in "));
    }

    [Test]
    public void Load_EmptyList_IsNoMistake() => Assert.That(Load(("Listeners", "")).Mistakes, Is.Empty);

    [Test]
    public void Load_DirectoryInBothPlaces_TakesTheWorkingDirectorys()
    {
        using var work = Directory("realms");
        using var root = Directory("realms");

        Assert.That(Load("realms", root.Path, work.Path).RealmsDirectory, Is.EqualTo(Path.Combine(work.Path, "realms")));
    }

    [Test]
    public void Load_DirectoryOnlyInTheContentRoot_TakesThat()
    {
        using var work = Directory("other");
        using var root = Directory("realms");

        Assert.That(Load("realms", root.Path, work.Path).RealmsDirectory, Is.EqualTo(Path.Combine(root.Path, "realms")));
    }

    [Test]
    public void Load_DirectoryWithoutRealmFiles_IsPassedOverWithAWord()
    {
        using var work = new RealmDirectory();
        System.IO.Directory.CreateDirectory(Path.Combine(work.Path, "realms"));
        using var root = Directory("realms");

        var configuration = Load("realms", root.Path, work.Path);

        Assert.That(configuration.Mistakes, Is.Empty);
        Assert.That(configuration.RealmsDirectory, Is.EqualTo(Path.Combine(root.Path, "realms")));
        Assert.That(configuration.Notes.Single().ToString(), Is.EqualTo($"{work.Path}/realms: holds no *.json file, so realms are read from {root.Path}/realms"));
    }

    [Test]
    public void Load_AgainAfterTheLastRealmFileHasGone_IsAMistakeAndNoOtherDirectoryIsTaken()
    {
        using var work = Directory("realms");
        using var root = Directory("realms");
        var former = Load("realms", root.Path, work.Path);
        File.Delete(System.IO.Directory.GetFiles(former.RealmsDirectory).Single());

        var again = Load("realms", root.Path, work.Path, former);

        Assert.That(again.Mistakes.Single().ToString(), Is.EqualTo($"{work.Path}/realms: holds no *.json file; the router needs at least one realm"));
        Assert.That(again.WatchedFiles, Does.Contain(Path.Combine(work.Path, "realms")));
    }

    [Test]
    public void Load_AgainWithRealmFilesInADirectoryBefore_StaysAndSaysSo()
    {
        using var work = Directory("other");
        using var root = Directory("realms");
        var former = Load("realms", root.Path, work.Path);
        System.IO.Directory.Move(Path.Combine(work.Path, "other"), Path.Combine(work.Path, "realms"));

        var again = Load("realms", root.Path, work.Path, former);

        Assert.That(again.RealmsDirectory, Is.EqualTo(former.RealmsDirectory));
        Assert.That(again.Notes.Single().ToString(), Is.EqualTo($"{work.Path}/realms: holds realm files, but realms are read from {root.Path}/realms until the next start"));
    }

    [Test]
    public void Load_AgainWithAnotherNameOfTheDirectory_TakesThat()
    {
        using var work = Directory("realms");
        using var other = Directory("others");
        var former = Load("realms", "/nowhere", work.Path);

        Assert.That(Load("others", other.Path, work.Path, former).RealmsDirectory, Is.EqualTo(Path.Combine(other.Path, "others")));
    }

    [Test]
    public void Load_OnlyADirectoryWithoutRealmFiles_IsTheMistake()
    {
        System.IO.Directory.CreateDirectory(Path.Combine(_realms.Path, "realms"));

        var configuration = Load("realms", "/nowhere", _realms.Path);

        Assert.That(configuration.Mistakes.Single().ToString(), Is.EqualTo($"{_realms.Path}/realms: holds no *.json file; the router needs at least one realm"));
        Assert.That(configuration.Notes, Is.Empty);
    }

    [Test]
    public void Load_DirectoryNowhere_NamesTheWorkingDirectorys()
    {
        var configuration = Load("realms", "/nowhere", _realms.Path);

        Assert.That(configuration.Mistakes.Single().Source, Is.EqualTo(Path.Combine(_realms.Path, "realms")));
    }

    private static RealmDirectory Directory(string inner)
    {
        var directory = new RealmDirectory();
        System.IO.Directory.CreateDirectory(Path.Combine(directory.Path, inner));
        return directory.With($"{inner}/a.json", RealmDirectory.MinimalRealm);
    }

    private static RouterConfiguration Load(string realms, string contentRoot, string workingDirectory, RouterConfiguration? former = null) =>
        StandAloneSettings.Load(Settings(("RealmsDirectory", realms)), contentRoot, workingDirectory, former);

    private RouterConfiguration Load(params (string Key, string Value)[] settings) =>
        StandAloneSettings.Load(Settings([("RealmsDirectory", _realms.Path), .. settings]), _realms.Path, _realms.Path);

    private static IConfiguration Settings(params (string Key, string Value)[] settings) => new ConfigurationBuilder()
        .AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create($"WampRouter:{setting.Key}", (string?)setting.Value)))
        .Build();
}
