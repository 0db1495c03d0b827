using System.Text.RegularExpressions;
using WampRouter.Tests.Configuration;

namespace WampRouter.Tests;

/// <summary>What documents name in backticks is there: types, settings, metrics, URIs, options of commands, files. A name that was given up is found when it is gone from the code.</summary>
public sealed partial class DocumentedNamesTests
{
    private static readonly string[] Documents =
    [
        "README.md", "Router/LOCKS.md", "Clients/README.md", "Clients/WampRouter.Client/README.md", "Clients/WampRouter.Client.Hosting/README.md", "Clients/WampRouter.Testing/README.md", "Router/README.md",
        .. Directory.EnumerateFiles(Path.Combine(ShippedFiles.Root, "docs"), "*.md").Select(path => "docs/" + Path.GetFileName(path)).Where(path => path is not ("docs/conformance.md" or "docs/from-wampsharp.md")),
    ];

    /// <summary>Where the names come from: everything but documents.</summary>
    private static readonly string[] Kinds = [".cs", ".json", ".csproj", ".props", ".sh", ".js", ".html", ".config", ".editorconfig", ".conf", ".cfg"];

    /// <summary>Names of the platform that no code here uses, or that stand for several.</summary>
    private static readonly HashSet<string> OfOthers = ["HashCode.AddBytes", "HostOptions.ShutdownTimeout", "JwtBearerEvents.OnMessageReceived", "Disabled", "appsettings.ENVIRONMENT.json", "dotnet-counters", "otel_scope_router", "_bucket", "_sum", "auth_cra.derive_key", "crypto.subtle"];

    /// <summary>What docs/from-wampsharp.md compares ours with.</summary>
    private static readonly HashSet<string> OfWampSharp =
    [
        "CreateMsgpackChannel", "channel.RealmProxy.Monitor", "ConnectionEstablished", "ConnectionBroken", "IWampClientAuthenticator", "AuthenticationMethods", "AuthenticationId",
        "WampCraClientAuthenticator", "WampInvocationContext.Current", "OnError", "RegisterPublisher", "WampEventContext.Current", "IWampRawRpcOperationClientCallback", "RpcCatalog.Register",
        "IWampRpcOperation", "DefaultWampHost",
    ];

    private static readonly Lazy<string> Sources = new(ReadSources);

    private static readonly Lazy<HashSet<string>> RealmSettings = new(() => [.. DocumentedSettingsTests.DescribedSettings().Select(setting => setting.Path)]);

    private static readonly Lazy<HashSet<string>> AtMetrics = new(() => [.. MadeDocumentsTests.Measures().Select(MadeDocumentsTests.InPrometheus)]);

    private static readonly Lazy<HashSet<string>> Files = new(() => [.. TrackedFiles(ShippedFiles.Root).Select(path => Path.GetRelativePath(ShippedFiles.Root, path).Replace('\\', '/'))]);

    [TestCaseSource(nameof(Documents))]
    public void Document_EveryNameInBackticks_IsInTheTree(string document)
    {
        var text = Fences().Replace(File.ReadAllText(Path.Combine(ShippedFiles.Root, document)), "");

        Assert.That(NamesIn(text).Where(name => !IsThere(name) && !(document == "docs/from-wampsharp.md" && OfWampSharp.Contains(name))), Is.Empty);
    }

    [Test]
    public void Readme_Figures_AreThoseOfARunInThePerformanceDocument()
    {
        var performance = File.ReadAllText(Path.Combine(ShippedFiles.Root, "docs", "performance.md"));
        var quoted = Figures().Matches(File.ReadAllText(Path.Combine(ShippedFiles.Root, "README.md"))).Select(row => row.Value).ToArray();

        Assert.That(quoted, Has.Length.EqualTo(6).And.All.Matches<string>(performance.Contains));
    }

    [TestCase("`NoSuchType`", "NoSuchType")]
    [TestCase("`wamp.no.such.metric` and `RealmSettings`", "wamp.no.such.metric")]
    [TestCase("`docs/nothing.md`", "docs/nothing.md")]
    [TestCase("`Sessions:NoSuchTimeout`", "Sessions:NoSuchTimeout")]
    [TestCase("`--no-such-option`", "--no-such-option")]
    [TestCase("`WampRouter:Sessions:HelloTimeout`, `wamp.session.count`, `LayeringTests`, `--generate`, `dotnet run`, `a + b`")]
    public void Name_ThatIsNowhere_IsFound(string text, params string[] missing) => Assert.That(NamesIn(text).Where(name => !IsThere(name)), Is.EqualTo(missing));

    private static IEnumerable<string> NamesIn(string text) =>
        Backticked().Matches(text).Select(match => match.Groups["name"].Value).Where(name => Name().IsMatch(name) && !OfOthers.Contains(name)).Distinct();

    private static bool IsThere(string name) =>
        Sources.Value.Contains(name, StringComparison.Ordinal)
        || Sources.Value.Contains(char.ToUpperInvariant(name[0]) + name[1..], StringComparison.Ordinal)     // a property, as JSON writes it
        || IsFile(name) || IsMember(name) || RealmSettings.Value.Contains(name) || AtMetrics.Value.Contains(name)
        || AreAllThere(name.Split(':')) || AreAllThere(name.Split("__"));

    private static bool IsFile(string name) =>
        Files.Value.Any(file => file == name || file.EndsWith("/" + name, StringComparison.Ordinal) || file.Contains(name.TrimStart('.').Trim('/') + "/", StringComparison.Ordinal));

    /// <summary>Such as <c>Outbox._gate</c>: the file of the type has the member.</summary>
    private static bool IsMember(string name) =>
        name.Split('.') is [var type, var member]
        && Files.Value.Where(file => file.EndsWith($"/{type}.cs", StringComparison.Ordinal)).Any(file => Regex.IsMatch(File.ReadAllText(Path.Combine(ShippedFiles.Root, file)), $@"\b{member}\b"));

    /// <summary>Settings are written with their sections; N stands for a place in a list, CATEGORY for one of the log's.</summary>
    private static bool AreAllThere(string[] parts) => parts.Length > 1 && parts.All(part => part is "N" or "CATEGORY" || Sources.Value.Contains(part, StringComparison.Ordinal));

    private static string ReadSources() => string.Join('\n', TrackedFiles(ShippedFiles.Root).Where(path => (Kinds.Contains(Path.GetExtension(path)) || Path.GetFileName(path) == "Caddyfile") && Path.GetFileName(path) != "DocumentedNamesTests.cs" && !path.EndsWith("conformance.json", StringComparison.Ordinal)).Select(File.ReadAllText));

    private static IEnumerable<string> TrackedFiles(string directory) =>
        Directory.EnumerateFiles(directory).Concat(Directory.EnumerateDirectories(directory).Where(inner => Path.GetFileName(inner) is not ("bin" or "obj" or "node_modules" or ".git" or "artifacts")).SelectMany(TrackedFiles));

    [GeneratedRegex(@"^\| [^|]+ \| [\d,]+/s[^|]* \| [\d,]+/s[^|]* \|$", RegexOptions.Multiline)]
    private static partial Regex Figures();

    [GeneratedRegex("(?s)```.*?```")]
    private static partial Regex Fences();

    [GeneratedRegex("`(?<name>[^`\\n]+)`")]
    private static partial Regex Backticked();

    [GeneratedRegex(@"^(--|\./)?[A-Za-z_$][\w$]*([.:/-][\w$]+)*/?$")]
    private static partial Regex Name();
}
