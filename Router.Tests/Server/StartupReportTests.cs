using WampRouter.Configuration;
using WampRouter.Server;
using WampRouter.Server.Configuration;

namespace WampRouter.Tests.Server;

/// <summary>What the router says when it is ready is there.</summary>
public sealed class StartupReportTests
{
    [TestCase("/ws", true)]
    [TestCase("/", false)]
    public void Write_PathOfTheListener_AnnouncesThePageOnlyWhereItIsServed(string path, bool hasPage)
    {
        var configuration = new RouterConfiguration
        {
            Options = new StandAloneOptions { Listeners = [new ListenerOptions { Url = "http://127.0.0.1:0", Path = path }] },
            RealmsDirectory = "/realms",
            Realms = [],
            Mistakes = [],
        };
        using var writer = new StringWriter();

        new StartupReport(configuration, ["http://127.0.0.1:4711"]).Write(writer, "/root/appsettings.json");

        Assert.That(writer.ToString(), Does.Contain($"ws://127.0.0.1:4711{path} "));
        Assert.That(writer.ToString().Contains("open it in a browser", StringComparison.Ordinal), Is.EqualTo(hasPage));
    }

    [TestCase("wamp", true, true)]
    [TestCase("websocket", true, false)]
    [TestCase("longpoll", false, true)]
    public void Write_ListenerOfSomeTransports_SaysWhichAndWhere(string serves, bool hasWebSocket, bool hasLongPoll)
    {
        var configuration = new RouterConfiguration
        {
            Options = new StandAloneOptions { Listeners = [new ListenerOptions { Url = "http://127.0.0.1:0", Serves = [serves], LongPollPath = "/poll/" }] },
            RealmsDirectory = "/realms",
            Realms = [],
            Mistakes = [],
        };
        using var writer = new StringWriter();
        var report = new StartupReport(configuration, ["http://127.0.0.1:4711"]);

        report.Write(writer, "/root/appsettings.json");

        Assert.That(writer.ToString().Contains("  ws://127.0.0.1:4711/ws ", StringComparison.Ordinal), Is.EqualTo(hasWebSocket));
        Assert.That(writer.ToString().Contains("  http://127.0.0.1:4711/poll ", StringComparison.Ordinal), Is.EqualTo(hasLongPoll));
        Assert.That(writer.ToString(), Does.Contain("open it in a browser"));
        Assert.That(report.Addresses, Is.EqualTo(new[] { hasWebSocket ? "ws://127.0.0.1:4711/ws" : "http://127.0.0.1:4711/poll" }));
    }

    [Test]
    public void Write_ListenersOfOtherThings_SaysWhatEachServes()
    {
        var configuration = new RouterConfiguration
        {
            Options = new StandAloneOptions { Listeners = [new ListenerOptions { Url = "http://127.0.0.1:0", Serves = ["metrics", "health"] }, new ListenerOptions { Url = "http://127.0.0.1:0" }] },
            RealmsDirectory = "/realms",
            Realms = [],
            Mistakes = [],
        };
        using var writer = new StringWriter();
        var report = new StartupReport(configuration, ["http://127.0.0.1:4711", "http://127.0.0.1:4712"]);

        report.Write(writer, "/root/appsettings.json");

        Assert.That(report.Monitored, Is.EqualTo(new[] { "http://127.0.0.1:4711/metrics", "http://127.0.0.1:4711/health/live", "http://127.0.0.1:4711/health/ready" }));
        Assert.That(report.Addresses, Is.EqualTo(new[] { "ws://127.0.0.1:4712/ws" }));
        Assert.That(writer.ToString(), Does.Contain("http://127.0.0.1:4711/metrics ").And.Contain("http://127.0.0.1:4711/health/ready ").And.Contain("http://127.0.0.1:4711/health/live ").And.Not.Contain("ws://127.0.0.1:4711"));
    }
}
