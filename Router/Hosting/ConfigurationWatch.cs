using Microsoft.Extensions.FileProviders;
using Microsoft.Extensions.Primitives;
using WampRouter.Configuration;

namespace WampRouter.Hosting;

/// <summary>
/// Reloads the configuration when its files change: a little after the last change, because editors and copies make several of one. What does not tell of its changes, such as some network file systems, is
/// reloaded by a signal or from code.
/// </summary>
/// <param name="reload">Reloads it.</param>
/// <param name="configuration">Says which files these are.</param>
/// <param name="settings">Tells of changes of the application's own settings; null: they are not watched.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">Says where nothing can be watched.</param>
internal sealed partial class ConfigurationWatch(RouterReload reload, RouterConfiguration configuration, Func<IChangeToken>? settings, TimeProvider time, ILogger<ConfigurationWatch> logger) : IHostedService, IDisposable
{
    /// <summary>How long nothing may have changed before the files are read.</summary>
    public static readonly TimeSpan Quiet = TimeSpan.FromMilliseconds(500);

    private readonly List<IDisposable> _watches = [];
    private ITimer? _timer;

    /// <inheritdoc />
    public Task StartAsync(CancellationToken cancellationToken)
    {
        if (!configuration.Options.ReloadOnChange)
        {
            return Task.CompletedTask;
        }

        _timer = time.CreateTimer(static watch => ((ConfigurationWatch)watch!).OnQuiet(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        foreach (var (directory, pattern) in configuration.Watched)
        {
            Watch(directory, pattern);
        }

        if (settings is not null)
        {
            _watches.Add(ChangeToken.OnChange(() => settings(), OnChange));
        }

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
        _timer?.Dispose();
        foreach (var watch in _watches)
        {
            watch.Dispose();
        }

        _watches.Clear();
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

    private void OnChange() => _timer!.Change(Quiet, Timeout.InfiniteTimeSpan);

    private void OnQuiet() => reload.TryReload("a change of its files");

    private static partial class Log
    {
        [LoggerMessage(1299, LogLevel.Warning, "Changes in {Directory} will not be noticed ({Problem}); a signal or the application can have the configuration read again")]
        public static partial void NotWatched(ILogger logger, string directory, string problem);
    }
}
