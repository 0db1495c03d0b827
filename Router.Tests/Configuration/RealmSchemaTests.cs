using System.Text.Json;
using WampRouter.Configuration;
using WampRouter.Configuration.Documents;

namespace WampRouter.Tests.Configuration;

/// <summary>What editors offer (the schema) and what the router takes (the loader) are the same.</summary>
public sealed class RealmSchemaTests
{
    private readonly JsonSchema _schema = JsonSchema.Load(ShippedFiles.Schema);

    [Test]
    public void Schema_EverySetting_IsWhatTheLoaderReads() =>
        Assert.That(FindDifferences("$", _schema.Root, RealmFile.Describe()), Is.Empty);

    [Test]
    public void Schema_ASettingMoreOrLessOrOther_IsFound()
    {
        var described = RealmFile.Describe();
        var changed = described
            .Where(setting => setting.Key != "overflow")
            .Select(setting => setting.Key == "uriCheck" ? setting with { Default = "\"strict\"" } : setting)
            .Append(new Setting("new", SettingKind.Text))
            .ToArray();

        Assert.That(FindDifferences("$", _schema.Root, changed), Is.EqualTo(new[]
        {
            "$.overflow: only in the schema",
            "$.new: only in the loader",
            "$.uriCheck: default",
        }));
    }

    [Test]
    public void Describe_NestedObjects_AreDescribedToo()
    {
        var roles = RealmFile.Describe().Single(setting => setting.Key == "roles");
        var permissions = roles.Members.Single(setting => setting.Key == "permissions");
        var allow = permissions.Members.Single(setting => setting.Key == "allow");

        Assert.That(allow.Members.Select(setting => setting.Key), Is.EquivalentTo(new[] { "comment", "call", "register", "publish", "subscribe" }));
    }

    private static IEnumerable<string> Realms() => Directory.EnumerateFiles(ShippedFiles.Realms).Select(path => Path.GetFileName(path));

    [TestCaseSource(nameof(Realms))]
    public void Validate_ShippedRealm_FitsTheSchema(string fileName) =>
        Assert.That(_schema.Validate(File.ReadAllText(Path.Combine(ShippedFiles.Realms, fileName))), Is.Empty);

    // The checker itself is tested, or a schema that says nothing would pass.
    [TestCase("""{ "name": "", "roles": [], "authentication": {}, "x": 1 }""",
        "$.name: is too short", "$.roles: is too short", "$.authentication: is too empty", "$: unknown x")]
    [TestCase("""{ "name": 1, "roles": [ { "name": "r" } ] }""", "$: lacks authentication", "$.name: is no string")]
    [TestCase("""{ "name": "a", "roles": [ { "name": "r" } ], "authentication": { "anonymous": { "role": "r" } }, "overflow": "x", "limits": { "maxSessions": 0 } }""",
        "$.overflow: is none of [\"disconnect\", \"drop-events\"]", "$.limits.maxSessions: is too small")]
    public void Validate_WrongRealm_IsFound(string json, params string[] problems) => Assert.That(_schema.Validate(json), Is.EquivalentTo(problems));

    private IEnumerable<string> FindDifferences(string path, JsonElement schema, IReadOnlyList<Setting> settings)
    {
        var properties = schema.GetProperty("properties").EnumerateObject().ToDictionary(property => property.Name, property => property.Value);
        var known = settings.ToDictionary(setting => setting.Key);
        var required = schema.TryGetProperty("required", out var list) ? list.EnumerateArray().Select(key => key.GetString()!).ToHashSet() : [];
        return properties.Keys.Except(known.Keys).Select(key => $"{path}.{key}: only in the schema")
            .Concat(known.Keys.Except(properties.Keys).Select(key => $"{path}.{key}: only in the loader"))
            .Concat(known.Keys.Intersect(properties.Keys).SelectMany(key => FindDifferences($"{path}.{key}", properties[key], known[key], required.Contains(key))))
            .Concat(schema.GetProperty("additionalProperties").ValueKind == JsonValueKind.False ? [] : [$"{path}: takes unknown keys"]);
    }

    private List<string> FindDifferences(string path, JsonElement referring, Setting setting, bool isRequired)
    {
        var schema = _schema.Resolve(referring);
        var differences = new List<string>();
        Compare("type", setting.Kind switch
        {
            SettingKind.Text => "string",
            SettingKind.Boolean => "boolean",
            SettingKind.Integer => "integer",
            SettingKind.Object => "object",
            SettingKind.TextList or SettingKind.ObjectList => "array",
            _ => null,
        });
        Compare("enum", setting.Kind == SettingKind.Choice ? JsonSerializer.Serialize(setting.Choices) : null);
        Compare("default", setting.Default);
        Compare("minimum", setting.Range?.Least.ToString(System.Globalization.CultureInfo.InvariantCulture));
        Compare("maximum", setting.Range?.Most.ToString(System.Globalization.CultureInfo.InvariantCulture));
        Compare("minItems", setting.LeastItems > 0 ? "1" : null);
        if (setting.IsRequired != isRequired)
        {
            differences.Add($"{path}: required");
        }

        if (!schema.TryGetProperty("description", out _))
        {
            differences.Add($"{path}: not described");
        }

        if (setting.Kind is SettingKind.Object or SettingKind.ObjectList)
        {
            var members = setting.Kind == SettingKind.Object ? schema : _schema.Resolve(schema.GetProperty("items"));
            differences.AddRange(FindDifferences(path, members, setting.Members));
        }

        return differences;

        void Compare(string keyword, string? expected)
        {
            var actual = !schema.TryGetProperty(keyword, out var value) ? null
                : keyword == "type" ? value.GetString()
                : JsonSerializer.Serialize(value);
            if (actual != expected)
            {
                differences.Add($"{path}: {keyword}");
            }
        }
    }
}
