using System.Text;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Configuration;
using WampRouter.Server.Configuration;
using WampRouter.Tests.Configuration;
using WampRouter.Tests.Doubles;

namespace WampRouter.Tests.Server.Configuration;

/// <summary>The examples of docs/proxies.md are settings that a router takes, word for word.</summary>
public sealed partial class ProxiesDocumentTests
{
    private static readonly string Document = File.ReadAllText(Path.Combine(ShippedFiles.Root, "docs", "proxies.md"));

    private readonly RealmDirectory _directory = new RealmDirectory().With("a.json", RealmDirectory.MinimalRealm);
    private readonly TestAuthority _authority = new("authority");

    private static IEnumerable<TestCaseData> Examples => Json().Matches(Document).Select((match, place) => new TestCaseData(match.Groups["text"].Value).SetArgDisplayNames($"example {place + 1}"));

    [OneTimeSetUp]
    public void WriteFiles()
    {
        TestAuthority.Write(_directory.Path, "wamp.pem", _authority.Issue("wamp", TestAuthority.ForServers, ["wamp.example.com"]));
        TestAuthority.Write(_directory.Path, "shop.pem", _authority.Issue("shop", TestAuthority.ForServers, ["shop.example.com"]));
        _directory.With("authorities.pem", _authority.Pem);
    }

    [OneTimeTearDown]
    public void DeleteFiles()
    {
        _directory.Dispose();
        _authority.Dispose();
    }

    [Test]
    public void Document_HasExamples() => Assert.That(Examples.Count(), Is.EqualTo(6));

    [TestCaseSource(nameof(Examples))]
    public void Example_AsSettings_HasNoMistake(string text)
    {
        using var stream = new MemoryStream(Encoding.UTF8.GetBytes($$"""{ "WampRouter": { "RealmsDirectory": "{{_directory.Path}}", {{text}} } }"""));
        var settings = new ConfigurationBuilder().AddJsonStream(stream).Build();

        Assert.That(StandAloneSettings.Load(settings, _directory.Path, _directory.Path).HostMistakes.Select(mistake => mistake.ToString()), Is.Empty);
    }

    /// <summary>The listeners that the shipped files ask for are those of the first example.</summary>
    [TestCase("nginx.conf", 2)]
    [TestCase("haproxy.cfg", 2)]
    [TestCase("Caddyfile", 1)]
    public void ShippedFile_ListenersItNames_AreThoseOfTheDocument(string file, int count)
    {
        var named = Listener().Matches(File.ReadAllText(Path.Combine(ShippedFiles.Root, "config", file))).Select(match => match.Value).ToArray();

        Assert.That(named, Has.Length.EqualTo(count).And.All.Matches<string>(Document.Contains));
    }

    [GeneratedRegex("(?s)```json\n(?<text>.*?)```")]
    private static partial Regex Json();

    [GeneratedRegex(@"\{ ""Url"": [^}]+\}")]
    private static partial Regex Listener();
}
