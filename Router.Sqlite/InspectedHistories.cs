using WampRouter.Realms.History;
using WampRouter.Realms.Patterns;
using WampRouter.Realms.Settings;

namespace WampRouter.Sqlite;

/// <summary>
/// How much there is in the durable histories, as the look at a file before a start found it. To count a large history takes a while; whoever opens the same file a moment later need not do it again.
/// Filled by one thread, read by others afterwards.
/// </summary>
internal sealed class InspectedHistories
{
    private readonly Dictionary<(string Realm, MatchPolicy Match, string Uri), (long Id, HistoryVolume Volume)> _found = [];
    private (string Path, FileStamp File, FileStamp Log)? _stamp;

    /// <summary>A look at a file begins. What comes from another one is forgotten.</summary>
    public void Begin(string path)
    {
        _found.Clear();
        _stamp = Stamp(path);
    }

    /// <summary>A history was found.</summary>
    public void Add(string realm, HistorySettings settings, long id, HistoryVolume volume) => _found[(realm, settings.Match, settings.Uri)] = (id, volume);

    /// <summary>Whether a file is as it was when the look at it began. Of use only to somebody who keeps all other routers away from it.</summary>
    public bool AreOf(string path) => _stamp == Stamp(path);

    /// <summary>The row and the volume of a history; null where none was found.</summary>
    public (long Id, HistoryVolume Volume)? Find(string realm, HistorySettings settings) => _found.TryGetValue((realm, settings.Match, settings.Uri), out var found) ? found : null;

    private static (string Path, FileStamp File, FileStamp Log) Stamp(string path)
    {
        var full = Path.GetFullPath(path);
        return (full, FileStamp.Of(full), FileStamp.Of(HistoryFile.LogOf(full)));
    }

    /// <summary>Size and time of the last change; both 0 where there is no file.</summary>
    private readonly record struct FileStamp(long Bytes, DateTime WrittenAt)
    {
        public static FileStamp Of(string path) => new FileInfo(path) is { Exists: true } file ? new FileStamp(file.Length, file.LastWriteTimeUtc) : default;
    }
}
