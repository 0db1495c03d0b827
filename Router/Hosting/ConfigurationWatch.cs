using Microsoft.Extensions.FileProviders;
using Microsoft.Extensions.Primitives;
using WampRouter.Configuration;

namespace WampRouter.Hosting;

/// <summary>
/// Reloads the configuration when its files change: a little after the last change, because editors and copies make several of one. What does not tell of its changes, such as some network file systems, is
/// reloaded by a signal or from code.
/// </summary>
/// <param name="reload">Reloads it.</param>
/// <param name="configuration">Says at the start which files these are; after that each configuration that is put into effect does.</param>
/// <param name="settings">Tells of changes of the application's own settings; null: they are not watched.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">Says where nothing can be watched.</param>
internal sealed partial class ConfigurationWatch(RouterReload reload, RouterConfiguration configuration, Func<IChangeToken>? settings, TimeProvider time, ILogger<ConfigurationWatch> logger) : IHostedService, IDisposable
{
    /// <summary>How long nothing may have changed before the files are read.</summary>
    public static readonly TimeSpan Quiet = TimeSpan.FromMilliseconds(500);

    /// <summary>How often files are looked at that are watched by themselves.</summary>
    public static readonly TimeSpan BetweenLooks = TimeSpan.FromSeconds(5);

    private readonly Lock _gate = new();        // taken under RouterReload._gate; nothing is taken under it
    private readonly List<IDisposable> _watches = [];
    private IReadOnlyList<(string Directory, string Pattern)> _watched = [];
    private RouterConfiguration _current = configuration;       // written at the start, and by one reload at a time
    private FileLooks _looks = new([]);
    private ITimer? _timer;         // null: it has not begun, or is over
    private ITimer? _looking;

    /// <inheritdoc />
    public Task StartAsync(CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            _timer = time.CreateTimer(static watch => ((ConfigurationWatch)watch!).OnQuiet(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            _looking = time.CreateTimer(static watch => ((ConfigurationWatch)watch!).Look(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }

        reload.Applied += Follow;
        reload.Refused += FollowAlso;
        Follow(_current);
        return Task.CompletedTask;
    }

    /// <inheritdoc />
    public Task StopAsync(CancellationToken cancellationToken)
    {
        Dispose();
        return Task.CompletedTask;
    }

    /// <inheritdoc />
    public void Dispose()
    {
        reload.Applied -= Follow;
        reload.Refused -= FollowAlso;
        lock (_gate)
        {
            _timer?.Dispose();
            _looking?.Dispose();
            (_timer, _looking) = (null, null);
            Unwatch();
        }
    }

    /// <summary>Watches what this configuration names, and nothing else.</summary>
    private void Follow(RouterConfiguration current)
    {
        _current = current;
        Follow(current, current.Watched, current.WatchedFiles);
    }

    /// <summary>Watches what holds, and also what would hold but for a mistake: often the mistake is a file that comes a little later.</summary>
    private void FollowAlso(RouterConfiguration refused) =>
        Follow(_current, [.. _current.Watched.Union(refused.Watched)], [.. _current.WatchedFiles.Union(refused.WatchedFiles)]);

    private void Follow(RouterConfiguration current, IReadOnlyList<(string Directory, string Pattern)> directories, IReadOnlyList<string> files)
    {
        var watched = current.Options.ReloadOnChange ? directories : [];
        lock (_gate)
        {
            if (_timer is null)
            {
                return;
            }

            if (!watched.SequenceEqual(_watched) || current.Options.ReloadOnChange != _watches.Count > 0)
            {
                Unwatch();
                _watched = watched;
                foreach (var (directory, pattern) in watched)
                {
                    Watch(directory, pattern);
                }

                if (settings is not null && current.Options.ReloadOnChange)
                {
                    _watches.Add(ChangeToken.OnChange(() => settings(), OnSettingsChange));
                }
            }

            FollowFiles(current.Options.ReloadOnChange ? files : []);
        }
    }

    private void FollowFiles(IReadOnlyList<string> files)
    {
        // Where they are the same, what has happened since the last look is still to be found.
        if (!_looks.AreAt(files))
        {
            _looks = new FileLooks(files);
            var period = files.Count == 0 ? Timeout.InfiniteTimeSpan : BetweenLooks;
            _looking!.Change(period, period);
        }
    }

    private void Unwatch()
    {
        foreach (var watch in _watches)
        {
            watch.Dispose();
        }

        _watches.Clear();
        _watched = [];
    }

    private void Look()
    {
        lock (_gate)
        {
            if (!_looks.FindChange())
            {
                return;
            }
        }

        OnChange();
    }

    private void Watch(string directory, string pattern)
    {
        try
        {
            var files = new PhysicalFileProvider(directory);
            _watches.Add(files);
            _watches.Add(ChangeToken.OnChange(() => files.Watch(pattern), OnChange));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            Log.NotWatched(logger, directory, e.Message);       // too many watches of this user, most often
        }
    }

    private void OnSettingsChange()
    {
        if (!reload.IsReading)
        {
            OnChange();
        }
    }

    private void OnChange() => Volatile.Read(ref _timer)?.Change(Quiet, Timeout.InfiniteTimeSpan);

    private void OnQuiet() => reload.TryReload("a change of its files");

    private static partial class Log
    {
        [LoggerMessage(1299, LogLevel.Warning, "Changes in {Directory} will not be noticed ({Problem}); a signal or the application can have the configuration read again")]
        public static partial void NotWatched(ILogger logger, string directory, string problem);
    }
}
