using System.Text;
using WampRouter.Configuration;

namespace WampRouter.Tests.Configuration;

/// <summary>A directory of realm files that lives as long as a test.</summary>
internal sealed class RealmDirectory : IDisposable
{
    /// <summary>A realm with every required setting and nothing else.</summary>
    public const string MinimalRealm = """
        { "name": "a", "roles": [ { "name": "r" } ], "authentication": { "anonymous": { "role": "r" } } }
        """;

    public string Path { get; } = Directory.CreateTempSubdirectory("wamprouter-").FullName;

    public RealmDirectory With(string fileName, string text) => With(fileName, Encoding.UTF8.GetBytes(text));

    public RealmDirectory With(string fileName, byte[] bytes)
    {
        File.WriteAllBytes(System.IO.Path.Combine(Path, fileName), bytes);
        return this;
    }

    public RealmConfigurationResult Load() => RealmConfigurationLoader.Load(Path);

    /// <summary>The mistakes as printed, without the directory.</summary>
    public string[] Mistakes() => [.. Load().Mistakes.Select(mistake => mistake.ToString().Replace(Path + "/", "", StringComparison.Ordinal))];

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
