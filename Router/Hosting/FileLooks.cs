namespace WampRouter.Hosting;

/// <summary>
/// Finds out by looking whether files have changed: for those that are replaced in ways that no watch on a directory tells of, such as a link to a directory that is exchanged for another (certificates in
/// Kubernetes, Let's Encrypt). Not thread-safe.
/// </summary>
/// <param name="paths">The files, as full paths; they need not be there.</param>
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
                var file = new FileInfo(path);
                var target = file.ResolveLinkTarget(returnFinalTarget: true) as FileInfo ?? file;
                return target.Exists ? new Look(target.FullName, target.LastWriteTimeUtc, target.Length) : default;
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                return default;
            }
        }
    }
}
