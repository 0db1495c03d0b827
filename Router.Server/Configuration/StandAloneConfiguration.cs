using WampRouter.Configuration;
using WampRouter.Realms.Settings;
using WampRouter.Sqlite;
using WampRouter.Storage;

namespace WampRouter.Server.Configuration;

/// <summary>
/// All that the stand-alone router is told, and what the machine says to it. A start and <c>check-config</c> both read it here, so that neither knows of a mistake that
/// the other does not.
/// </summary>
internal sealed record StandAloneConfiguration
{
    private const string DataDirectoryKey = $"{WampRouterOptions.SectionName}:DataDirectory";

    /// <summary>The file they were read from, beside arguments and environment variables.</summary>
    public required SettingsFile File { get; init; }

    /// <summary>Settings as they were read; the section <c>Logging</c> is used as it is.</summary>
    public required IConfiguration Settings { get; init; }

    /// <summary>The router's part.</summary>
    public required RouterConfiguration Router { get; init; }

    /// <summary>The form of the log.</summary>
    public required ConsoleLogOptions Console { get; init; }

    /// <summary>What is in the durable histories.</summary>
    public InspectedHistories Histories { get; init; } = new();

    /// <summary>Every mistake; with one, the router does not start.</summary>
    public required IReadOnlyList<ConfigurationMistake> Mistakes { get; init; }

    /// <summary>What another process has at the moment: a router cannot start either, but the configuration is right. Often it is this very router that runs.</summary>
    public IReadOnlyList<ConfigurationMistake> Taken { get; init; } = [];

    /// <summary>What is no mistake, but probably not what somebody meant: the router starts, and says so.</summary>
    public IReadOnlyList<ConfigurationMistake> Notes { get; init; } = [];

    /// <summary>Reads and tries everything, and changes nothing. Throws nothing for mistakes.</summary>
    /// <param name="shippedDirectory">Where the router's own files are, as a full path.</param>
    /// <param name="workingDirectory">Where the admin is, as a full path.</param>
    /// <param name="arguments">The arguments.</param>
    /// <param name="environment">All environment variables.</param>
    public static StandAloneConfiguration Load(string shippedDirectory, string workingDirectory, StartArguments arguments, IEnumerable<KeyValuePair<string, string>> environment)
    {
        IReadOnlyList<KeyValuePair<string, string>> variables = [.. environment];
        var file = SettingsFile.Find(arguments.SettingsFile, workingDirectory, shippedDirectory);
        var settings = HostSettings.Read(file, arguments, variables);
        var mistakes = new List<ConfigurationMistake>();
        var places = new SettingPlaces(settings.Configuration);
        var router = StandAloneSettings.Load(settings.Configuration, file.Directory, workingDirectory);
        var console = LoggingSettings.Read(settings.Configuration, places, mistakes);
        var histories = new InspectedHistories();
        var obstacles = FindObstacles(router, workingDirectory, places, histories).ToArray();
        var blocked = obstacles.Where(obstacle => !obstacle.IsTaken).Select(obstacle => obstacle.Mistake);
        var isReadable = settings.IsReadable;

        // What follows from a file that could not be read would only mislead.
        IReadOnlyList<ConfigurationMistake> all =
            isReadable ? [.. RouterConfiguration.InFileOrder([.. settings.Mistakes, .. router.HostMistakes, .. mistakes, .. blocked]), .. router.RealmMistakes] : settings.Mistakes;
        return new StandAloneConfiguration
        {
            File = file,
            Settings = settings.Configuration,
            Router = WithFiles(router, settings),
            Console = console,
            Histories = histories,
            Mistakes = all,
            Taken = isReadable ? [.. obstacles.Where(obstacle => obstacle.IsTaken).Select(obstacle => obstacle.Mistake)] : [],
            Notes = [.. file.PassedOver is { } passedOver ? [passedOver] : Array.Empty<ConfigurationMistake>(), .. isReadable ? FindNotes(router, places, variables, isRight: all.Count == 0) : []],
        };
    }

    /// <summary>Reads the router's part again, for a router that runs: what the machine says to it was settled by the start.</summary>
    /// <param name="former">What holds now.</param>
    /// <param name="file">The file that the settings were read from.</param>
    /// <param name="workingDirectory">As for <see cref="Load"/>.</param>
    /// <param name="arguments">As for <see cref="Load"/>.</param>
    /// <param name="environment">As for <see cref="Load"/>.</param>
    public static RouterConfiguration ReadAgain(RouterConfiguration former, SettingsFile file, string workingDirectory, StartArguments arguments, IEnumerable<KeyValuePair<string, string>> environment)
    {
        var settings = HostSettings.Read(file, arguments, environment, former.SettingsFiles);
        var router = StandAloneSettings.Load(settings.Configuration, file.Directory, workingDirectory, former);
        IReadOnlyList<ConfigurationMistake> mistakes = settings.IsReadable ? [.. settings.Mistakes, .. router.Mistakes] : settings.Mistakes;
        return WithFiles(router, settings) with
        {
            Mistakes = mistakes,
            Notes = mistakes.Count == 0 ? [.. router.Notes, .. Exposure.Find(router, router.Places)] : router.Notes,
        };
    }

    /// <summary>With the files whose changes matter to the program: its settings, those that may come included, and the certificates of its listeners.</summary>
    private static RouterConfiguration WithFiles(RouterConfiguration router, HostSettings settings) => router with
    {
        SettingsFiles = settings.Found,
        Watched = [.. router.Watched, .. settings.Files.Select(file => (Path.GetDirectoryName(file)!, Path.GetFileName(file)))],
        WatchedFiles =
        [
            .. router.WatchedFiles,
            .. settings.Files,
            .. from listener in StandAloneSettings.Of(router).Listeners
               from path in (IEnumerable<string?>)[.. listener.AllCertificates.SelectMany(static entry => new[] { entry.Options.Path, entry.Options.KeyPath }), listener.Tls?.ClientAuthorities]
               where !string.IsNullOrEmpty(path)
               select router.FilePlaces.Find(path, System.IO.File.Exists),
        ],
    };

    /// <summary>The files that settings were read from, in words; null where there is none.</summary>
    public string? SettingsFiles => File.IsNamed ? File.FullPath : Router.SettingsFiles is { Count: > 0 } files ? string.Join(" and ", files) : null;

    /// <summary>What somebody did to the histories between the look at them and now, as a mistake in the setting that says where they are.</summary>
    public ConfigurationMistake Explain(EventHistoryException exception) => new SettingPlaces(Settings).Mistake(DataDirectoryKey, exception.Explanation);

    private static IEnumerable<ConfigurationMistake> FindNotes(RouterConfiguration router, SettingPlaces places, IReadOnlyList<KeyValuePair<string, string>> environment, bool isRight) =>
        [.. router.Notes, .. UnreadVariables.Find(environment, StandAloneSettings.Of(router).Listeners), .. isRight ? [.. Exposure.Find(router, places), .. FindUnfitCertificates(router, places)] : Array.Empty<ConfigurationMistake>()];

    /// <summary>A start serves what certificates there are, since clients may be told to take them; a reload keeps better ones.</summary>
    private static IEnumerable<ConfigurationMistake> FindUnfitCertificates(RouterConfiguration router, SettingPlaces places)
    {
        foreach (var (listener, section) in StandAloneSettings.ListenersOf(router))
        {
            foreach (var (options, _, key) in listener.AllCertificates)
            {
                if (ListenerCertificate.TryLoad(options, router.FilePlaces, out var certificate, out _))
                {
                    using (certificate)
                    {
                        if (certificate.WhyUnfit(TimeProvider.System.GetUtcNow()) is { } unfit)
                        {
                            yield return places.Mistake($"{section}:{key}:Path", $"{unfit}; clients that check it do not connect");
                        }
                    }
                }
            }
        }
    }

    private static IEnumerable<(ConfigurationMistake Mistake, bool IsTaken)> FindObstacles(RouterConfiguration router, string workingDirectory, SettingPlaces places, InspectedHistories found)
    {
        foreach (var (listener, section) in StandAloneSettings.ListenersOf(router))
        {
            var setting = $"{section}:Url";
            if (ListenerAddress.TryParse(listener.Url, out var address, out _) && ListenerProbe.FindProblem(address, setting) is var (problem, isTaken))
            {
                yield return (places.Mistake(setting, problem), isTaken);
            }
        }

        var directory = router.Options.DataDirectory;
        var histories = (from realm in router.Realms from history in realm.Realm.History where history.Store == HistoryStore.Sqlite select (realm.Realm.Name, history)).ToArray();
        if (histories.Length > 0 && SqliteLibrary.FindProblem() is { } missing)
        {
            var realm = router.Realms.First(realm => realm.Realm.Name == histories[0].Name);
            yield return (new ConfigurationMistake(realm.FilePath, $"the history of '{histories[0].history.Uri}' cannot be kept in a file: {missing}"), false);
        }
        else if (histories.Length > 0 && WampRouterOptionsValidator.IsDirectoryName(directory) && HistoryFile.FindProblem(Path.GetFullPath(directory, workingDirectory), histories, found) is var (trouble, isUsed))
        {
            yield return (places.Mistake(DataDirectoryKey, trouble), isUsed);
        }

        foreach (var obstacle in FindObstaclesOfQueues(router, workingDirectory, places, hasHistories: histories.Length > 0))
        {
            yield return obstacle;
        }
    }

    private static IEnumerable<(ConfigurationMistake Mistake, bool IsTaken)> FindObstaclesOfQueues(RouterConfiguration router, string workingDirectory, SettingPlaces places, bool hasHistories)
    {
        var durable = (from realm in router.Realms from delivery in realm.Webhooks.Deliveries where delivery.Store == QueueStore.Sqlite select (realm.FilePath, delivery.Name)).ToArray();
        if (durable.Length == 0 || !WampRouterOptionsValidator.IsDirectoryName(router.Options.DataDirectory))
        {
            yield break;
        }

        var directory = Path.GetFullPath(router.Options.DataDirectory, workingDirectory);
        if (SqliteLibrary.FindProblem() is { } missing)
        {
            yield return (new ConfigurationMistake(durable[0].FilePath, $"the queue of webhook '{durable[0].Name}' cannot be kept in a file: {missing}"), false);
        }
        else if (!hasHistories && HistoryFile.FindProblem(directory, []) is var (trouble, isUsed))
        {
            yield return (places.Mistake(DataDirectoryKey, trouble), isUsed);
        }
        else if (Directory.Exists(directory) && HistoryLock.FindOwner(directory, QueueSchema.FileName) is { } owner)
        {
            yield return (places.Mistake(DataDirectoryKey, $"{Path.Combine(directory, QueueSchema.FileName)} {owner}"), true);
        }
    }
}
