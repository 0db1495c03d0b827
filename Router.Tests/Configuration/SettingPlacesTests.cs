using Microsoft.Extensions.Configuration;
using WampRouter.Configuration;
using WampRouter.Server.Configuration;

namespace WampRouter.Tests.Configuration;

/// <summary>Where a mistake in a setting is said to be: the place whose value counts.</summary>
public sealed class SettingPlacesTests
{
    private RealmDirectory _directory = null!;

    [SetUp]
    public void CreateDirectory() => _directory = new RealmDirectory().With("appsettings.json", """
        {
          // comments are allowed
          "WampRouter": {
            "Listeners": [
              { "Url": "http://127.0.0.1:1" },
              { "url": "x" }
            ],
            "Transports": { "AllowedOrigins": [ "a", "b" ] }
          }
        }
        """);

    [TearDown]
    public void DeleteDirectory() => _directory.Dispose();

    [TestCase("WampRouter:Listeners:1:Url", "appsettings.json:6:9: WampRouter:Listeners:1:Url: wrong")]
    [TestCase("WampRouter:Transports:AllowedOrigins:1", "appsettings.json:8:46: WampRouter:Transports:AllowedOrigins:1: wrong")]
    [TestCase("WampRouter:Transports:AllowedOrigins", "appsettings.json:8:21: WampRouter:Transports:AllowedOrigins: wrong")]
    [TestCase("WampRouter:Listeners:1:Certificate:Path", "appsettings.json:6:7: WampRouter:Listeners:1:Certificate:Path: wrong", Description = "it would stand in that listener")]
    [TestCase("WampRouter:Sessions:X", "argument --WampRouter:Sessions:HelloTimeout: WampRouter:Sessions:X: wrong", Description = "beside what stands there")]
    [TestCase("WampRouter:Transports:OutboxBytes", "environment variable WampRouter__Transports__OutboxBytes: wrong")]
    [TestCase("WampRouter:Transports:PingInterval", "argument --WampRouter:Transports:PingInterval: wrong", Description = "the argument counts, not the variable")]
    [TestCase("Elsewhere:X", "Elsewhere:X: wrong")]
    public void Mistake_InASetting_IsWhereItCounts(string key, string expected)
    {
        var settings = HostSettings.Read(
            new SettingsFile(Path.Combine(_directory.Path, "appsettings.json")),
            new StartArguments { Settings = [new("WampRouter:Sessions:HelloTimeout", "1"), new("WampRouter:Transports:PingInterval", "1")] },
            [new("WampRouter__Transports__OutboxBytes", "1"), new("WampRouter__Transports__PingInterval", "2")]);

        Assert.That(Shown(new SettingPlaces(settings.Configuration).Mistake(key, "wrong")), Is.EqualTo(expected));
    }

    [Test]
    public void Mistake_InAnApplicationsConfiguration_IsFoundInItsSourcesToo()
    {
        var inner = new ConfigurationBuilder().AddJsonFile(Path.Combine(_directory.Path, "appsettings.json")).Build();
        using var outer = new ConfigurationManager();
        outer.AddConfiguration(inner).AddCommandLine(["--WampRouter:Transports:OutboxBytes=1"]);
        var places = new SettingPlaces(outer);

        Assert.That(Shown(places.Mistake("WampRouter:Listeners:1:Url", "wrong")), Is.EqualTo("appsettings.json:6:9: WampRouter:Listeners:1:Url: wrong"));
        Assert.That(Shown(places.Mistake("WampRouter:Transports:OutboxBytes", "wrong")), Is.EqualTo("argument --WampRouter:Transports:OutboxBytes: wrong"));
    }

    private string Shown(ConfigurationMistake mistake) => mistake.ToString().Replace(_directory.Path + "/", "", StringComparison.Ordinal);
}
