using WampRouter.Configuration.Documents;

namespace WampRouter.Configuration;

/// <summary>All that an admin has configured: the host's settings and the realms. Of use only if there is no mistake.</summary>
internal sealed record RouterConfiguration
{
    /// <summary>The settings of the section <c>WampRouter</c>.</summary>
    public static OptionsShape Shape { get; } = new(
        values:
        [
            "RealmsDirectory", "DataDirectory", "WelcomePage",
            "Listeners:*:Url", "Listeners:*:Path", "Listeners:*:BehindProxy", "Listeners:*:Certificate:Path", "Listeners:*:Certificate:KeyPath", "Listeners:*:Certificate:Password",
            "Listeners:*:MaxConnections", "Listeners:*:MaxConnectionsPerAddress", "Listeners:*:MaxHandshakes", "Listeners:*:JoinsPerSecond", "Listeners:*:JoinsPerSecondPerAddress",
            "Listeners:*:MaxMessagesPerSecond", "Listeners:*:MaxBytesPerSecond", "Listeners:*:MaxMessagesPerSecondPerAddress", "Listeners:*:MaxBytesPerSecondPerAddress", "Listeners:*:IdleTimeout",
            "Sessions:HelloTimeout", "Sessions:GoodbyeTimeout", "Sessions:IdleTimeout", "Sessions:DrainTimeout", "Sessions:Shutdown", "Sessions:ConcurrentTicketChecks", "Sessions:QueuedTicketChecks", "Sessions:TicketChecksPerAddress",
            "Sessions:FailedLoginDelay", "Sessions:FailedLoginMaxDelay", "Sessions:FailedLoginMemory", "Sessions:RememberedLogins",
            "Sessions:MaxDetachedSessions", "Sessions:ResumptionTotalBytes", "Sessions:MaxDetachedSessionsPerPrincipal", "Sessions:ResumptionBytesPerPrincipal",
            "Transports:MaxMessageBytes", "Transports:MaxOversizeBytes", "Transports:MaxMessageBytesBeforeLogin", "Transports:InboundTotalBytes", "Transports:MessageTimeout", "Transports:StallTimeout",
            "Transports:MaxMessagesPerSecond", "Transports:MaxBytesPerSecond", "Transports:MaxMessagesPerSecondPerAddress", "Transports:MaxBytesPerSecondPerAddress", "Transports:RateBurst",
            "Transports:OutboxBytes", "Transports:OutboxTotalBytes", "Transports:PingInterval", "Transports:PingTimeout",
            "Transports:CloseTimeout", "Transports:HandshakeTimeout", "Transports:MaxConnections", "Transports:MaxConnectionsPerAddress", "Transports:MaxHandshakes", "Transports:JoinsPerSecond",
            "Transports:JoinsPerSecondPerAddress", "Transports:AllowLoopbackOrigins",
        ],
        lists: ["Listeners", "Transports:AllowedOrigins"],
        objects: ["Listeners:*", "Listeners:*:Certificate", "Transports", "Sessions"],
        choices: new Dictionary<string, string[]> { ["Sessions:Shutdown"] = ["restart", "goodbye"] });

    /// <summary>The host's settings.</summary>
    public required RouterOptions Options { get; init; }

    /// <summary>The directory the realms were read from, as a full path.</summary>
    public required string RealmsDirectory { get; init; }

    /// <summary>Where relative paths are looked for.</summary>
    public FilePlaces FilePlaces { get; init; } = new(Environment.CurrentDirectory, AppContext.BaseDirectory);

    /// <summary>Every realm; empty if there is a mistake in one.</summary>
    public required IReadOnlyList<RealmConfiguration> Realms { get; init; }

    /// <summary>Every mistake: first those in the host's settings, then those in the realms.</summary>
    public required IReadOnlyList<ConfigurationMistake> Mistakes { get; init; }

    /// <summary>Those in the realms.</summary>
    public IReadOnlyList<ConfigurationMistake> RealmMistakes { get; init; } = [];

    /// <summary>What is no mistake, but probably not what somebody meant.</summary>
    public IReadOnlyList<ConfigurationMistake> Notes { get; init; } = [];

    /// <summary>Those in the host's settings.</summary>
    public IEnumerable<ConfigurationMistake> HostMistakes => Mistakes.Take(Mistakes.Count - RealmMistakes.Count);

    /// <summary>Reads everything. Throws nothing for mistakes.</summary>
    /// <param name="configuration">The host's configuration.</param>
    /// <param name="contentRoot">Where the shipped files are, as a full path.</param>
    /// <param name="workingDirectory">Where the admin is, as a full path.</param>
    public static RouterConfiguration Load(IConfiguration configuration, string contentRoot, string workingDirectory)
    {
        var mistakes = new List<ConfigurationMistake>();
        var notes = new List<ConfigurationMistake>();
        var places = new SettingPlaces(configuration);
        var filePlaces = new FilePlaces(workingDirectory, contentRoot);
        var options = OptionsSection.Read<RouterOptions>(
            configuration.GetSection(RouterOptions.SectionName),
            Shape,
            static (section, options, strict) => section.Bind(options, binder => binder.ErrorOnUnknownConfiguration = strict),
            new RouterOptionsValidator(filePlaces),
            places,
            mistakes);
        mistakes.AddRange(FindMisspelt(configuration, places));
        var isNamed = RouterOptionsValidator.IsDirectoryName(options.RealmsDirectory);
        var directory = isNamed ? FindRealms(options.RealmsDirectory, filePlaces, notes) : workingDirectory;
        var realms = isNamed ? RealmConfigurationLoader.Load(directory) : new RealmConfigurationResult();
        return new RouterConfiguration
        {
            Options = options,
            RealmsDirectory = directory,
            FilePlaces = filePlaces,
            Realms = realms.Realms,
            Mistakes = [.. InFileOrder(mistakes), .. realms.Mistakes],
            RealmMistakes = realms.Mistakes,
            Notes = [.. notes, .. realms.Notes],
        };
    }

    /// <summary>Those without a line first, in the order they were found.</summary>
    public static IEnumerable<ConfigurationMistake> InFileOrder(IEnumerable<ConfigurationMistake> mistakes) =>
        mistakes.OrderBy(mistake => mistake.Position is null ? "" : mistake.Source, StringComparer.Ordinal).ThenBy(mistake => mistake.Position?.Line).ThenBy(mistake => mistake.Position?.Column);

    /// <summary>A section whose name is nearly the router's: the settings in it would be passed over.</summary>
    private static IEnumerable<ConfigurationMistake> FindMisspelt(IConfiguration configuration, SettingPlaces places) =>
        from section in configuration.GetChildren()
        where !section.Key.Equals(RouterOptions.SectionName, StringComparison.OrdinalIgnoreCase)
            && Words.Nearest(section.Key, [RouterOptions.SectionName]) is not null
            && section.GetChildren().Any()
        select places.Mistake(section.Key, $"there is no such section; did you mean '{RouterOptions.SectionName}'?");

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
