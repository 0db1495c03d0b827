using System.Text.Json;
using System.Text.RegularExpressions;

namespace WampRouter.Tests.Configuration;

/// <summary>As much of JSON Schema 2020-12 as <c>config/realm.schema.json</c> uses. A keyword it does not know fails the test: nothing goes unchecked.</summary>
internal sealed class JsonSchema(JsonElement root)
{
    private static readonly HashSet<string> Annotations = ["$schema", "$defs", "title", "description", "default", "allowComments", "allowTrailingCommas"];

    // A keyword says nothing about values of another kind: "type" does.
    private static readonly Dictionary<string, JsonValueKind> AppliesTo = new()
    {
        ["required"] = JsonValueKind.Object,
        ["properties"] = JsonValueKind.Object,
        ["additionalProperties"] = JsonValueKind.Object,
        ["minProperties"] = JsonValueKind.Object,
        ["items"] = JsonValueKind.Array,
        ["minItems"] = JsonValueKind.Array,
        ["minLength"] = JsonValueKind.String,
        ["pattern"] = JsonValueKind.String,
        ["minimum"] = JsonValueKind.Number,
        ["maximum"] = JsonValueKind.Number,
    };

    public JsonElement Root { get; } = Resolve(root, root);

    public static JsonSchema Load(string path)
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(path));
        return new JsonSchema(document.RootElement.Clone());
    }

    /// <summary>What the schema says at a place, its reference followed.</summary>
    public JsonElement Resolve(JsonElement schema) => Resolve(root, schema);

    /// <summary>Every way in which the text does not fit.</summary>
    public IReadOnlyList<string> Validate(string json)
    {
        using var document = JsonDocument.Parse(json, new JsonDocumentOptions { AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip });
        return [.. Validate(root, document.RootElement, "$")];
    }

    private IEnumerable<string> Validate(JsonElement schema, JsonElement value, string path) =>
        schema.EnumerateObject()
            .Where(keyword => !AppliesTo.TryGetValue(keyword.Name, out var kind) || kind == value.ValueKind)
            .SelectMany(keyword => Check(keyword.Name, keyword.Value, schema, value, path));

    private IEnumerable<string> Check(string keyword, JsonElement argument, JsonElement schema, JsonElement value, string path) => keyword switch
    {
        "$ref" => Validate(Resolve(schema), value, path),
        "type" => Unless(IsOfType(value, argument.GetString()!), "is no " + argument),
        "enum" => Unless(argument.EnumerateArray().Any(allowed => JsonElement.DeepEquals(allowed, value)), "is none of " + argument),
        "required" => argument.EnumerateArray().Where(key => !value.TryGetProperty(key.GetString()!, out _)).Select(key => $"{path}: lacks {key}"),
        "properties" => value.EnumerateObject()
            .Where(member => argument.TryGetProperty(member.Name, out _))
            .SelectMany(member => Validate(argument.GetProperty(member.Name), member.Value, $"{path}.{member.Name}")),
        "additionalProperties" => value.EnumerateObject()
            .Where(member => !schema.GetProperty("properties").TryGetProperty(member.Name, out _))
            .Select(member => $"{path}: unknown {member.Name}"),
        "items" => value.EnumerateArray().SelectMany((item, index) => Validate(argument, item, $"{path}[{index}]")),
        "minItems" => Unless(value.GetArrayLength() >= argument.GetInt32(), "is too short"),
        "minProperties" => Unless(value.EnumerateObject().Count() >= argument.GetInt32(), "is too empty"),
        "minLength" => Unless(value.GetString()!.Length >= argument.GetInt32(), "is too short"),
        "minimum" => Unless(value.GetDouble() >= argument.GetDouble(), "is too small"),
        "maximum" => Unless(value.GetDouble() <= argument.GetDouble(), "is too large"),
        "pattern" => Unless(Regex.IsMatch(value.GetString()!, argument.GetString()!), "does not match " + argument),
        _ => Unless(Annotations.Contains(keyword), $"the schema has an unknown keyword '{keyword}'"),
    }
        is var problems ? problems.Select(problem => problem.StartsWith('$') ? problem : $"{path}: {problem}") : [];

    private static IEnumerable<string> Unless(bool isRight, string problem) => isRight ? [] : [problem];

    private static JsonElement Resolve(JsonElement root, JsonElement schema) =>
        schema.TryGetProperty("$ref", out var reference)
            ? root.GetProperty("$defs").GetProperty(reference.GetString()!["#/$defs/".Length..])
            : schema;

    private static bool IsOfType(JsonElement value, string type) => type switch
    {
        "object" => value.ValueKind == JsonValueKind.Object,
        "array" => value.ValueKind == JsonValueKind.Array,
        "string" => value.ValueKind == JsonValueKind.String,
        "boolean" => value.ValueKind is JsonValueKind.True or JsonValueKind.False,
        "integer" => value.ValueKind == JsonValueKind.Number && double.IsInteger(value.GetDouble()),
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, "the schema has an unknown type"),
    };
}
