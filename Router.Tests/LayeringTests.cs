using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;

namespace WampRouter.Tests;

/// <summary>The folder tree is the architecture (docs/architecture.md): who may name whom is enforced here.</summary>
public sealed partial class LayeringTests
{
    private static readonly Dictionary<string, string[]> MayName = new()
    {
        ["Logging"] = [],
        ["Delivery"] = [],
        ["Realms"] = ["Wire", "Delivery"],
        ["Sessions"] = ["Wire", "Delivery", "Realms"],
        ["Transports"] = ["Wire", "Delivery", "Sessions", "Realms"],
        ["Http"] = ["Wire", "Delivery", "Sessions", "Realms"],
        ["Storage"] = ["Wire", "Delivery", "Realms"],
        ["Cluster"] = ["Wire", "Delivery", "Realms"],
        ["Admin"] = ["Realms", "Sessions"],
        ["Configuration"] = ["Wire", "Realms", "Sessions", "Transports", "Storage"],
        ["Hosting"] = ["Logging", "Wire", "Delivery", "Realms", "Sessions", "Transports", "Http", "Storage", "Admin", "Configuration"],
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
        var known = MayName.Keys.Concat(["bin", "obj"]);

        Assert.That(Directory.EnumerateDirectories(RouterFolder()).Select(d => Path.GetFileName(d)!), Is.SubsetOf(known));
        Assert.That(Directory.EnumerateFiles(RouterFolder(), "*.cs"), Is.Empty, "files of no layer");
    }

    /// <summary>Of the assemblies the compiler knows who references whom; that the wire layer needs no other, and the library no program, is said here.</summary>
    [TestCase("WampRouter.Wire", "")]
    [TestCase("WampRouter", "WampRouter.Client WampRouter.Wire")]
    [TestCase("WampRouter.Sqlite", "WampRouter WampRouter.Wire")]
    [TestCase("WampRouter.Client", "WampRouter.Wire")]
    public void Assembly_References_OnlyTheAssembliesBelowIt(string assembly, string below)
    {
        var named = Assembly.Load(assembly).GetReferencedAssemblies().Select(reference => reference.Name!).Where(name => name.StartsWith("WampRouter", StringComparison.Ordinal));

        Assert.That(named, Is.EquivalentTo(below.Split(' ', StringSplitOptions.RemoveEmptyEntries)));
    }

    [GeneratedRegex(@"(?<![.\w])(?:WampRouter\.)?(?<layer>Logging|Wire|Delivery|Realms|Sessions|Transports|Http|Storage|Cluster|Admin|Configuration|Hosting|Server|Sqlite)(?=\.[A-Z]|;)")]
    private static partial Regex LayerName();
}
