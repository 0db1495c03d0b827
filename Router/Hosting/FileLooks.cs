namespace WampRouter.Hosting;

/// <summary>
/// Finds out by looking whether files and directories have changed: for those that are replaced in ways that no watch on a directory tells of, such as a link to a directory that is exchanged for another (certificates in
/// Kubernetes, Let's Encrypt). Not thread-safe.
/// </summary>
/// <param name="paths">The files and directories, as full paths; they need not be there. A directory changes when a name in it comes or goes.</param>
internal sealed class FileLooks(IReadOnlyList<string> paths)
{
    private readonly Look[] _last = [.. paths.Select(Look.At)];

    /// <summary>Whether it looks at these.</summary>
    public bool AreAt(IReadOnlyList<string> files) => paths.SequenceEqual(files);

    /// <summary>Whether a file is not as the last look found it.</summary>
    public bool FindChange()
    {
        var isChanged = false;
        for (var i = 0; i < paths.Count; i++)
        {
            var now = Look.At(paths[i]);
            isChanged |= now != _last[i];
            _last[i] = now;
        }

        return isChanged;
    }

    /// <summary>What a file is, behind all links; all of it null or 0 where there is none, or none to be seen.</summary>
    private readonly record struct Look(string? Target, DateTime WrittenAt, long Bytes)
    {
        public static Look At(string path)
        {
            try
            {
                FileSystemInfo entry = Directory.Exists(path) ? new DirectoryInfo(path) : new FileInfo(path);
                var target = entry.ResolveLinkTarget(returnFinalTarget: true) ?? entry;
                return target.Exists ? new Look(target.FullName, target.LastWriteTimeUtc, (target as FileInfo)?.Length ?? 0) : default;
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                return default;
            }
        }
    }
}
