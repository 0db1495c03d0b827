using System.Text;
using WampRouter.Configuration;
using WampRouter.Configuration.Documents;
using WampRouter.Realms.Authorization;
using WampRouter.Realms.Patterns;
using WampRouter.Realms.Settings;
using WampRouter.Sessions;
using WampRouter.Sessions.Authentication;
using WampRouter.Tests.Doubles;

namespace WampRouter.Tests.Configuration;

public sealed class RealmConfigurationLoaderTests
{
    private RealmDirectory _directory = null!;

    [SetUp]
    public void CreateDirectory() => _directory = new RealmDirectory();

    [TearDown]
    public void DeleteDirectory() => _directory.Dispose();

    [Test]
    public void Load_MinimalRealm_HasTheDefaultsOfTheModel()
    {
        var result = _directory.With("a.json", RealmDirectory.MinimalRealm).Load();

        Assert.That(result.Mistakes, Is.Empty);
        var realm = result.Realms.Single();
        Assert.Multiple(() =>
        {
            Assert.That(realm.Realm.Name, Is.EqualTo("a"));
            Assert.That(realm.Realm.UriCheck, Is.EqualTo(UriCheck.Loose));
            Assert.That(realm.Realm.Limits, Is.EqualTo(new RealmLimits()));
            Assert.That(realm.Realm.Roles.Single().Permissions, Is.Empty);
            Assert.That(realm.Sessions.RequestIds, Is.EqualTo(new SessionSettings().RequestIds));
            Assert.That(realm.Sessions.Overflow, Is.EqualTo(new SessionSettings().Overflow));
            Assert.That(realm.Sessions.Resumption, Is.EqualTo(new SessionSettings().Resumption));
            Assert.That(realm.Sessions.Authentication.Anonymous!.LoopbackOnly, Is.False);
            Assert.That(realm.Sessions.Authentication.Find<TicketSettings>(), Is.Null);
            Assert.That(realm.FilePath, Is.EqualTo(Path.Combine(_directory.Path, "a.json")));
        });
    }

    [Test]
    public void Load_EverySettingGiven_EachReachesTheModel()
    {
        var result = _directory.With("full.json", FullRealm).Load();

        Assert.That(result.Mistakes, Is.Empty);
        var (realm, sessions, _) = result.Realms.Single();
        var rules = realm.Roles[0].Permissions;
        var principal = sessions.Authentication.Find<TicketSettings>()!.Principals["joe"];
        Assert.Multiple(() =>
        {
            Assert.That(realm.Name, Is.EqualTo("com.full"));
            Assert.That(realm.UriCheck, Is.EqualTo(UriCheck.Strict));
            Assert.That(sessions.RequestIds, Is.EqualTo(RequestIdCheck.Monotonic));
            Assert.That(sessions.Overflow, Is.EqualTo(OverflowPolicy.DropEvents));
            Assert.That(sessions.Resumption, Is.EqualTo(new WampRouter.Sessions.Resumption.ResumptionSettings { Window = TimeSpan.FromSeconds(7), MaxBytes = 8 }));
            Assert.That(rules[0], Is.EqualTo(new PermissionRule { Uri = "", Match = MatchPolicy.Prefix, Allow = Permissions.Call | Permissions.DiscloseCaller, Cache = false }));
            Assert.That(rules[1], Is.EqualTo(new PermissionRule { Uri = "com..x", Match = MatchPolicy.Wildcard, Allow = Permissions.Register | Permissions.DisclosePublisher }));
            Assert.That(rules[2], Is.EqualTo(new PermissionRule { Uri = "com.x", Match = MatchPolicy.Exact, Allow = Permissions.Publish | Permissions.Subscribe }));
            Assert.That(realm.History, Is.EqualTo(new[]
            {
                new HistorySettings { Uri = "com.full.", Match = MatchPolicy.Prefix, Limit = 5, MaxBytes = 5_000_000_000, MaxAge = TimeSpan.FromSeconds(6), Store = HistoryStore.Sqlite },
                new HistorySettings { Uri = "com.full", Match = MatchPolicy.Exact, Limit = 1_000, MaxBytes = 64 * 1024 * 1024, MaxAge = null, Store = HistoryStore.Memory },
            }));
            Assert.That(realm.Roles[1].Name, Is.EqualTo("second"));
            Assert.That(realm.Roles.Select(role => role.TrustLevel), Is.EqualTo(new int?[] { null, 3 }));
            Assert.That(realm.AllowDiscloseMe, Is.False);
            Assert.That(realm.ProgressNeedsCanceling, Is.True);
            Assert.That(realm.Authorizer, Is.EqualTo(new AuthorizerSettings { Timeout = TimeSpan.FromSeconds(13), MaxPending = 14, MaxCached = 15 }));
            Assert.That(realm.Statistics, Is.EqualTo(new StatisticsSettings { Interval = TimeSpan.FromSeconds(11), MinMessages = 12 }));
            Assert.That(realm.Retained, Is.EqualTo(new RetainedSettings { MaxEvents = 7, MaxBytes = 8, MaxBytesPerPrincipal = 4, MaxAge = TimeSpan.FromSeconds(9) }));
            Assert.That(sessions.Authentication.Anonymous, Is.EqualTo(new AnonymousSettings { Role = "second", LoopbackOnly = true }));
            Assert.That(principal.Role, Is.EqualTo("first"));
            Assert.That(principal.LoopbackOnly, Is.True);
            Assert.That(principal.Tickets.Single().Matches("letmein"u8), Is.True);
            Assert.That(realm.Limits, Is.EqualTo(new RealmLimits
            {
                MaxSessions = 1,
                MaxSubscriptionsPerSession = 2,
                MaxRegistrationsPerSession = 3,
                MaxPendingCallsPerSession = 4,
                MaxPendingInvocationsPerSession = 5,
                MaxCachedUris = 6,
                MaxCachedUriBytes = 15,
                MaxQueuedCallsPerRegistration = 7,
                MaxHeldCallBytes = 8,
                MaxTestamentsPerSession = 9,
                MaxTestamentBytesPerSession = 10,
                MaxDefinitionsPerSession = 11,
                MaxDefinitionBytesPerSession = 12,
                MaxDefinitions = 13,
                MaxDefinitionBytes = 14,
                MaxSessionsPerPrincipal = 21,
                MaxSubscriptionsPerPrincipal = 22,
                MaxSubscriptions = 23,
                MaxSubscriptionBytesPerPrincipal = 24,
                MaxSubscriptionBytes = 25,
                MaxRegistrationsPerPrincipal = 26,
                MaxRegistrations = 27,
                MaxRegistrationBytesPerPrincipal = 28,
                MaxRegistrationBytes = 29,
                MaxTestamentBytesPerPrincipal = 30,
                MaxTestamentBytes = 31,
                MaxDefinitionsPerPrincipal = 32,
                MaxDefinitionBytesPerPrincipal = 33,
                MaxHeldCallBytesPerSession = 39,
                MaxHeldCallBytesPerPrincipal = 34,
                MaxHistoryReads = 35,
                MaxWaitingHistoryReads = 36,
                MaxHistoryReadsPerSession = 37,
                MaxHistoryReadsPerPrincipal = 38,
                MaxHistoryResultBytes = 2_048,
            }));
        });
    }

    private const string FullRealm = """
        {
          // what people write
          "$schema": "../realm.schema.json",
          "comment": "and tools",
          "name": "com.full", "uriCheck": "strict", "requestIds": "monotonic", "overflow": "drop-events", "allowDiscloseMe": false, "progressNeedsCanceling": true,
          "roles": [
            { "name": "first", "permissions": [
              { "uri": "", "match": "prefix", "allow": { "call": true }, "disclose": { "caller": true }, "cache": false },
              { "uri": "com..x", "match": "wildcard", "allow": { "register": true }, "disclose": { "publisher": true } },
              { "uri": "com.x", "allow": { "publish": true, "subscribe": true, }, }, /* trailing commas */
            ] },
            { "name": "second", "trustLevel": 3, "limits": { "maxMessagesPerSecond": 50, "maxBytesPerSecond": 4096 } },
          ],
          "authentication": {
            "anonymous": { "role": "second", "loopbackOnly": true },
            "ticket": { "principals": [
              { "authid": "joe", "role": "first", "loopbackOnly": true, "comment": "letmein",
                "tickets": [ "sha256:HIv+j4AdeXRcRjHQn/82yCqjf8TM5PyUZoPXsza2MDI=" ] }
            ] }
          },
          "resumption": { "windowSeconds": 7, "maxBytes": 8 },
          "retained": { "maxEvents": 7, "maxBytes": 8, "maxBytesPerPrincipal": 4, "maxAgeSeconds": 9 },
          "history": [ { "uri": "com.full." , "match": "prefix", "limit": 5, "maxBytes": 5000000000, "maxAgeSeconds": 6, "store": "sqlite" }, { "uri": "com.full" } ],
          "statistics": { "intervalSeconds": 11, "minMessages": 12 },
          "authorizer": { "timeoutSeconds": 13, "maxPending": 14, "maxCached": 15 },
          "limits": {
            "maxSessions": 1, "maxSubscriptionsPerSession": 2, "maxRegistrationsPerSession": 3,
            "maxPendingCallsPerSession": 4, "maxPendingInvocationsPerSession": 5, "maxCachedUris": 6e0, "maxCachedUriBytes": 15, "maxQueuedCallsPerRegistration": 7, "maxHeldCallBytes": 8,
            "maxTestamentsPerSession": 9, "maxTestamentBytesPerSession": 10,
            "maxDefinitionsPerSession": 11, "maxDefinitionBytesPerSession": 12, "maxDefinitions": 13, "maxDefinitionBytes": 14,
            "maxSessionsPerPrincipal": 21, "maxSubscriptionsPerPrincipal": 22, "maxSubscriptions": 23, "maxSubscriptionBytesPerPrincipal": 24, "maxSubscriptionBytes": 25, "maxRegistrationsPerPrincipal": 26, "maxRegistrations": 27, "maxRegistrationBytesPerPrincipal": 28, "maxRegistrationBytes": 29, "maxTestamentBytesPerPrincipal": 30, "maxTestamentBytes": 31, "maxDefinitionsPerPrincipal": 32, "maxDefinitionBytesPerPrincipal": 33, "maxHeldCallBytesPerPrincipal": 34, "maxHistoryReads": 35, "maxWaitingHistoryReads": 36, "maxHistoryReadsPerSession": 37, "maxHistoryReadsPerPrincipal": 38, "maxHistoryResultBytes": 2048, "maxHeldCallBytesPerSession": 39, "maxHistoryBytes": 5067108864
          }
        }
        """;

    [TestCase(5_067_108_863, "is less than the 5067108864 that 'maxBytes' of the histories allow together")]
    [TestCase(5_067_108_864, null)]
    public void Load_HistoriesThatMayHoldMoreThanTheRealm_AreAMistake(long total, string? problem)
    {
        var file = RealmDirectory.MinimalRealm.TrimEnd()[..^1] + $$"""
            , "history": [ { "uri": "com.a", "maxBytes": 5000000000, "store": "sqlite" }, { "uri": "com.b" } ], "limits": { "maxHistoryBytes": {{total}} } }
            """;

        var mistakes = _directory.With("a.json", file).Mistakes();

        Assert.That(mistakes, problem is null ? Is.Empty : Has.Length.EqualTo(1).And.All.Contains($"$.limits.maxHistoryBytes: {problem}"));
    }

    [Test]
    public void Load_OneBadFileOfTwo_ReturnsNoRealmAtAll()
    {
        var result = _directory.With("a.json", RealmDirectory.MinimalRealm).With("b.json", "{}").Load();

        Assert.That(result.Realms, Is.Empty);
        Assert.That(result.Mistakes, Is.Not.Empty);
    }

    [Test]
    public void Load_MistakesInTwoFiles_ReportsBothInOrderOfFileAndLine()
    {
        _directory
            .With("b.json", "{\n  \"name\": 1,\n  \"roles\": [ { \"name\": \"r\" } ],\n  \"limitz\": {},\n  \"authentication\": { \"anonymous\": { \"role\": \"x\" } }\n}")
            .With("a.json", "[]");

        Assert.That(_directory.Mistakes(), Is.EqualTo(new[]
        {
            "a.json:1:1: $: must be an object {…}, not a list […]",
            "b.json:2:11: $.name: must be a text, not a number",
            "b.json:4:3: $.limitz: unknown key 'limitz'; did you mean 'limits'?",
            "b.json:5:46: $.authentication.anonymous.role: there is no role 'x'; the roles here are 'r'",
        }));
    }

    [Test]
    public void Load_ARoleHasNoName_NothingIsSaidOfThoseWhoHaveIt()
    {
        _directory.With("a.json", """{ "name": "a", "roles": [ { "nam": "r" }, { "name": "s" } ], "authentication": { "anonymous": { "role": "r" } } }""");

        Assert.That(_directory.Mistakes(), Is.EqualTo(new[] { "a.json:1:29: $.roles[0].nam: unknown key 'nam'; did you mean 'name'?" }));
    }

    [Test]
    public void Load_SameRealmNameInTwoFiles_NamesTheOtherFile()
    {
        _directory.With("a.json", RealmDirectory.MinimalRealm).With("b.json", RealmDirectory.MinimalRealm);

        var expected = $"b.json:1:11: $.name: realm 'a' is defined already in a.json:1:11";
        Assert.That(_directory.Mistakes(), Is.EqualTo(new[] { expected }));
    }

    [Test]
    public void Load_ByteOrderMark_IsTolerated()
    {
        byte[] marked = [0xEF, 0xBB, 0xBF, .. Encoding.UTF8.GetBytes(RealmDirectory.MinimalRealm)];

        Assert.That(_directory.With("a.json", marked).Load().Realms, Has.Count.EqualTo(1));
    }

    [Test]
    public void Load_Utf16_SaysHowToSaveTheFile()
    {
        byte[] utf16 = [.. Encoding.Unicode.GetPreamble(), .. Encoding.Unicode.GetBytes(RealmDirectory.MinimalRealm)];
        _directory.With("a.json", utf16);

        Assert.That(_directory.Mistakes(), Is.EqualTo(new[] { "a.json:1:1: is UTF-16 text; save the file as UTF-8" }));
    }

    [Test]
    public void Load_Latin1_PointsAtTheFirstForeignByte()
    {
        _directory.With("a.json", Encoding.Latin1.GetBytes("{\n  \"name\": \"café\" }"));

        Assert.That(_directory.Mistakes(), Is.EqualTo(new[] { "a.json:2:15: is not UTF-8 text from here on; save the file as UTF-8" }));
    }

    [Test]
    public void Load_FileTooLarge_IsAMistakeNotAnEffort()
    {
        using (var file = File.Create(Path.Combine(_directory.Path, "a.json")))
        {
            file.SetLength(SourceFile.MaxBytes + 1);
        }

        Assert.That(_directory.Mistakes(), Is.EqualTo(new[] { "a.json: is larger than 16 MiB, the most a configuration file may have" }));
    }

    [Test]
    public void Load_UnreadableFile_IsAMistake()
    {
        // A link that leads nowhere: unlike missing rights, it stops the superuser of a container too.
        File.CreateSymbolicLink(Path.Combine(_directory.Path, "a.json"), Path.Combine(_directory.Path, "nowhere"));

        Assert.That(_directory.Mistakes(), Has.One.StartsWith("a.json: cannot be read: "));
    }

    [Test]
    [Platform(Exclude = "Win")]
    public async Task Load_PipeBesideAFile_IsAMistakeAtOnce()
    {
        NamedPipe.Make(Path.Combine(_directory.With("b.json", RealmDirectory.MinimalRealm).Path, "a.json"));

        Assert.That(await Task.Run(_directory.Mistakes).Soon(), Has.One.StartsWith("a.json: is no file, but a pipe"));
    }

    [Test]
    public void Load_DirectoryNamedLikeARealmFile_IsAMistake()
    {
        Directory.CreateDirectory(Path.Combine(_directory.With("b.json", RealmDirectory.MinimalRealm).Path, "a.json"));

        Assert.That(_directory.Mistakes(), Is.EqualTo(new[] { "a.json: is a directory, and a file must be there (Docker makes a directory where the source of a bind mount is missing)" }));
    }

    [Test]
    public void HasFiles_DirectoryNamedLikeARealmFile_Counts()
    {
        Directory.CreateDirectory(Path.Combine(_directory.Path, "a.json"));

        Assert.That(RealmConfigurationLoader.HasFiles(_directory.Path), Is.True, "another place must not be taken for it");
    }

    [Test]
    public void Load_NoFiles_IsAMistake() =>
        Assert.That(_directory.Mistakes(), Is.EqualTo(new[] { $"{_directory.Path}: holds no *.json file; the router needs at least one realm" }));

    [Test]
    public void Load_NoDirectory_IsAMistake()
    {
        var missing = Path.Combine(_directory.Path, "missing");

        var mistake = RealmConfigurationLoader.Load(missing).Mistakes.Single();
        Assert.That(mistake.ToString(), Is.EqualTo($"{missing}: there is no such directory; it must hold one *.json file for each realm"));
    }

    [Test]
    public void Load_DirectoryIsAFile_IsAMistake()
    {
        var file = Path.Combine(_directory.With("a.json", "{}").Path, "a.json");

        Assert.That(RealmConfigurationLoader.Load(file).Mistakes, Has.Count.EqualTo(1));
    }

    [Test]
    public void Load_HiddenFilesOfEditors_AreLeftAlone()
    {
        _directory.With("a.json", RealmDirectory.MinimalRealm).With(".#a.json", "not even JSON").With("a.json~", "old");

        Assert.That(_directory.Load().Realms, Has.Count.EqualTo(1));
    }
}
