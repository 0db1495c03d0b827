using System.Globalization;
using System.Reflection;
using System.Text.Json;
using System.Text.RegularExpressions;
using WampRouter.Configuration;
using WampRouter.Configuration.Documents;
using WampRouter.Realms.Settings;
using WampRouter.Server.Configuration;
using WampRouter.Sessions;
using WampRouter.Sessions.Authentication;
using WampRouter.Sessions.Resumption;

namespace WampRouter.Tests.Configuration;

/// <summary>docs/configuration.md says of every setting what it is when nobody sets it, and says what the options classes and the realm files really have.</summary>
public sealed partial class DocumentedSettingsTests
{
    private const string Root = WampRouterOptions.SectionName + ":";

    /// <summary>Defaults that the document says in words.</summary>
    private static readonly Dictionary<string, object?> InWords = new()
    {
        ["half the cores"] = Math.Max(1, Environment.ProcessorCount / 2),
        ["a quarter of the memory"] = null,
        ["an eighth of the memory"] = null,
        ["from the open files"] = null,
        ["a quarter of these"] = null,
        ["100 from elsewhere"] = null,
        ["no limit"] = null,
        ["WAMP"] = Array.Empty<string>(),
        ["this machine"] = Array.Empty<string>(),
        ["those it names"] = Array.Empty<string>(),
        ["the system's"] = Array.Empty<string>(),
        ["the router's own host"] = Array.Empty<string>(),
        ["none"] = Array.Empty<string>(),
    };

    private static readonly string Document = File.ReadAllText(Path.Combine(ShippedFiles.Root, "docs", "configuration.md"));

    private static readonly string Limits = File.ReadAllText(Path.Combine(ShippedFiles.Root, "docs", "limits.md"));

    private static readonly Dictionary<string, (string Default, string Says)> Rows =
        Row().Matches(Document).ToDictionary(row => row.Groups["key"].Value, row => (row.Groups["default"].Value.Trim().Trim('`'), row.Groups["says"].Value));

    private static readonly Dictionary<string, string> RealmRows =
        RealmRow().Matches(Document).ToDictionary(row => row.Groups["key"].Value, row => row.Groups["default"].Value.Trim());

    private static readonly Dictionary<string, object?> Options = new(Leaves(new StandAloneOptions { Listeners = [ListenerOptions.Default] }, ""));

    [Test]
    public void Table_EveryOption_HasARow() =>
        Assert.That(Options.Keys.Where(key => !Rows.ContainsKey(Root + key) && !IsNamedBesideAnother(key)), Is.Empty);

    [Test]
    public void Table_EveryKey_IsAnOption() =>
        Assert.That(Rows.Keys.Where(key => !key.StartsWith(Root, StringComparison.Ordinal) || !Options.ContainsKey(key[Root.Length..])), Is.Empty);

    [Test]
    public void Table_EveryDefault_IsWhatTheClassHas() =>
        Assert.That(Rows.Where(row => Options.TryGetValue(row.Key[Root.Length..], out var actual) && !IsDefault(row.Value.Default, actual)).Select(row => $"{row.Key}: {row.Value.Default}"), Is.Empty);

    [TestCase("1,000", 1_000, true)]
    [TestCase("1 MiB", 1024 * 1024, true)]
    [TestCase("1 MiB", 1_000_000, false)]
    [TestCase("no limit", 5, false)]
    [TestCase("config/realms", "config/realm", false)]
    [TestCase("–", "", true)]
    public void IsDefault_TextAndValue_AreCompared(string text, object value, bool isRight) => Assert.That(IsDefault(text, value), Is.EqualTo(isRight));

    [Test]
    public void RealmFile_SectionsLeftOutOrEmpty_HaveTheDefaultsOfTheirClasses()
    {
        var bare = Load(RealmDirectory.MinimalRealm);
        var empty = Load($$"""{{RealmDirectory.MinimalRealm.TrimEnd()[..^1]}}, "retained": {}, "limits": {}, "resumption": {}, "statistics": {}, "history": [ { "uri": "com.a" } ] }""");

        var (realm, sessions) = (new RealmSettings { Name = "a", Roles = [] }, new SessionSettings { Authentication = new AuthenticationSettings() });
        Assert.Multiple(() =>
        {
            Assert.That((bare.Realm.UriCheck, bare.Realm.AllowDiscloseMe, bare.Realm.ProgressNeedsCanceling), Is.EqualTo((realm.UriCheck, realm.AllowDiscloseMe, realm.ProgressNeedsCanceling)));
            Assert.That((bare.Sessions.RequestIds, bare.Sessions.Overflow), Is.EqualTo((sessions.RequestIds, sessions.Overflow)));
            Assert.That(bare.Realm.Limits, Is.EqualTo(new RealmLimits()));
            Assert.That(bare.Realm.Retained, Is.EqualTo(new RetainedSettings()));
            Assert.That(bare.Realm.Statistics, Is.Null);
            Assert.That(bare.Realm.History, Is.Empty);
            Assert.That(bare.Sessions.Resumption, Is.EqualTo(new ResumptionSettings()));
            Assert.That(empty.Realm.Limits, Is.EqualTo(new RealmLimits()));
            Assert.That(empty.Realm.Retained, Is.EqualTo(new RetainedSettings()));
            Assert.That(empty.Realm.Statistics, Is.EqualTo(new StatisticsSettings()));
            Assert.That(empty.Realm.History.Single(), Is.EqualTo(new HistorySettings { Uri = "com.a" }));
            Assert.That(empty.Sessions.Resumption, Is.EqualTo(new ResumptionSettings()));
        });
    }

    [Test]
    public void History_BoundsInTheText_AreTheDefaults()
    {
        var defaults = new HistorySettings { Uri = "com.a" };

        Assert.That(Document, Does.Contain($"Beyond {defaults.Limit.ToString("N0", CultureInfo.InvariantCulture)} events (`limit`) or {defaults.MaxBytes / 1024 / 1024} MiB (`maxBytes`"));
    }

    [Test]
    public void Realm_EverySettingOfAFile_IsInTheText()
    {
        var named = Backticked().Matches(Document).Select(name => name.Value.Trim('`', '"')).ToHashSet();

        Assert.That(RealmFile.Describe().Select(setting => setting.Key).Where(key => !named.Contains(key) && !Document.Contains($"\"{key}\":", StringComparison.Ordinal) && key != "comment"), Is.Empty);
    }

    [Test]
    public void RealmTables_EverySettingOfAFile_HasARow()
    {
        Assert.That(DescribedSettings().Select(setting => setting.Path).Where(path => !HasRow(path)), Is.Empty);
    }

    [Test]
    public void RealmTables_EverySettingOfTheSchema_HasARow()
    {
        using var schema = JsonDocument.Parse(File.ReadAllText(Path.Combine(ShippedFiles.Root, "config", "realm.schema.json")));
        var paths = SchemaPaths(new JsonSchema(schema.RootElement), schema.RootElement, "").ToArray();

        Assert.That(paths, Has.Length.GreaterThan(80).And.Contain("retained.maxBytesPerPrincipal").And.Contain("roles[].permissions[].allow.call"));
        Assert.That(paths.Where(path => !HasRow(path)), Is.Empty);
    }

    [Test]
    public void Table_EveryKeyThatIsReadFromAppsettings_HasARow()
    {
        var keys = StandAloneSettings.Shape.Keys.Select(key => $"{Root}{key.Replace(":*:", ":N:", StringComparison.Ordinal)}")
            .Where(key => !key.EndsWith(":*", StringComparison.Ordinal) && !StandAloneSettings.Shape.Keys.Any(other => $"{Root}{other}".StartsWith($"{key.Replace(":N:", ":*:", StringComparison.Ordinal)}:", StringComparison.Ordinal)));

        Assert.That(keys.Where(key => !Rows.ContainsKey(key) && !IsNamedBesideAnother(key[Root.Length..])), Is.Empty);
    }

    [Test]
    public void Table_EverySettingOfTheLog_HasARow()
    {
        var console = LoggingSettings.ConsoleShape.Keys;
        var keys = console.Where(key => !console.Any(other => other.StartsWith(key + ":", StringComparison.Ordinal))).Select(key => $"Console:{key}").Append("LogLevel:CATEGORY").ToArray();

        Assert.That(LogRow().Matches(Document).Select(row => row.Groups["key"].Value), Is.EquivalentTo(keys.Select(key => $"{LoggingSettings.SectionName}:{key}")));
    }

    [Test]
    public void RealmTables_EveryRow_IsASettingWithItsDefault()
    {
        var settings = DescribedSettings().ToDictionary(setting => setting.Path, setting => setting.Setting);

        Assert.That(RealmRows.Where(row => !settings.TryGetValue(row.Key, out var setting) || !IsDefault(row.Value, setting)).Select(row => $"{row.Key}: {row.Value}"), Is.Empty);
    }

    /// <summary>The settings that have a value, with their paths; but not the comments, which every object may have.</summary>
    internal static IEnumerable<(string Path, Setting Setting)> DescribedSettings() => Leaves(RealmFile.Describe(), "").Where(setting => setting.Setting.Key is not ("comment" or "$schema"));

    private static IEnumerable<(string Path, Setting Setting)> Leaves(IReadOnlyList<Setting> settings, string prefix) => settings.SelectMany(setting => setting.Kind switch
    {
        SettingKind.Object => Leaves(setting.Members, $"{prefix}{setting.Key}."),
        SettingKind.ObjectList => Leaves(setting.Members, $"{prefix}{setting.Key}[]."),
        _ => [($"{prefix}{setting.Key}", setting)],
    });

    /// <summary>What bounds what clients can use, below <c>limits</c>, has a page of its own.</summary>
    private static bool HasRow(string path) =>
        RealmRows.ContainsKey(path) || (path.Split('.') is ["limits", var limit] && Limits.Contains($"| `{limit}` |", StringComparison.Ordinal));

    private static IEnumerable<string> SchemaPaths(JsonSchema schema, JsonElement part, string path)
    {
        var resolved = schema.Resolve(part);
        if (resolved.TryGetProperty("properties", out var properties))
        {
            return properties.EnumerateObject().Where(property => property.Name is not ("comment" or "$schema"))
                .SelectMany(property => SchemaPaths(schema, property.Value, path.Length == 0 ? property.Name : $"{path}.{property.Name}"));
        }

        return resolved.TryGetProperty("items", out var items) && schema.Resolve(items).TryGetProperty("properties", out _) ? SchemaPaths(schema, items, $"{path}[]") : [path];
    }

    private static bool IsDefault(string text, Setting setting) => setting switch
    {
        { IsRequired: true } => text == "**–**",
        { Default: null } => text == "–",
        { Kind: SettingKind.Integer } => Number(text) == long.Parse(setting.Default, CultureInfo.InvariantCulture),
        _ => text.Trim('`') == setting.Default.Trim('"'),
    };

    private static RealmConfiguration Load(string json)
    {
        using var directory = new RealmDirectory();
        var result = directory.With("a.json", json).Load();
        Assert.That(result.Mistakes, Is.Empty);
        return result.Realms.Single();
    }

    /// <summary>Such as KeyPath, which the row of Certificate:Path explains along with it.</summary>
    private static bool IsNamedBesideAnother(string key)
    {
        var (folder, name) = (key[..(key.LastIndexOf(':') + 1)], key[(key.LastIndexOf(':') + 1)..]);
        return Rows.Any(row => row.Key.StartsWith(Root + folder, StringComparison.Ordinal) && row.Value.Says.Contains($"`{name}`", StringComparison.Ordinal));
    }

    private static bool IsDefault(string text, object? value) => value switch
    {
        not Enum when InWords.TryGetValue(text, out var inWords) => inWords is Array ? value is string[] { Length: 0 } : Equals(inWords, value),
        null or "" => text == "–",
        TimeSpan time => TimeSpan.TryParseExact(text, "c", CultureInfo.InvariantCulture, out var said) && said == time,
        int or long => Number(text) == Convert.ToInt64(value, CultureInfo.InvariantCulture),
        bool yes => text == (yes ? "true" : "false"),
        Enum word => text.Replace("-", "", StringComparison.Ordinal).Equals(word.ToString(), StringComparison.OrdinalIgnoreCase),
        _ => text == value.ToString(),
    };

    private static long? Number(string text)
    {
        var match = Amount().Match(text);
        return match.Success
            ? long.Parse(match.Groups["number"].Value, NumberStyles.AllowThousands, CultureInfo.InvariantCulture) * (match.Groups["unit"].Value switch { "KiB" => 1L << 10, "MiB" => 1L << 20, "GiB" => 1L << 30, _ => 1 })
            : null;
    }

    private static IEnumerable<KeyValuePair<string, object?>> Leaves(object options, string prefix)
    {
        foreach (var property in options.GetType().GetProperties(BindingFlags.Instance | BindingFlags.Public))
        {
            var (key, value) = (prefix + property.Name, property.GetValue(options));
            value = property.Name switch
            {
                nameof(ListenerOptions.Certificate) => new CertificateOptions(),
                nameof(ListenerOptions.Certificates) => new HostCertificateOptions(),
                nameof(ListenerOptions.Tls) => new ListenerTlsOptions(),
                _ => value,
            };

            var inner = value switch
            {
                IList<ListenerOptions> listeners => Leaves(listeners[0], key + ":N:"),
                HostCertificateOptions one => Leaves(one, key + ":N:"),
                { } section when section.GetType() is { IsClass: true, IsArray: false } type && type.Namespace!.StartsWith("WampRouter", StringComparison.Ordinal) => Leaves(section, key + ":"),
                _ => [new(key, value)],
            };
            foreach (var leaf in inner)
            {
                yield return leaf;
            }
        }
    }

    [GeneratedRegex(@"^\| `(?<key>WampRouter:[^`]+)` \| (?<default>[^|]+) \| (?<says>[^|]+) \|", RegexOptions.Multiline)]
    private static partial Regex Row();

    [GeneratedRegex(@"^\| `(?<key>(?:[a-zA-Z]+(?:\[\])?\.)*[a-z][a-zA-Z]*)` \| (?<default>[^|]+) \| (?<says>[^|]+) \|", RegexOptions.Multiline)]
    private static partial Regex RealmRow();

    [GeneratedRegex(@"^\| `(?<key>Logging:[^`]+)` \|", RegexOptions.Multiline)]
    private static partial Regex LogRow();

    [GeneratedRegex(@"^(?<number>[\d,]+)( (?<unit>KiB|MiB|GiB))?$")]
    private static partial Regex Amount();

    [GeneratedRegex("`\"?[A-Za-z]+\"?`")]
    private static partial Regex Backticked();
}
