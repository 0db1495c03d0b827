using System.Runtime.CompilerServices;

namespace WampRouter.Tests.Configuration;

/// <summary>The files a user gets, as they are in the source tree.</summary>
internal static class ShippedFiles
{
    public static string Root { get; } = Path.GetFullPath(Path.Combine(Folder(), "..", ".."));

    public static string Realms { get; } = Path.Combine(Root, "config", "realms");

    public static string Schema { get; } = Path.Combine(Root, "config", "realm.schema.json");

    private static string Folder([CallerFilePath] string here = "") => Path.GetDirectoryName(here)!;
}
