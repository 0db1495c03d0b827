using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace WampRouter.Tests.Conformance;

/// <summary>Every requirement there is: the files in <c>Conformance/Requirements</c>.</summary>
internal static class RequirementCatalog
{
    /// <summary>The commit of wamp-proto/wamp-proto whose text the rows were read from.</summary>
    public const string SpecificationCommit = "d8389b83b18da834f20fdae6ea5ec57b0c4da4e5";

    private static readonly JsonSerializerOptions Options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.KebabCaseLower) },
    };

    private static readonly Lazy<IReadOnlyList<RequirementFile>> All = new(Read);

    /// <summary>In the order of the table.</summary>
    public static IReadOnlyList<RequirementFile> Files => All.Value;

    /// <summary>All rows.</summary>
    public static IEnumerable<Requirement> Rows => Files.SelectMany(file => file.Rows);

    private static IReadOnlyList<RequirementFile> Read() =>
    [
        .. Directory.EnumerateFiles(Path.Combine(Folder(), "Requirements"), "*.json")
            .Select(file => JsonSerializer.Deserialize<RequirementFile>(File.ReadAllText(file), Options) ?? throw new InvalidDataException(file))
            .OrderBy(file => file.Order)
            .ThenBy(file => file.Source, StringComparer.Ordinal),
    ];

    private static string Folder([CallerFilePath] string here = "") => Path.GetDirectoryName(here)!;
}
