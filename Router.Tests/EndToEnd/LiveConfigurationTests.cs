using System.Net;
using System.Net.Sockets;
using WampRouter.Client;
using WampRouter.Tests.Doubles;
using WampRouter.Tests.Server.Listeners;

namespace WampRouter.Tests.EndToEnd;

/// <summary>The configuration of the program changes while clients are connected.</summary>
[Category("EndToEnd")]
[TestFixture(RouterBuild.Dotnet)]
[TestFixture(RouterBuild.NativeAot)]
public sealed class LiveConfigurationTests(RouterBuild build)
{
    private const string Unwatched = "--WampRouter:ReloadOnChange=false";

    private readonly Socket _taken = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);

    [Test]
    public async Task HangUp_RightIsTakenAway_TheSessionStaysAndMayNoMore()
    {
        await using var router = await StartAsync(Unwatched);
        await using var client = await router.JoinAsync("live");
        await client.PublishAcknowledgedAsync("com.a").WaitAsync(TimeSpan.FromSeconds(10));

        Write(router, "live", "subscribe");
        await router.ReloadAsync();

        Assert.That(() => client.PublishAcknowledgedAsync("com.a"), Throws.TypeOf<WampException>().With.Property("ErrorUri").EqualTo("wamp.error.not_authorized"));
        Assert.That(client.State, Is.EqualTo(WampClientState.Connected));
        await router.PrintedAsync("Changed: realm live: role anonymous may no longer publish to any URI");
    }

    [Test]
    public async Task HangUp_RealmIsGone_ItsSessionsGetGoodbye()
    {
        await using var router = await StartAsync(Unwatched);
        await using var client = await router.JoinAsync("live");
        var ended = new TaskCompletionSource<Exception?>();
        client.StateChanged += (_, change) => ended.TrySetResult(change.Cause);

        File.Delete(PathOf(router, "live"));
        await router.ReloadAsync();

        Assert.That((await ended.Task.WaitAsync(TimeSpan.FromSeconds(10)))?.ToString(), Does.Contain("wamp.close.close_realm"));
    }

    [Test]
    public async Task HangUp_FileIsBroken_EverythingStaysAndTheLogSaysWhere()
    {
        await using var router = await StartAsync(Unwatched);
        await using var client = await router.JoinAsync("live");

        await File.WriteAllTextAsync(PathOf(router, "live"), "{ \"name\": ");
        await router.ReloadAsync("has mistakes: 1; everything stays as it was");
        await router.PrintedAsync("live\\.json:1:");

        await client.PublishAcknowledgedAsync("com.a").WaitAsync(TimeSpan.FromSeconds(10));
        await using var another = await router.JoinAsync("live");
    }

    [Test]
    public async Task File_IsReplaced_IsReadByItself()
    {
        await using var router = await StartAsync();
        await using var client = await router.JoinAsync("live");

        Write(router, "live", "subscribe");
        await router.PrintedAsync("for a change of its files; changes: 2");

        Assert.That(() => client.PublishAcknowledgedAsync("com.a"), Throws.TypeOf<WampException>());
    }

    [Test]
    [Platform(Exclude = "Win")]
    public async Task HangUp_PipeInThePlaceOfAFile_IsToldAndTheNextReloadWorks()
    {
        await using var router = await StartAsync(Unwatched);

        NamedPipe.Make(PathOf(router, "pipe"));
        await router.ReloadAsync("pipe\\.json: is no file, but a pipe");
        File.Delete(PathOf(router, "pipe"));
        Write(router, "live", "subscribe");

        await router.ReloadAsync("for SIGHUP; changes: 2");
    }

    [TestCase("appsettings.json")]
    [TestCase("appsettings.Production.json")]
    public async Task SettingsFile_GoesAndComesAgain_NothingChangesMeanwhileAndItIsReadByItself(string name)
    {
        await using var router = await StartAsync(name, """ "Sessions": { "GoodbyeTimeout": "00:00:03" } """);
        var file = Path.Combine(router.WorkingDirectory, name);

        File.Move(file, $"{file}.away");
        await router.PrintedAsync($"{System.Text.RegularExpressions.Regex.Escape(name)}: is gone, and what holds was read from it");
        await using var client = await router.JoinAsync("live");

        WriteSettings(router.WorkingDirectory, """ "Sessions": { "GoodbyeTimeout": "00:00:04" } """, name);
        await router.PrintedAsync("Changed: Sessions:GoodbyeTimeout is 4 s now, it was 3 s");
    }

    [Test]
    public async Task SettingsFileOfTheEnvironment_Changes_IsReadByItself()
    {
        await using var router = await StartAsync("appsettings.Production.json", """ "Sessions": { "GoodbyeTimeout": "00:00:03" } """);

        WriteSettings(router.WorkingDirectory, """ "Sessions": { "GoodbyeTimeout": "00:00:04" } """, "appsettings.Production.json");

        await router.PrintedAsync("Changed: Sessions:GoodbyeTimeout is 4 s now, it was 3 s");
    }

    [Test]
    public async Task Directory_GoesAndComesAgain_NothingElseIsTakenAndItIsReadByItself()
    {
        await using var router = await StartAsync();
        await using var client = await router.JoinAsync("live");
        var directory = Path.GetDirectoryName(PathOf(router, "live"))!;

        Directory.Move(directory, $"{directory}.away");
        await router.PrintedAsync("there is no such directory");
        await client.PublishAcknowledgedAsync("com.a").WaitAsync(TimeSpan.FromSeconds(10));

        Write(Path.Combine($"{directory}.away", "live.json"), "live", "subscribe");
        Directory.Move($"{directory}.away", directory);
        await router.PrintedAsync("for a change of its files; changes: 2");
        Assert.That(() => client.PublishAcknowledgedAsync("com.a"), Throws.TypeOf<WampException>());
    }

    [Test]
    public async Task HangUp_SettingsAreDifferent_AreSaidAndHold()
    {
        await using var router = await StartAsync(Unwatched);
        await using var client = await router.JoinAsync("live");

        WriteSettings(router, """ "Transports": { "MaxConnections": 1 }, "DataDirectory": "elsewhere" """);
        await router.ReloadAsync();

        await router.PrintedAsync("Changed: Transports:MaxConnections is 1 now, it was not set");
        await router.PrintedAsync("Needs a restart: DataDirectory is data until then, and elsewhere afterwards");
        Assert.That(() => router.JoinAsync("live"), Throws.TypeOf<WampConnectionException>());
        await client.PublishAcknowledgedAsync("com.a").WaitAsync(TimeSpan.FromSeconds(10));
    }

    [Test]
    public async Task HangUp_ListenerComesAndGoes_ItsPortIsOpenedAndClosedAndItsClientStays()
    {
        await using var router = await StartAsync(Unwatched);

        WriteSettings(router, """ "Listeners": [ { "Path": "/ws" }, { "Url": "http://127.0.0.1:0", "Path": "/other" } ] """);
        await router.ReloadAsync();
        var opened = await router.PrintedAsync(@"Changed: listener http://(127\.0\.0\.1:\d+): it is open");
        await using var client = new WampClient(new Uri($"ws://{opened.Groups[1].Value}/other"), "live");
        await client.ConnectAsync().WaitAsync(TimeSpan.FromSeconds(10));

        WriteSettings(router, "");
        await router.ReloadAsync();
        await router.PrintedAsync("it is closed, because it is no longer configured");

        await using var late = new WampClient(new Uri($"ws://{opened.Groups[1].Value}/other"), "live");
        Assert.That(() => late.ConnectAsync().WaitAsync(TimeSpan.FromSeconds(10)), Throws.TypeOf<WampConnectionException>());
        await client.PublishAcknowledgedAsync("com.a").WaitAsync(TimeSpan.FromSeconds(10));
    }

    [Test]
    public async Task HangUp_PortIsTaken_NothingChangesAndTheLogSaysWhere()
    {
        await using var router = await StartAsync(Unwatched);
        await using var client = await router.JoinAsync("live");

        WriteSettings(router, $$""" "Listeners": [ { "Path": "/other" }, { "Url": "http://127.0.0.1:{{TakenPort}}" } ] """);
        await router.ReloadAsync("has mistakes: 1; everything stays as it was");
        await router.PrintedAsync(@"appsettings\.json:1:\d+: .*cannot listen: port \d+ of 127\.0\.0\.1 is in use by another process");

        await using var another = await router.JoinAsync("live");
        await client.PublishAcknowledgedAsync("com.a").WaitAsync(TimeSpan.FromSeconds(10));
    }

    [Test]
    public async Task Files_CertificateIsRenewed_ClientsStayAndTheNextSeesTheNewOne()
    {
        await using var router = await RouterProcess.StartAsync(build, directory =>
        {
            Write(Path.Combine(directory, "config", "realms", "live.json"), "live", "publish");
            ListenerRig.WriteCertificate(directory, "first");
            WriteSettings(directory, """ "Listeners": [ { "Path": "/ws" }, { "Url": "https://127.0.0.1:0", "Certificate": { "Path": "certificate.pem", "KeyPath": "key.pem" } } ] """);
        });
        var address = new Uri((await router.PrintedAsync(@"wss://127\.0\.0\.1:\d+/ws")).Value);
        var seen = new List<string>();
        await using var client = await JoinAsync(address, seen);

        ListenerRig.WriteCertificate(router.WorkingDirectory, "second");
        await router.PrintedAsync("its certificate is CN=second, valid until .*; it was CN=first");

        await using var another = await JoinAsync(address, seen);
        Assert.That(seen, Is.EqualTo(new[] { "CN=first", "CN=second" }));
        await client.PublishAcknowledgedAsync("com.a").WaitAsync(TimeSpan.FromSeconds(10));
    }

    [Test]
    public async Task File_CertificateComesAfterTheListenerThatNeedsIt_IsServedByItself()
    {
        await using var router = await StartAsync();

        WriteSettings(router, """ "Listeners": [ { "Path": "/ws" }, { "Url": "https://127.0.0.1:0", "Certificate": { "Path": "certificate.pem", "KeyPath": "key.pem" } } ] """);
        await router.PrintedAsync("there is no file 'certificate\\.pem'");
        ListenerRig.WriteCertificate(router.WorkingDirectory, "late");

        await router.PrintedAsync("Changed: listener https://127.0.0.1:\\d+: it is open; .*CN=late");
    }

    [OneTimeSetUp]
    public void TakePort()
    {
        _taken.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _taken.Listen();
    }

    [OneTimeTearDown]
    public void GivePortBack() => _taken.Dispose();

    private int TakenPort => ((IPEndPoint)_taken.LocalEndPoint!).Port;

    /// <summary>A client over TLS, which takes any certificate and notes whose it is.</summary>
    private static async Task<WampClient> JoinAsync(Uri address, List<string> seen)
    {
#pragma warning disable CA5359 // its certificate is made by the test, and looked at there
        var handler = new SocketsHttpHandler
        {
            SslOptions =
            {
                RemoteCertificateValidationCallback = (_, certificate, _, _) =>
                {
                    seen.Add(certificate!.Subject);
                    return true;
                },
            },
        };
#pragma warning restore CA5359
        var client = new WampClient(new WampClientOptions { Transport = new WampWebSocketTransport(address) { Invoker = new HttpMessageInvoker(handler) }, Realm = "live", Reconnect = null });
        await client.ConnectAsync().WaitAsync(TimeSpan.FromSeconds(10));
        return client;
    }

    private static void WriteSettings(RouterProcess router, string settings) => WriteSettings(router.WorkingDirectory, settings);

    private static void WriteSettings(string directory, string settings, string name = "appsettings.json")
    {
        var file = Path.Combine(directory, name);
        File.WriteAllText($"{file}.part", $$"""{ "WampRouter": { {{settings}} } }""");
        File.Move($"{file}.part", file, overwrite: true);
    }

    private static string PathOf(RouterProcess router, string realm) => Path.Combine(router.WorkingDirectory, "config", "realms", $"{realm}.json");

    private static void Write(RouterProcess router, string realm, string allowed) => Write(PathOf(router, realm), realm, allowed);

    private static void Write(string file, string realm, string allowed)
    {
        File.WriteAllText($"{file}.part", $$"""
            { "name": "{{realm}}", "roles": [ { "name": "anonymous", "permissions": [ { "uri": "", "match": "prefix", "allow": { "{{allowed}}": true } } ] } ],
              "authentication": { "anonymous": { "role": "anonymous" } } }
            """);
        File.Move($"{file}.part", file, overwrite: true);
    }

    private Task<RouterProcess> StartAsync(params string[] arguments) => StartAsync("appsettings.json", "", arguments);

    private Task<RouterProcess> StartAsync(string name, string settings, params string[] arguments) =>
        RouterProcess.StartAsync(
            build,
            directory =>
            {
                Write(Path.Combine(directory, "config", "realms", "live.json"), "live", "publish");
                WriteSettings(directory, "");
                WriteSettings(directory, settings, name);
            },
            settings: arguments);
}
