using WampRouter.Configuration.Documents;

namespace WampRouter.Configuration;

/// <summary>All that an admin has configured: the host's settings and the realms. Of use only if there is no mistake.</summary>
internal sealed record RouterConfiguration
{
    /// <summary>The host's settings.</summary>
    public required WampRouterOptions Options { get; init; }

    /// <summary>The directory the realms were read from, as a full path.</summary>
    public required string RealmsDirectory { get; init; }

    /// <summary>Where relative paths are looked for.</summary>
    public FilePlaces FilePlaces { get; init; } = new(Environment.CurrentDirectory, AppContext.BaseDirectory);

    /// <summary>Says where a setting was written, for mistakes that are found later.</summary>
    public SettingPlaces Places { get; init; } = new(new ConfigurationBuilder().Build());

    /// <summary>Every realm; empty if there is a mistake in one.</summary>
    public required IReadOnlyList<RealmConfiguration> Realms { get; init; }

    /// <summary>Every mistake: first those in the host's settings, then those in the realms.</summary>
    public required IReadOnlyList<ConfigurationMistake> Mistakes { get; init; }

    /// <summary>Those in the realms.</summary>
    public IReadOnlyList<ConfigurationMistake> RealmMistakes { get; init; } = [];

    /// <summary>What is no mistake, but probably not what somebody meant.</summary>
    public IReadOnlyList<ConfigurationMistake> Notes { get; init; } = [];

    /// <summary>The files that the program's settings were read from: a router that runs must not do without one of them unasked. Empty in an application, which has settings of its own.</summary>
    public IReadOnlyList<string> SettingsFiles { get; init; } = [];

    /// <summary>Files whose changes matter: the directory, and a pattern of names.</summary>
    public IReadOnlyList<(string Directory, string Pattern)> Watched { get; init; } = [];

    /// <summary>Single files and directories whose changes matter, as full paths: one of them, or a directory on the way, may be a link that is exchanged, or go and come again.</summary>
    public IReadOnlyList<string> WatchedFiles { get; init; } = [];

    /// <summary>Those in the host's settings.</summary>
    public IEnumerable<ConfigurationMistake> HostMistakes => Mistakes.Take(Mistakes.Count - RealmMistakes.Count);

    /// <summary>Reads everything. Throws nothing for mistakes.</summary>
    public static RouterConfiguration Load<TOptions>(RouterSources<TOptions> sources)
        where TOptions : WampRouterOptions, new()
    {
        var mistakes = new List<ConfigurationMistake>();
        var notes = new List<ConfigurationMistake>();
        var configuration = sources.Configuration ?? new ConfigurationBuilder().Build();
        var settings = sources.Settings ?? new ConfigurationBuilder().Build().GetSection(WampRouterOptions.SectionName);
        var places = new SettingPlaces(configuration);
        var filePlaces = new FilePlaces(sources.WorkingDirectory, sources.ContentRoot);
        var options = OptionsSection.Read(
            settings,
            sources.Kind.Shape,
            sources.Kind.Bind,
            sources.Change,
            options => [.. sources.Kind.FindProblems(options, filePlaces), .. WampRouterOptionsValidator.FindProblems(options)],
            places,
            mistakes);
        mistakes.AddRange(FindMisspelt(configuration, settings.Path, places));
        var realms = new RealmConfigurationLoader(sources.HasLoginInCode);
        realms.Add(sources.Realms);
        var directory = sources.WorkingDirectory;
        var hasRealmFiles = HasRealmFiles(sources, options);
        if (!hasRealmFiles)
        {
            realms.RequireOne();
        }
        else if (WampRouterOptionsValidator.IsDirectoryName(options.RealmsDirectory))
        {
            directory = sources.Former is { } former && former.Options.RealmsDirectory == options.RealmsDirectory ? StayAt(former.RealmsDirectory, options.RealmsDirectory, filePlaces, notes)
                : FindRealms(options.RealmsDirectory, filePlaces, notes);
            realms.AddDirectory(directory);
        }

        var read = realms.Result;
        return new RouterConfiguration
        {
            Options = options,
            RealmsDirectory = directory,
            FilePlaces = filePlaces,
            Places = places,
            Realms = read.Realms,
            Mistakes = [.. InFileOrder(mistakes), .. read.Mistakes],
            RealmMistakes = read.Mistakes,
            Notes = [.. notes, .. read.Notes],
            WatchedFiles = hasRealmFiles ? [directory, .. realms.Files] : [],
            Watched = hasRealmFiles && Directory.Exists(directory) ? [(directory, RealmConfigurationLoader.Pattern)] : [],
        };
    }

    /// <summary>Those without a line first, in the order they were found.</summary>
    public static IEnumerable<ConfigurationMistake> InFileOrder(IEnumerable<ConfigurationMistake> mistakes) =>
        mistakes.OrderBy(mistake => mistake.Position is null ? "" : mistake.Source, StringComparer.Ordinal).ThenBy(mistake => mistake.Position?.Line).ThenBy(mistake => mistake.Position?.Column);

    /// <summary>A section whose name is nearly the router's: the settings in it would be passed over.</summary>
    private static IEnumerable<ConfigurationMistake> FindMisspelt(IConfiguration configuration, string name, SettingPlaces places) =>
        from section in configuration.GetChildren()
        where name == WampRouterOptions.SectionName     // of another name an application knows more than we do
            && !section.Key.Equals(name, StringComparison.OrdinalIgnoreCase)
            && Words.Nearest(section.Key, [name]) is not null
            && section.GetChildren().Any()
        select places.Mistake(section.Key, $"there is no such section; did you mean '{name}'?");

    /// <summary>Realm files are read where their directory is named, and where there are settings and no realm besides. A directory without any is a mistake then.</summary>
    private static bool HasRealmFiles<TOptions>(RouterSources<TOptions> sources, TOptions options)
        where TOptions : WampRouterOptions, new() =>
        sources.WantsRealmFiles
        || sources.Settings?[nameof(options.RealmsDirectory)] is not null
        || options.RealmsDirectory != WampRouterOptions.DefaultRealmsDirectory
        || (sources.Settings is not null && sources.Realms.Count == 0);

    /// <summary>Where realm files were found at the start, whatever is there now; one of the places before it that has some by now is for the next start.</summary>
    private static string StayAt(string former, string directory, FilePlaces places, List<ConfigurationMistake> notes)
    {
        notes.AddRange(
            from place in places.Candidates(directory).TakeWhile(place => place != former)
            where Directory.Exists(place) && RealmConfigurationLoader.HasFiles(place)
            select new ConfigurationMistake(place, $"holds realm files, but realms are read from {former} until the next start"));
        return former;
    }

    /// <summary>
    /// The first of the places where there are realm files. A directory of that name without any, such as an application may have, is passed over; it is the mistake only
    /// where there is no other.
    /// </summary>
    private static string FindRealms(string directory, FilePlaces places, List<ConfigurationMistake> notes)
    {
        var candidates = places.Candidates(directory);
        var found = Array.FindIndex(candidates, RealmConfigurationLoader.HasFiles);
        if (found < 0)
        {
            return places.Find(directory, Directory.Exists);
        }

        notes.AddRange(candidates[..found].Where(Directory.Exists).Select(empty => new ConfigurationMistake(empty, $"holds no *.json file, so realms are read from {candidates[found]}")));
        return candidates[found];
    }
}
