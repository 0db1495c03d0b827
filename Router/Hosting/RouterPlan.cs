using WampRouter.Client;
using WampRouter.Configuration;

namespace WampRouter.Hosting;

/// <summary>What an application wants of one of its routers, as far as it has said. Filled while services are added, read when the router is made.</summary>
/// <param name="name">The router's; empty: the default one.</param>
internal sealed class RouterPlan(string name)
{
    private readonly List<Action<WampRouterOptions>> _changes = [];
    private readonly List<WampRealmOptions> _realms = [];
    private readonly Dictionary<string, WampLogins> _logins = new(StringComparer.Ordinal);
    private IConfigurationSection? _settings;
    private RouterConfiguration? _read;

    /// <summary>The router's.</summary>
    public string Name { get; } = name;

    /// <summary>Whether the router is in an application that has code of its own, which is in its realms as well.</summary>
    public bool IsInApplication => _read is null;

    /// <summary>How arguments of the application's own sessions become JSON values; null: as a client's do.</summary>
    public IWampPayloadSerializer? PayloadSerializer { get; set; }

    /// <summary>Whether there is a realm, or will be.</summary>
    public bool HasRealms => _realms.Count > 0 || WantsRealmFiles || _settings is not null;

    /// <summary>Whether realm files are to be read.</summary>
    public bool WantsRealmFiles { get; set; }

    /// <summary>Takes a configuration that was read already: nothing else counts then.</summary>
    public void Use(RouterConfiguration configuration) => _read = configuration;

    /// <summary>Reads settings from a section.</summary>
    public void Use(IConfigurationSection settings) => _settings = settings;

    /// <summary>Changes settings after they were read.</summary>
    public void Change(Action<WampRouterOptions> change) => _changes.Add(change);

    /// <summary>Adds a realm.</summary>
    public void Add(WampRealmOptions realm) => _realms.Add(realm);

    /// <summary>The application's logins of a realm that a file describes.</summary>
    public WampLogins LoginsOf(string realm) => _logins.TryGetValue(realm, out var logins) ? logins : _logins[realm] = new WampLogins();

    /// <summary>The application's logins of a realm; null where it has none.</summary>
    public WampLogins? FindLogins(string realm) =>
        (_realms.Find(candidate => candidate.Name == realm)?.Logins is { AreSet: true } inCode ? inCode : null) ?? _logins.GetValueOrDefault(realm);

    /// <summary>Reads everything.</summary>
    /// <param name="services">The application's.</param>
    /// <exception cref="WampRouterConfigurationException">There are mistakes; the message lists all of them.</exception>
    public RouterConfiguration Read(IServiceProvider services)
    {
        var configuration = _read ?? Load(services);
        var mistakes = configuration.Mistakes.Concat(
            from realm in _logins.Keys
            where configuration.Mistakes.Count == 0 && configuration.Realms.All(known => known.Realm.Name != realm)
            select new ConfigurationMistake($"ConfigureLogins({Configuration.Documents.Words.Quote(realm)})", "there is no such realm")).ToArray();
        return mistakes.Length == 0 ? configuration : throw new WampRouterConfigurationException(mistakes);
    }

    private RouterConfiguration Load(IServiceProvider services)
    {
        var application = services.GetService<IConfiguration>();
        return RouterConfiguration.Load(new RouterSources<WampRouterOptions>
        {
            Kind = OptionsKind.Router,
            Settings = _settings,
            Configuration = application,
            ContentRoot = application?[HostDefaults.ContentRootKey] ?? services.GetService<IHostEnvironment>()?.ContentRootPath ?? AppContext.BaseDirectory,
            WorkingDirectory = Environment.CurrentDirectory,
            Change = options => _changes.ForEach(change => change(options)),
            Realms = _realms,
            WantsRealmFiles = WantsRealmFiles,
            HasLoginInCode = realm => FindLogins(realm) is { AreSet: true },
        });
    }
}
