namespace WampRouter.Tests.Hostile.Attacks;

/// <summary>Every attack there is a test for.</summary>
internal static class AttackCatalog
{
    /// <summary>In the order of the table in docs/limits.md.</summary>
    public static IReadOnlyList<Attack> All { get; } =
    [
        new HistoryReads(),
        new RefusedLogins(),
        new DeafConsole(),
        new EndlessNames(),
        new WrongTickets(),
        new WrongSignatures(),
        new PatternsTimesTopics(),
        new UnknownUris(),
        new UnfinishedMessages("unfinished messages before the login", isJoined: false, inFragments: false),
        new UnfinishedMessages("unfinished fragments before the login", isJoined: false, inFragments: true),
        new UnfinishedMessages("unfinished messages of sessions", isJoined: true, inFragments: false),
        new UnfinishedMessages("unfinished fragments of sessions", isJoined: true, inFragments: true),
        new UnfinishedBatches(),
        new SlowMessages("slow messages before the login", isJoined: false, inFragments: false),
        new SlowMessages("slow fragments before the login", isJoined: false, inFragments: true),
        new SlowMessages("slow messages of sessions", isJoined: true, inFragments: false),
        new SlowMessages("slow fragments of sessions", isJoined: true, inFragments: true),
        new SlowHeads(),
        new Onlookers(),
        new DeafSubscribers(),
        new DetachedSessions(),
        new WrongResumeTokens(),
        new RetainedFlood(),
        new RegistrationFlood(),
        new SubscriptionFlood(),
        new Definitions(),
        new ShardKeys(),
        new FullDisk(),
        new UnansweredCalls(),
        new PingFlood(),
        new JoinFlood(),
        new ConnectionFlood(),
        new HalfHandshakes(),
        new RefusedHandshakes(),
        new PromisedFrames(),
        new LargestPings(),
        new DeafRawSockets(),
        new AbandonedTransports(),
        new DeafPolls(),
        new EndlessSends(),
        new GuessedTransports(),
    ];
}
