using WampRouter.Configuration;
using WampRouter.Server.Commands;
using WampRouter.Server.Configuration;
using WampRouter.Tests.Configuration;

namespace WampRouter.Tests.Server.Configuration;

/// <summary>appsettings.json, environment variables, arguments: what comes later counts, and what is nearly a setting is refused.</summary>
public sealed class HostSettingsTests
{
    private RealmDirectory _directory = null!;

    private SettingsFile File => new(Path.Combine(_directory.Path, SettingsFile.UsualName));

    [SetUp]
    public void CreateDirectory() => _directory = new RealmDirectory().With("appsettings.json", """
        { "WampRouter": { "Transports": { "MaxMessageBytes": 2048, "OutboxBytes": 100000, "MaxConnections": 5 }, "Listeners": [ { "Url": "http://127.0.0.1:1" } ] } }
        """);

    [TearDown]
    public void DeleteDirectory() => _directory.Dispose();

    [Test]
    public void Read_SameSettingInAllPlaces_TheArgumentCounts()
    {
        var options = Options(
            ["--WampRouter:Transports:MaxMessageBytes=4096"],
            ("WampRouter__Transports__MaxMessageBytes", "3072"),
            ("WAMPROUTER__TRANSPORTS__OUTBOXBYTES", "200000"),
            ("WampRouter__Listeners__0__Path", "/wamp"),
            ("WampRouter__Transports__AllowedOrigins__0", "https://a.example"));

        Assert.Multiple(() =>
        {
            Assert.That(options.Transports.MaxMessageBytes, Is.EqualTo(4096), "argument");
            Assert.That(options.Transports.OutboxBytes, Is.EqualTo(200_000), "environment");
            Assert.That(options.Transports.MaxConnections, Is.EqualTo(5), "file");
            Assert.That(options.Transports.AllowedOrigins, Is.EqualTo(new[] { "https://a.example" }));
            Assert.That(options.Listeners.Select(listener => (listener.Url, listener.Path)), Is.EqualTo(new[] { ("http://127.0.0.1:1", "/wamp") }));
        });
    }

    [Test]
    public void Read_FileOfTheEnvironment_CountsAfterTheFirst()
    {
        _directory.With("appsettings.Staging.json", """{ "WampRouter": { "Transports": { "MaxConnections": 6 } } }""");

        Assert.That(Options([], ("DOTNET_ENVIRONMENT", "Staging")).Transports.MaxConnections, Is.EqualTo(6));
        Assert.That(Options([]).Transports.MaxConnections, Is.EqualTo(5), "another environment's is not read");
    }

    [Test]
    public void Read_NoFile_TakesTheRest()
    {
        System.IO.File.Delete(Path.Combine(_directory.Path, "appsettings.json"));

        Assert.That(Options([], ("WampRouter__Transports__MaxConnections", "7")).Transports.MaxConnections, Is.EqualTo(7));
    }

    [TestCase("http://127.0.0.1:1", "http://127.0.0.1:9000")]
    [TestCase("http://[::1]", "http://[::1]:9000")]
    [TestCase("http://[::1]:1/", "http://[::1]:9000")]
    [TestCase("https://*", "https://*:9000")]
    [TestCase("http://localhost:1", "http://localhost:9000")]
    public void Read_PortAlone_IsThatOfTheFirstListenersUrl(string url, string expected)
    {
        _directory.With("appsettings.json", $$"""{ "WampRouter": { "Listeners": [ { "Url": "{{url}}" } ] } }""");

        var settings = HostSettings.Read(File, new StartArguments { Port = 9000 }, []);

        Assert.That(settings.Configuration["WampRouter:Listeners:0:Url"], Is.EqualTo(expected));
    }

    [Test]
    public void Read_PortAloneAndNoListener_IsThatOfTheUsualOne()
    {
        System.IO.File.Delete(File.FullPath);

        Assert.That(Options(["--port", "0"]).Listeners.Single().Url, Is.EqualTo("http://127.0.0.1:0"));
    }

    [Test]
    public void Read_PortAloneAndAUrlThatIsNone_BlamesTheUrl()
    {
        _directory.With("appsettings.json", """{ "WampRouter": { "Listeners": [ { "Url": "nowhere" } ] } }""");
        var settings = HostSettings.Read(File, new StartArguments { Port = 9000 }, []);

        Assert.That(settings.Configuration["WampRouter:Listeners:0:Url"], Is.EqualTo("nowhere"));
    }

    [Test]
    public void Read_NamedFile_IsTheOnlyOne()
    {
        _directory.With("mine.json", """{ "WampRouter": { "Transports": { "MaxConnections": 8 } } }""").With("mine.Production.json", """{ "WampRouter": { "Transports": { "MaxConnections": 9 } } }""");
        var file = SettingsFile.Find("mine.json", _directory.Path, "/nowhere");

        var settings = HostSettings.Read(file, StartArguments.None, []);

        Assert.That(settings.Mistakes, Is.Empty);
        Assert.That(settings.Configuration["WampRouter:Transports:MaxConnections"], Is.EqualTo("8"));
        Assert.That(settings.Configuration["WampRouter:Transports:OutboxBytes"], Is.Null, "of appsettings.json");
    }

    [Test]
    public void Read_NamedFileThatIsNotThere_IsAMistake()
    {
        var settings = HostSettings.Read(SettingsFile.Find("mine.json", _directory.Path, "/nowhere"), StartArguments.None, []);

        Assert.That(settings.IsReadable, Is.False);
        Assert.That(settings.Mistakes.Single().ToString(), Is.EqualTo($"argument --settings: there is no file {_directory.Path}/mine.json"));
    }

    [TestCase("appsettings.json")]
    [TestCase("appsettings.Production.json")]
    public void Read_FileThatHeldIsGone_IsAMistakeForARouterThatRuns(string gone)
    {
        _directory.With("appsettings.json", "{}").With("appsettings.Production.json", "{}");
        var former = HostSettings.Read(File, StartArguments.None, []);
        System.IO.File.Delete(Path.Combine(_directory.Path, gone));

        var running = HostSettings.Read(File, StartArguments.None, [], former.Found);

        Assert.That(running.IsReadable, Is.False);
        Assert.That(running.Mistakes.Single().ToString(), Does.StartWith($"{_directory.Path}/{gone}: is gone, and what holds was read from it; put it back, or start the router again"));
        Assert.That(running.Files, Is.EqualTo(former.Files), "it may come back");
        Assert.That(HostSettings.Read(File, StartArguments.None, []).Mistakes, Is.Empty, "a start misses nothing");
    }

    [Test]
    public void Read_FileIsADirectory_IsAMistake()
    {
        System.IO.File.Delete(File.FullPath);
        Directory.CreateDirectory(File.FullPath);

        var settings = HostSettings.Read(File, StartArguments.None, []);

        Assert.That(settings.IsReadable, Is.False);
        Assert.That(settings.Mistakes.Single().ToString(), Does.StartWith($"{File.FullPath}: is a directory, and a file must be there"));
    }

    [TestCase("WampRoter__Transports__OutboxBytes", "there is no such section; did you mean 'WampRouter'?")]
    [TestCase("WampRouter", "is no setting; a setting is named as in WampRouter__DataDirectory")]
    [TestCase("WampRouter_Transports_OutboxBytes", "is no setting: two underlines '__' stand between its parts")]
    public void Read_NameThatIsNearlyASetting_IsAMistake(string name, string problem) =>
        Assert.That(Mistakes("{}", (name, "1")), Is.EqualTo(new[] { $"environment variable {name}: {problem}" }));

    [TestCase("WAMPROUTER_SERVICE_HOST", Description = "Kubernetes makes these for a service named wamprouter")]
    [TestCase("WAMPROUTER_PORT")]
    [TestCase("Path")]
    [TestCase("MSBuild__Something")]
    public void Read_NameOfSomethingElse_IsNone(string name) => Assert.That(Mistakes("{}", (name, "tcp://10.0.0.1:80")), Is.Empty);

    [TestCase("[]", "appsettings.json:1:1: $: must be an object {…}, not a list […]")]
    [TestCase("{", "appsettings.json:1:2: $: not valid JSON: the file ends inside the object that starts at 1:1")]
    [TestCase("", "appsettings.json:1:1: $: not valid JSON: the file is empty")]
    [TestCase("""{ "WampRouter": { "DataDirectory": "a", "datadirectory": "b" } }""", "appsettings.json:1:41: $.WampRouter.datadirectory: key 'datadirectory' is there twice; the first is on line 1")]
    [TestCase("""{ "WampRoutr": {} }""", "appsettings.json:1:3: $.WampRoutr: there is no such section; did you mean 'WampRouter'?")]
    [TestCase("""{ "Kestrel": {} }""", "appsettings.json:1:3: $.Kestrel: there is no such section; the sections are 'WampRouter', 'Logging'; if this is an application's file, give the router one of its own: --settings FILE")]
    [TestCase("""{ "Colors": {} }""", "appsettings.json:1:3: $.Colors: there is no such section; the sections are 'WampRouter', 'Logging'")]
    public void Read_WrongFile_IsReportedWhereItStands(string file, string mistake) => Assert.That(Mistakes(file), Is.EqualTo(new[] { mistake }));

    private string[] Mistakes(string file, params (string Name, string Value)[] environment)
    {
        _directory.With("appsettings.json", file);
        return [.. HostSettings.Read(File, StartArguments.None, Variables(environment)).Mistakes.Select(mistake => mistake.ToString().Replace(_directory.Path + "/", "", StringComparison.Ordinal))];
    }

    private StandAloneOptions Options(string[] arguments, params (string Name, string Value)[] environment)
    {
        Assert.That(StartArgumentParser.TryParse(arguments, out var parsed, out var problem), Is.True, problem);
        var settings = HostSettings.Read(File, parsed!, Variables(environment));
        Assert.That(settings.Mistakes, Is.Empty);
        var configuration = StandAloneSettings.Load(settings.Configuration, _directory.Path, _directory.Path);
        Assert.That(configuration.HostMistakes, Is.Empty);
        return StandAloneSettings.Of(configuration);
    }

    private static IEnumerable<KeyValuePair<string, string>> Variables((string Name, string Value)[] environment) =>
        environment.Select(variable => KeyValuePair.Create(variable.Name, variable.Value));
}
