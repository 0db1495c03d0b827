using WampRouter.Configuration.Documents;

namespace WampRouter.Configuration;

/// <summary>
/// Where a relative path of the configuration is looked for: where the admin stands, so that what he stands before is what is used, then where the settings are, then
/// beside the executable.
/// </summary>
internal sealed class FilePlaces
{
    private readonly string[] _directories;

    /// <param name="workingDirectory">Where the admin is, as a full path.</param>
    /// <param name="contentRoot">Where the settings are, as a full path.</param>
    public FilePlaces(string workingDirectory, string contentRoot) =>
        _directories = [.. new[] { workingDirectory, contentRoot, AppContext.BaseDirectory }.Select(Path.TrimEndingDirectorySeparator).Distinct(StringComparer.Ordinal)];

    /// <summary>The first of the places where it is; the working directory's if it is nowhere, so that a mistake names what the admin would make.</summary>
    public string Find(string path, Func<string, bool> isThere)
    {
        var candidates = Candidates(path);
        return candidates.FirstOrDefault(isThere) ?? candidates[0];
    }

    /// <summary>Says of a path that is nowhere where it was looked for.</summary>
    public string DescribeMissing(string path) =>
        Path.IsPathFullyQualified(path) ? $"there is no file {path}" : $"there is no file {Words.Quote(path)} in {string.Join(", nor in ", _directories)}";

    /// <summary>Every place of a path, the first one first; of a full path only itself.</summary>
    public string[] Candidates(string path) => [.. _directories.Select(directory => Path.GetFullPath(path, directory)).Distinct(StringComparer.Ordinal)];
}
