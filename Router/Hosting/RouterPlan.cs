using WampRouter.Client;
using WampRouter.Configuration;
using WampRouter.Configuration.Documents;

namespace WampRouter.Hosting;

/// <summary>What an application wants of one of its routers, as far as it has said. Filled while services are added, read once, when the router is made; who says more then is told that it is too late.</summary>
/// <param name="name">The router's; empty: the default one.</param>
internal sealed class RouterPlan(string name)
{
    private readonly List<Action<WampRouterOptions>> _changes = [];
    private readonly List<WampRealmOptions> _realms = [];
    private readonly Dictionary<string, WampLogins> _logins = new(StringComparer.Ordinal);     // of ConfigureLogins
    private readonly Dictionary<string, AuthorizerMaker> _authorizers = new(StringComparer.Ordinal);     // of UseAuthorizer
    private Dictionary<string, WampLogins> _effective = [];     // those, and those of realms in code
    private IConfigurationSection? _settings;
    private string? _realmFiles;
    private RouterConfiguration? _given;
    private Func<RouterConfiguration, RouterConfiguration>? _again;
    private IWampPayloadSerializer? _payloadSerializer;
    private bool _isRead;

    /// <summary>The router's.</summary>
    public string Name { get; } = name;

    /// <summary>Whether the router is in an application that has code of its own, which is in its realms as well.</summary>
    public bool IsInApplication => _given is null;

    /// <summary>How arguments of the application's own sessions become JSON values; null: as a client's do.</summary>
    public IWampPayloadSerializer? PayloadSerializer
    {
        get => _payloadSerializer;
        set
        {
            RequireOpen();
            _payloadSerializer = value;
        }
    }

    /// <summary>Whether there is a realm, or will be.</summary>
    public bool HasRealms => _realms.Count > 0 || _realmFiles is not null || _settings is not null;

    /// <summary>Takes a configuration that was read already: nothing else counts then.</summary>
    /// <param name="configuration">The configuration.</param>
    /// <param name="again">Reads it again, given what holds now; null: it does not change.</param>
    public void Use(RouterConfiguration configuration, Func<RouterConfiguration, RouterConfiguration>? again) => (_given, _again) = (configuration, again ?? (_ => configuration));

    /// <summary>Reads everything again, for a router that runs. Mistakes are in what it returns.</summary>
    /// <param name="services">The application's.</param>
    /// <param name="former">What holds now.</param>
    /// <param name="wantsSettings">Whether the application's own settings are read again as well: what tells of their changes has done that already.</param>
    /// <exception cref="WampRouterConfigurationException">The application's settings cannot be read.</exception>
    public RouterConfiguration ReadAgain(IServiceProvider services, RouterConfiguration former, bool wantsSettings)
    {
        if (_again is null && wantsSettings && services.GetService<IConfiguration>() is IConfigurationRoot settings)
        {
            ReadAgain(settings);
        }

        var configuration = _again?.Invoke(former) ?? Load(services, former);
        return configuration with { Mistakes = [.. configuration.Mistakes, .. FindSameNames(configuration)] };
    }

    /// <summary>Reads settings from a section.</summary>
    /// <exception cref="InvalidOperationException">They come from another one.</exception>
    public void Use(IConfigurationSection settings)
    {
        RequireOpen();
        RequireOne(_settings?.Path, settings.Path, "settings are read from the section");
        _settings = settings;
    }

    /// <summary>Reads realm files.</summary>
    /// <exception cref="InvalidOperationException">They come from another directory.</exception>
    public void ReadRealmFiles(string directory)
    {
        RequireOpen();
        RequireOne(_realmFiles, directory, "realm files are read from");
        _realmFiles = directory;
        _changes.Add(options => options.RealmsDirectory = directory);
    }

    /// <summary>Changes settings after they were read.</summary>
    public void Change(Action<WampRouterOptions> change)
    {
        RequireOpen();
        _changes.Add(change);
    }

    /// <summary>Adds a realm.</summary>
    public void Add(WampRealmOptions realm)
    {
        RequireOpen();
        _realms.Add(realm);
    }

    /// <summary>What is said of the logins of a realm outside of its description.</summary>
    public WampLogins LoginsOf(string realm)
    {
        RequireOpen();
        return _logins.TryGetValue(realm, out var logins) ? logins : _logins[realm] = new WampLogins();
    }

    /// <summary>The application's logins of a realm; null where it has none. Once it was read.</summary>
    public WampLogins? FindLogins(string realm) => _effective.GetValueOrDefault(realm);

    /// <summary>Gives a realm an authorizer.</summary>
    public void Authorize(string realm, AuthorizerMaker maker)
    {
        RequireOpen();
        if (!_authorizers.TryAdd(realm, maker))
        {
            throw new InvalidOperationException($"{nameof(WampRouterBuilder.UseAuthorizer)} was called already for the realm '{realm}', and two would contradict each other: let one ask both.");
        }
    }

    /// <summary>The application's authorizer of a realm; null where it has none.</summary>
    public AuthorizerMaker? FindAuthorizer(string realm) => _authorizers.GetValueOrDefault(realm);

    /// <summary>Whether a method of the application may look at cookies. Once it was read.</summary>
    public bool ReadsCookies => _effective.Values.Any(logins => logins.MethodNames.Count > 0);

    /// <summary>Makes once what the application's logins and authorizers need: <see cref="WampLogins.TryAsync"/>.</summary>
    /// <exception cref="WampRouterConfigurationException">It cannot be made.</exception>
    public async Task TryLoginsAsync(IServiceProvider services)
    {
        var mistakes = new List<ConfigurationMistake>();
        foreach (var (realm, logins) in _effective)
        {
            mistakes.AddRange((await logins.TryAsync(services).ConfigureAwait(false)).Select(found => Mistake(found.Call, realm, found.Problem)));
        }

        foreach (var (realm, authorizer) in _authorizers)
        {
            if (authorizer.Service is { } service && await service.TryAsync(services).ConfigureAwait(false) is { } problem)
            {
                mistakes.Add(new ConfigurationMistake(CodeWords.Call(nameof(WampRouterBuilder.UseAuthorizer), realm), problem));
            }
        }

        ThrowIfAny(mistakes);
    }

    /// <summary>Reads everything.</summary>
    /// <param name="services">The application's.</param>
    /// <exception cref="WampRouterConfigurationException">There are mistakes; the message lists all of them.</exception>
    public RouterConfiguration Read(IServiceProvider services)
    {
        _isRead = true;
        var mistakes = new List<ConfigurationMistake>();
        _effective = JoinLogins(mistakes);
        var configuration = _given ?? Load(services);
        var known = configuration.Realms.Select(realm => realm.Realm.Name).ToHashSet(StringComparer.Ordinal);
        mistakes.AddRange(
            from authorizer in _authorizers
            let problem = configuration.Mistakes.Count == 0 && !known.Contains(authorizer.Key) ? "there is no such realm" : authorizer.Value.Service?.FindProblem(services)
            where problem is not null
            select new ConfigurationMistake(CodeWords.Call(nameof(WampRouterBuilder.UseAuthorizer), authorizer.Key), problem));
        mistakes.AddRange(
            from realm in _logins.Keys
            where configuration.Mistakes.Count == 0 && !known.Contains(realm)
            select new ConfigurationMistake(CodeWords.Call("ConfigureLogins", realm), "there is no such realm"));
        mistakes.AddRange(
            from logins in _effective
            from found in logins.Value.FindProblems(services)
            select Mistake(found.Call, logins.Key, found.Problem));
        mistakes.AddRange(FindSameNames(configuration));
        ThrowIfAny([.. configuration.Mistakes, .. mistakes]);
        return configuration;
    }

    private static ConfigurationMistake Mistake(string call, string realm, string problem) => new($"{call} of realm {Words.Quote(realm)}", problem);

    /// <summary>A method of the application cannot have the name of one that the realm's configuration offers: a client could not say which it means.</summary>
    private IEnumerable<ConfigurationMistake> FindSameNames(RouterConfiguration configuration) =>
        from realm in configuration.Realms
        let logins = FindLogins(realm.Realm.Name)
        where logins is not null
        from name in logins.MethodNames
        where realm.Sessions.Authentication.Find(name) is not null
        select Mistake(WampLogins.Call(name), realm.Realm.Name, "the realm's configuration offers a method of this name already");

    private static void ThrowIfAny(List<ConfigurationMistake> mistakes)
    {
        if (mistakes.Count > 0)
        {
            throw new WampRouterConfigurationException(mistakes);
        }
    }

    private static void RequireOne(string? former, string now, string what)
    {
        if (former is not null && !former.Equals(now, StringComparison.OrdinalIgnoreCase))
        {
            throw new InvalidOperationException($"The router's {what} '{former}' already, and '{now}' would take its place; name one.");
        }
    }

    private void RequireOpen()
    {
        if (_isRead)
        {
            throw new InvalidOperationException(
                $"{(Name.Length == 0 ? "The router" : $"The router '{Name}'")} was made already, by MapWampRouter or the start of the application; say all that it shall be before.");
        }
    }

    /// <summary>What realms in code and <c>ConfigureLogins</c> say counts together; the same said by both is a mistake.</summary>
    private Dictionary<string, WampLogins> JoinLogins(List<ConfigurationMistake> mistakes)
    {
        var joined = new Dictionary<string, WampLogins>(StringComparer.Ordinal);
        foreach (var realm in _realms)
        {
            realm.Logins.Close();
            joined.TryAdd(realm.Name, realm.Logins);        // a second realm of the name is told of as a mistake
        }

        foreach (var (realm, logins) in _logins)
        {
            logins.Close();
            string? twice = null;
            joined[realm] = joined.TryGetValue(realm, out var inCode) ? inCode.And(logins, out twice) : logins;
            if (twice is not null)
            {
                mistakes.Add(new ConfigurationMistake(CodeWords.Call("ConfigureLogins", realm), $"{twice} was called for this realm already, by {CodeWords.Call("AddRealm", realm)}"));
            }
        }

        return joined.Where(logins => logins.Value.AreSet).ToDictionary(StringComparer.Ordinal);
    }

    private static void ReadAgain(IConfigurationRoot settings)
    {
        try
        {
            settings.Reload();
        }
        catch (Exception e) when (e is IOException or InvalidDataException or UnauthorizedAccessException or FormatException)
        {
            throw new WampRouterConfigurationException([new ConfigurationMistake("the application's configuration", $"{e.Message} ({e.GetBaseException().Message})")]);
        }
    }

    private RouterConfiguration Load(IServiceProvider services, RouterConfiguration? former = null)
    {
        var application = services.GetService<IConfiguration>();
        return RouterConfiguration.Load(new RouterSources<WampRouterOptions>
        {
            Kind = OptionsKind.Router,
            Settings = _settings,
            Configuration = application,
            ContentRoot = application?[HostDefaults.ContentRootKey] ?? services.GetService<IHostEnvironment>()?.ContentRootPath ?? AppContext.BaseDirectory,
            WorkingDirectory = Environment.CurrentDirectory,
            Former = former,
            Change = options => _changes.ForEach(change => change(options)),
            Realms = _realms,
            WantsRealmFiles = _realmFiles is not null,
            HasLoginInCode = _effective.ContainsKey,
        });
    }
}
