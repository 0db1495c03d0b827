using WampRouter.Realms.Metrics;
using WampRouter.Realms.Peers;
using WampRouter.Realms.Settings;

namespace WampRouter.Realms.Quotas;

/// <summary>
/// How much of each resource one level may have: a session, all sessions of a principal, or the realm. All quotas of a level share one object. <see cref="Become"/> changes the bounds of
/// the level at once. Any thread, except <see cref="With"/>.
/// </summary>
/// <param name="whose">The subject of the sentence in a refusal, with its verb.</param>
internal sealed class QuotaBounds(string whose)
{
    /// <summary>The number of resources.</summary>
    public static readonly int Resources = Enum.GetValues<Resource>().Length;

    /// <summary>The names under which measures tell what a realm's sessions hold, and whether they tell its bytes.</summary>
    public static readonly IReadOnlyList<(Resource Resource, string Table, bool IsBytes)> Tables =
    [
        (Resource.Sessions, "sessions", false),
        (Resource.Subscriptions, "subscriptions", false),
        (Resource.SubscriptionBytes, "subscriptions", true),
        (Resource.Registrations, "registrations", false),
        (Resource.RegistrationBytes, "registrations", true),
        (Resource.Testaments, "testaments", false),
        (Resource.TestamentBytes, "testaments", true),
        (Resource.Definitions, "definitions", false),
        (Resource.DefinitionBytes, "definitions", true),
        (Resource.HeldCallBytes, "held_calls", true),
        (Resource.HistoryReads, "history_reads", false),
    ];

    private readonly Refusal[] _refusals = new Refusal[Resources];      // the same for any bounds
    private volatile long[] _most = [.. Enumerable.Repeat(long.MaxValue, Resources)];

    /// <summary>The limit of a resource.</summary>
    public long Most(Resource resource) => _most[(int)resource];

    /// <summary>Takes over other bounds of the same level. What is used already stays, even if it is more.</summary>
    public void Become(QuotaBounds other) => _most = other._most;

    /// <summary>The refusal for a request beyond the limit.</summary>
    public Refusal RefusalOf(Resource resource) => _refusals[(int)resource];

    /// <summary>Sets the limit of one resource.</summary>
    /// <param name="resource">The resource.</param>
    /// <param name="what">Its name, for people.</param>
    /// <param name="setting">The setting, below <c>limits</c>.</param>
    /// <param name="most">Its value.</param>
    public QuotaBounds With(Resource resource, string what, string setting, long most)
    {
        _most[(int)resource] = most;
        _refusals[(int)resource] = Refusal.LimitOf(whose, what, setting);
        return this;
    }

    /// <summary>What one session may have.</summary>
    public static QuotaBounds OfSession(RealmLimits limits) => new QuotaBounds("this session has")
        .With(Resource.Subscriptions, "subscriptions", "maxSubscriptionsPerSession", limits.MaxSubscriptionsPerSession)
        .With(Resource.Registrations, "registrations", "maxRegistrationsPerSession", limits.MaxRegistrationsPerSession)
        .With(Resource.Testaments, "testaments", "maxTestamentsPerSession", limits.MaxTestamentsPerSession)
        .With(Resource.TestamentBytes, "bytes of testaments", "maxTestamentBytesPerSession", limits.MaxTestamentBytesPerSession)
        .With(Resource.Definitions, "definitions", "maxDefinitionsPerSession", limits.MaxDefinitionsPerSession)
        .With(Resource.DefinitionBytes, "bytes of definitions", "maxDefinitionBytesPerSession", limits.MaxDefinitionBytesPerSession)
        .With(Resource.HeldCallBytes, "bytes of calls that are kept", "maxHeldCallBytesPerSession", limits.MaxHeldCallBytesPerSession)
        .With(Resource.HistoryReads, "readings of histories", "maxHistoryReadsPerSession", limits.MaxHistoryReadsPerSession);

    /// <summary>What all sessions of a principal may have together.</summary>
    public static QuotaBounds OfPrincipal(RealmLimits limits) => new QuotaBounds("the sessions of this user, or address, together have")
        .With(Resource.Sessions, "sessions", "maxSessionsPerPrincipal", limits.MaxSessionsPerPrincipal)
        .With(Resource.Subscriptions, "subscriptions", "maxSubscriptionsPerPrincipal", limits.MaxSubscriptionsPerPrincipal)
        .With(Resource.SubscriptionBytes, "bytes of subscriptions", "maxSubscriptionBytesPerPrincipal", limits.MaxSubscriptionBytesPerPrincipal)
        .With(Resource.Registrations, "registrations", "maxRegistrationsPerPrincipal", limits.MaxRegistrationsPerPrincipal)
        .With(Resource.RegistrationBytes, "bytes of registrations", "maxRegistrationBytesPerPrincipal", limits.MaxRegistrationBytesPerPrincipal)
        .With(Resource.TestamentBytes, "bytes of testaments", "maxTestamentBytesPerPrincipal", limits.MaxTestamentBytesPerPrincipal)
        .With(Resource.Definitions, "definitions", "maxDefinitionsPerPrincipal", limits.MaxDefinitionsPerPrincipal)
        .With(Resource.DefinitionBytes, "bytes of definitions", "maxDefinitionBytesPerPrincipal", limits.MaxDefinitionBytesPerPrincipal)
        .With(Resource.HeldCallBytes, "bytes of calls that are kept", "maxHeldCallBytesPerPrincipal", limits.MaxHeldCallBytesPerPrincipal)
        .With(Resource.HistoryReads, "readings of histories", "maxHistoryReadsPerPrincipal", limits.MaxHistoryReadsPerPrincipal);

    /// <summary>What all sessions may have together.</summary>
    public static QuotaBounds OfRealm(RealmLimits limits) => new QuotaBounds("the realm has")
        .With(Resource.Sessions, "sessions", "maxSessions", limits.MaxSessions)
        .With(Resource.Subscriptions, "subscriptions", "maxSubscriptions", limits.MaxSubscriptions)
        .With(Resource.SubscriptionBytes, "bytes of subscriptions", "maxSubscriptionBytes", limits.MaxSubscriptionBytes)
        .With(Resource.Registrations, "registrations", "maxRegistrations", limits.MaxRegistrations)
        .With(Resource.RegistrationBytes, "bytes of registrations", "maxRegistrationBytes", limits.MaxRegistrationBytes)
        .With(Resource.TestamentBytes, "bytes of testaments", "maxTestamentBytes", limits.MaxTestamentBytes)
        .With(Resource.Definitions, "definitions", "maxDefinitions", limits.MaxDefinitions)
        .With(Resource.DefinitionBytes, "bytes of definitions", "maxDefinitionBytes", limits.MaxDefinitionBytes)
        .With(Resource.HeldCallBytes, "bytes of calls that are kept", "maxHeldCallBytes", limits.MaxHeldCallBytes)
        .With(Resource.HistoryReads, "readings of histories that wait", "maxWaitingHistoryReads", (long)limits.MaxHistoryReads + limits.MaxWaitingHistoryReads);
}
