using System.Text.RegularExpressions;
using WampRouter.Realms.Meta;
using WampRouter.Tests.Configuration;

namespace WampRouter.Tests.Realms.Meta;

public sealed partial class MetaTopicsTests
{
    [Test]
    public void Uris_TopicsInTheSources_AreTheSame()
    {
        var published = Directory.EnumerateFiles(Path.Combine(ShippedFiles.Root, "Router", "Realms"), "*.cs", SearchOption.AllDirectories)
            .SelectMany(file => Topic().Matches(File.ReadAllText(file)))
            .Select(match => match.Groups[1].Value);

        Assert.That(published.Distinct(), Is.EquivalentTo(MetaTopics.Uris));
    }

    [GeneratedRegex("\"(wamp\\.[a-z]+\\.on_[a-z]+)\"u8")]
    private static partial Regex Topic();
}
