using System.Reflection;
using System.Text.RegularExpressions;
using Newtonsoft.Json.Linq;
using WampRouter.Client;
using WampRouter.Tests.Doubles;

namespace WampRouter.Tests.Conformance;

/// <summary>The conformance table is whole: every row has a test or a reason, and every feature announced has a row.</summary>
public sealed partial class ConformanceTableTests
{
    private static readonly HashSet<string> Shown =
    [
        .. typeof(ConformanceTableTests).Assembly.GetTypes()
            .SelectMany(type => type.GetMethods(BindingFlags.Instance | BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic).Cast<MemberInfo>().Prepend(type))
            .SelectMany(member => member.GetCustomAttributes<ShowsAttribute>(inherit: false))
            .SelectMany(shows => shows.Requirements),
    ];

    [Test]
    public void Rows_Ids_AreUniqueAndWellFormed()
    {
        Assert.That(RequirementCatalog.Rows.Select(row => row.Id), Is.Unique);
        Assert.That(RequirementCatalog.Rows.Select(row => row.Id), Is.All.Matches(WellFormedId()));
    }

    [Test]
    public void Rows_EachHasATestOrAReasonWhyNot()
    {
        foreach (var row in RequirementCatalog.Rows)
        {
            var reasons = new[] { row.NotOffered, row.NotOurs }.Count(reason => reason is not null);
            Assert.That(reasons + (Shown.Contains(row.Id) ? 1 : 0), Is.EqualTo(1), $"{row.Id} needs a test that shows it, or a reason why there is none, and not both");
        }
    }

    [Test]
    public void Tests_WhatTheySayTheyShow_IsInTheTable() =>
        Assert.That(Shown.Except(RequirementCatalog.Rows.Select(row => row.Id)), Is.Empty);

    [Test]
    public void Rows_MilderThanTheLetter_HaveALetter() =>
        Assert.That(RequirementCatalog.Rows.Where(row => row.Milder is not null).Select(row => row.Level), Is.Not.Empty.And.All.Not.EqualTo(RequirementLevel.Beyond));

    [Test]
    public void Report_MilderThanTheLetter_IsListedApart()
    {
        var directory = Directory.CreateTempSubdirectory("conformance");
        try
        {
            ConformanceReport.Write(directory.FullName);

            var listed = File.ReadAllText(Path.Combine(directory.FullName, "conformance.md")).Split("\n## ").Single(section => section.StartsWith("Where we are milder", StringComparison.Ordinal));
            Assert.That(RequirementCatalog.Rows.Select(row => row.Milder).OfType<string>(), Is.All.Matches<string>(listed.Contains));
        }
        finally
        {
            directory.Delete(recursive: true);
        }
    }

    [Test]
    public void Rows_Texts_FitIntoATable() =>
        Assert.That(RequirementCatalog.Rows.SelectMany(row => new[] { row.Says, row.Decided, row.Milder, row.NotOffered, row.NotOurs }).OfType<string>(), Is.All.Not.Contains("|").And.All.Not.Contains("\n"));

    [Test]
    [Shows("feature.router-announces", "sessions.router-features", "intro.announcement")]
    public void Features_ThatWelcomeAnnounces_AreThoseTheTableShows()
    {
        using var router = new TestRouter();
        var welcome = JArray.Parse(router.Connect().Send("""[1,"realm1",{"roles":{"caller":{}}}]""").Take().Single());

        Assert.That(AnnouncedIn(welcome), Is.EquivalentTo(AnnouncedBy("broker", "dealer")));
    }

    [Test]
    [Shows("feature.client-announces", "sessions.client-features", "intro.announcement")]
    public async Task Features_ThatHelloOfTheClientAnnounces_AreThoseTheTableShows()
    {
        await using var router = new ScriptedRouter();
        await using var client = new WampClient(new WampClientOptions { Transport = router.Transport, Realm = "realm1", Reconnect = null });
        var connecting = client.ConnectAsync();
        var hello = JArray.Parse(await (await router.AcceptAsync()).ReceiveAsync());
        await router.DisposeAsync();

        Assert.That(async () => await connecting.Soon(), Throws.TypeOf<WampConnectionException>());
        Assert.That(AnnouncedIn(hello), Is.EquivalentTo(AnnouncedBy("caller", "callee", "publisher", "subscriber")));
    }

    private static IEnumerable<string> AnnouncedIn(JArray helloOrWelcome) =>
        helloOrWelcome[2]["roles"]!.Children<JProperty>().SelectMany(role => role.Value["features"]!.Children<JProperty>().Select(feature => $"{role.Name}.{feature.Name}"));

    private static IEnumerable<string> AnnouncedBy(params string[] roles) =>
        RequirementCatalog.Rows.Where(row => row.NotOffered is null).Select(row => row.Announced).OfType<string>().Where(feature => roles.Contains(feature.Split('.')[0]));

    [GeneratedRegex("^[a-z0-9]+([.-][a-z0-9]+)+$")]
    private static partial Regex WellFormedId();
}
