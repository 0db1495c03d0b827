using System.Globalization;
using System.Text.RegularExpressions;
using WampRouter.Tests.Configuration;

namespace WampRouter.Tests;

/// <summary>An event id means one line of the log, and its hundred says which layer wrote it.</summary>
public sealed partial class LogIdTests
{
    private static readonly Dictionary<string, int> Hundreds = new()
    {
        ["Logging"] = 10,
        ["Transports"] = 11,
        ["Sessions"] = 12,
        ["Hosting"] = 12,
        ["Server"] = 12,
        ["Sqlite"] = 15,
        ["Realms"] = 13,
        ["Http"] = 14,
        ["Storage"] = 15,
    };

    [Test]
    public void EventIds_InAllOfTheRouter_AreThereOnce()
    {
        var twice = Events().GroupBy(found => found.Id).Where(same => same.Count() > 1).Select(same => $"{same.Key}: {string.Join(", ", same.Select(found => found.File))}");

        Assert.That(twice, Is.Empty);
    }

    [Test]
    public void EventIds_OfAFolder_AreInItsHundred()
    {
        var strangers = Events().Where(found => !Hundreds.TryGetValue(found.Folder, out var hundred) || found.Id / 100 != hundred).Select(found => $"{found.Id} in {found.File}");

        Assert.That(strangers, Is.Empty);
    }

    private static IEnumerable<(int Id, string Folder, string File)> Events() =>
        from project in (string[])["Router", "Router.Server", "Router.Sqlite"]
        let root = Path.Combine(ShippedFiles.Root, project)
        from file in Directory.EnumerateFiles(root, "*.cs", SearchOption.AllDirectories)
        let name = Path.GetRelativePath(root, file)
        let folder = name.Split(Path.DirectorySeparatorChar)[0]
        where folder is not ("obj" or "bin")
        from Match match in EventId().Matches(File.ReadAllText(file))
        select (int.Parse(match.Groups["id"].Value, CultureInfo.InvariantCulture), Hundreds.ContainsKey(folder) || project == "Router" ? folder : project["Router.".Length..], name);

    [GeneratedRegex(@"\[LoggerMessage\((?:EventId = )?(?<id>\d+)")]
    private static partial Regex EventId();
}
