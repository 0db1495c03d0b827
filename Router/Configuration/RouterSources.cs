namespace WampRouter.Configuration;

/// <summary>Where a router's configuration comes from.</summary>
/// <typeparam name="TOptions">The type of its settings.</typeparam>
internal sealed record RouterSources<TOptions>
    where TOptions : WampRouterOptions, new()
{
    /// <summary>How the settings are read.</summary>
    public required OptionsKind<TOptions> Kind { get; init; }

    /// <summary>The section with the settings; null: they come from code alone.</summary>
    public IConfigurationSection? Settings { get; init; }

    /// <summary>All of the host's configuration, where the place of a setting is looked for; null: there is none.</summary>
    public IConfiguration? Configuration { get; init; }

    /// <summary>Where the shipped files are, as a full path.</summary>
    public required string ContentRoot { get; init; }

    /// <summary>Where the admin is, as a full path.</summary>
    public required string WorkingDirectory { get; init; }

    /// <summary>What holds now, of a router that runs; null: it starts. Realm files stay where they were found then: a directory whose last file goes must not give way to another one.</summary>
    public RouterConfiguration? Former { get; init; }

    /// <summary>What code says, after the section.</summary>
    public Action<TOptions>? Change { get; init; }

    /// <summary>The realms that code describes.</summary>
    public IReadOnlyList<WampRealmOptions> Realms { get; init; } = [];

    /// <summary>Whether code asks for realm files.</summary>
    public bool WantsRealmFiles { get; init; }

    /// <summary>Whether a realm has a way in that only code knows, by its name.</summary>
    public Func<string, bool> HasLoginInCode { get; init; } = static _ => false;
}
