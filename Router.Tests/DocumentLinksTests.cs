using System.Text.RegularExpressions;
using WampRouter.Server.Commands;
using WampRouter.Tests.Configuration;

namespace WampRouter.Tests;

/// <summary>Links of documents lead to what is there, and lists of contents say what is where.</summary>
public sealed partial class DocumentLinksTests
{
    private static readonly string[] Documents =
    [
        .. from folder in (string[])["", "docs", "Router", "Router.Sqlite", "Router.Wire", "Clients", "Clients/WampRouter.Client", "Clients/WampRouter.Client.Hosting", "Clients/WampRouter.Client.Newtonsoft", "Clients/WampRouter.Testing"]
           from file in Directory.EnumerateFiles(Path.Combine(ShippedFiles.Root, folder), "*.md")
           select Path.GetRelativePath(ShippedFiles.Root, file).Replace('\\', '/'),
    ];

    [TestCaseSource(nameof(Documents))]
    public void Document_EveryLink_LeadsSomewhere(string document)
    {
        var text = Read(document);
        var links = Link().Matches(Code().Replace(text, "")).Select(link => link.Groups["target"].Value).Where(target => !target.Contains(':', StringComparison.Ordinal));

        Assert.That(links.Where(link => !LeadsSomewhere(document, link)), Is.Empty);
    }

    [Test]
    public void Configuration_Contents_NamesEverySectionAndLeadsToIt()
    {
        var text = Read("docs/configuration.md");
        var contents = Link().Matches(text[..text.IndexOf("\n## ", StringComparison.Ordinal)]).ToDictionary(link => link.Groups["text"].Value, link => link.Groups["target"].Value.TrimStart('#'));
        var anchors = AnchorsOf(text);

        var sections = Heading().Matches(Code().Replace(text, "")).Where(heading => heading.Groups["level"].Length == 2).Select(heading => heading.Groups["text"].Value.Trim()).ToArray();

        Assert.That(sections, Has.Length.GreaterThan(8).And.SubsetOf(contents.Keys));
        Assert.That(sections.Where(section => anchors[contents[section]] != section), Is.Empty, "leads somewhere else");
    }

    [TestCaseSource(nameof(Documents))]
    public void Document_AnchorOfItsOwn_StandsBeforeWhatItNames(string document) =>
        Assert.That(OwnAnchor().Matches(Read(document)).Where(anchor => !anchor.Groups["next"].Success).Select(anchor => anchor.Groups["id"].Value), Is.Empty);

    [Test]
    public void Clients_EveryFolder_IsInTheTable()
    {
        var folders = Directory.EnumerateDirectories(Path.Combine(ShippedFiles.Root, "Clients")).Select(folder => Path.GetFileName(folder)!).Where(folder => folder is not ("bin" or "obj"));

        Assert.That(TableRow().Matches(Read("Clients/README.md")).Select(row => row.Groups["name"].Value), Is.EquivalentTo(folders));
    }

    [Test]
    public void Readme_EveryCommandOfTheProgram_IsShown() =>
        Assert.That(RouterCommands.Names.Except(["serve", "help", "version"]).Where(command => !Read("README.md").Contains($"-- {command} ", StringComparison.Ordinal)), Is.Empty);

    [TestCase("docs/limits.md", "configuration.md#how-it-ends", true)]
    [TestCase("docs/limits.md", "configuration.md#what-is-logged", true)]
    [TestCase("docs/limits.md", "#sessions-and-logins", true)]
    [TestCase("docs/limits.md", "configuration.md#nowhere", false)]
    [TestCase("docs/limits.md", "nothing.md", false)]
    public void Link_ThatLeadsNowhere_IsFound(string document, string link, bool leads) => Assert.That(LeadsSomewhere(document, link), Is.EqualTo(leads));

    private static bool LeadsSomewhere(string document, string link)
    {
        var (path, anchor) = link.Split('#') is [var file, var id] ? (file, id) : (link, "");
        var target = path.Length == 0 ? document : Path.GetRelativePath(ShippedFiles.Root, Path.Combine(ShippedFiles.Root, Path.GetDirectoryName(document)!, path));
        return Path.Exists(Path.Combine(ShippedFiles.Root, target)) && (anchor.Length == 0 || AnchorsOf(Read(target)).ContainsKey(anchor));
    }

    /// <summary>Where one may jump to, and the heading or the words that are there.</summary>
    private static Dictionary<string, string> AnchorsOf(string text)
    {
        var anchors = new Dictionary<string, string>();
        foreach (Match heading in Heading().Matches(Code().Replace(text, "")))
        {
            anchors.TryAdd(Unsaid().Replace(heading.Groups["text"].Value.Trim().ToLowerInvariant(), "").Replace(' ', '-'), heading.Groups["text"].Value.Trim());
        }

        foreach (Match anchor in OwnAnchor().Matches(text))
        {
            anchors[anchor.Groups["id"].Value] = anchor.Groups["next"].Value.TrimStart('#', ' ');
        }

        return anchors;
    }

    private static string Read(string document) => File.ReadAllText(Path.Combine(ShippedFiles.Root, document));

    [GeneratedRegex(@"(?<!!)\[(?<text>[^\]\n]+)\]\((?<target>[^)\s]+)\)")]
    private static partial Regex Link();

    [GeneratedRegex(@"^\| `(?<name>[^`]+)` \|", RegexOptions.Multiline)]
    private static partial Regex TableRow();

    [GeneratedRegex("(?sm)^```.*?^```")]
    private static partial Regex Code();

    [GeneratedRegex(@"^(?<level>#{1,4}) (?<text>.+)$", RegexOptions.Multiline)]
    private static partial Regex Heading();

    /// <summary>What a heading's anchor leaves out.</summary>
    [GeneratedRegex(@"[^\w\- ]")]
    private static partial Regex Unsaid();

    /// <summary>Before a heading with an empty line between, or right before the paragraph.</summary>
    [GeneratedRegex(@"<a id=""(?<id>[^""]+)""></a>\n(?:\n(?<next>#[^\n]+)|(?<next>[^\n]+))?")]
    private static partial Regex OwnAnchor();
}
