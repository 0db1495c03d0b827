using WampRouter.Configuration;

namespace WampRouter.Tests.Configuration;

/// <summary>appsettings.json, environment variables, arguments: what comes later counts, and what is nearly a setting is refused.</summary>
public sealed class HostSettingsTests
{
    private RealmDirectory _directory = null!;

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
        File.Delete(Path.Combine(_directory.Path, "appsettings.json"));

        Assert.That(Options([], ("WampRouter__Transports__MaxConnections", "7")).Transports.MaxConnections, Is.EqualTo(7));
    }

    [TestCase("WampRoter__Transports__OutboxBytes", "there is no such section; did you mean 'WampRouter'?")]
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
    [TestCase("""{ "Kestrel": {} }""", "appsettings.json:1:3: $.Kestrel: there is no such section; the sections are 'WampRouter', 'Logging'")]
    public void Read_WrongFile_IsReportedWhereItStands(string file, string mistake) => Assert.That(Mistakes(file), Is.EqualTo(new[] { mistake }));

    private string[] Mistakes(string file, params (string Name, string Value)[] environment)
    {
        _directory.With("appsettings.json", file);
        return [.. HostSettings.Read(_directory.Path, [], Variables(environment)).Mistakes.Select(mistake => mistake.ToString().Replace(_directory.Path + "/", "", StringComparison.Ordinal))];
    }

    private RouterOptions Options(string[] arguments, params (string Name, string Value)[] environment)
    {
        var settings = HostSettings.Read(_directory.Path, arguments.Select(argument => argument.TrimStart('-').Split('=')).Select(pair => KeyValuePair.Create(pair[0], pair[1])), Variables(environment));
        Assert.That(settings.Mistakes, Is.Empty);
        var configuration = RouterConfiguration.Load(settings.Configuration, _directory.Path, _directory.Path);
        Assert.That(configuration.HostMistakes, Is.Empty);
        return configuration.Options;
    }

    private static IEnumerable<KeyValuePair<string, string>> Variables((string Name, string Value)[] environment) =>
        environment.Select(variable => KeyValuePair.Create(variable.Name, variable.Value));
}
