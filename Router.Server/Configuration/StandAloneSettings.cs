using System.Globalization;
using WampRouter.Configuration;
using WampRouter.Configuration.Documents;

namespace WampRouter.Server.Configuration;

/// <summary>How <see cref="StandAloneOptions"/> are read, and where they are then.</summary>
internal static class StandAloneSettings
{
    /// <summary>Every setting there is.</summary>
    public static OptionsShape Shape { get; } = OptionsKind.RouterShape.With(
        values:
        [
            "WelcomePage",
            "Listeners:*:Url", "Listeners:*:Path", "Listeners:*:LongPollPath", "Listeners:*:HttpPath", "Listeners:*:BehindProxy", "Listeners:*:SocketMode", "Listeners:*:ProxyProtocol", "Listeners:*:Certificate:Path", "Listeners:*:Certificate:KeyPath", "Listeners:*:Certificate:Password",
            "Listeners:*:Certificates:*:Path", "Listeners:*:Certificates:*:KeyPath", "Listeners:*:Certificates:*:Password",
            "Listeners:*:Tls:MinVersion", "Listeners:*:Tls:ClientCertificates", "Listeners:*:Tls:ClientAuthorities", "Listeners:*:Tls:ClientRevocation",
            "Listeners:*:MaxConnections", "Listeners:*:MaxConnectionsPerAddress", "Listeners:*:MaxHandshakes", "Listeners:*:JoinsPerSecond", "Listeners:*:JoinsPerSecondPerAddress",
            "Listeners:*:MaxMessagesPerSecond", "Listeners:*:MaxBytesPerSecond", "Listeners:*:MaxMessagesPerSecondPerAddress", "Listeners:*:MaxBytesPerSecondPerAddress", "Listeners:*:IdleTimeout",
        ],
        lists: ["Listeners", "Listeners:*:Serves", "Listeners:*:TrustedProxies", "Listeners:*:Certificates", "Listeners:*:Certificates:*:Hosts", "Listeners:*:Tls:CipherSuites"],
        objects: ["Listeners:*", "Listeners:*:Certificate", "Listeners:*:Certificates:*", "Listeners:*:Tls"],
        choices: new Dictionary<string, string[]>
        {
            ["Listeners:*:Serves:*"] = ListenerServiceNames.Words,
            ["Listeners:*:Tls:MinVersion"] = ListenerTlsOptions.Versions,
            ["Listeners:*:Tls:ClientCertificates"] = [.. Choices<ClientCertificateDemand>.Words],
            ["Listeners:*:Tls:ClientRevocation"] = [.. Choices<RevocationCheck>.Words],
        });

    /// <summary>How they are read.</summary>
    public static OptionsKind<StandAloneOptions> Kind { get; } = new(
        Shape,
        static (section, options, strict) => section.Bind(options, binder => binder.ErrorOnUnknownConfiguration = strict),
        static (options, places) => ListenerRules.FindProblems(options.Listeners, places));

    /// <summary>Reads everything. Throws nothing for mistakes.</summary>
    /// <param name="configuration">The host's configuration.</param>
    /// <param name="contentRoot">Where the shipped files are, as a full path.</param>
    /// <param name="workingDirectory">Where the admin is, as a full path.</param>
    /// <param name="former">What holds now, of a router that runs.</param>
    public static RouterConfiguration Load(IConfiguration configuration, string contentRoot, string workingDirectory, RouterConfiguration? former = null)
    {
        var router = RouterConfiguration.Load(new RouterSources<StandAloneOptions>
        {
            Kind = Kind,
            Settings = configuration.GetSection(WampRouterOptions.SectionName),
            Configuration = configuration,
            ContentRoot = contentRoot,
            WorkingDirectory = workingDirectory,
            Former = former,
        });
        if (Of(router).Listeners.Count == 0)
        {
            Of(router).Listeners.Add(ListenerOptions.Default);
        }

        return router;
    }

    /// <summary>Those of a configuration that was read as <see cref="Kind"/>.</summary>
    public static StandAloneOptions Of(RouterConfiguration router) => (StandAloneOptions)router.Options;

    /// <summary>The listeners of such a configuration, and where each stands in the settings: <c>WampRouter:Listeners:0</c>.</summary>
    public static IEnumerable<(ListenerOptions Listener, string Section)> ListenersOf(RouterConfiguration router) =>
        Of(router).Listeners.Select(static (listener, place) => (listener, string.Create(CultureInfo.InvariantCulture, $"{WampRouterOptions.SectionName}:Listeners:{place}")));
}
