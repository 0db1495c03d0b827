using WampRouter.Client;

namespace WampRouter.Tests.EndToEnd;

/// <summary>How the router starts, and how it does not.</summary>
[Category("EndToEnd")]
[TestFixture(RouterBuild.Dotnet)]
[TestFixture(RouterBuild.NativeAot)]
public sealed class StartTests(RouterBuild build)
{
    private const long MostIdleBytes = 30 * 1024 * 1024;

    private string _directory = "";

    [SetUp]
    public void CreateDirectory() => _directory = RouterProcess.CreateDirectory();

    [TearDown]
    public void DeleteDirectory() => Directory.Delete(_directory, recursive: true);

    [Test]
    public async Task Start_MistakesInSettingsAndRealm_PrintsAllOfThemAndExitsWith1()
    {
        await File.WriteAllTextAsync(Path.Combine(_directory, "config", "realms", "broken.json"), """
            {
              "name": "broken realm",
              "rolls": []
            }
            """);

        await using var router = ChildProcess.Start(BuiltFiles.Router(build), ["--WampRouter:Listeners:0:Url=ws://127.0.0.1:0", "--WampRouter:Sessions:HelloTimout=5"], _directory);
        var exitCode = await router.ExitAsync();
        var printed = router.ToString();

        Assert.That(exitCode, Is.EqualTo(1));
        Assert.That(printed, Does.Contain("broken.json").And.Contain("rolls").And.Contain("name"));
        Assert.That(printed, Does.Contain("Listeners:0:Url").And.Contain("HelloTimout"));
        Assert.That(printed, Does.Not.Contain("is ready"));
    }

    [Test]
    public async Task Start_AddressInUse_SaysSoAndExitsWith1()
    {
        await using var first = await RouterProcess.StartAsync(build);

        await using var second = ChildProcess.Start(BuiltFiles.Router(build), [$"--WampRouter:Listeners:0:Url={first.Page.GetLeftPart(UriPartial.Authority)}"], _directory);
        var exitCode = await second.ExitAsync();

        Assert.That(exitCode, Is.EqualTo(1));
        Assert.That(second.ToString(), Does.Contain("cannot listen").And.Contain("in use"));
    }

    [Test]
    public async Task HashTicket_GeneratedEntryPastedIntoRealmFile_LetsThatTicketIn()
    {
        await using var command = ChildProcess.Start(BuiltFiles.Router(build), ["hash-ticket", "--generate"], _directory);
        Assert.That(await command.ExitAsync(), Is.Zero);
        var (ticket, entry) = (command.Output[0], command.Output[1]);

        await using var router = await RouterProcess.StartAsync(build, directory => File.WriteAllText(Path.Combine(directory, "config", "realms", "mine.json"), $$"""
            {
              "name": "mine",
              "roles": [ { "name": "user", "permissions": [ { "uri": "", "match": "prefix", "allow": { "call": true } } ] } ],
              "authentication": { "ticket": { "principals": [ { "authid": "ada", "role": "user", "tickets": [ {{entry}} ] } ] } }
            }
            """));
        await using var client = await router.JoinAsync("mine", WampAuthentication.Ticket("ada", ticket));

        Assert.That(client.Session!.AuthId, Is.EqualTo("ada"));
        Assert.That(client.Session.AuthRole, Is.EqualTo("user"));
        Assert.That(() => router.JoinAsync("mine", WampAuthentication.Ticket("ada", $"{ticket}0")), Throws.InstanceOf<WampConnectionException>());
    }

    [Test]
    public async Task Start_NothingToDo_StaysSmall()
    {
        if (build != RouterBuild.NativeAot)
        {
            Assert.Pass("Only the published executable promises a size.");
        }

        await using var router = await RouterProcess.StartAsync(build);

        Assert.That(router.IdleBytes, Is.LessThanOrEqualTo(MostIdleBytes));
    }
}
