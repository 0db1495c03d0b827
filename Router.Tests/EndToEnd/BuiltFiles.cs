using WampRouter.Tests.Configuration;

namespace WampRouter.Tests.EndToEnd;

/// <summary>What the build has made, of the same configuration and framework as these tests.</summary>
internal static class BuiltFiles
{
    private static readonly string Flavor = Path.GetRelativePath(Path.Combine(ShippedFiles.Root, "Router.Tests", "bin"), AppContext.BaseDirectory);

    /// <summary>The command that runs the router. A missing or outdated executable skips the test: <c>test.sh</c> always makes it, and fails if it cannot.</summary>
    public static string[] Router(RouterBuild build)
    {
        var assembly = Path.Combine(ShippedFiles.Root, "Router.Server", "bin", Flavor, "WampRouter.Server.dll");
        if (build == RouterBuild.Dotnet)
        {
            return ["dotnet", assembly];
        }

        return [Published("publish", "wamprouter", assembly, "run ./publish.sh")];
    }

    /// <summary>The command that runs the service that <c>test.sh</c> makes a Native AOT executable of.</summary>
    public static string[] NativeService() => [Published("publish-client", "NativeService", Client("NativeService")[1], "run ./test.sh")];

    /// <summary>The command that runs an application of the folder <c>Clients</c>.</summary>
    public static string[] Client(string name) => ["dotnet", Path.Combine(ShippedFiles.Root, "Clients", name, "bin", Flavor, $"{name}.dll")];

    private static string Published(string folder, string name, string assembly, string hint)
    {
        var executable = Path.Combine(ShippedFiles.Root, "artifacts", folder, name);
        if (!File.Exists(executable))
        {
            Assert.Ignore($"There is no Native AOT executable {name}: {hint}");
        }

        if (File.GetLastWriteTimeUtc(executable) < File.GetLastWriteTimeUtc(assembly))
        {
            Assert.Ignore($"The Native AOT executable {name} is older than the build: {hint}");
        }

        return executable;
    }

    /// <summary>The command that runs the browser sample's server.</summary>
    public static string[] BrowserSample() => ["node", Path.Combine(ShippedFiles.Root, "Clients", "Browser", "server.js")];

    /// <summary>The command that runs a script of this folder.</summary>
    public static string[] Script(string name) => ["node", Path.Combine(ShippedFiles.Root, "Router.Tests", "EndToEnd", "node", $"{name}.js")];
}
