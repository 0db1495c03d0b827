using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace WampRouter.Tests.EndToEnd;

/// <summary>All of it together: router, both sample services, and the Autobahn|JS page in Chromium, logged in with tickets.</summary>
[TestFixture(RouterBuild.Dotnet)]
[TestFixture(RouterBuild.NativeAot)]
public sealed class BrowserSampleTests(RouterBuild build) : RunningRouter(build)
{
    private readonly List<ChildProcess> _services = [];
    private JsonNode _seen = new JsonObject();

    [OneTimeSetUp]
    public async Task UsePage()
    {
        string[] router = ["--Router:Url", Router.WebSocket.AbsoluteUri];
        var sensors = Start(BuiltFiles.Client("SensorService"), [.. router, "--Interval", "00:00:00.2"]);
        var statistics = Start(BuiltFiles.Client("StatisticsService"), router);
        var page = Start(BuiltFiles.BrowserSample(), ["0"]);
        await sensors.PrintedAsync($@"Connected \({Regex.Escape(Router.WebSocket.AbsoluteUri)}, realm secured\)");
        await sensors.PrintedAsync(@"Publishing temperature, humidity, pressure to com\.example\.sensors\.… every 00:00:00\.2");
        await statistics.PrintedAsync("registered");
        var address = await page.PrintedAsync(@"http://127\.0\.0\.1:\d+/");
        _seen = await Script.RunAsync("browser-sample", address.Value, Router.WebSocket.AbsoluteUri);
    }

    [OneTimeTearDown]
    public async Task StopServices()
    {
        foreach (var service in _services)
        {
            await service.DisposeAsync();
        }
    }

    [Test]
    public void Page_WrongTicket_SaysWhy() => Assert.That(_seen.Text("wrongTicket"), Does.StartWith("Not connected: wamp.error.authentication_"));

    [Test]
    public void Page_RouterAway_SaysWhereItWasLookedForAndWhenItTriesAgain() =>
        Assert.That(_seen.Text("unreachable"), Does.Match(@"^Not connected: ws://127\.0\.0\.1:9/ws cannot be reached; trying again in \d+ s$"));

    [Test]
    public void Page_Leave_EndsTheSessionAndTheWaitForOne()
    {
        Assert.That(_seen.Text("gaveUp"), Is.EqualTo("Not connected"));
        Assert.That(_seen["canConnectTwice"]!.GetValue<bool>(), Is.False);
        Assert.That(_seen.Text("left"), Is.EqualTo("Not connected"));
        Assert.That(_seen["canConnectAgain"]!.GetValue<bool>(), Is.True);
    }

    [Test]
    public void Call_ArgumentsThatAreNoList_SaysWhatTheyMustBe() => Assert.That(_seen.Text("noList"), Is.EqualTo("Arguments must be a JSON list, such as [\"temperature\"]"));

    [Test]
    public void Page_RightTicket_LogsIn() => Assert.That(_seen.Text("loggedIn"), Is.EqualTo("In realm secured as browser, role frontend"));

    [TestCase("temperature", "°C")]
    [TestCase("humidity", "%")]
    [TestCase("pressure", "hPa")]
    public void Readings_OfSensor_ArriveOneAfterTheOther(string sensor, string unit)
    {
        Assert.That(_seen["readings"]!.Text(sensor), Does.Match($@"^{sensor}\t\d+(\.\d)? {unit}\t\d\d:\d\d:\d\d\t\d+$"));
    }

    [Test]
    public void Call_OfService_ShowsWhatItHasHeardFromTheOther()
    {
        var summary = _seen["summary"]!;
        var (minimum, maximum) = (summary["minimum"]!.GetValue<double>(), summary["maximum"]!.GetValue<double>());

        Assert.That(summary["readings"]!.GetValue<int>(), Is.Positive);
        Assert.That(summary["mean"]!.GetValue<double>(), Is.InRange(minimum - 0.01, maximum + 0.01));
        Assert.That(summary.Text("unit"), Is.EqualTo("°C"));
        Assert.That(_seen.Text("mean"), Is.EqualTo("3"));
    }

    [Test]
    public void Call_OfService_ToldWhoCalls() => Assert.That(_seen.Text("caller"), Is.EqualTo("\"browser\""));

    [Test]
    public void Call_ThatFails_ShowsErrorOfService() => Assert.That(_seen.Text("error"), Is.EqualTo("com.example.error.no_readings: No reading of 'voltage' has arrived."));

    [Test]
    public void Call_OutsideOfPermissions_IsRefused() => Assert.That(_seen.Text("refused"), Does.StartWith("wamp.error.not_authorized: "));

    private ChildProcess Start(string[] command, string[] arguments)
    {
        var service = ChildProcess.Start(command, arguments);
        _services.Add(service);
        return service;
    }
}
