using System.Globalization;

namespace WampRouter.Transports.Admission;

/// <summary>How many files, sockets included, the system lets this process open.</summary>
internal static class OpenFiles
{
    /// <summary>The limit, read once; null where it is not known (anywhere but on Linux) or there is none.</summary>
    public static int? Limit { get; } = Read();

    /// <summary>Finds the soft limit in the text of <c>/proc/self/limits</c>.</summary>
    public static int? Find(IEnumerable<string> lines)
    {
        const string Name = "Max open files";
        var line = lines.FirstOrDefault(line => line.StartsWith(Name, StringComparison.Ordinal));
        var soft = line?[Name.Length..].Split(' ', StringSplitOptions.RemoveEmptyEntries).FirstOrDefault();
        return int.TryParse(soft, NumberStyles.None, CultureInfo.InvariantCulture, out var limit) ? limit : null;
    }

    private static int? Read()
    {
        try
        {
            return OperatingSystem.IsLinux() ? Find(File.ReadLines("/proc/self/limits")) : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;    // a container without /proc
        }
    }
}
