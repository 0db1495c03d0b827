using System.Threading.Channels;
using WampRouter.Client;
using WampRouter.Tests.Configuration;
using WampRouter.Tests.Doubles;

namespace WampRouter.Tests.EndToEnd.LoggingIn;

/// <summary>What docs/clients.md shows of logging in is run: Autobahn|JS, Autobahn for Python and the .NET client against a router with the realm file of that page.</summary>
[TestFixture(RouterBuild.Dotnet)]
[TestFixture(RouterBuild.NativeAot)]
public sealed class LoggingInTests(RouterBuild build) : RunningRouter(build, WriteTo)
{
    private const string Python = "/usr/bin/python3";       // Debian's, which has Debian's packages

    private readonly Channel<string> _asked = Channel.CreateUnbounded<string>();
    private readonly Channel<string> _sold = Channel.CreateUnbounded<string>();
    private WampClient _stock = null!;

    /// <summary>Joins as the service of the page: it is called, and hears what is published.</summary>
    [OneTimeSetUp]
    public async Task ServeAsync()
    {
        _stock = await Router.JoinAsync("shop", WampAuthentication.WampCra("stock", "stock-demo-secret"));
        await _stock.RegisterAsync("com.shop.stock", (string item) =>
        {
            _asked.Writer.TryWrite(item);
            return 7;
        });
        await _stock.SubscribeAsync("com.shop.sold", (string item) => _sold.Writer.TryWrite(item));
    }

    [OneTimeTearDown]
    public async Task LeaveAsync() => await _stock.DisposeAsync();

    [Test]
    public async Task AutobahnJs_Ticket_LogsInCallsAndPublishes() =>
        await LogsInAsync(Node("logging-in-ticket"), [Address], "web is in as frontend by ticket");

    [TestCase("alice", "alice-demo-password")]
    [TestCase("gate", "gate-demo-secret")]
    public async Task AutobahnJs_WampCraSaltedAndPlain_LogsInCallsAndPublishes(string authId, string secret) =>
        await LogsInAsync(Node("logging-in-wampcra"), [Address, authId, secret], $"{authId} is in as frontend by wampcra");

    [Test]
    public async Task AutobahnJs_WrongSecret_SaysWhy() =>
        Assert.That((await RunAsync(Node("logging-in-wampcra"), Address, "gate", "wrong")).ToString(), Does.Contain("closed wamp.error.authentication_denied unknown authid or wrong signature"));

    [Test]
    public async Task AutobahnPython_Ticket_LogsInCallsAndPublishes() =>
        await LogsInAsync(PythonScript("logging_in_ticket"), [Address], "web is in as frontend by ticket");

    [TestCase("alice", "alice-demo-password")]
    [TestCase("gate", "gate-demo-secret")]
    public async Task AutobahnPython_WampCraSaltedAndPlain_LogsInCallsAndPublishes(string authId, string secret) =>
        await LogsInAsync(PythonScript("logging_in_wampcra"), [Address, authId, secret], $"{authId} is in as frontend by wampcra");

    [Test]
    public async Task AutobahnPython_WrongSecret_SaysWhy() =>
        Assert.That((await RunAsync(PythonScript("logging_in_wampcra"), Address, "gate", "wrong")).ToString(), Does.Contain("wamp.error.authentication_denied: unknown authid or wrong signature"));

    [Test]
    public async Task DotNetClient_Ticket_LogsInCallsAndPublishes()
    {
        Assert.That(await LoggingInSnippets.TicketAsync([Address]).Soon(), Is.EqualTo("web is in as frontend by ticket\n7\n"));
        await HeardAsync();
    }

    [Test]
    public async Task DotNetClient_WampCraSaltedAndPlain_LogsIn()
    {
        Assert.That(await LoggingInSnippets.WampCraAsync(Router.WebSocket).Soon(), Is.EqualTo("alice is in as frontend by wampcra"));
        Assert.That(await LoggingInSnippets.PlainWampCraAsync(Router.WebSocket).Soon(), Is.EqualTo("gate is in as frontend by wampcra"));
    }

    [Test]
    public async Task DotNetClient_Bearer_LogsIn() => Assert.That(await LoggingInSnippets.BearerAsync(Router.WebSocket).Soon(), Is.EqualTo("ci is in as frontend by bearer"));

    private string Address => Router.WebSocket.AbsoluteUri;

    private static string[] Node(string script) => ["node", "--require", BuiltFiles.Script("with-websocket")[1], .. BuiltFiles.Script(script)[1..]];

    private static string[] PythonScript(string script)
    {
        Assert.That(File.Exists(Python), $"there is no {Python}: ./test.sh installs it with python3-autobahn");
        return [Python, Path.Combine(ShippedFiles.Root, "Router.Tests", "EndToEnd", "python", $"{script}.py")];
    }

    private async Task LogsInAsync(string[] command, string[] arguments, string welcome)
    {
        var script = await RunAsync(command, arguments);

        Assert.That(script.Output, Is.SupersetOf(new[] { welcome, "7" }), () => $"Are the npm modules and python3-autobahn there (./test.sh)?\n{script}");
        await HeardAsync();
    }

    /// <summary>The service was called, and got the event.</summary>
    private async Task HeardAsync()
    {
        Assert.That(await _asked.Reader.ReadAsync().Soon(), Is.EqualTo("tea"));
        Assert.That(await _sold.Reader.ReadAsync().Soon(), Is.EqualTo("tea"));
    }

    private static async Task<ChildProcess> RunAsync(string[] command, params string[] arguments)
    {
        await using var script = ChildProcess.Start(command, arguments);
        await script.ExitAsync();
        return script;
    }

    /// <summary>Puts the realm of the page beside the shipped ones of a router that is about to start.</summary>
    internal static void WriteTo(string directory) =>
        File.Copy(Path.Combine(ShippedFiles.Root, "Router.Tests", "EndToEnd", "LoggingIn", "shop.json"), Path.Combine(directory, "config", "realms", "shop.json"));
}
