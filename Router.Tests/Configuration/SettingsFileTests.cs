using WampRouter.Configuration;

namespace WampRouter.Tests.Configuration;

/// <summary>Which appsettings.json is the router's, where every .NET project has one.</summary>
public sealed class SettingsFileTests
{
    private RealmDirectory _working = null!;
    private RealmDirectory _shipped = null!;

    [SetUp]
    public void CreateDirectories() => (_working, _shipped) = (new RealmDirectory(), new RealmDirectory().With("appsettings.json", "{}"));

    [TearDown]
    public void DeleteDirectories()
    {
        _working.Dispose();
        _shipped.Dispose();
    }

    [TestCase("""{ "WampRouter": {} }""")]
    [TestCase("""{ "AllowedHosts": "*", "wamprouter:DataDirectory": "x" }""")]
    [TestCase("""{ "WampRoutr": {} }""", Description = "misspelt: the mistake is told of")]
    [TestCase("""{ "WampRouter": """, Description = "broken: likewise")]
    [TestCase("[]")]
    [TestCase("")]
    public void Find_FileOfTheWorkingDirectoryWithTheSection_IsTaken(string text)
    {
        _working.With("appsettings.json", text);

        Assert.That(Find(), Is.EqualTo(new SettingsFile(Path.Combine(_working.Path, "appsettings.json"))));
    }

    [TestCase("""{ "ConnectionStrings": {}, "AllowedHosts": "*", "Serilog": {}, "Kestrel": {} }""")]
    [TestCase("""{ "Logging": { "LogLevel": { "Default": "Information" }, "EventLog": {} } }""")]
    [TestCase("{}")]
    public void Find_FileOfAnotherApplication_IsPassedOverWithAWord(string text)
    {
        _working.With("appsettings.json", text);

        var file = Find();

        Assert.That(file.FullPath, Is.EqualTo(Path.Combine(_shipped.Path, "appsettings.json")));
        Assert.That(file.PassedOver!.Source, Is.EqualTo(Path.Combine(_working.Path, "appsettings.json")));
        Assert.That(file.PassedOver.Message, Does.StartWith("has no section 'WampRouter'").And.Contain(file.FullPath).And.Contain("--settings FILE"));
    }

    [Test]
    public void Find_DirectoryOfThatNameInTheWorkingDirectory_IsTakenSoThatTheMistakeIsTold()
    {
        Directory.CreateDirectory(Path.Combine(_working.Path, "appsettings.json"));

        Assert.That(Find(), Is.EqualTo(new SettingsFile(Path.Combine(_working.Path, "appsettings.json"))));
    }

    [Test]
    public void Find_FileOfAnotherApplicationAndNoneIsShipped_SaysThatTheDefaultsCount()
    {
        _working.With("appsettings.json", "{}");
        File.Delete(Path.Combine(_shipped.Path, "appsettings.json"));

        Assert.That(Find().PassedOver!.Message, Does.Contain($"as there is no file {_shipped.Path}/appsettings.json either, the defaults count"));
    }

    [Test]
    public void Find_NoFileInTheWorkingDirectory_TakesTheShippedWithoutAWord() =>
        Assert.That(Find(), Is.EqualTo(new SettingsFile(Path.Combine(_shipped.Path, "appsettings.json"))));

    [Test]
    public void Find_Named_IsThatOneWhateverElseIsThere()
    {
        _working.With("appsettings.json", """{ "WampRouter": {} }""");

        var file = SettingsFile.Find("sub/mine.json", _working.Path, _shipped.Path);

        Assert.That(file, Is.EqualTo(new SettingsFile(Path.Combine(_working.Path, "sub", "mine.json")) { IsNamed = true }));
        Assert.That(file.Directory, Is.EqualTo(Path.Combine(_working.Path, "sub")));
    }

    private SettingsFile Find() => SettingsFile.Find(null, _working.Path, _shipped.Path);
}
