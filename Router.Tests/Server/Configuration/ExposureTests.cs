using Microsoft.Extensions.Configuration;
using WampRouter.Configuration;
using WampRouter.Server.Configuration;
using WampRouter.Tests.Configuration;

namespace WampRouter.Tests.Server.Configuration;

/// <summary>What is open to the network and perhaps not meant to be is said; what is not open, or plainly meant, is not.</summary>
public sealed class ExposureTests
{
    private const string Everything = """{ "uri": "", "match": "prefix", "allow": { "call": true, "register": true, "publish": true, "subscribe": true } }""";
    private const string ReadOnly = """{ "uri": "com.", "match": "prefix", "allow": { "call": true, "subscribe": true } }""";
    private const string Anyone = """{ "anonymous": { "role": "r" } }""";
    private const string AnyoneHere = """{ "anonymous": { "role": "r", "loopbackOnly": true } }""";
    private const string User = """{ "ticket": { "principals": [ { "authid": "joe", "role": "r", "tickets": [ "sha256:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=" ] } ] } }""";
    private const string UserHere = """{ "ticket": { "principals": [ { "authid": "joe", "role": "r", "loopbackOnly": true, "tickets": [ "sha256:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=" ] } ] } }""";
    private const string Holder = """{ "bearer": { "principals": [ { "authid": "ci", "role": "r", "tokens": [ { "hash": "sha256:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=" } ] } ] } }""";
    private const string Tickets = "the tickets of realm 'a' come in here in clear text, for everybody on the way to read: make it 'https', or set BehindProxy where a proxy adds TLS";

    [TestCase("http://*:0", "false", Anyone, Everything, "may register procedures, publish and end the sessions of others in realm 'a' without a login")]
    [TestCase("http://192.168.0.1:80", "false", Anyone, Everything, "whoever reaches http://192.168.0.1:80 may")]
    [TestCase("http://127.0.0.1:0", "true", Anyone, Everything, "whoever reaches http://127.0.0.1:0 may", Description = "through the proxy")]
    [TestCase("http://*:0", "false", Anyone, """{ "uri": "com.a", "allow": { "publish": true } }""", "may publish in realm 'a'")]
    [TestCase("http://*:0", "false", Anyone, """{ "uri": "wamp.session.kill", "allow": { "call": true } }""", "may end the sessions of others in realm 'a'")]
    [TestCase("http://*:0", "false", Anyone, ReadOnly, null)]
    [TestCase("http://*:0", "false", AnyoneHere, Everything, null)]
    [TestCase("http://127.0.0.1:0", "false", Anyone, Everything, null)]
    [TestCase("http://localhost:8080", "false", Anyone, Everything, null)]
    [TestCase("http://*:0", "false", User, Everything, Tickets)]
    [TestCase("http://127.0.0.1:0", "false", User, Everything, null)]
    [TestCase("http://*:0", "true", User, Everything, null)]
    [TestCase("http://*:0", "false", UserHere, Everything, null)]
    public void Find_ListenerRealmAndRole_NotesWhatIsOpen(string url, string behindProxy, string authentication, string rule, string? note)
    {
        var notes = Find(url, behindProxy, authentication, rule);

        Assert.That(notes, note is null ? Is.Empty : Has.Exactly(1).Items.And.Some.Contains(note));
    }

    [TestCase(Anyone, "the tokens of realm 'a' come in here in clear text")]
    [TestCase(UserHere, "the tokens of realm 'a' come in here in clear text")]
    [TestCase(User, "the tickets and tokens of realm 'a' come in here in clear text")]
    public void Find_TokensBesideAnotherMethod_NamesWhatIsReadable(string method, string note) =>
        Assert.That(Find("http://*:0", "false", $"{method[..^1]}, {Holder[1..]}", ReadOnly), Has.Exactly(1).Items.And.Some.Contains(note));

    [TestCase("http://192.168.0.1:9090", "whoever reaches http://192.168.0.1:9090 may read the metrics, without a login")]
    [TestCase("http://*:9090", "whoever reaches http://*:9090 may read the metrics, without a login")]
    [TestCase("http://127.0.0.1:9090", null)]
    public void Find_ListenerOfMetrics_NotesWhoMayReadThem(string url, string? note)
    {
        using var directory = new RealmDirectory().With("a.json", $$"""{ "name": "a", "roles": [ { "name": "r", "permissions": [ {{Everything}} ] } ], "authentication": {{Anyone}} }""");
        var settings = new ConfigurationBuilder()
            .AddInMemoryCollection([
                new("WampRouter:RealmsDirectory", directory.Path), new("WampRouter:Listeners:0:Url", "http://127.0.0.1:0"), new("WampRouter:Listeners:1:Url", url), new("WampRouter:Listeners:1:Serves:0", "metrics"),
            ])
            .Build();

        var notes = Exposure.Find(StandAloneSettings.Load(settings, directory.Path, directory.Path), new SettingPlaces(settings)).Select(mistake => mistake.ToString());

        Assert.That(notes, note is null ? Is.Empty : Has.Exactly(1).Items.And.Some.Contains(note), "nobody gets into a realm there");
    }

    [TestCase("http://*:0", "0.0.0.0/0", "whoever reaches http://*:0 is believed about where it is")]
    [TestCase("http://*:0", "10.0.0.0/8", null)]
    [TestCase("http://127.0.0.1:0", "0.0.0.0/0", null)]
    public void Find_EverybodyIsATrustedProxy_NotesIt(string url, string trusted, string? note)
    {
        using var directory = new RealmDirectory().With("a.json", $$"""{ "name": "a", "roles": [ { "name": "r" } ], "authentication": {{AnyoneHere}} }""");
        var settings = new ConfigurationBuilder()
            .AddInMemoryCollection([
                new("WampRouter:RealmsDirectory", directory.Path), new("WampRouter:Listeners:0:Url", url), new("WampRouter:Listeners:0:ProxyProtocol", "true"), new("WampRouter:Listeners:0:TrustedProxies:0", trusted),
            ])
            .Build();

        var notes = Exposure.Find(StandAloneSettings.Load(settings, directory.Path, directory.Path), new SettingPlaces(settings)).Select(mistake => mistake.ToString());

        Assert.That(notes, note is null ? Is.Empty : Has.Exactly(1).Items.And.Some.Contains(note));
    }

    private static string[] Find(string url, string behindProxy, string authentication, string rule)
    {
        using var directory = new RealmDirectory().With("a.json", $$"""{ "name": "a", "roles": [ { "name": "r", "permissions": [ {{rule}} ] } ], "authentication": {{authentication}} }""");
        var settings = new ConfigurationBuilder()
            .AddInMemoryCollection([new("WampRouter:RealmsDirectory", directory.Path), new("WampRouter:Listeners:0:Url", url), new("WampRouter:Listeners:0:BehindProxy", behindProxy)])
            .Build();
        var router = StandAloneSettings.Load(settings, directory.Path, directory.Path);
        Assert.That(router.Mistakes, Is.Empty);
        return [.. Exposure.Find(router, new SettingPlaces(settings)).Select(mistake => mistake.ToString())];
    }
}
