using WampRouter.Configuration;
using WampRouter.Sessions;
using WampRouter.Storage;

namespace WampRouter.Hosting;

/// <summary>Reads a router's configuration again, and puts it into effect: see <see cref="IWampRouter.ReloadAsync"/>. The log says what has changed, or what is wrong.</summary>
/// <param name="router">The router.</param>
/// <param name="others">What else of the host the configuration changes, in the order in which it is prepared and takes effect.</param>
/// <param name="first">What holds at the start.</param>
/// <param name="read">Reads everything, given what holds now, and whether the application's own settings are to be read as well.</param>
/// <param name="logger">Gets the changes.</param>
/// <param name="metrics">Counts.</param>
internal sealed partial class RouterReload(
    HostedRouter router,
    IEnumerable<IReloadPart> others,
    RouterConfiguration first,
    Func<RouterConfiguration, bool, RouterConfiguration> read,
    ILogger<RouterReload> logger,
    HostMetrics metrics) : IWampRouter
{
    private readonly Lock _gate = new();        // one reload at a time; taken before any other
    private readonly IReloadPart[] _parts = [router, .. others];
    private RouterConfiguration _current = first;
    private bool _isOverTold;

    /// <summary>Is told what holds now, after a reload, before the next one.</summary>
    public event Action<RouterConfiguration>? Applied;

    /// <summary>Is told what does not hold, because there is a mistake in it: what it names may be what is missing.</summary>
    public event Action<RouterConfiguration>? Refused;

    /// <summary>Whether the running thread is reading: what it changes by that is no news.</summary>
    public bool IsReading => _gate.IsHeldByCurrentThread;

    /// <inheritdoc />
    public IReadOnlyList<string> Realms => router.RealmNames;

    /// <inheritdoc />
    public Task<WampReload> ReloadAsync(CancellationToken cancellationToken = default) =>
        Task.Run(() => Reload("the application", wantsSettings: true), CancellationToken.None).WaitAsync(cancellationToken);

    /// <summary>The same at once, on this thread, where nobody waits for the result: mistakes are only logged.</summary>
    /// <param name="cause">Who or what wants it, for the log.</param>
    public void TryReload(string cause)
    {
        try
        {
            Reload(cause, wantsSettings: false);
        }
        catch (Exception e) when (e is WampRouterConfigurationException or OperationCanceledException)
        {
            // The log has it.
        }
        catch (Exception e)
        {
            Log.Failed(logger, e, cause);
        }
    }

    private WampReload Reload(string cause, bool wantsSettings)
    {
        lock (_gate)
        {
            RouterConfiguration? configuration = null;
            try
            {
                ThrowIfOver(cause);
                configuration = read(_current, wantsSettings);
                return configuration.Mistakes.Count == 0 ? Apply(configuration, cause) : throw new WampRouterConfigurationException(configuration.Mistakes);
            }
            catch (WampRouterConfigurationException e)
            {
                Refuse(configuration, e.Mistakes, cause);
                throw;
            }
            catch (EventHistoryException e)
            {
                var mistake = new ConfigurationMistake("histories", e.Explanation);
                Refuse(configuration, [mistake], cause);
                throw new WampRouterConfigurationException([mistake]);
            }
        }
    }

    private WampReload Apply(RouterConfiguration configuration, string cause)
    {
        var steps = new List<IReloadStep>();
        try
        {
            foreach (var part in _parts)
            {
                steps.Add(part.Prepare(configuration));
            }

            ThrowIfOver(cause);     // it may have begun to end meanwhile: nobody would close what is opened now

            // From here on nothing can fail.
            string[] changes = [.. steps.SelectMany(step => step.Changes)];
            string[] needRestart = [.. steps.SelectMany(step => step.NeedRestart)];
            var lost = steps.Aggregate(default(PolicyEffect), (sum, step) => sum + step.TakeEffect());
            _current = configuration;
            Tell(configuration, cause, changes, needRestart, lost);
            Applied?.Invoke(configuration);
            return new WampReload(changes, needRestart);
        }
        finally
        {
            steps.ForEach(step => step.Dispose());
        }
    }

    private void ThrowIfOver(string cause)
    {
        if (!router.IsShuttingDown)
        {
            return;
        }

        if (!_isOverTold)
        {
            _isOverTold = true;
            Log.Over(logger, cause);
        }

        throw new OperationCanceledException("The router is shutting down: its configuration is not read again.");
    }

    private void Tell(RouterConfiguration configuration, string cause, string[] changes, string[] needRestart, PolicyEffect lost)
    {
        metrics.Reloaded(changes.Length > 0 ? "changed" : "unchanged");
        Log.Reloaded(logger, cause, changes.Length);
        foreach (var change in changes)
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

        if (lost is not { Subscriptions: 0, Registrations: 0, Sessions: 0 })
        {
            Log.Lost(logger, lost.Subscriptions, lost.Registrations, lost.Sessions);
        }
    }

    private void Refuse(RouterConfiguration? configuration, IReadOnlyList<ConfigurationMistake> mistakes, string cause)
    {
        if (configuration is not null)
        {
            Refused?.Invoke(configuration);
        }

        metrics.Reloaded("refused");
        Log.Refused(logger, cause, mistakes.Count);
        foreach (var mistake in mistakes)
        {
            Log.Mistake(logger, mistake);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1289, LogLevel.Information, "The configuration is not read again, for {Cause}, because the router is shutting down")]
        public static partial void Over(ILogger logger, string cause);

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
