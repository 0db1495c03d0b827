namespace WampRouter.Configuration;

/// <summary>How one type of a router's settings is read.</summary>
/// <typeparam name="TOptions">The type.</typeparam>
/// <param name="Shape">The settings there are.</param>
/// <param name="Bind">Calls <c>Bind</c> with the type written out, which is what the source-generated binder needs; strictly or not.</param>
/// <param name="FindProblems">What is wrong beside what is wrong with any router's: the key below the section, and why.</param>
internal sealed record OptionsKind<TOptions>(
    OptionsShape Shape, Action<IConfiguration, TOptions, bool> Bind, Func<TOptions, FilePlaces, IEnumerable<(string Key, string Problem)>> FindProblems)
    where TOptions : WampRouterOptions, new();

/// <summary>What there is in any router's settings.</summary>
internal static class OptionsKind
{
    /// <summary>The settings of a router in an application.</summary>
    public static OptionsShape RouterShape { get; } = new(
        values:
        [
            "RealmsDirectory", "DataDirectory", "ReloadOnChange",
            "Sessions:HelloTimeout", "Sessions:GoodbyeTimeout", "Sessions:IdleTimeout", "Sessions:DrainTimeout", "Sessions:Shutdown", "Sessions:ConcurrentTicketChecks", "Sessions:QueuedTicketChecks", "Sessions:TicketChecksPerAddress",
            "Sessions:FailedLoginDelay", "Sessions:FailedLoginMaxDelay", "Sessions:FailedLoginMemory", "Sessions:RememberedLogins",
            "Sessions:MaxDetachedSessions", "Sessions:ResumptionTotalBytes", "Sessions:MaxDetachedSessionsPerPrincipal", "Sessions:ResumptionBytesPerPrincipal",
            "Transports:MaxMessageBytes", "Transports:MaxOversizeBytes", "Transports:MaxMessageBytesBeforeLogin", "Transports:InboundTotalBytes", "Transports:MessageTimeout", "Transports:StallTimeout", "Transports:LongPollWait", "Transports:LongPollTimeout", "Transports:LongPollMaxSends", "Transports:HttpSessionIdle", "Transports:HttpHeldBytes",
            "Transports:MaxMessagesPerSecond", "Transports:MaxBytesPerSecond", "Transports:MaxMessagesPerSecondPerAddress", "Transports:MaxBytesPerSecondPerAddress", "Transports:RateBurst",
            "Transports:OutboxBytes", "Transports:OutboxTotalBytes", "Transports:PingInterval", "Transports:PingTimeout",
            "Transports:CloseTimeout", "Transports:HandshakeTimeout", "Transports:MaxConnections", "Transports:MaxConnectionsPerAddress", "Transports:MaxHandshakes", "Transports:JoinsPerSecond",
            "Transports:JoinsPerSecondPerAddress", "Transports:AllowLoopbackOrigins",
            "Transports:Compression:Enabled", "Transports:Compression:ThresholdBytes", "Transports:Compression:ContextTakeover", "Transports:Compression:TotalBytes",
        ],
        lists: ["Transports:AllowedOrigins"],
        objects: ["Transports", "Transports:Compression", "Sessions"],
        choices: new Dictionary<string, string[]> { ["Sessions:Shutdown"] = ["restart", "goodbye"] },
        foreign: new Dictionary<string, string>
        {
            ["Listeners"] = "is a setting of the router as a program; in an application MapWampRouter says where it is reached",
            ["WelcomePage"] = "is a setting of the router as a program; an application has pages of its own",
        });

    /// <summary>How they are read.</summary>
    public static OptionsKind<WampRouterOptions> Router { get; } = new(
        RouterShape,
        static (section, options, strict) => section.Bind(options, binder => binder.ErrorOnUnknownConfiguration = strict),
        static (_, _) => []);
}
