using System.Globalization;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using WampRouter.Client;
using WampRouter.Tests.Configuration;
using WampRouter.Tests.Doubles;

namespace WampRouter.Tests.EndToEnd;

/// <summary>What docs/transports.md shows is run: one router with the listeners of all its examples, and clients that come in as it says. Ports, addresses and paths are replaced, nothing else.</summary>
[TestFixture(RouterBuild.Dotnet)]
[TestFixture(RouterBuild.NativeAot)]
[Category("EndToEnd")]
public sealed partial class TransportDocumentTests(RouterBuild build)
{
    private static readonly string Page = File.ReadAllText(Path.Combine(ShippedFiles.Root, "docs", "transports.md"));

    private readonly TestAuthority _authority = new("authority");
    private RouterProcess _router = null!;
    private TransportAddresses _addresses = null!;

    [OneTimeSetUp]
    public async Task StartRouter()
    {
        var socketPath = Path.Combine(Path.GetTempPath(), $"wamprouter-{Path.GetRandomFileName()}.sock");
        _router = await RouterProcess.StartAsync(build, WriteCertificate, [.. Settings(socketPath)]);
        await _router.PrintedAsync("to stop");      // the last line: all addresses stand before it
        _addresses = new TransportAddresses(_router.WebSocket.Authority, _router.WebSocket.Port, socketPath);
    }

    [OneTimeTearDown]
    public async Task StopRouter()
    {
        _authority.Dispose();
        if (_router is null)
        {
            return;
        }

        try
        {
            Assert.That((await _router.StopAsync()).ExitCode, Is.Zero);
            Assert.That(File.Exists(_addresses.SocketPath), Is.False, "the file of the Unix domain socket");
        }
        finally
        {
            await _router.DisposeAsync();
        }
    }

    [Test]
    public void Page_Examples_AreAllRun()
    {
        Assert.That(Snippets.NotIn(Snippets.ReadBeside("TransportSnippets.cs"), Page), Is.Empty);
        Assert.That(Fence().Matches(Page).CountBy(fence => fence.Groups["language"].Value).OrderBy(count => count.Key, StringComparer.Ordinal).Select(count => $"{count.Value} {count.Key}"), Is.EqualTo(new[] { "6 csharp", "2 js", "5 json", "2 sh" }));
    }

    [Test]
    public async Task WebSocket_PlainAndCompressed_LetsClientsIn()
    {
        Assert.That(TypeOf(await TransportSnippets.WebSocketAsync(_addresses).Soon()), Is.EqualTo("websocket"));
        Assert.That(TypeOf(await TransportSnippets.CompressedAsync(_addresses).Soon()), Is.EqualTo("websocket"));
    }

    [Test]
    public async Task RawSocket_DotNetClient_IsLetIn() => Assert.That(TypeOf(await TransportSnippets.RawSocketAsync(_addresses).Soon()), Is.EqualTo("rawsocket"));

    [Test]
    public async Task RawSocket_ListenerForItAlone_LetsClientsIn() =>
        Assert.That(await TypeOfAsync(new WampRawSocketTransport(OnlyRawSocket())), Is.EqualTo("rawsocket"));

    [Test]
    public async Task UnixSocket_RawSocketAndWebSocket_LetsClientsIn()
    {
        Assert.That(TypeOf(await TransportSnippets.UnixSocketAsync(_addresses).Soon()), Is.EqualTo("rawsocket"));
        Assert.That(TypeOf(await TransportSnippets.WebSocketOverUnixSocketAsync(_addresses.SocketPath).Soon()), Is.EqualTo("websocket"));
        Assert.That(OperatingSystem.IsWindows() ? UnixFileMode.None : File.GetUnixFileMode(_addresses.SocketPath), Is.EqualTo(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.GroupWrite));
    }

    [Test]
    public async Task UnixSocket_Curl_OpensATransport()
    {
        var curl = await RunAsync(["bash", "-c"], ExampleOf("sh"));

        Assert.That(JsonNode.Parse(string.Concat(curl.Output))!["protocol"]!.ToString(), Is.EqualTo("wamp.2.json"), () => curl.ToString());
    }

    [Test]
    public async Task PlainHttp_EachLineOfCurl_IsAnswered()
    {
        string[] answered = ["publication", "args", "events"];
        var lines = ExampleOf("sh", 1).Split('\n', StringSplitOptions.RemoveEmptyEntries);

        Assert.That(lines, Has.Length.EqualTo(answered.Length));
        foreach (var (line, name) in lines.Zip(answered))
        {
            var curl = await RunAsync(["bash", "-c"], line);
            Assert.That(JsonNode.Parse(string.Concat(curl.Output))![name], Is.Not.Null, () => curl.ToString());
        }
    }

    [Test]
    public async Task Tls_EachListener_LetsClientsIn()
    {
        var addresses = SecureAddress().Matches(_router.ToString()).Select(match => match.Value).Distinct().ToArray();

        Assert.That(addresses.Select(address => address[..address.IndexOf(':', StringComparison.Ordinal)]), Is.EquivalentTo(new[] { "wss", "tcps", "tcps" }));
        foreach (var address in addresses)
        {
            var uri = new Uri(address);
            IWampTransport transport = uri.Scheme == "wss"
                ? new WampWebSocketTransport(uri) { Configure = options => options.RemoteCertificateValidationCallback = (_, certificate, _, _) => IsIssued(certificate) }
                : new WampRawSocketTransport(uri) { ConfigureTls = options => options.RemoteCertificateValidationCallback = (_, certificate, _, _) => IsIssued(certificate) };
            Assert.That(await TypeOfAsync(transport), Is.EqualTo(uri.Scheme == "wss" ? "websocket" : "rawsocket"));
        }
    }

    [TestCase(0, "rawsocket")]
    [TestCase(1, "longpoll")]
    public async Task AutobahnJs_ExampleOfItsSection_ComesInAndLeaves(int place, string way)
    {
        var script = await RunAsync(["node", "--require", BuiltFiles.Script("with-xhr")[1]], "--eval", ExampleOf("js", place));

        Assert.That(script.Output, Is.SupersetOf(new[] { $"in by {way}", "closed wamp.close.goodbye_and_out" }), () => $"Are the npm modules there (./test.sh)?\n{script}");
        Assert.That(int.Parse(script.Output[1], CultureInfo.InvariantCulture), Is.GreaterThanOrEqualTo(2), "sessions: its own, and the witness of the test");
    }

    [Test]
    public async Task Memory_ClientInTheApplication_IsLetIn()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddWampRouter().AddRealm("realm1", static realm =>
        {
            realm.AddRole("guest").AllowEverything();
            realm.AllowAnonymous("guest");
        });
        await using var app = builder.Build();
        app.MapWampRouter();
        await app.StartAsync().Soon();

        Assert.That(TypeOf(await TransportSnippets.MemoryAsync(app).Soon()), Is.EqualTo("memory"));
    }

    /// <summary>What the examples configure, as arguments: their listeners follow the one that every router of a test has.</summary>
    private static IEnumerable<string> Settings(string socketPath)
    {
        var examples = Fence().Matches(Page).Where(fence => fence.Groups["language"].Value == "json").Select(fence => JsonNode.Parse($"{{ {fence.Groups["code"].Value} }}")!.AsObject()).ToArray();
        var listeners = examples.SelectMany(example => example["Listeners"]?.AsArray() ?? []).Select((listener, place) => Arguments($"WampRouter:Listeners:{place + 1}", listener));
        var others = examples.SelectMany(example => example).Where(section => section.Key != "Listeners").Select(section => Arguments($"WampRouter:{section.Key}", section.Value));
        return from argument in listeners.Concat(others).SelectMany(each => each)
               select Port().Replace(argument, "://127.0.0.1:0").Replace(TransportAddresses.ShownPath, socketPath, StringComparison.Ordinal);
    }

    private static IEnumerable<string> Arguments(string path, JsonNode? node) => node switch
    {
        JsonObject section => section.SelectMany(member => Arguments($"{path}:{member.Key}", member.Value)),
        JsonArray list => list.SelectMany((item, place) => Arguments($"{path}:{place}", item)),
        _ => [$"--{path}={node}"],
    };

    private void WriteCertificate(string directory) => TestAuthority.Write(directory, "wamp.pem", _authority.Issue("wamp", TestAuthority.ForServers, ["wamp.example.com"]));

    private bool IsIssued(X509Certificate? certificate) => certificate?.Issuer == _authority.Certificate.Subject;

    /// <summary>The address of RawSocket whose port serves nothing else.</summary>
    private Uri OnlyRawSocket()
    {
        var text = _router.ToString();
        return PlainRawSocket().Matches(text).Select(match => new Uri(match.Value)).Distinct().Single(uri => !text.Contains($"ws://{uri.Authority}/", StringComparison.Ordinal));
    }

    private string ExampleOf(string language, int place = 0) =>
        _addresses.PutInto(Fence().Matches(Page).Where(fence => fence.Groups["language"].Value == language).ElementAt(place).Groups["code"].Value);

    private static async Task<ChildProcess> RunAsync(string[] command, params string[] arguments)
    {
        await using var script = ChildProcess.Start(command, arguments, Path.Combine(ShippedFiles.Root, "Router.Tests", "EndToEnd", "node"));
        await script.ExitAsync();
        return script;
    }

    private static async Task<string> TypeOfAsync(IWampTransport transport)
    {
        await using var client = new WampClient(new WampClientOptions { Transport = transport, Realm = "realm1", Reconnect = null });
        await client.ConnectAsync().Soon();
        return TypeOf((await client.CallAsync<JsonElement>("wamp.session.get", [client.Session!.Id]).Soon()).GetProperty("transport"));
    }

    private static string TypeOf(JsonElement transport) => transport.GetProperty("type").GetString()!;

    [GeneratedRegex("(?s)```(?<language>[a-z]+)\n(?<code>.*?)```")]
    private static partial Regex Fence();

    [GeneratedRegex(@"://[^:/]+:\d+")]
    private static partial Regex Port();

    [GeneratedRegex(@"wss://127\.0\.0\.1:\d+/ws|tcps://127\.0\.0\.1:\d+")]
    private static partial Regex SecureAddress();

    [GeneratedRegex(@"tcp://127\.0\.0\.1:\d+")]
    private static partial Regex PlainRawSocket();
}
