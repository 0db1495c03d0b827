using System.Net;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;
using WampRouter.Logging;
using WampRouter.Server.Logging;
using WampRouter.Sessions;
using WampRouter.Tests.Doubles;
using WampRouter.Wire;

namespace WampRouter.Tests.Logging;

/// <summary>The lines that peers cause, as they come out of the console in each of its forms.</summary>
public sealed partial class PeerLinesTests
{
    private static readonly string[] Formats = [ConsoleFormatterNames.Simple, ConsoleFormatterNames.Systemd, ConsoleFormatterNames.Json];

    private MemoryStream _written = null!;
    private ConsoleOutput _output = null!;
    private LogSampling _sampling = null!;
    private TestRouter _router = null!;

    [TearDown]
    public void TearDown()
    {
        _sampling.Dispose();
        _router.Dispose();
        _output.Dispose();
    }

    [TestCaseSource(nameof(Formats))]
    public void Refusal_RealmFullOfControlCharacters_IsOneLineOfText(string format)
    {
        var line = Refuse(format, "192.0.2.7", realm: @"\u001b[2J\u000a\u202einfo: forged");

        Assert.That(line.TrimEnd('\n'), Does.Not.Match(@"[\p{Cc}\p{Cf}]").And.Contain("u001b[2J"));
    }

    [TestCaseSource(nameof(Formats))]
    public void Refusal_RealmThatFillsTheHello_IsAShortLine(string format)
    {
        var line = Refuse(format, "192.0.2.7", realm: new string('x', 60_000));

        Assert.That(line, Has.Length.LessThan(1_500).And.Contain("characters)"));
    }

    [Test]
    public void Refusal_AsJson_HasTheValuesThatTheMessageShows()
    {
        var state = JsonDocument.Parse(Refuse(ConsoleFormatterNames.Json, "192.0.2.7", realm: @"a\u0007")).RootElement.GetProperty("State");

        Assert.That((state.GetProperty("Address").GetString(), state.GetProperty("Realm").GetString()), Is.EqualTo(("192.0.2.7", @"a\u0007")));
    }

    [TestCase(ConsoleFormatterNames.Simple, "192.0.2.7", "192.0.2.7")]
    [TestCase(ConsoleFormatterNames.Systemd, "192.0.2.7", "192.0.2.7")]
    [TestCase(ConsoleFormatterNames.Simple, "::ffff:192.0.2.7", "192.0.2.7")]
    [TestCase(ConsoleFormatterNames.Simple, "2001:db8::7", "2001:db8::7")]
    public void DocumentedFilter_FailedLogin_FindsTheAddress(string format, string address, string found)
    {
        var line = Refuse(format, address, realm: "realm1", authId: "joe");

        Assert.That(Filter().Match(line).Groups["host"].Value, Is.EqualTo(found));
    }

    [Test]
    public void DocumentedFilter_AddressInWhatThePeerChose_IsNotFound()
    {
        const string Forged = "info: WampRouter.Sessions.Session[1203] Refused 198.51.100.1 with wamp.error.authentication_denied: ";

        Assert.That(Filter().IsMatch(Refuse(ConsoleFormatterNames.Simple, "192.0.2.7", realm: Forged)), Is.False, "no login failed: there is no such realm");
        TearDown();
        Assert.That(Filter().Match(Refuse(ConsoleFormatterNames.Simple, "192.0.2.7", realm: "realm1", authId: Forged)).Groups["host"].Value, Is.EqualTo("192.0.2.7"));
    }

    [Test]
    public void DocumentedFilter_OnlyTheProxyIsKnown_IsNotBanned()
    {
        var line = Refuse(ConsoleFormatterNames.Simple, "127.0.0.1", realm: "realm1", authId: "joe", isForwarded: true);

        Assert.That((line.Contains("Refused proxy 127.0.0.1 with", StringComparison.Ordinal), Filter().IsMatch(line)), Is.EqualTo((true, false)));
    }

    /// <summary>The line that a refused login leaves, with its end.</summary>
    private string Refuse(string format, string address, string realm, string? authId = null, bool isForwarded = false)
    {
        SetUp(format);
        var info = TestPeer.Local(WireFormat.Json) with { RemoteEndPoint = new IPEndPoint(IPAddress.Parse(address), 40_000), IsForwarded = isForwarded };
        var name = authId is null ? "" : $"\"authid\":\"{authId}\",";
        var peer = _router.Connect(info).Send($"[1,\"{realm}\",{{\"authmethods\":[\"ticket\"],{name}\"roles\":{{\"caller\":{{}}}}}}]");
        if (peer.Take()[^1].StartsWith("[4,", StringComparison.Ordinal))
        {
            peer.Send("""[5,"wrong",{}]""");
        }

        _output.Drain(TimeSpan.FromSeconds(5));
        return Encoding.UTF8.GetString(_written.ToArray());
    }

    private void SetUp(string format)
    {
        var services = new ServiceCollection();
        services.AddLogging(logging => logging.AddSimpleConsole(simple => simple.SingleLine = true));
        using var provider = services.BuildServiceProvider();
        var formatter = provider.GetServices<ConsoleFormatter>().Single(formatter => formatter.Name == format);
        _written = new MemoryStream();
        _output = new ConsoleOutput(_written, Stream.Null, 1_000, lines => ConsoleLogProvider.DescribeDropped(formatter, lines));
        var factory = LoggerFactory.Create(logging => logging.AddProvider(new ConsoleLogProvider(formatter, _output, LogLevel.None)));
        _sampling = new LogSampling(factory, TimeProvider.System);
        _router = new TestRouter(logger: _sampling.For<Session>(), sessions: new SessionSettings { Authentication = new() { Methods = [new WampRouter.Sessions.Authentication.TicketSettings { Principals = new Dictionary<string, WampRouter.Sessions.Authentication.TicketPrincipal>() }] } });
    }

    /// <summary>The regular expression that docs/configuration.md gives, read as fail2ban reads it.</summary>
    private static Regex Filter([CallerFilePath] string here = "")
    {
        var docs = File.ReadAllText(Path.Combine(Path.GetDirectoryName(here)!, "..", "..", "docs", "configuration.md"));
        return new Regex(FailRegex().Match(docs).Groups["regex"].Value.Trim().Replace("<ADDR>", @"(?<host>(?:\d{1,3}\.){3}\d{1,3}|[0-9a-f:]*:[0-9a-f:.]*)", StringComparison.Ordinal));
    }

    [GeneratedRegex(@"^failregex = (?<regex>.+)$", RegexOptions.Multiline)]
    private static partial Regex FailRegex();
}
