using System.Globalization;
using WampRouter.Tests.Configuration;

namespace WampRouter.Tests.EndToEnd;

/// <summary>
/// The packages as others use them: made into a folder, then restored from it by applications outside the tree that host the router, or are its clients. They are
/// published in each way that .NET has, without a warning, and run.
/// </summary>
[Category("EndToEnd")]
public sealed class PackageTests
{
    /// <summary>For a publish that compiles ahead of time on a busy machine.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    private static readonly string[] PlainPublish = ["-p:UseAppHost=false"];
    private static readonly string[] Trimmed = ["-r", "linux-x64", "--self-contained", "-p:PublishTrimmed=true"];
    private static readonly string[] NativeAot = ["-r", "linux-x64", "-p:PublishAot=true"];

    // A version that was never made before: what was restored once is not looked for again.
    private readonly string _version = string.Create(CultureInfo.InvariantCulture, $"0.1.0-tested.{Environment.ProcessId}.{Environment.TickCount64}");

    private string _folder = "";
    private int _published;

    private static IEnumerable<TestCaseData> Ways()
    {
        yield return new TestCaseData(PlainPublish, "dotnet {0}.dll").SetArgDisplayNames("plain");
        yield return new TestCaseData(Trimmed, "{0}").SetArgDisplayNames("trimmed");
        yield return new TestCaseData(NativeAot, "{0}").SetArgDisplayNames("ahead of time");
    }

    [OneTimeSetUp]
    public async Task PackEverything()
    {
        _folder = Directory.CreateTempSubdirectory("wamp-packages-").FullName;
        await DotnetAsync(ShippedFiles.Root, ["pack", "WampRouter.sln", "-c", Configuration(), "--no-build", "-o", Path.Combine(_folder, "feed"), $"-p:PackageVersion={_version}"]);
        foreach (var application in (string[])["Embedding", "Consuming", "Testing"])
        {
            CopyFolder(Path.Combine(ShippedFiles.Root, "Router.Tests", "EndToEnd", "Packages", application), Path.Combine(_folder, application));
        }

        // The feed comes to those that are configured on this machine.
        File.WriteAllText(Path.Combine(_folder, "nuget.config"), """<configuration><packageSources><add key="made" value="feed" /></packageSources></configuration>""");
    }

    [OneTimeTearDown]
    public void RemoveWhatWasMade()
    {
        Directory.Delete(_folder, recursive: true);
        var cache = Environment.GetEnvironmentVariable("NUGET_PACKAGES") ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");
        foreach (var package in Directory.EnumerateDirectories(cache, "wamprouter*").Select(package => Path.Combine(package, _version)).Where(Directory.Exists))
        {
            Directory.Delete(package, recursive: true);
        }
    }

    [TestCaseSource(nameof(Ways))]
    public async Task Applications_OutsideTheTree_ArePublishedAndMeet(string[] how, string command)
    {
        var host = await PublishAsync("Embedding", how);
        var consumer = await PublishAsync("Consuming", how);

        await using var hosting = ChildProcess.Start(Command(host, "Embedding", command), ["--urls", "http://127.0.0.1:0"], host);
        var address = (await hosting.PrintedAsync(@"ready at http(://127\.0\.0\.1:\d+)")).Groups[1].Value;
        await using var consuming = ChildProcess.Start(Command(consumer, "Consuming", command), [$"ws{address}/ws"]);
        await consuming.PrintedAsync("^Hello, Ada!$");
        Assert.That(await consuming.ExitAsync(), Is.Zero, "exit code of the client");
        using var http = new HttpClient();
        Assert.That(await http.GetStringAsync(new Uri($"http{address}/")), Is.EqualTo("a shop"), "the application's own settings");
        hosting.Terminate();
        Assert.That(await hosting.ExitAsync(), Is.Zero, "exit code of the host");

        var files = Directory.EnumerateFiles(host, "*", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(host, file));
        Assert.That(files, Has.None.Contains("secured").And.None.Contains("realm.schema.json").And.None.Contains("WampRouter.Server"), "files of the router's own");
    }

    [Test]
    public async Task Tests_OutsideTheTree_PassWithTheTestingPackage() =>
        await DotnetAsync(Path.Combine(_folder, "Testing"), ["test", "-c", "Release", $"-p:TestedVersion={_version}"]);

    private static string[] Command(string folder, string application, string command) =>
        string.Format(CultureInfo.InvariantCulture, command, Path.Combine(folder, application)).Split(' ');

    private async Task<string> PublishAsync(string application, string[] how)
    {
        var (project, output) = (Path.Combine(_folder, application), Path.Combine(_folder, "published", $"{application}{_published++}"));
        await DotnetAsync(project, ["publish", "-c", "Release", "-o", output, $"-p:TestedVersion={_version}", .. how]);
        return output;
    }

    private static async Task DotnetAsync(string directory, string[] arguments)
    {
        await using var dotnet = ChildProcess.Start(["dotnet"], [.. arguments, "--nologo", "-v", "q"], directory);
        var exitCode = await dotnet.ExitAsync(Patience);
        Assert.That(exitCode, Is.Zero, $"dotnet {string.Join(' ', arguments)}\n{dotnet}");
        Assert.That(dotnet.Output.Where(line => line.Contains("warning", StringComparison.Ordinal)), Is.Empty);
    }

    private static string Configuration() => Path.GetFileName(Path.GetDirectoryName(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory)))!;

    private static void CopyFolder(string from, string to)
    {
        foreach (var file in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories))
        {
            var target = Path.Combine(to, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }
    }
}
