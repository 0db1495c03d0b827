namespace WampRouter.Configuration.Changes;

/// <summary>A setting of any router, and for whom it counts when it changes while the router runs.</summary>
/// <param name="Key">Its key below the router's section.</param>
/// <param name="Reach">For whom.</param>
/// <param name="Value">Its value; null: not set.</param>
internal sealed record RouterSetting(string Key, SettingReach Reach, Func<WampRouterOptions, object?> Value)
{
    /// <summary>All there are: a test compares them with those that can be set.</summary>
    public static IReadOnlyList<RouterSetting> All { get; } =
    [
        new("RealmsDirectory", SettingReach.Everybody, static options => options.RealmsDirectory),
        new("ReloadOnChange", SettingReach.Everybody, static options => options.ReloadOnChange),
        new("DataDirectory", SettingReach.NextStart, static options => options.DataDirectory),
        new("Sessions:HelloTimeout", SettingReach.Newcomers, static options => options.Sessions.HelloTimeout),
        new("Sessions:GoodbyeTimeout", SettingReach.Everybody, static options => options.Sessions.GoodbyeTimeout),
        new("Sessions:IdleTimeout", SettingReach.Everybody, static options => options.Sessions.IdleTimeout),
        new("Sessions:DrainTimeout", SettingReach.Everybody, static options => options.Sessions.DrainTimeout),
        new("Sessions:Shutdown", SettingReach.Everybody, static options => options.Sessions.Shutdown),
        new("Sessions:ConcurrentTicketChecks", SettingReach.Everybody, static options => options.Sessions.ConcurrentTicketChecks),
        new("Sessions:QueuedTicketChecks", SettingReach.Everybody, static options => options.Sessions.QueuedTicketChecks),
        new("Sessions:TicketChecksPerAddress", SettingReach.Everybody, static options => options.Sessions.TicketChecksPerAddress),
        new("Sessions:FailedLoginDelay", SettingReach.Everybody, static options => options.Sessions.FailedLoginDelay),
        new("Sessions:FailedLoginMaxDelay", SettingReach.Everybody, static options => options.Sessions.FailedLoginMaxDelay),
        new("Sessions:FailedLoginMemory", SettingReach.Everybody, static options => options.Sessions.FailedLoginMemory),
        new("Sessions:RememberedLogins", SettingReach.Everybody, static options => options.Sessions.RememberedLogins),
        new("Sessions:MaxDetachedSessions", SettingReach.Everybody, static options => options.Sessions.MaxDetachedSessions),
        new("Sessions:ResumptionTotalBytes", SettingReach.Everybody, static options => options.Sessions.ResumptionTotalBytes),
        new("Sessions:MaxDetachedSessionsPerPrincipal", SettingReach.Everybody, static options => options.Sessions.MaxDetachedSessionsPerPrincipal),
        new("Sessions:ResumptionBytesPerPrincipal", SettingReach.Everybody, static options => options.Sessions.ResumptionBytesPerPrincipal),
        new("Transports:MaxMessageBytes", SettingReach.Newcomers, static options => options.Transports.MaxMessageBytes),
        new("Transports:MaxOversizeBytes", SettingReach.Everybody, static options => options.Transports.MaxOversizeBytes),
        new("Transports:MaxMessageBytesBeforeLogin", SettingReach.Everybody, static options => options.Transports.MaxMessageBytesBeforeLogin),
        new("Transports:InboundTotalBytes", SettingReach.Everybody, static options => options.Transports.InboundTotalBytes),
        new("Transports:MessageTimeout", SettingReach.Everybody, static options => options.Transports.MessageTimeout),
        new("Transports:OutboxBytes", SettingReach.Newcomers, static options => options.Transports.OutboxBytes),
        new("Transports:OutboxTotalBytes", SettingReach.Everybody, static options => options.Transports.OutboxTotalBytes),
        new("Transports:StallTimeout", SettingReach.Everybody, static options => options.Transports.StallTimeout),
        new("Transports:LongPollWait", SettingReach.Everybody, static options => options.Transports.LongPollWait),
        new("Transports:LongPollTimeout", SettingReach.Everybody, static options => options.Transports.LongPollTimeout),
        new("Transports:HttpSessionIdle", SettingReach.Everybody, static options => options.Transports.HttpSessionIdle),
        new("Transports:HttpHeldBytes", SettingReach.Newcomers, static options => options.Transports.HttpHeldBytes),
        new("Transports:LongPollMaxSends", SettingReach.Everybody, static options => options.Transports.LongPollMaxSends),
        new("Transports:MaxMessagesPerSecond", SettingReach.Everybody, static options => options.Transports.MaxMessagesPerSecond),
        new("Transports:MaxBytesPerSecond", SettingReach.Everybody, static options => options.Transports.MaxBytesPerSecond),
        new("Transports:MaxMessagesPerSecondPerAddress", SettingReach.Everybody, static options => options.Transports.MaxMessagesPerSecondPerAddress),
        new("Transports:MaxBytesPerSecondPerAddress", SettingReach.Everybody, static options => options.Transports.MaxBytesPerSecondPerAddress),
        new("Transports:RateBurst", SettingReach.Everybody, static options => options.Transports.RateBurst),
        new("Transports:PingInterval", SettingReach.Everybody, static options => options.Transports.PingInterval),
        new("Transports:PingTimeout", SettingReach.Everybody, static options => options.Transports.PingTimeout),
        new("Transports:CloseTimeout", SettingReach.Everybody, static options => options.Transports.CloseTimeout),
        new("Transports:HandshakeTimeout", SettingReach.Everybody, static options => options.Transports.HandshakeTimeout),
        new("Transports:MaxConnections", SettingReach.Everybody, static options => options.Transports.MaxConnections),
        new("Transports:MaxConnectionsPerAddress", SettingReach.Everybody, static options => options.Transports.MaxConnectionsPerAddress),
        new("Transports:MaxHandshakes", SettingReach.Everybody, static options => options.Transports.MaxHandshakes),
        new("Transports:JoinsPerSecond", SettingReach.Everybody, static options => options.Transports.JoinsPerSecond),
        new("Transports:JoinsPerSecondPerAddress", SettingReach.Everybody, static options => options.Transports.JoinsPerSecondPerAddress),
        new("Transports:AllowedOrigins", SettingReach.Newcomers, static options => options.Transports.AllowedOrigins),
        new("Transports:AllowLoopbackOrigins", SettingReach.Newcomers, static options => options.Transports.AllowLoopbackOrigins),
        new("Transports:Compression:Enabled", SettingReach.Newcomers, static options => options.Transports.Compression.Enabled),
        new("Transports:Compression:ThresholdBytes", SettingReach.Everybody, static options => options.Transports.Compression.ThresholdBytes),
        new("Transports:Compression:ContextTakeover", SettingReach.Newcomers, static options => options.Transports.Compression.ContextTakeover),
        new("Transports:Compression:TotalBytes", SettingReach.Everybody, static options => options.Transports.Compression.TotalBytes),
    ];
}
