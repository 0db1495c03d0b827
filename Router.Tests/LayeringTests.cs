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
        ["Measures"] = [],
        ["Delivery"] = ["Measures"],
        ["Realms"] = ["Wire", "Delivery", "Measures"],
        ["Sessions"] = ["Wire", "Delivery", "Measures", "Realms"],
        ["Transports"] = ["Wire", "Delivery", "Measures", "Sessions", "Realms"],
        ["Http"] = ["Wire", "Delivery", "Measures", "Sessions", "Realms", "Transports", "Storage"],
        ["Storage"] = ["Wire", "Delivery", "Measures", "Realms"],
        ["Cluster"] = ["Wire", "Delivery", "Realms"],
        ["Admin"] = ["Realms", "Sessions"],
        ["Configuration"] = ["Wire", "Realms", "Sessions", "Transports", "Storage", "Http"],
        ["Hosting"] = ["Logging", "Measures", "Wire", "Delivery", "Realms", "Sessions", "Transports", "Http", "Storage", "Admin", "Configuration"],
    };

    /// <summary>Within a layer, its folders name only those that stand above them in this list. Files beside the folders belong to the layer as a whole: what puts the parts together, or what all have in common.</summary>
    private static readonly Dictionary<string, string[]> BottomUp = new()
    {
        ["Realms"] = ["Patterns", "Authorization", "Settings", "Policies", "Peers", "Metrics", "Quotas", "Decisions", "Members", "Messages", "Uris", "Events", "Dealer", "History", "Broker", "Meta", "Reflection"],
        ["Sessions"] = ["Outboxes", "Connections", "Hello", "Authentication", "Resumption", "Login"],
        ["Transports"] = ["Compression", "Admission", "WebSockets", "RawSocket", "Handshake", "Memory", "Listening", "FrontDoor", "ProxyProtocol", "Endpoint", "LongPoll"],
        ["Http"] = ["Events", "Webhooks"],
        ["Configuration"] = ["Documents", "InCode", "Methods", "Changes"],
    };

    /// <summary>
    /// One lookup finds all of a member or a URI, so these carry what broker and dealer keep with them: a folder may hold these types of one above it, and nothing else.
    /// </summary>
    private static readonly Dictionary<string, string[]> Carries = new()
    {
        ["Realms.Members"] = ["Subscriber", "CalleeEndpoint", "PendingCalls", "PendingInvocations", "CallAdmission"],
        ["Realms.Uris"] = ["Subscription", "Registration"],
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

    /// <summary>Plain HTTP is no transport, and has of them only what lets somebody in: who he is, whether there is a place, and a pipe.</summary>
    [Test]
    public void Http_EverySourceFile_NamesNoTransport()
    {
        var offences = from file in Directory.EnumerateFiles(Path.Combine(RouterFolder(), "Http"), "*.cs", SearchOption.AllDirectories)
                       from Match match in Regex.Matches(File.ReadAllText(file), @"Transports\.(?<folder>[A-Z]\w+)")
                       let folder = match.Groups["folder"].Value
                       where folder is not ("Admission" or "Endpoint" or "Memory")
                       select $"{Path.GetFileName(file)} names {folder}";

        Assert.That(offences, Is.Empty);
    }

    private static IEnumerable<TestCaseData> Subfolders() =>
        BottomUp.SelectMany(layer => layer.Value.Select(folder => new TestCaseData(layer.Key, folder)));

    [TestCaseSource(nameof(Subfolders))]
    public void Subfolder_EverySourceFile_NamesOnlyTheFoldersBelowIt(string layer, string folder)
    {
        var order = BottomUp[layer];
        var carried = Carries.GetValueOrDefault($"{layer}.{folder}", []);
        var offences = from above in order.Skip(Array.IndexOf(order, folder) + 1)
                       let types = TypesOf(layer, above).Except(carried).ToHashSet()
                       from file in SourcesOf(layer, folder)
                       let source = File.ReadAllText(file)
                       where Regex.IsMatch(source, $@"\b{layer}\.{above}\b|(?<![.\w]){above}\.[A-Z]")
                       from word in Word().Matches(WithoutUsings().Replace(source, "")).Select(match => match.Value).Where(types.Contains)
                       select $"{Path.GetFileName(file)} names {above}.{word}";

        Assert.That(offences.Distinct(), Is.Empty);
    }

    [Test]
    public void Layer_EverySubfolder_IsInTheOrder([ValueSource(nameof(OrderedLayers))] string layer)
    {
        var folders = Directory.EnumerateDirectories(Path.Combine(RouterFolder(), layer)).Select(directory => Path.GetFileName(directory)!);

        Assert.That(folders, Is.EquivalentTo(BottomUp[layer]));
    }

    private static string[] OrderedLayers() => [.. BottomUp.Keys];

    private static IEnumerable<string> SourcesOf(string layer, string folder) =>
        Directory.EnumerateFiles(Path.Combine(RouterFolder(), layer, folder), "*.cs", SearchOption.AllDirectories);

    private static IEnumerable<string> TypesOf(string layer, string folder) =>
        SourcesOf(layer, folder).SelectMany(file => DeclaredType().Matches(File.ReadAllText(file))).Select(match => match.Groups["name"].Value);

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

    [GeneratedRegex(@"^(?:(?:public|internal|static|sealed|abstract|partial|readonly|ref) +)+(?:class|record struct|record|struct|interface|enum) +(?<name>\w+)", RegexOptions.Multiline)]
    private static partial Regex DeclaredType();

    [GeneratedRegex(@"\w+")]
    private static partial Regex Word();

    [GeneratedRegex(@"^using [\w.]+;\n|(?<!/)//[^/\n].*$", RegexOptions.Multiline)]
    private static partial Regex WithoutUsings();
}
