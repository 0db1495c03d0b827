using WampRouter.Configuration;
using WampRouter.Storage;

namespace WampRouter.Hosting;

/// <summary>Reads a router's configuration again, and puts it into effect: see <see cref="IWampRouter.ReloadAsync"/>. The log says what has changed, or what is wrong.</summary>
/// <param name="router">The router.</param>
/// <param name="read">Reads everything; throws <see cref="WampRouterConfigurationException"/> where there are mistakes.</param>
/// <param name="first">What was read at the start.</param>
/// <param name="logger">Gets the changes.</param>
/// <param name="metrics">Counts.</param>
internal sealed partial class RouterReload(HostedRouter router, Func<RouterConfiguration> read, RouterConfiguration first, ILogger<RouterReload> logger, HostMetrics metrics) : IWampRouter
{
    private readonly Lock _gate = new();        // one reload at a time; taken before any other

    /// <inheritdoc />
    public IReadOnlyList<string> Realms => router.RealmNames;

    /// <inheritdoc />
    public Task<WampReload> ReloadAsync(CancellationToken cancellationToken = default) =>
        Task.Run(() => Reload("the application"), CancellationToken.None).WaitAsync(cancellationToken);

    /// <summary>The same at once, on this thread, where nobody waits for the result: mistakes are only logged.</summary>
    /// <param name="cause">Who or what wants it, for the log.</param>
    public void TryReload(string cause)
    {
        try
        {
            Reload(cause);
        }
        catch (WampRouterConfigurationException)
        {
            // The log has it.
        }
        catch (Exception e)
        {
            Log.Failed(logger, e, cause);
        }
    }

    private WampReload Reload(string cause)
    {
        lock (_gate)
        {
            try
            {
                return Apply(read(), cause);
            }
            catch (WampRouterConfigurationException e)
            {
                Refuse(e.Mistakes, cause);
                throw;
            }
            catch (EventHistoryException e)
            {
                var mistake = new ConfigurationMistake("the histories of a new realm", $"{e.Message} ({e.GetBaseException().Message})");
                Refuse([mistake], cause);
                throw new WampRouterConfigurationException([mistake]);
            }
        }
    }

    private WampReload Apply(RouterConfiguration configuration, string cause)
    {
        var changes = router.Apply(configuration);
        string[] needRestart = [.. configuration.FindChangedSettings(first).Select(key => $"{key} is set otherwise"), .. changes.NeedRestart];
        metrics.Reloaded(changes.Changes.Count > 0 ? "changed" : "unchanged");
        Log.Reloaded(logger, cause, changes.Changes.Count);
        foreach (var change in changes.Changes)
        {
            Log.Change(logger, change);
        }

        foreach (var change in needRestart)
        {
            Log.NeedsRestart(logger, change);
        }

        foreach (var note in configuration.Notes)
        {
            Log.Note(logger, note);
        }

        if (changes.Lost is not { Subscriptions: 0, Registrations: 0, Sessions: 0 })
        {
            Log.Lost(logger, changes.Lost.Subscriptions, changes.Lost.Registrations, changes.Lost.Sessions);
        }

        return new WampReload(changes.Changes, needRestart);
    }

    private void Refuse(IReadOnlyList<ConfigurationMistake> mistakes, string cause)
    {
        metrics.Reloaded("refused");
        Log.Refused(logger, cause, mistakes.Count);
        foreach (var mistake in mistakes)
        {
            Log.Mistake(logger, mistake);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1291, LogLevel.Information, "The configuration was read again, for {Cause}; changes: {Changes}")]
        public static partial void Reloaded(ILogger logger, string cause, int changes);

        [LoggerMessage(1292, LogLevel.Information, "Changed: {Change}")]
        public static partial void Change(ILogger logger, string change);

        [LoggerMessage(1293, LogLevel.Warning, "Needs a restart: {Change}")]
        public static partial void NeedsRestart(ILogger logger, string change);

        [LoggerMessage(1294, LogLevel.Information, "By the changes sessions have lost: subscriptions: {Subscriptions}, registrations: {Registrations}; sessions that were ended: {Sessions}")]
        public static partial void Lost(ILogger logger, int subscriptions, int registrations, int sessions);

        [LoggerMessage(1295, LogLevel.Error, "The configuration was read again, for {Cause}, and has mistakes: {Mistakes}; everything stays as it was")]
        public static partial void Refused(ILogger logger, string cause, int mistakes);

        [LoggerMessage(1296, LogLevel.Error, "{Mistake}")]
        public static partial void Mistake(ILogger logger, ConfigurationMistake mistake);

        [LoggerMessage(1297, LogLevel.Warning, "The configuration of the WAMP router: {Note}")]
        public static partial void Note(ILogger logger, ConfigurationMistake note);

        [LoggerMessage(1298, LogLevel.Error, "The configuration could not be read again, for {Cause}; everything stays as it was")]
        public static partial void Failed(ILogger logger, Exception exception, string cause);
    }
}
