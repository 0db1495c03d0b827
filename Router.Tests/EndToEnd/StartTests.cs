using System.Text.RegularExpressions;
using WampRouter.Client;

namespace WampRouter.Tests.EndToEnd;

/// <summary>How the router starts, and how it does not.</summary>
[Category("EndToEnd")]
[TestFixture(RouterBuild.Dotnet)]
[TestFixture(RouterBuild.NativeAot)]
public sealed class StartTests(RouterBuild build)
{
    private const long MostIdleBytes = 38 * 1024 * 1024;

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
    public async Task Start_MetricsAreServed_EveryCounterWithoutTagsSaysZero()
    {
        await using var router = await RouterProcess.StartAsync(build, settings: ["--WampRouter:Listeners:1:Url=http://127.0.0.1:0", "--WampRouter:Listeners:1:Serves:0=metrics"]);
        var address = await router.PrintedAsync(@"http://127\.0\.0\.1:\d+/metrics");
        using var client = new HttpClient();

        var page = await client.GetStringAsync(new Uri(address.Value));

        var counters = MadeDocumentsTests.Measures().Where(measure => measure is { Kind: "counter", Tags: [] }).Select(MadeDocumentsTests.InPrometheus).ToArray();
        Assert.That(counters, Does.Contain("wamp_router_log_dropped_lines_total").And.Contain("wamp_router_history_lost_events_total").And.Contain("wamp_router_session_violations_total"));
        Assert.That(counters.Where(counter => !Regex.IsMatch(page, $@"(?m)^{counter}\{{[^}}]*\}} 0( \d+)?$")), Is.Empty);
    }

    [TestCase("--version", 0, @"^WampRouter \d+\.\d+\.\d+$")]
    [TestCase("check-config --help", 0, "^usage: wamprouter check-config")]
    [TestCase("--prot 1", 2, @"^There is no switch '--prot'\. Did you mean --port\?")]
    [TestCase("serve --help", 0, @"^usage: wamprouter \[serve\]")]
    [TestCase("--settings nowhere.json", 1, "^argument --settings: there is no file nowhere\\.json")]
    [TestCase("--Logging:LogLevel:Default Verbose", 1, "^argument --Logging:LogLevel:Default: must be one of")]
    [TestCase("--WampRouter:Transports:OutboxByte 1", 1, "^argument --WampRouter:Transports:OutboxByte: there is no such setting; did you mean 'OutboxBytes'")]
    public async Task Start_ArgumentsThatDoNotServe_EndsWithAWordAndNoStackTrace(string arguments, int exitCode, string line)
    {
        await using var router = ChildProcess.Start(BuiltFiles.Router(build), arguments.Split(' '), _directory);

        Assert.That(await router.ExitAsync(), Is.EqualTo(exitCode));
        Assert.That(router.Output.Concat(router.Errors).First(), Does.Match(line));
        Assert.That(router.ToString(), Does.Not.Contain("   at ").And.Not.Contain("is ready"));
    }

    [TestCase("hash-ticket --stdin", "<&-", "^Standard input is closed, and the ticket is read from there: give it by a pipe or a file\\.$")]
    [TestCase("derive-secret --stdin", "<&-", "^Standard input is closed, and the password is read from there")]
    [TestCase("derive-secret --stdin", "</", "^The password cannot be read from standard input \\(Is a directory")]
    [TestCase("derive-secret --generate", ">&-", "^Standard output cannot be written: it is closed$")]
    [TestCase("hash-ticket --generate", ">/dev/full", "^Standard output cannot be written: No space left on device")]
    [TestCase("--help", ">/dev/full", "^Standard output cannot be written: No space left on device")]
    [TestCase("--version", ">&-", "^Standard output cannot be written: it is closed$")]
    [Platform(Include = "Linux")]
    public async Task Start_StandardStreamThatIsOfNoUse_EndsWithAWordAndNoStackTrace(string arguments, string redirection, string line)
    {
        await using var router = ChildProcess.Start(["sh", "-c", $"exec \"$0\" \"$@\" {redirection}", .. BuiltFiles.Router(build)], arguments.Split(' '), _directory);

        Assert.That(await router.ExitAsync(), Is.EqualTo(1), router.ToString());
        Assert.That(router.Errors[^1], Does.Match(line));
        Assert.That(router.ToString(), Does.Not.Contain("   at "));
    }

    [TestCase("<&- >&-")]
    [TestCase(">&-")]
    [TestCase("<&- 2>&-")]
    [TestCase("2>&-")]
    [Platform(Include = "Linux")]
    public async Task Start_StandardStreamsAreClosed_ServesAndWritesItsLogIntoNoFile(string redirection)
    {
        await File.WriteAllTextAsync(
            Path.Combine(_directory, "config", "realms", "kept.json"),
            """{ "name": "kept", "roles": [ { "name": "r" } ], "authentication": { "anonymous": { "role": "r" } }, "history": [ { "uri": "com.a", "store": "sqlite" } ] }""");
        await using var router = ChildProcess.Start(
            ["sh", "-c", $"exec \"$0\" \"$@\" {redirection}", .. BuiltFiles.Router(build)],
            ["--port", "0", $"--Logging:Console:LogToStandardErrorThreshold={(redirection.Contains('2', StringComparison.Ordinal) ? "None" : "Trace")}"],
            _directory);

        await router.PrintedAsync("has started");
        router.Terminate();

        Assert.That(await router.ExitAsync(), Is.Zero, router.ToString());
        foreach (var file in Directory.EnumerateFiles(Path.Combine(_directory, "data")))
        {
            Assert.That(await File.ReadAllTextAsync(file), Does.Not.Contain("is ready").And.Not.Contain("has started"), file);
        }
    }

    [TestCase("--port 0")]
    [TestCase("check-config --port 0")]
    [Platform(Include = "Linux")]
    public async Task Start_SqliteIsMissing_IsAMistakeOfTheRealmThatNeedsIt(string arguments)
    {
        if (build == RouterBuild.Dotnet)
        {
            Assert.Ignore("'dotnet' itself misses the library.");
        }

        var program = Path.Combine(Directory.CreateDirectory(Path.Combine(_directory, "program")).FullName, "wamprouter");
        File.Copy(BuiltFiles.Router(build)[0], program);
        await File.WriteAllTextAsync(
            Path.Combine(_directory, "config", "realms", "kept.json"),
            """{ "name": "kept", "roles": [ { "name": "r" } ], "authentication": { "anonymous": { "role": "r" } }, "history": [ { "uri": "com.a", "store": "sqlite" } ] }""");

        await using var router = ChildProcess.Start([program], arguments.Split(' '), _directory);

        Assert.That(await router.ExitAsync(), Is.EqualTo(1), router.ToString());
        Assert.That(router.Errors, Has.One.StartsWith("config/realms/kept.json: the history of 'com.a' cannot be kept in a file: SQLite's library libe_sqlite3.so is missing or of no use on this system: put the one"));
        Assert.That(router.Errors[^1], Is.EqualTo("1 mistake in the configuration."));
    }

    [Test]
    [Platform(Include = "Linux")]
    public async Task Start_WorkingDirectoryIsGone_SaysSoAndExitsWith1()
    {
        if (build == RouterBuild.Dotnet)
        {
            Assert.Ignore("'dotnet' itself does not start in such a directory.");
        }

        await using var router = ChildProcess.Start(["sh", "-c", "mkdir gone && cd gone && rmdir ../gone && exec \"$0\" \"$@\"", .. BuiltFiles.Router(build)], ["--port", "0"], _directory);

        Assert.That(await router.ExitAsync(), Is.EqualTo(1), router.ToString());
        Assert.That(router.Errors, Is.EqualTo(new[] { "The working directory is gone: it was removed or moved away, and files are looked for there. Go to one that is there, and try again." }));
    }

    [Test]
    public async Task Start_SettingInTheEnvironmentAndInAnArgument_TheArgumentCounts()
    {
        await using var router = ChildProcess.Start(
            BuiltFiles.Router(build),
            ["--WampRouter:Listeners:0:Url=http://127.0.0.1:0"],
            _directory,
            [new("WampRouter__Listeners__0__Url", "http://127.0.0.1:1"), new("WampRouter__Listeners__0__Path", "/wamp")]);

        await router.PrintedAsync(@"ws://127\.0\.0\.1:(?!1/)\d+/wamp");
    }

    [Test]
    public async Task Start_InTheFolderOfAnotherApplication_SaysSoAndServesAtThePortAsked()
    {
        await File.WriteAllTextAsync(Path.Combine(_directory, "appsettings.json"), """{ "ConnectionStrings": { "Shop": "secret" }, "AllowedHosts": "*", "Logging": { "EventLog": {} } }""");
        await using var router = ChildProcess.Start(BuiltFiles.Router(build), ["serve", "--port", "0"], _directory, [new("ASPNETCORE_URLS", "http://*:5000")]);

        await router.PrintedAsync(@"ws://127\.0\.0\.1:\d+/ws");

        await router.PrintedAsync("warn: .* appsettings\\.json: has no section 'WampRouter', so it is taken for another application's");
        await router.PrintedAsync("warn: .* environment variable ASPNETCORE_URLS: is not read");
    }

    [TestCase("simple", @"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}[+-]\d\d:\d\d info: WampRouter\.Transports\.WebSockets\.WebSocketTransport\[1120\] \w+ \(127\.0\.0\.1\): its handshake was refused with 4")]
    [TestCase("systemd", @"^<6>WampRouter\.Transports\.WebSockets\.WebSocketTransport\[1120\] \w+ \(127\.0\.0\.1\): its handshake was refused with 4")]
    [TestCase("json", @"^\{""Timestamp"":""\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}.{6,11}"",""EventId"":1120,""LogLevel"":""Information"",""Category"":""WampRouter\.Transports\.WebSockets\.WebSocketTransport"",""Message"":""\w+ \(127\.0\.0\.1\): its handshake was refused with 4")]
    public async Task Start_FormatterOfTheConsole_IsTheOneThatLinesHave(string formatter, string line)
    {
        await using var router = ChildProcess.Start(
            BuiltFiles.Router(build), ["--WampRouter:Listeners:0:Url=http://127.0.0.1:0", $"--Logging:Console:FormatterName={formatter}"], _directory);
        var ready = await router.PrintedAsync(@"ws://(127\.0\.0\.1:\d+/ws)");
        using var client = new HttpClient { Timeout = TimeSpan.FromSeconds(10) };
        using var request = new HttpRequestMessage(HttpMethod.Get, $"http://{ready.Groups[1].Value}");
        request.Headers.TryAddWithoutValidation("Connection", "Upgrade");
        request.Headers.TryAddWithoutValidation("Upgrade", "websocket");

        using var refused = await client.SendAsync(request);

        await router.PrintedAsync(line);
        router.Terminate();
        Assert.That(await router.ExitAsync(), Is.Zero);

        // From the first line to the last one of this form; what is for people only is not among the lines that programs read.
        Assert.That(router.Output, formatter == "simple" ? Has.Some.EndsWith(" is ready.") : Has.All.Match(formatter == "json" ? "^{.*}$" : "^<[0-7]>"));
        var start = router.Output.ToList().FindIndex(line => line.Contains("has started; it listens at ws://127.0.0.1:", StringComparison.Ordinal));
        var signal = router.Output.ToList().FindIndex(line => line.Contains("SIGTERM asks the router to shut down", StringComparison.Ordinal));
        var shutdown = router.Output.ToList().FindIndex(line => line.Contains("Shutting down (restart); sessions: 0, calls under way: 0", StringComparison.Ordinal));
        Assert.That(new[] { -1, start, signal, shutdown }, Is.Ordered, router.ToString());
        Assert.That(router.Output[^1], Does.Contain("The router has stopped; calls cut off: 0, connections dropped: 0"));
    }

    [TestCase("Debug", true)]
    [TestCase("Information", false)]
    public async Task Start_LevelOfTheLog_DecidesWhatIsWritten(string level, bool isWritten)
    {
        await using var router = ChildProcess.Start(
            BuiltFiles.Router(build), ["--WampRouter:Listeners:0:Url=http://127.0.0.1:0"], _directory, [new("Logging__LogLevel__WampRouter", level)]);
        var ready = await router.PrintedAsync(@"ws://127\.0\.0\.1:\d+/ws");
        await using (var client = new WampClient(new Uri(ready.Value), "realm1"))
        {
            await client.ConnectAsync().WaitAsync(TimeSpan.FromSeconds(10));
        }

        router.Terminate();
        Assert.That(await router.ExitAsync(), Is.Zero);
        Assert.That(router.Output.Any(line => line.Contains("joined realm1 as", StringComparison.Ordinal)), Is.EqualTo(isWritten), router.ToString());
    }

    [Test]
    public async Task Start_SettingsSayNothingOfTheLog_ItSaysWhereMetricsAreAndNothingOfScrapes()
    {
        await File.WriteAllTextAsync(Path.Combine(_directory, "appsettings.json"), """{ "WampRouter": { "Listeners": [ { "Url": "http://127.0.0.1:0" }, { "Url": "http://127.0.0.1:0", "Serves": [ "metrics" ] } ] } }""");
        await using var router = ChildProcess.Start(BuiltFiles.Router(build), [], _directory);
        var served = await router.PrintedAsync(@"Metrics and health are served at (http://127\.0\.0\.1:\d+/metrics)$");
        using var client = new HttpClient { Timeout = TimeSpan.FromSeconds(10) };

        Assert.That(await client.GetStringAsync(new Uri(served.Groups[1].Value)), Does.Contain("wamp_router_"));

        router.Terminate();
        Assert.That(await router.ExitAsync(), Is.Zero);
        Assert.That(router.Output, Has.None.Contains("Microsoft."), router.ToString());
    }

    [Test]
    public async Task Start_HistoryOfARouterThatRuns_SaysWhoHasItAndExitsWith1()
    {
        await File.WriteAllTextAsync(Path.Combine(_directory, "config", "realms", "durable.json"), """
            { "name": "durable", "roles": [ { "name": "r" } ], "authentication": { "anonymous": { "role": "r" } }, "history": [ { "uri": "com.a", "store": "sqlite" } ] }
            """);
        string[] arguments = ["--WampRouter:Listeners:0:Url=http://127.0.0.1:0"];
        await using var first = ChildProcess.Start(BuiltFiles.Router(build), arguments, _directory);
        await first.PrintedAsync("is ready");

        await using var second = ChildProcess.Start(BuiltFiles.Router(build), arguments, _directory);

        Assert.That(await second.ExitAsync(), Is.EqualTo(1));
        Assert.That(second.Errors.Single(), Does.Contain($"history.db is in use by another router (process {first.Id} on "));
        await using var check = ChildProcess.Start(BuiltFiles.Router(build), ["check-config", .. arguments], _directory);
        Assert.That(await check.ExitAsync(), Is.Zero, check.ToString());
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
