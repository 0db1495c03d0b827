using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;

namespace WampRouter.Tests;

/// <summary>The folder tree is the architecture (docs/architecture.md): who may name whom is enforced here.</summary>
public sealed partial class LayeringTests
{
    private static readonly Dictionary<string, string[]> MayName = new()
    {
        ["Logging"] = [],
        ["Wire"] = [],
        ["Realms"] = ["Wire"],
        ["Sessions"] = ["Wire", "Realms"],
        ["Transports"] = ["Wire", "Sessions", "Realms"],
        ["Http"] = ["Wire", "Sessions", "Realms"],
        ["Storage"] = ["Wire", "Realms"],
        ["Cluster"] = ["Wire", "Realms"],
        ["Admin"] = ["Realms", "Sessions"],
        ["Configuration"] = ["Wire", "Realms", "Sessions", "Transports", "Storage"],
    };

    private static string RouterFolder([CallerFilePath] string here = "") => Path.Combine(Path.GetDirectoryName(here)!, "..", "Router");

    private static IEnumerable<string> Folders() => MayName.Keys.Where(f => Directory.Exists(Path.Combine(RouterFolder(), f)));

    [TestCaseSource(nameof(Folders))]
    public void Folder_EverySourceFile_NamesOnlyTheLayersBelowIt(string folder)
    {
        var root = Path.Combine(RouterFolder(), folder);
        var offences = from file in Directory.EnumerateFiles(root, "*.cs", SearchOption.AllDirectories)
                       from Match match in LayerName().Matches(File.ReadAllText(file))
                       let named = match.Groups["layer"].Value
                       where named != folder && !MayName[folder].Contains(named)
                       select $"{Path.GetRelativePath(root, file)} names {named}";

        Assert.That(offences.Distinct(), Is.Empty);
    }

    [Test]
    public void RouterFolder_EveryLayer_HasARule()
    {
        var known = MayName.Keys.Concat(["bin", "obj", "Properties"]);

        Assert.That(Directory.EnumerateDirectories(RouterFolder()).Select(d => Path.GetFileName(d)!), Is.SubsetOf(known));
    }

    [GeneratedRegex(@"(?<![.\w])(?:WampRouter\.)?(?<layer>Logging|Wire|Realms|Sessions|Transports|Http|Storage|Cluster|Admin|Configuration)(?=\.[A-Z]|;)")]
    private static partial Regex LayerName();
}
